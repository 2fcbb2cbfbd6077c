//! Looks a translation over beside its source: what a person should see before it goes out.

use serde::{Deserialize, Serialize};

use super::{
    html,
    language::language_of,
    protect::{Names, Sort, canonical, find, tags},
};
use crate::kernel::{Locale, words};

/// What is suspicious about a translation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// A placeholder is missing, or there is one too many.
    Placeholder,
    /// Another set of numbers.
    Number,
    /// A name, code or address that stays in every language is missing or new.
    Name,
    /// HTML tags differ.
    Markup,
    /// Far shorter or longer than the source.
    Length,
    /// The same as the source although it has words.
    Untranslated,
    /// A word of the glossary was translated otherwise.
    Glossary,
    /// Characters that no text should have: invisible ones, leftovers of a broken encoding.
    Characters,
    /// It reads as another language.
    Language,
}

impl Flag {
    pub const ALL: &'static [Flag] = &[
        Self::Placeholder,
        Self::Number,
        Self::Name,
        Self::Markup,
        Self::Length,
        Self::Untranslated,
        Self::Glossary,
        Self::Characters,
        Self::Language,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Placeholder => "placeholder",
            Self::Number => "number",
            Self::Name => "name",
            Self::Markup => "markup",
            Self::Length => "length",
            Self::Untranslated => "untranslated",
            Self::Glossary => "glossary",
            Self::Characters => "characters",
            Self::Language => "language",
        }
    }
}

/// A source and its translation.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    pub source: &'a str,
    pub target: &'a str,
    pub from: Locale,
    pub to: Locale,
    /// Both are HTML.
    pub rich: bool,
}

/// A word and how it is to be translated.
pub type Term = (String, String);

/// Everything suspicious, in the order of [`Flag::ALL`].
pub fn flags(pair: &Pair, names: &Names, glossary: &[Term]) -> Vec<Flag> {
    let bare = |text: &str| if pair.rich { html::words(text) } else { text.to_owned() };
    let (source, target) = (bare(pair.source), bare(pair.target));
    let (ours, theirs) = (Pieces::of(&source, names), Pieces::of(&target, names));
    let raised = |flag: &Flag| match flag {
        Flag::Placeholder => ours.placeholders != theirs.placeholders,
        Flag::Number => ours.numbers != theirs.numbers,
        Flag::Name => ours.names != theirs.names,
        Flag::Markup => pair.rich && tags(pair.source) != tags(pair.target),
        Flag::Length => is_odd(ours.length, theirs.length),
        Flag::Untranslated => source.trim() == target.trim() && words(&source).len() > 3,
        Flag::Glossary => glossary.iter().any(|term| is_missed(&source, &target, term)),
        Flag::Characters => pair.target.chars().any(|c| is_forbidden(c) && !pair.source.contains(c)),
        Flag::Language => language_of(&target).is_some_and(|l| l != pair.to) && words(&target).len() >= 4,
    };
    Flag::ALL.iter().copied().filter(raised).collect()
}

#[derive(Default)]
struct Pieces {
    placeholders: Vec<String>,
    numbers: Vec<String>,
    names: Vec<String>,
    /// Of the words between them.
    length: usize,
}

impl Pieces {
    fn of(text: &str, names: &Names) -> Self {
        let mut pieces = Self::default();
        let length = |text: &str| text.split_whitespace().map(|w| w.chars().count() + 1).sum::<usize>();
        let mut from = 0;
        for found in find(text, names) {
            let said = &text[found.at.clone()];
            pieces.length += length(&text[from..found.at.start]);
            from = found.at.end;
            match found.sort {
                Sort::Placeholder => pieces.placeholders.push(said.to_owned()),
                Sort::Number => pieces.numbers.extend(canonical(said)),
                Sort::Address | Sort::Name | Sort::Code => pieces.names.push(said.to_owned()),
            }
        }
        pieces.length += length(&text[from..]);
        for list in [&mut pieces.placeholders, &mut pieces.numbers, &mut pieces.names] {
            list.sort_unstable();
        }
        pieces
    }
}

/// Outside 0.4 to 2.5 times the source's length; a word alone may be what it likes.
fn is_odd(ours: usize, theirs: usize) -> bool {
    ours.max(theirs) > 12 && (theirs * 10 < ours * 4 || theirs * 10 > ours * 25)
}

