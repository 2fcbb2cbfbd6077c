//! Numbers in texts: found with their units, written as another language writes them, compared.

use crate::kernel::Locale;

use super::names::ends_word;

/// Units that are written alike everywhere. Those of words ("vnt.", "pcs") are translated.
const UNITS: &[&str] = &[
    "mm²", "cm²", "dm²", "km²", "mm³", "cm³", "dm³", "mm2", "cm2", "mm3", "cm3", "kWh", "mAh", "MHz", "GHz", "kHz", "MPa", "kPa",
    "EUR", "USD", "GBP", "PLN", "min", "m²", "m³", "m2", "m3", "mm", "cm", "dm", "km", "µm", "mg", "kg", "ml", "cl", "kW", "MW",
    "Wh", "kV", "mA", "Ah", "Hz", "Pa", "bar", "Nm", "kJ", "dB", "lm", "lx", "px", "kB", "MB", "GB", "TB", "ms", "ha", "°C",
    "°F", "m", "g", "t", "l", "L", "W", "V", "A", "N", "J", "K", "h", "s", "°", "%", "‰", "€", "$", "£",
];
const SPACES: [char; 4] = [' ', '\u{a0}', '\u{202f}', '\u{2009}'];
const SIGNS: [char; 8] = ['+', '-', '−', '±', '€', '$', '£', '~'];

/// How many bytes of the text's beginning are a number with what belongs to it.
pub(super) fn at(text: &str, before: Option<char>) -> Option<usize> {
    let first = text.chars().next()?;
    let mut at = 0;
    if SIGNS.contains(&first) {
        // A dash between two figures parts them and is no sign of the second.
        if before.is_some_and(|c| c.is_ascii_digit() || c == '-' || c == '.') {
            return None;
        }
        at = first.len_utf8();
    }
    at += atom(&text[at..])?;
    while let Some(more) = joined(&text[at..]) {
        at += more;
    }
    Some(at + unit(&text[at..], &text[..at]))
}

/// Figures with what groups and divides them.
fn atom(text: &str) -> Option<usize> {
    let digits = |t: &str| t.bytes().take_while(u8::is_ascii_digit).count();
    let mut at = digits(text);
    if at == 0 {
        return None;
    }
    let mut grouped = at <= 3;
    loop {
        let rest = &text[at..];
        let Some(c) = rest.chars().next() else { return Some(at) };
        let n = digits(&rest[c.len_utf8()..]);
        let divides = matches!(c, '.' | ',' | ':' | '/' | '-') && n > 0;
        let groups = SPACES.contains(&c) && grouped && n == 3;
        if !divides && !groups {
            return Some(at);
        }
        grouped = groups;
        at += c.len_utf8() + n;
    }
}

/// ` × 90`, `–120`: the next number of the same measure.
fn joined(text: &str) -> Option<usize> {
    let trimmed = text.trim_start_matches(SPACES);
    let spaces = text.len() - trimmed.len();
    let sign = trimmed.chars().next().filter(|c| matches!(c, '×' | 'x' | 'X' | '–' | '*'))?;
    let after = trimmed[sign.len_utf8()..].trim_start_matches(SPACES);
    let gap = trimmed.len() - sign.len_utf8() - after.len();
    Some(spaces + sign.len_utf8() + gap + atom(after)?)
}

fn unit(text: &str, number: &str) -> usize {
    let trimmed = text.trim_start_matches(SPACES);
    let spaces = text.len() - trimmed.len();
    if spaces > 2 {
        return 0;
    }
    // "2026 m." is a year, "s." a page.
    let word = |u: &str| u.chars().all(|c| c.is_ascii_lowercase());
    let fits = |u: &&&str| {
        let rest = trimmed.strip_prefix(**u);
        let year = number.len() == 4 && number.bytes().all(|b| b.is_ascii_digit());
        rest.is_some_and(|r| ends_word(r) && !(u.len() == 1 && word(u) && (year || r.starts_with('.'))))
    };
    UNITS.iter().find(fits).map_or(0, |u| spaces + u.len())
}

