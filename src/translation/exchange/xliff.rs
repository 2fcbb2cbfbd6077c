//! XLIFF 1.2 and 2.0: what they are written like. What is read is in [`super::xliff_in`].

use std::fmt::Write;

use super::{
    Progress, Unit,
    inline::{self, Part},
    xml::{escaped, quoted},
};
use crate::{kernel::Locale, translation::protect::Names};

const NS12: &str = "urn:oasis:names:tc:xliff:document:1.2";
const NS20: &str = "urn:oasis:names:tc:xliff:document:2.0";
/// How our own files say that HTML stands in them as elements, not as text.
pub(super) const INLINE: &str = "vitrina-inline";
/// What an element stands for.
pub(super) const MARKUP: &str = "vitrina-markup";
pub(super) const TOKEN: &str = "vitrina-token";

fn pair(units: &[Unit]) -> (Locale, Locale) {
    units.first().map_or((Locale::LT, Locale::EN), |u| (u.from, u.to))
}

pub(super) fn write12(units: &[Unit], names: &Names) -> String {
    let mut out = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xliff version=\"1.2\" xmlns=\"{NS12}\">\n");
    // A file element has one language pair.
    for group in by_pair(units) {
        let (from, to) = pair(group);
        let _ = writeln!(
            out,
            "<file original=\"vitrina\" source-language=\"{from}\" target-language=\"{to}\" datatype=\"html\"><body>"
        );
        for unit in group {
            let state = match unit.progress {
                Progress::Open => "new",
                Progress::Translated => "needs-review-translation",
                Progress::Final => "final",
            };
            let format = if unit.rich { "html" } else { "plaintext" };
            let (source, target) = inline::parts(unit, names);
            let _ = write!(
                out,
                "<trans-unit id=\"{}\" datatype=\"{format}\" restype=\"x-{INLINE}\" xml:space=\"preserve\"><source>{}</source>",
                quoted(&unit.id),
                inner12(&source)
            );
            if unit.progress != Progress::Open {
                let _ = write!(out, "<target state=\"{state}\">{}</target>", inner12(&target));
            }
            out.push_str("</trans-unit>\n");
        }
        out.push_str("</body></file>\n");
    }
    out.push_str("</xliff>\n");
    out
}

fn inner12(parts: &[Part]) -> String {
    let mut out = String::new();
    for part in parts {
        let _ = match part {
            Part::Words(words) => write!(out, "{}", escaped(words)),
            Part::Close(_) => write!(out, "</g>"),
            Part::Alone(tag) | Part::Open(tag) => {
                let (name, end) = if matches!(part, Part::Open(_)) { ("g", "") } else { ("x", "/") };
                let sort = if tag.markup == Some(true) { MARKUP } else { TOKEN };
                let says = quoted(tag.says.as_deref().unwrap_or_default());
                write!(out, "<{name} id=\"{}\" ctype=\"x-{sort}\" equiv-text=\"{says}\"{end}>", tag.key)
            }
        };
    }
    out
}

pub(super) fn write20(units: &[Unit], names: &Names) -> String {
    let (from, to) = pair(units);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xliff xmlns=\"{NS20}\" version=\"2.0\" srcLang=\"{from}\" trgLang=\"{to}\">\n\
         <file id=\"vitrina\">\n"
    );
    for (n, unit) in units.iter().enumerate() {
        let state = match unit.progress {
            Progress::Open => "initial",
            Progress::Translated => "translated",
            Progress::Final => "final",
        };
        // An id is an NMTOKEN; what the unit is stands in its name.
        let (source, target) = inline::parts(unit, names);
        let mut data = Data::default();
        let source = data.inner(&source);
        let target = (unit.progress != Progress::Open).then(|| data.inner(&target));
        let _ = write!(
            out,
            "<unit id=\"u{}\" name=\"{}\" type=\"vitrina:{}\" xml:space=\"preserve\">{}<segment state=\"{state}\"><source>{source}</source>",
            n + 1,
            quoted(&unit.id),
            if unit.rich { "inline" } else { "plain" },
            data.written(),
        );
        if let Some(target) = target {
            let _ = write!(out, "<target>{target}</target>");
        }
        out.push_str("</segment></unit>\n");
    }
    out.push_str("</file>\n</xliff>\n");
    out
}

fn by_pair(units: &[Unit]) -> Vec<&[Unit]> {
    units.chunk_by(|a, b| (a.from, a.to) == (b.from, b.to)).collect()
}

/// What the elements of a unit stand for, each text once.
#[derive(Default)]
struct Data(Vec<String>);

impl Data {
    fn of(&mut self, text: &str) -> String {
        let at = self.0.iter().position(|known| known == text).unwrap_or_else(|| {
            self.0.push(text.to_owned());
            self.0.len() - 1
        });
        format!("d{}", at + 1)
    }

    fn inner(&mut self, parts: &[Part]) -> String {
        let mut out = String::new();
        for part in parts {
            let _ = match part {
                Part::Words(words) => write!(out, "{}", escaped(words)),
                Part::Close(_) => write!(out, "</pc>"),
                Part::Alone(tag) => {
                    let says = tag.says.as_deref().unwrap_or_default();
                    let sort = if tag.markup == Some(true) { MARKUP } else { TOKEN };
                    let data = self.of(says);
                    let sort = sort.replacen('-', ":", 1);
                    write!(
                        out,
                        "<ph id=\"{}\" type=\"other\" subType=\"{sort}\" equiv=\"{}\" dataRef=\"{data}\"/>",
                        tag.key,
                        quoted(says)
                    )
                }
                Part::Open(tag) => {
                    let start = self.of(tag.says.as_deref().unwrap_or_default());
                    let end = self.of(tag.close.as_deref().unwrap_or_default());
                    write!(out, "<pc id=\"{}\" dataRefStart=\"{start}\" dataRefEnd=\"{end}\">", tag.key)
                }
            };
        }
        out
    }

    fn written(&self) -> String {
        if self.0.is_empty() {
            return String::new();
        }
        let row = |(n, text): (usize, &String)| format!("<data id=\"d{}\">{}</data>", n + 1, escaped(text));
        format!("<originalData>{}</originalData>", self.0.iter().enumerate().map(row).collect::<String>())
    }
}
