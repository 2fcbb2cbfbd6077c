//! Stylesheets, scripts, fonts and drawings under addresses that carry their content's hash.

use std::{collections::HashMap, sync::Arc};

use sha2::{Digest, Sha256};

use super::{
    layers::{Layers, PRINT},
    theme::{SettingKind, Theme},
};

/// A file as it is sent: it may be kept for a year under its hashed address.
#[derive(Clone, Debug)]
pub struct Asset {
    pub bytes: Arc<[u8]>,
    pub content_type: &'static str,
    /// `/assets/HASH/PATH`
    pub url: String,
}

/// All assets of the theme's layers by path (`css/shop.css`).
pub struct Assets(HashMap<String, Asset>);

impl Assets {
    pub fn gather(layers: &Layers) -> Self {
        let mut paths: Vec<&str> = Vec::new();
        for layer in &layers.layers {
            let shown = layer.files.keys().filter(|p| !p.starts_with(PRINT));
            paths.extend(shown.filter_map(|p| p.strip_prefix("assets/")));
        }
        // Stylesheets last: they name the addresses of the others.
        paths.sort_unstable_by_key(|p| (p.ends_with(".css"), *p));
        paths.dedup();
        let mut assets = Self(HashMap::new());
        for path in paths {
            let Some(raw) = layers.file(&format!("assets/{path}")) else { continue };
            let bytes = match std::str::from_utf8(raw) {
                Ok(text) if path.ends_with(".css") => assets.stylesheet(layers, text).into_bytes(),
                _ => raw.to_vec(),
            };
            assets.put(path, bytes);
        }
        assets
    }

    pub fn get(&self, path: &str) -> Option<&Asset> {
        self.0.get(path)
    }

    fn put(&mut self, path: &str, bytes: Vec<u8>) {
        let hash: String = Sha256::digest(&bytes)[..6].iter().map(|b| format!("{b:02x}")).collect();
        let asset = Asset { bytes: bytes.into(), content_type: content_type(path), url: format!("/assets/{hash}/{path}") };
        self.0.insert(path.to_owned(), asset);
    }

    /// `@import "asset:PATH";` takes the file's text in (nothing when there is no such file:
    /// the fonts of a build without Node), `url(asset:PATH)` becomes the hashed address.
    fn stylesheet(&self, layers: &Layers, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for line in text.lines() {
            let import = line.trim().strip_prefix("@import \"asset:").and_then(|l| l.strip_suffix("\";"));
            match import {
                // What the owner set without touching a file.
                Some("settings.css") => out.push_str(&settings(&layers.theme)),
                Some(path) => {
                    let file = layers.file(&format!("assets/{path}")).and_then(|f| std::str::from_utf8(f).ok());
                    out.push_str(file.unwrap_or_default());
                }
                None => out.push_str(line),
            }
            out.push('\n');
        }
        self.addresses(&squeeze(&out))
    }

    fn addresses(&self, css: &str) -> String {
        const MARK: &str = "url(asset:";
        let mut out = String::with_capacity(css.len());
        let mut rest = css;
        while let Some(at) = rest.find(MARK) {
            let tail = &rest[at + MARK.len()..];
            let end = tail.find(')').unwrap_or(tail.len());
            let url = self.get(&tail[..end]).map_or(&tail[..end], |a| &a.url);
            out.push_str(&rest[..at]);
            out.push_str("url(");
            out.push_str(url);
            rest = &tail[end..];
        }
        out.push_str(rest);
        out
    }
}

/// The colours of `theme.toml` as custom properties, each under its key.
fn settings(theme: &Theme) -> String {
    let colours = theme.settings.iter().filter(|s| s.kind == SettingKind::Colour);
    let rules: String =
        colours.filter_map(|s| Some(format!("--{}: {};", s.key.replace('_', "-"), s.default.as_str()?))).collect();
    format!(":root {{ {rules} }}")
}

/// Comments and indentation are for the author, not for the wire. Strings are left alone:
/// only whole comments and the blanks around line ends go.
fn squeeze(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(open) = rest.find("/*") {
        out.push_str(&rest[..open]);
        rest = rest[open..].find("*/").map_or("", |end| &rest[open + end + 2..]);
    }
    out.push_str(rest);
    let mut small = String::with_capacity(out.len());
    for line in out.lines().map(str::trim).filter(|l| !l.is_empty()) {
        if !small.is_empty() && !small.ends_with(['{', ';', '}', ',']) {
            small.push(' ');
        }
        small.push_str(line);
    }
    small
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        "png" => "image/png",
        "webp" => "image/webp",
        "jpg" | "jpeg" => "image/jpeg",
        "ico" => "image/x-icon",
        "json" | "map" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stylesheet_loses_its_comments_and_keeps_its_rules() {
        let small = squeeze("/* a */\n.x {\n  margin: 0;\n  font: 1rem\n    serif;\n}\n\n@media print {\n .y { top: 0 } }\n");
        assert_eq!(small, ".x {margin: 0;font: 1rem serif;}@media print {.y { top: 0 } }");
    }
}
