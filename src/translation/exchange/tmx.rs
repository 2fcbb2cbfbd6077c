//! TMX 1.4b: <https://www.gala-global.org/tmx-14b>. The seven attributes of its header are required.

use std::fmt::Write;

use super::{
    Domain, Fault, NewMemory,
    xml::{Step, Tag, Walk, escaped},
};
use crate::{kernel::Locale, translation::TextOrigin};

const DOMAIN: &str = "x-domain";
const ORIGIN: &str = "x-origin";

pub(super) fn write(entries: &[NewMemory]) -> String {
    let source = entries.first().map_or(Locale::LT, |e| e.from);
    let mixed = entries.iter().any(|e| e.from != source);
    let named = if mixed { "*all*".to_owned() } else { source.to_string() };
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE tmx SYSTEM \"tmx14.dtd\">\n<tmx version=\"1.4\">\n\
         <header creationtool=\"Vitrina\" creationtoolversion=\"{}\" segtype=\"block\" o-tmf=\"Vitrina\" adminlang=\"en\" \
         srclang=\"{named}\" datatype=\"plaintext\"/>\n<body>\n",
        env!("CARGO_PKG_VERSION")
    );
    for entry in entries {
        // The first language of a unit is its source.
        let _ = writeln!(
            out,
            "<tu srclang=\"{from}\"><prop type=\"{DOMAIN}\">{domain}</prop><prop type=\"{ORIGIN}\">{origin}</prop>\
             <tuv xml:lang=\"{from}\"><seg>{source}</seg></tuv><tuv xml:lang=\"{to}\"><seg>{target}</seg></tuv></tu>",
            from = entry.from,
            to = entry.to,
            domain = entry.domain.as_str(),
            origin = entry.origin.as_str(),
            source = escaped(&entry.source),
            target = escaped(&entry.target),
        );
    }
    out.push_str("</body>\n</tmx>\n");
    out
}

pub(super) fn read(text: &str, domain: Domain) -> Result<Vec<NewMemory>, Fault> {
    let mut walk = Walk::new(text);
    let mut all = Vec::new();
    let mut common = None;
    loop {
        match walk.next()? {
            Step::Open(tag) if tag.name == "header" => common = tag.get("srclang").and_then(locale),
            Step::Open(tag) if tag.name == "tu" && !tag.empty => {
                let own = tag.get("srclang").and_then(locale).or(common);
                all.extend(unit(&mut walk, own, domain)?);
            }
            Step::End => return Ok(all),
            _ => {}
        }
    }
}

/// `lt`, `LT`, `lt-LT`; languages of three letters are none of the shop's.
fn locale(tag: &str) -> Option<Locale> {
    tag.split(['-', '_']).next()?.to_ascii_lowercase().parse().ok()
}

/// The source with every other language of the unit.
fn unit(walk: &mut Walk, source: Option<Locale>, mut domain: Domain) -> Result<Vec<NewMemory>, Fault> {
    let mut said: Vec<(Locale, String)> = Vec::new();
    let mut origin = TextOrigin::Human;
    let mut language = None;
    loop {
        match walk.next()? {
            Step::Open(tag) if tag.name == "prop" => {
                let kind = tag.get("type").unwrap_or_default().to_owned();
                let value = walk.inner(&tag)?;
                match kind.as_str() {
                    DOMAIN => domain = value.trim().parse().unwrap_or(domain),
                    ORIGIN => origin = value.trim().parse().unwrap_or(origin),
                    _ => {}
                }
            }
            Step::Open(tag) if tag.name == "tuv" => language = lang(&tag),
            Step::Open(tag) if tag.name == "seg" => {
                let text = walk.inner(&tag)?;
                said.extend(language.map(|l| (l, text)));
            }
            Step::Close(name) if name == "tu" => break,
            Step::End => return Err(walk.fault("the file ends too early")),
            _ => {}
        }
    }
    let at = source.and_then(|l| said.iter().position(|(own, _)| *own == l)).unwrap_or(0);
    if said.is_empty() {
        return Ok(Vec::new());
    }
    let (from, source) = said.remove(at);
    let full = |text: &str| !text.trim().is_empty();
    Ok(said
        .into_iter()
        .filter(|(to, target)| *to != from && full(target) && full(&source))
        .map(|(to, target)| NewMemory { from, to, domain, source: source.clone(), target, origin })
        .collect())
}

fn lang(tag: &Tag) -> Option<Locale> {
    tag.get("xml:lang").or_else(|| tag.get("lang")).and_then(locale)
}
