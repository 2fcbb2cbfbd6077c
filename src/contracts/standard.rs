//! The built-in contract: goods and services sold on an offer, in the languages of the shop. It is a good
//! beginning and no advice of a lawyer.

use super::templates::{Key, Template};
use crate::kernel::Locale;

/// The code of the built-in template.
pub const CODE: &str = "sale";

const TEXTS: &[(&str, &str, &str, &str)] = &[
    ("lt", "Prekių ir paslaugų pardavimas", "Pirkimo–pardavimo sutartis", include_str!("standard/lt.txt")),
    ("en", "Sale of goods and services", "Contract of sale", include_str!("standard/en.txt")),
    ("de", "Verkauf von Waren und Leistungen", "Kaufvertrag", include_str!("standard/de.txt")),
];

/// One a language.
pub fn all() -> Vec<Template> {
    let one = |(locale, name, title, body): &(&str, &str, &str, &str)| {
        let key = Key::standard(locale.parse().ok()?);
        Some(Template { key, name: (*name).into(), title: (*title).into(), body: body.trim().to_owned(), changed_at: None })
    };
    TEXTS.iter().filter_map(one).collect()
}

/// The language whose built-in text a contract in this language begins with.
pub fn spoken(locale: Locale) -> Locale {
    let known = |of: Locale| TEXTS.iter().any(|(l, ..)| *l == of.as_str());
    if known(locale) { locale } else { Locale::EN }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{contracts::text, kernel::merge};

    #[test]
    fn the_built_in_texts_are_sound_and_say_the_same_in_every_language() {
        let all = all();
        assert_eq!(all.len(), 3);
        for template in &all {
            text::read(&template.body).sound().unwrap_or_else(|fault| panic!("{}: {fault}", template.key));
        }
        // Parts, clauses, conditions and fields stand in the same places.
        let shape = |body: &str| -> Vec<(String, Vec<String>)> {
            let lines = body.lines().map(str::trim).filter(|l| !l.is_empty());
            lines
                .map(|line| {
                    let mark = line.trim_start_matches(['#', '-', ' ']);
                    let mark = mark.strip_prefix('[').and_then(|m| m.split_once(']')).map_or("", |(m, _)| m);
                    let kind = line.chars().next().filter(|c| matches!(c, '#' | '-')).unwrap_or(' ');
                    let mut fields: Vec<String> = merge::fields(line).into_iter().map(str::to_owned).collect();
                    fields.sort();
                    (format!("{kind}{mark}"), fields)
                })
                .collect()
        };
        let source = shape(&all[0].body);
        for other in &all[1..] {
            let theirs = shape(&other.body);
            for (n, (a, b)) in source.iter().zip(&theirs).enumerate() {
                assert_eq!(a, b, "{}: line {n}", other.key);
            }
            assert_eq!(source.len(), theirs.len(), "{}", other.key);
        }
    }

    #[test]
    fn a_language_without_a_text_begins_with_english() {
        assert_eq!(spoken(Locale::DE), Locale::DE);
        assert_eq!(spoken("pl".parse().unwrap()), Locale::EN);
    }
}
