//! A guess at the language of a text, by its commonest words. It says nothing rather than
//! something wrong: only the flag of a translation hangs on it.

use crate::kernel::Locale;

const COMMON: &[(&str, &[&str])] = &[
    (
        "lt",
        &[
            "ir", "yra", "su", "iš", "į", "kad", "prie", "arba", "bei", "iki", "nuo", "per", "taip", "tik", "už", "ant", "kaip",
            "būti", "šis", "ši", "jūsų", "ne",
        ],
    ),
    (
        "en",
        &[
            "the", "and", "of", "is", "with", "for", "this", "your", "from", "are", "that", "you", "be", "can", "by", "has",
            "it", "or", "not", "our",
        ],
    ),
    (
        "de",
        &[
            "und", "der", "die", "das", "mit", "ist", "für", "ein", "eine", "von", "aus", "den", "im", "zu", "auf", "oder",
            "nicht", "sind", "ihre", "wird",
        ],
    ),
    ("pl", &["i", "jest", "z", "na", "do", "się", "oraz", "lub", "przez", "dla", "nie", "od", "w", "po"]),
    ("lv", &["un", "ir", "ar", "no", "uz", "par", "vai", "lai", "jūsu", "kas", "tiek"]),
    ("et", &["ja", "on", "ning", "või", "kui", "mis", "see", "ka", "teie", "ei"]),
    ("fr", &["le", "la", "les", "et", "de", "des", "est", "avec", "pour", "une", "du", "votre", "dans", "sur"]),
    ("es", &["el", "los", "las", "y", "con", "para", "una", "del", "por", "su", "que", "es"]),
];

/// The language whose common words the text has, when it is clearly that one.
pub(super) fn language_of(text: &str) -> Option<Locale> {
    let words: Vec<String> = text
        .split(|c: char| !c.is_alphabetic())
        .filter(|w| !w.is_empty())
        .map(|w| w.chars().flat_map(char::to_lowercase).collect())
        .collect();
    if words.iter().any(|w| w.chars().any(|c| ('а'..='я').contains(&c))) {
        return "ru".parse().ok();
    }
    let mut counts: Vec<(usize, &str)> =
        COMMON.iter().map(|(locale, common)| (words.iter().filter(|w| common.contains(&w.as_str())).count(), *locale)).collect();
    counts.sort_by(|a, b| b.cmp(a));
    match counts.as_slice() {
        [(most, locale), (next, _), ..] if *most >= 2 && *most > 2 * next => locale.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_told_apart_or_not_at_all() {
        for (text, want) in [
            ("The table is made of oak and the chairs are not", Some("en")),
            ("Der Tisch ist aus Eiche und die Stühle sind nicht dabei", Some("de")),
            ("Stalas yra iš ąžuolo ir kėdės prie jo", Some("lt")),
            ("Стол из дуба", Some("ru")),
            ("Nida 180 cm", None),
            ("Tisch", None),
        ] {
            assert_eq!(language_of(text).map(|l| l.to_string()).as_deref(), want, "{text}");
        }
    }
}