/// The term is in the source and its translation is not in the target. The last letters of a word
/// may differ: they bend.
fn is_missed(source: &str, target: &str, (term, wanted): &Term) -> bool {
    let (source, target) = (words(source), words(target));
    has_term(&source, &words(term)) && !has_term(&target, &words(wanted))
}

fn has_term(text: &[String], term: &[String]) -> bool {
    !term.is_empty() && text.windows(term.len()).any(|w| w.iter().zip(term).all(|(word, stem)| bends_from(word, stem)))
}

fn bends_from(word: &str, stem: &str) -> bool {
    let n = stem.chars().count();
    // Short words are compared whole.
    let held = if n <= 4 { n } else { n - n.div_ceil(4).min(3) };
    let head: String = stem.chars().take(held).collect();
    // A compound begins with the whole of it.
    word.starts_with(stem) || word.starts_with(&head) && word.chars().count() <= n + 4
}

fn is_forbidden(c: char) -> bool {
    matches!(c, '\u{fffd}' | '\u{feff}' | '\u{200b}' | '\u{2060}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{e000}'..='\u{f8ff}')
        || c.is_control() && !matches!(c, '\n' | '\t')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LT: Locale = Locale::LT;
    const DE: Locale = Locale::DE;

    fn found(source: &str, target: &str) -> Vec<Flag> {
        let names = Names::new(["Nida"]);
        let glossary = [("ąžuolas".to_owned(), "Eiche".to_owned())];
        flags(&Pair { source, target, from: LT, to: DE, rich: source.starts_with('<') }, &names, &glossary)
    }

    #[test]
    fn each_flag_is_raised_by_its_own_fault() {
        for (source, target, want) in [
            ("Stalas Nida, 180 × 90 cm", "Tisch Nida, 180 × 90 cm", vec![]),
            ("Kaina 1 234,50 € iki 2026-11-30", "Preis 1.234,50 € bis 30.11.2026", vec![]),
            ("Sveiki, {{ name }}", "Hallo", vec![Flag::Placeholder]),
            ("Sveiki", "Hallo {{ name }}", vec![Flag::Placeholder]),
            ("Aukštis 75 cm", "Höhe 57 cm", vec![Flag::Number]),
            ("Aukštis 75 cm ir 75 cm", "Höhe 75 cm", vec![Flag::Number]),
            ("Stalas Nida", "Tisch Neringa", vec![Flag::Name]),
            ("<p>Gera <em>kėdė</em></p>", "<p>Guter Stuhl</p>", vec![Flag::Markup]),
            ("Stalas iš ąžuolo", "Tisch aus Eiche", vec![]),
            ("Stalas iš ąžuolo medienos", "Tisch aus Eichenholz hier", vec![]),
            ("Stalas iš ąžuolo", "Tisch aus Buche", vec![Flag::Glossary]),
            ("Labai gera medinė kėdė", "Labai gera medinė kėdė", vec![Flag::Untranslated]),
            ("Labai ilgas aprašymas apie stalą", "Tisch", vec![Flag::Length]),
            ("Gera kėdė", "Guter Stuhl\u{200b}", vec![Flag::Characters]),
            ("Stalas yra geras ir pigus", "The table is good and cheap", vec![Flag::Language]),
        ] {
            assert_eq!(found(source, target), want, "{source} → {target}");
        }
    }

    proptest! {
        /// A text has nothing suspicious beside itself but that it is no translation.
        #[test]
        fn a_text_beside_itself(text in "[A-ZĄČĘa-ząčę0-9 .,{}%€-]{0,80}") {
            let found = flags(&Pair { source: &text, target: &text, from: LT, to: DE, rich: false }, &Names::default(), &[]);
            prop_assert!(found.iter().all(|f| matches!(f, Flag::Untranslated | Flag::Language)), "{:?}", found);
        }

        #[test]
        fn a_changed_figure_is_seen(n in 0_u32..1_000_000, other in 0_u32..1_000_000) {
            prop_assume!(n != other);
            let found = found(&format!("Plotis {n} mm"), &format!("Breite {other} mm"));
            prop_assert!(found.contains(&Flag::Number));
        }
    }
}