/// The number as the other language writes it, where its own way of writing is certain; a date
/// written year first becomes a German one in German. Everything else stays as it is.
pub(super) fn localised(text: &str, from: Locale, to: Locale) -> String {
    if from == to {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 4);
    let mut at = 0;
    while at < text.len() {
        match atom(&text[at..]) {
            Some(n) => {
                out.push_str(&rewritten(&text[at..at + n], from, to));
                at += n;
            }
            None => {
                let c = text[at..].chars().next().unwrap_or_default();
                out.push(c);
                at += c.len_utf8();
            }
        }
    }
    euro(out, to)
}

/// English puts the sign before the sum, others behind it.
fn euro(text: String, to: Locale) -> String {
    match (to == Locale::EN, text.strip_suffix('€'), text.strip_prefix('€')) {
        (true, Some(sum), _) if !sum.contains('€') => format!("€{}", sum.trim_end_matches(SPACES)),
        (false, _, Some(sum)) if !sum.contains('€') => format!("{sum}\u{a0}€"),
        _ => text,
    }
}

struct Style {
    group: &'static [char],
    decimal: char,
}

fn style(locale: Locale) -> Option<(Style, &'static str)> {
    Some(match locale.as_str() {
        "en" => (Style { group: &[','], decimal: '.' }, ","),
        "de" | "da" | "nl" | "it" | "es" => (Style { group: &['.'], decimal: ',' }, "."),
        "lt" | "lv" | "et" | "pl" | "fr" | "ru" | "uk" | "cs" | "sv" | "fi" => (Style { group: &SPACES, decimal: ',' }, "\u{a0}"),
        _ => return None,
    })
}

fn rewritten(atom: &str, from: Locale, to: Locale) -> String {
    if let Some((y, m, d)) = iso_date(atom) {
        return if to == Locale::DE { format!("{d}.{m}.{y}") } else { atom.to_owned() };
    }
    let (Some((own, _)), Some((other, group))) = (style(from), style(to)) else { return atom.to_owned() };
    let (whole, part) = match atom.split_once(own.decimal) {
        Some((whole, part)) => (whole, Some(part)),
        None => (atom, None),
    };
    let figures = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    let groups: Vec<&str> = whole.split(own.group).collect();
    let well =
        groups.iter().enumerate().all(|(i, g)| figures(g) && (i == 0 && g.len() <= 3 || g.len() == 3 || groups.len() == 1));
    if !well || part.is_some_and(|p| !figures(p)) || (groups.len() == 1 && part.is_none()) {
        return atom.to_owned();
    }
    let mut out = groups.join(group);
    if let Some(part) = part {
        out.push(other.decimal);
        out.push_str(part);
    }
    out
}

fn iso_date(text: &str) -> Option<(&str, &str, &str)> {
    let mut parts = text.split('-');
    let (y, m, d) = (parts.next()?, parts.next()?, parts.next()?);
    let date = parts.next().is_none() && (y.len(), m.len(), d.len()) == (4, 2, 2);
    (date && [y, m, d].iter().all(|p| p.bytes().all(|b| b.is_ascii_digit()))).then_some((y, m, d))
}

/// The figures of a number whatever its language: what must be equal in source and translation.
pub(in super::super) fn canonical(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut at = 0;
    while at < text.len() {
        match atom(&text[at..]) {
            Some(n) => {
                all.push(value(&text[at..at + n]));
                at += n;
            }
            None => at += text[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
    all
}

fn value(atom: &str) -> String {
    let mut parts: Vec<&str> = atom.split(|c: char| !c.is_ascii_digit()).collect();
    // 30.11.2026 and 2026-11-30 are one day.
    if parts.len() == 3 && parts[2].len() == 4 {
        parts.reverse();
    }
    parts.concat()
}
