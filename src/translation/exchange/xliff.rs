//! XLIFF 1.2 and 2.0. Markup of a text travels as text: programs for translators have filters for
//! HTML within it, and what comes back is compared tag by tag anyway.

use std::fmt::Write;

use super::{
    Fault, Progress, Unit,
    xml::{Step, Tag, Walk, escaped},
};
use crate::kernel::Locale;

const NS12: &str = "urn:oasis:names:tc:xliff:document:1.2";
const NS20: &str = "urn:oasis:names:tc:xliff:document:2.0";

fn pair(units: &[Unit]) -> (Locale, Locale) {
    units.first().map_or((Locale::LT, Locale::EN), |u| (u.from, u.to))
}

pub(super) fn write12(units: &[Unit]) -> String {
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
            let format = if unit.rich { " datatype=\"html\"" } else { " datatype=\"plaintext\"" };
            let _ = write!(
                out,
                "<trans-unit id=\"{}\"{format} xml:space=\"preserve\"><source>{}</source>",
                escaped(&unit.id),
                escaped(&unit.source)
            );
            if unit.progress != Progress::Open {
                let _ = write!(out, "<target state=\"{state}\">{}</target>", escaped(&unit.target));
            }
            out.push_str("</trans-unit>\n");
        }
        out.push_str("</body></file>\n");
    }
    out.push_str("</xliff>\n");
    out
}

pub(super) fn write20(units: &[Unit]) -> String {
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
        let _ = write!(
            out,
            "<unit id=\"u{}\" name=\"{}\" type=\"vitrina:{}\" xml:space=\"preserve\"><segment state=\"{state}\"><source>{}</source>",
            n + 1,
            escaped(&unit.id),
            if unit.rich { "html" } else { "plain" },
            escaped(&unit.source)
        );
        if unit.progress != Progress::Open {
            let _ = write!(out, "<target>{}</target>", escaped(&unit.target));
        }
        out.push_str("</segment></unit>\n");
    }
    out.push_str("</file>\n</xliff>\n");
    out
}

fn by_pair(units: &[Unit]) -> Vec<&[Unit]> {
    units.chunk_by(|a, b| (a.from, a.to) == (b.from, b.to)).collect()
}

pub(super) fn read(text: &str) -> Result<Vec<Unit>, Fault> {
    let mut walk = Walk::new(text);
    let (mut all, mut way) = (Vec::new(), (None, None));
    loop {
        match walk.next()? {
            Step::Open(tag) if tag.name == "xliff" => way = (language(&tag, "srcLang"), language(&tag, "trgLang")),
            Step::Open(tag) if tag.name == "file" && tag.get("source-language").is_some() => {
                way = (language(&tag, "source-language"), language(&tag, "target-language"));
            }
            Step::Open(tag) if matches!(tag.name.as_str(), "trans-unit" | "unit") && !tag.empty => {
                let (Some(from), Some(to)) = way else { return Err(walk.fault("no source or target language")) };
                all.push(unit(&mut walk, &tag, from, to)?);
            }
            Step::End => return Ok(all),
            _ => {}
        }
    }
}

fn language(tag: &Tag, name: &str) -> Option<Locale> {
    tag.get(name)?.split(['-', '_']).next()?.to_ascii_lowercase().parse().ok()
}

fn unit(walk: &mut Walk, tag: &Tag, from: Locale, to: Locale) -> Result<Unit, Fault> {
    let id = tag.get("name").or_else(|| tag.get("id")).unwrap_or_default().to_owned();
    let rich = tag.get("datatype") == Some("html") || tag.get("type") == Some("vitrina:html");
    let mut unit = Unit { id, from, to, source: String::new(), target: String::new(), progress: Progress::Open, rich };
    let (mut state, mut has_target) = (String::new(), false);
    loop {
        match walk.next()? {
            Step::Open(inner) => match inner.name.as_str() {
                // A program may have cut a text into several segments.
                "segment" => state = inner.get("state").unwrap_or_default().to_owned(),
                "source" => unit.source += &walk.inner(&inner)?,
                "target" => {
                    has_target = true;
                    if let Some(own) = inner.get("state") {
                        state = own.to_owned();
                    }
                    unit.target += &walk.inner(&inner)?;
                }
                // Proposals of other programs are not translations.
                "alt-trans" | "notes" | "note" | "matches" | "originalData" => drop(walk.inner(&inner)?),
                _ => {}
            },
            Step::Close(name) if name == tag.name => break,
            Step::End => return Err(walk.fault("the file ends too early")),
            _ => {}
        }
    }
    unit.progress = match state.as_str() {
        _ if !has_target => Progress::Open,
        "new" | "initial" | "needs-translation" if unit.target.is_empty() => Progress::Open,
        "final" | "reviewed" | "signed-off" => Progress::Final,
        _ => Progress::Translated,
    };
    Ok(unit)
}
