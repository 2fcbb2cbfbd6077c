//! XLIFF as it comes back: our own files, and what programs for translators make of them and of others'.

use std::collections::HashMap;

use super::{
    Fault, Progress, Unit,
    inline::{self, Part, Reading},
    xliff::{INLINE, MARKUP, TOKEN},
    xml::{Step, Tag, Walk},
};
use crate::kernel::Locale;

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
                all.push(unit(&mut walk, &tag, (from, to))?);
            }
            Step::End => return Ok(all),
            _ => {}
        }
    }
}

fn language(tag: &Tag, name: &str) -> Option<Locale> {
    tag.get(name)?.split(['-', '_']).next()?.to_ascii_lowercase().parse().ok()
}

fn unit(walk: &mut Walk, tag: &Tag, (from, to): (Locale, Locale)) -> Result<Unit, Fault> {
    let id = tag.get("name").or_else(|| tag.get("id")).unwrap_or_default().to_owned();
    let told = tag.get("type").unwrap_or_default();
    let rich = tag.get("datatype") == Some("html") || matches!(told, "vitrina:html" | "vitrina:inline");
    let inline = told == "vitrina:inline" || tag.get("restype").is_some_and(|t| t.ends_with(INLINE));
    let (mut source, mut target, mut data) = (Vec::new(), None::<Vec<Part>>, HashMap::new());
    let mut state = String::new();
    loop {
        match walk.next()? {
            Step::Open(inner) => match inner.name.as_str() {
                // A program may have cut a text into several segments.
                "segment" => state = inner.get("state").unwrap_or_default().to_owned(),
                "data" => drop(data.insert(inner.get("id").unwrap_or_default().to_owned(), walk.inner(&inner)?)),
                "source" => source.extend(parts(walk, &inner, &data)?),
                "target" => {
                    if let Some(own) = inner.get("state") {
                        state = own.to_owned();
                    }
                    target.get_or_insert_default().extend(parts(walk, &inner, &data)?);
                }
                // Proposals of other programs are not translations, nor is their cut of the source.
                "alt-trans" | "notes" | "note" | "matches" | "seg-source" => drop(walk.inner(&inner)?),
                _ => {}
            },
            Step::Close(name) if name == tag.name => break,
            Step::End => return Err(walk.fault("the file ends too early")),
            _ => {}
        }
    }
    let mut reading = Reading::new(rich && inline, (from, to));
    let source = reading.source(source);
    let has_target = target.is_some();
    let target = reading.target(target.unwrap_or_default());
    let progress = match state.as_str() {
        _ if !has_target => Progress::Open,
        "new" | "initial" | "needs-translation" if target.is_empty() => Progress::Open,
        "final" | "reviewed" | "signed-off" => Progress::Final,
        _ => Progress::Translated,
    };
    Ok(Unit { id, from, to, source, target, progress, rich })
}

/// What stands within the element that was just opened.
fn parts(walk: &mut Walk, of: &Tag, data: &HashMap<String, String>) -> Result<Vec<Part>, Fault> {
    let (mut all, mut open) = (Vec::new(), Vec::new());
    if of.empty {
        return Ok(all);
    }
    loop {
        match walk.next()? {
            Step::Text(text) => all.push(Part::Words(text)),
            Step::Open(tag) => {
                let around = matches!(tag.name.as_str(), "g" | "pc");
                match element(walk, &tag, data)? {
                    Some(inner) if around => {
                        let key = inner.key.clone();
                        all.push(Part::Open(inner));
                        if tag.empty { all.push(Part::Close(key)) } else { open.push(Some(key)) }
                    }
                    Some(inner) => all.push(Part::Alone(inner)),
                    // A mark around words: its words count.
                    None if !tag.empty => open.push(None),
                    None => all.extend(character(&tag).map(Part::Words)),
                }
            }
            Step::Close(_) => match open.pop() {
                Some(key) => all.extend(key.map(Part::Close)),
                None => return Ok(all),
            },
            Step::End => return Err(walk.fault("the file ends too early")),
        }
    }
}

/// An element that stands for something, read to its end unless words stand within it; none for a mark.
fn element(walk: &mut Walk, tag: &Tag, data: &HashMap<String, String>) -> Result<Option<inline::Tag>, Fault> {
    let name = tag.name.as_str();
    let of = |names: [&str; 3]| names.into_iter().find_map(|n| tag.get(n)).map(str::to_owned);
    let referred = |name: &str| tag.get(name).and_then(|id| data.get(id)).cloned();
    let code = match name {
        // In 1.2 their content is the code that they stand for.
        "bpt" | "ept" | "it" | "ph" => Some(walk.inner(tag)?).filter(|code| !code.is_empty()),
        "x" | "bx" | "ex" | "g" | "pc" => None,
        "sc" | "ec" => {
            if !tag.empty {
                walk.inner(tag)?;
            }
            None
        }
        _ => return Ok(None),
    };
    if matches!(name, "x" | "bx" | "ex") && !tag.empty {
        walk.inner(tag)?;
    }
    // Ours are `x` and `ph`, `g` and `pc`: one key in both, while pairs of two elements share their id.
    let id = of(["id", "startRef", "rid"]).unwrap_or_default();
    let key = if matches!(name, "x" | "ph" | "g" | "pc") { id } else { format!("{name}:{id}") };
    let says = code
        .or_else(|| referred("dataRef"))
        .or_else(|| referred("dataRefStart"))
        .or_else(|| of(["equiv-text", "equiv", "equivStart"]));
    let close = referred("dataRefEnd").or_else(|| tag.get("equivEnd").map(str::to_owned));
    let sort = tag.get("subType").or_else(|| tag.get("ctype")).unwrap_or_default().replacen(':', "-", 1);
    let markup = if sort.ends_with(MARKUP) { Some(true) } else { sort.ends_with(TOKEN).then_some(false) };
    Ok(Some(inline::Tag { key, says, close, markup }))
}

/// `<cp hex="001A"/>`: a character that XML cannot hold.
fn character(tag: &Tag) -> Option<String> {
    let hex = tag.get("hex").filter(|_| tag.name == "cp")?;
    u32::from_str_radix(hex, 16).ok().and_then(char::from_u32).map(String::from)
}
