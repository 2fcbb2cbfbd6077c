//! `<img>` in every size: the browser takes the smallest that is sharp.

use std::fmt::Write;

/// The widths in pixels that pictures are served in; a size is made at its first request.
pub const WIDTHS: [u32; 7] = [160, 320, 480, 640, 960, 1280, 1920];

/// The long-lived address of a stored picture at one width of [`WIDTHS`].
pub fn media_url(hash: &str, width: u32) -> String {
    format!("/media/{hash}/{width}.webp")
}

/// What a template may say about a picture. `alt` is text that is not escaped yet.
pub struct Frame<'a> {
    pub hash: &'a str,
    pub alt: &'a str,
    /// Pixels of the original; 0 when unknown.
    pub width: u32,
    pub height: u32,
    /// The widest size to offer: a tile needs no poster. 0 for all.
    pub most: u32,
    pub sizes: &'a str,
    pub class: &'a str,
    /// The first picture that is seen: fetched at once, the others when they come into view.
    pub eager: bool,
}

impl Frame<'_> {
    /// The whole tag, with dimensions so that nothing jumps while it loads.
    pub fn tag(&self, escape: impl Fn(&str) -> String) -> String {
        let mut out = String::with_capacity(640);
        let most = if self.most == 0 { WIDTHS[WIDTHS.len() - 1] } else { self.most };
        let own = if self.width == 0 { most } else { self.width.min(most) };
        let largest = WIDTHS.iter().copied().find(|w| *w >= own).unwrap_or(WIDTHS[WIDTHS.len() - 1]);
        // Writing to a String cannot fail.
        let _ = write!(out, "<img src=\"/media/{}/{}.webp\" srcset=\"", self.hash, largest.min(640));
        for (i, width) in WIDTHS.iter().filter(|w| **w <= largest).enumerate() {
            let _ = write!(out, "{}/media/{}/{width}.webp {width}w", if i > 0 { ", " } else { "" }, self.hash);
        }
        let _ = write!(out, "\" sizes=\"{}\"", escape(if self.sizes.is_empty() { "100vw" } else { self.sizes }));
        if self.width > 0 && self.height > 0 {
            let _ = write!(out, " width=\"{}\" height=\"{}\"", self.width, self.height);
        }
        if !self.class.is_empty() {
            let _ = write!(out, " class=\"{}\"", escape(self.class));
        }
        let _ = write!(out, " alt=\"{}\"", escape(self.alt));
        out.push_str(if self.eager { " fetchpriority=\"high\">" } else { " loading=\"lazy\" decoding=\"async\">" });
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_original_is_never_offered_larger_than_the_next_size() {
        let frame = Frame { hash: "ab", alt: "\"x\"", width: 400, height: 300, most: 0, sizes: "", class: "", eager: false };
        let tag = frame.tag(|t| t.replace('"', "&quot;"));
        assert!(tag.contains("480w") && !tag.contains("640w"), "{tag}");
        assert!(tag.contains("alt=\"&quot;x&quot;\"") && tag.contains("loading=\"lazy\""), "{tag}");
    }
}
