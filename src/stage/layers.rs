//! Where a theme's files come from: the shop's own folder, the theme, its parents, the binary.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::UNIX_EPOCH,
};

use rust_embed::RustEmbed;

use super::theme::Theme;
use crate::kernel::Fault;

/// Where the fonts of documents lie: they go into PDFs and are no part of a page.
pub const PRINT: &str = "assets/print/";

/// The theme built into the binary; its id.
pub const BUILT_IN: &str = "default";

#[derive(RustEmbed)]
#[folder = "themes/default/"]
struct BuiltIn;

/// What the Node build laid beside the themes (fonts, the office's bundle). Without Node it is empty.
#[derive(RustEmbed)]
#[folder = "themes/dist/"]
#[exclude = "README.md"]
struct Dist;

/// Which theme is shown, and where to look for its files before the binary is asked.
#[derive(Clone, Debug)]
pub struct Source {
    /// The id of the theme.
    pub theme: String,
    /// A folder of themes (`DIR/NAME/theme.toml`); pages are read again when a file changes.
    pub themes: Option<PathBuf>,
    /// The shop's own files, above every theme (`DIR/templates/…`, `DIR/locales/…`).
    pub own: Option<PathBuf>,
}

impl Source {
    /// The theme in the binary and nothing else.
    pub fn embedded() -> Self {
        Self { theme: BUILT_IN.into(), themes: None, own: None }
    }
    /// Themes from a folder, the built-in one behind them.
    pub fn folder(themes: impl Into<PathBuf>, theme: &str) -> Self {
        Self { theme: theme.into(), themes: Some(themes.into()), own: None }
    }
    /// A number that changes with any file of the folders; 0 when nothing but the binary is used.
    pub(super) fn stamp(&self) -> u64 {
        let mut stamp = 0;
        for folder in self.themes.iter().chain(&self.own) {
            walk(folder, folder, &mut |_, path| {
                let meta = std::fs::metadata(path).and_then(|m| Ok((m.modified()?, m.len())));
                if let Ok((changed, len)) = meta {
                    let nanos = changed.duration_since(UNIX_EPOCH).map_or(0, |d| d.as_nanos() as u64);
                    stamp = stamp ^ nanos.rotate_left((len % 63) as u32) ^ len.wrapping_mul(0x9E37_79B9);
                }
            });
        }
        stamp
    }
}

/// The files of one theme, by their path below its folder.
pub struct Layer {
    pub name: String,
    pub files: BTreeMap<String, Cow<'static, [u8]>>,
}

/// The templates of documents by path: `documents/invoice.typ` as the theme shows it, and each
/// layer's own as `default/documents/invoice.typ`, so that a child theme can build on its parent's.
pub type DocumentFiles = Arc<BTreeMap<String, String>>;

/// All layers, the first found wins, and the theme on top of them.
pub struct Layers {
    pub layers: Vec<Layer>,
    pub theme: Theme,
}

impl Layers {
    pub fn open(source: &Source) -> Result<Self, Fault> {
        let mut layers = Vec::new();
        if let Some(own) = &source.own {
            layers.push(Layer { name: "own".into(), files: read_folder(own) });
        }
        let mut top: Option<Theme> = None;
        let mut next = Some(source.theme.clone());
        while let Some(id) = next.take() {
            if layers.iter().any(|l| l.name == id) {
                return Err(Fault::bug(format!("theme `{id}` is its own ancestor")));
            }
            let layer = find(source, &id)?;
            let theme = Theme::read(text(&layer, "theme.toml").unwrap_or_default(), &format!("{id}/theme.toml"))?;
            if theme.id != id {
                return Err(Fault::bug(format!("the theme in `{id}/` calls itself `{}`", theme.id)));
            }
            next = theme.parent.clone().filter(|p| !p.is_empty());
            layers.push(layer);
            match &mut top {
                None => top = Some(theme),
                Some(child) => inherit(child, theme),
            }
        }
        if !layers.iter().any(|l| l.name == BUILT_IN) {
            layers.push(built_in());
        }
        let dist = Dist::iter().filter_map(|p| Some((format!("assets/{p}"), Dist::get(&p)?.data))).collect();
        layers.push(Layer { name: "dist".into(), files: dist });
        let theme = top.ok_or_else(|| Fault::bug("no theme"))?;
        Ok(Self { layers, theme })
    }

    /// The templates of documents.
    ///
    /// # Faults
    /// A file that is not UTF-8.
    pub fn documents(&self) -> Result<DocumentFiles, Fault> {
        let mut files = BTreeMap::new();
        for layer in &self.layers {
            for path in layer.files.keys().filter(|p| p.starts_with("documents/") && p.ends_with(".typ")) {
                let source = text(layer, path).ok_or_else(|| Fault::bug(format!("{}/{path} is not UTF-8", layer.name)))?;
                files.insert(format!("{}/{path}", layer.name), source.to_owned());
                files.entry(path.clone()).or_insert_with(|| source.to_owned());
            }
        }
        Ok(Arc::new(files))
    }

    /// The fonts that documents are set in: `assets/print/*.ttf` of every layer, by file name.
    pub fn fonts(&self) -> BTreeMap<String, &[u8]> {
        let mut fonts: BTreeMap<String, &[u8]> = BTreeMap::new();
        for (path, bytes) in self.layers.iter().flat_map(|l| &l.files) {
            if let Some(name) = path.strip_prefix(PRINT).filter(|n| n.ends_with(".ttf") || n.ends_with(".otf")) {
                fonts.entry(name.to_owned()).or_insert(bytes);
            }
        }
        fonts
    }

    /// The file at this path in the first layer that has it.
    pub fn file(&self, path: &str) -> Option<&[u8]> {
        self.layers.iter().find_map(|l| l.files.get(path)).map(|f| &**f)
    }
}

/// A child theme speaks its parent's locales and has its parent's settings unless it names its own.
fn inherit(child: &mut Theme, parent: Theme) {
    if child.locales.is_empty() {
        child.locales = parent.locales;
    }
    if child.fallback.is_empty() {
        child.fallback = parent.fallback;
    }
    for setting in parent.settings {
        if !child.settings.iter().any(|s| s.key == setting.key) {
            child.settings.push(setting);
        }
    }
}

fn find(source: &Source, id: &str) -> Result<Layer, Fault> {
    // The id comes from a configuration file: it names a folder, never a way out of one.
    let plain = !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if !plain {
        return Err(Fault::bug(format!("`{id}` is not the name of a theme")));
    }
    if let Some(folder) = source.themes.as_ref().map(|t| t.join(id)).filter(|f| f.join("theme.toml").is_file()) {
        return Ok(Layer { name: id.into(), files: read_folder(&folder) });
    }
    if id == BUILT_IN {
        return Ok(built_in());
    }
    let place = source.themes.as_ref().map_or("the binary".into(), |t| t.display().to_string());
    Err(Fault::bug(format!("there is no theme `{id}` in {place}")))
}

fn built_in() -> Layer {
    let files = BuiltIn::iter().filter_map(|p| Some((p.to_string(), BuiltIn::get(&p)?.data))).collect();
    Layer { name: BUILT_IN.into(), files }
}

fn read_folder(folder: &Path) -> BTreeMap<String, Cow<'static, [u8]>> {
    let mut files = BTreeMap::new();
    walk(folder, folder, &mut |name, path| {
        if let Ok(bytes) = std::fs::read(path) {
            files.insert(name, Cow::Owned(bytes));
        }
    });
    files
}

fn walk(root: &Path, folder: &Path, seen: &mut impl FnMut(String, &Path)) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|e| e.path()) {
        let hidden = path.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.') || n == "node_modules");
        if hidden {
            continue;
        }
        if path.is_dir() {
            walk(root, &path, seen);
        } else if let Ok(name) = path.strip_prefix(root) {
            seen(name.to_string_lossy().replace('\\', "/"), &path);
        }
    }
}

/// The text of a layer's file; `None` when it is missing or not UTF-8.
pub fn text<'a>(layer: &'a Layer, path: &str) -> Option<&'a str> {
    layer.files.get(path).and_then(|f| std::str::from_utf8(f).ok())
}
