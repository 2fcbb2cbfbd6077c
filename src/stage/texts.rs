//! The texts of one locale: nested JSON flattened to dotted keys, plurals by CLDR category.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
    str::FromStr,
};

use icu_plurals::{PluralCategory, PluralOperands, PluralRuleType, PluralRules, PluralRulesOptions};
use serde_json::Value;

use crate::kernel::{Fault, Locale};

/// A text cut at its placeholders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Plain(Box<str>),
    Slot(Box<str>),
}

#[derive(Clone, Debug)]
enum Entry {
    One(Vec<Piece>),
    /// Indexed by [`slot_of`]; `other` is always there.
    Many(Box<[Option<Vec<Piece>>; 6]>),
}

struct Known {
    entry: Entry,
    from: Locale,
}

/// Every text of one locale, the gaps filled from its fallbacks.
pub struct Texts {
    locale: Locale,
    known: HashMap<Box<str>, Known>,
}

/// A text that was found, and the locale that it was found in.
pub struct Found<'a> {
    pub pieces: &'a [Piece],
    pub from: Locale,
}

impl Texts {
    /// `files` are the JSON texts of each locale of the chain, nearest first, each with its
    /// layers from the topmost down: a child theme that changes one word ships one word.
    pub fn read(locale: Locale, chain: &[(Locale, Vec<&str>)]) -> Result<Self, Fault> {
        let mut known = HashMap::new();
        for (from, layers) in chain {
            for json in layers {
                let tree: Value = serde_json::from_str(json).map_err(|e| Fault::bug(format!("locales/{from}.json: {e}")))?;
                flatten(&tree, String::new(), &mut |key, entry| {
                    known.entry(key.into_boxed_str()).or_insert(Known { entry, from: *from });
                })
                .map_err(|e| Fault::bug(format!("locales/{from}.json: {e}")))?;
            }
        }
        // A locale without rules must fail here, not on a page.
        rules(locale)?;
        Ok(Self { locale, known })
    }

    pub fn has(&self, key: &str) -> bool {
        self.known.contains_key(key)
    }

    /// Every key with the locale that its text comes from.
    pub fn keys(&self) -> impl Iterator<Item = (&str, Locale)> {
        self.known.iter().map(|(key, known)| (&**key, known.from))
    }

    /// The form of a text for `count`; without a count, or for a text without forms, the one there is.
    pub fn find(&self, key: &str, count: Option<PluralOperands>) -> Option<Found<'_>> {
        let known = self.known.get(key)?;
        let pieces = match &known.entry {
            Entry::One(pieces) => pieces,
            Entry::Many(forms) => {
                let category = count.map_or(PluralCategory::Other, |n| category(self.locale, n));
                forms[slot_of(category)].as_ref().or(forms[slot_of(PluralCategory::Other)].as_ref())?
            }
        };
        Some(Found { pieces, from: known.from })
    }

    /// The text with its placeholders filled; the key itself where there is no text, so that
    /// a gap is seen and never takes a page down.
    pub fn say(&self, key: &str, args: &BTreeMap<&str, String>) -> String {
        let count = args.get("n").and_then(|n| operands(n));
        let Some(found) = self.find(key, count) else { return key.to_owned() };
        let mut out = String::new();
        for piece in found.pieces {
            match piece {
                Piece::Plain(text) => out.push_str(text),
                Piece::Slot(name) => out.push_str(args.get(&**name).map_or("", String::as_str)),
            }
        }
        out
    }

    pub fn locale(&self) -> Locale {
        self.locale
    }

    /// The placeholders of every form of every text, for the comparison between locales.
    pub(super) fn slots(&self, key: &str) -> Vec<&str> {
        let Some(known) = self.known.get(key) else { return Vec::new() };
        let all: Vec<&Piece> = match &known.entry {
            Entry::One(pieces) => pieces.iter().collect(),
            Entry::Many(forms) => forms.iter().flatten().flatten().collect(),
        };
        let mut slots: Vec<&str> =
            all.into_iter().filter_map(|p| if let Piece::Slot(s) = p { Some(&**s) } else { None }).collect();
        slots.sort_unstable();
        slots.dedup();
        slots
    }

    /// The CLDR categories of this locale that a plural text does not spell out.
    pub(super) fn missing_forms(&self, key: &str) -> Vec<&'static str> {
        match self.known.get(key).map(|k| (&k.entry, k.from)) {
            Some((Entry::Many(forms), from)) if from == self.locale => {
                let Ok(rules) = rules(self.locale) else { return Vec::new() };
                rules.categories().filter(|c| forms[slot_of(*c)].is_none()).map(|c| FORMS[slot_of(c)]).collect()
            }
            _ => Vec::new(),
        }
    }
}

fn rules(locale: Locale) -> Result<PluralRules, Fault> {
    let tag: icu_locale_core::Locale = locale.as_str().parse().map_err(|e| Fault::bug(format!("locale {locale}: {e}")))?;
    let options = PluralRulesOptions::default().with_type(PluralRuleType::Cardinal);
    PluralRules::try_new(tag.into(), options).map_err(|e| Fault::bug(format!("plural rules of {locale}: {e}")))
}

thread_local! {
    // ICU4X's rules are bound to a thread unless a feature is set that would be set for every
    // other user of its data too; a copy a thread costs nothing and takes no lock.
    static RULES: RefCell<HashMap<Locale, PluralRules>> = RefCell::new(HashMap::new());
}

fn category(locale: Locale, n: PluralOperands) -> PluralCategory {
    RULES.with(|held| {
        if let Some(rules) = held.borrow().get(&locale) {
            return rules.category_for(n);
        }
        match rules(locale) {
            Ok(rules) => held.borrow_mut().entry(locale).or_insert(rules).category_for(n),
            Err(_) => PluralCategory::Other,
        }
    })
}

/// The operands of a number as it is written: "1.5" is not "1.50" in every language.
pub fn operands(number: &str) -> Option<PluralOperands> {
    fixed_decimal::Decimal::from_str(number).ok().as_ref().map(PluralOperands::from)
}

const FORMS: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];

fn slot_of(category: PluralCategory) -> usize {
    match category {
        PluralCategory::Zero => 0,
        PluralCategory::One => 1,
        PluralCategory::Two => 2,
        PluralCategory::Few => 3,
        PluralCategory::Many => 4,
        PluralCategory::Other => 5,
    }
}

/// An object of plural forms is a text, any other object is a branch of the tree.
fn flatten(tree: &Value, path: String, found: &mut impl FnMut(String, Entry)) -> Result<(), String> {
    match tree {
        Value::String(text) => {
            found(path, Entry::One(cut(text)));
            Ok(())
        }
        Value::Object(map) if map.contains_key("other") && map.keys().all(|k| FORMS.contains(&k.as_str())) => {
            let mut forms: [Option<Vec<Piece>>; 6] = Default::default();
            for (form, text) in map {
                let text = text.as_str().ok_or_else(|| format!("`{path}.{form}` is not a text"))?;
                forms[FORMS.iter().position(|f| f == form).unwrap_or(5)] = Some(cut(text));
            }
            found(path, Entry::Many(Box::new(forms)));
            Ok(())
        }
        Value::Object(map) => map.iter().try_for_each(|(name, branch)| {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            flatten(branch, path, found)
        }),
        _ => Err(format!("`{path}` is neither a text nor a group of texts")),
    }
}

/// `{name}` is a placeholder; a brace that opens nothing stands for itself.
pub fn cut(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        plain.push_str(&rest[..open]);
        let tail = &rest[open + 1..];
        let end = tail.find('}').filter(|end| {
            !tail[..*end].is_empty() && tail[..*end].bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'.')
        });
        match end {
            Some(end) => {
                if !plain.is_empty() {
                    pieces.push(Piece::Plain(std::mem::take(&mut plain).into()));
                }
                pieces.push(Piece::Slot(tail[..end].into()));
                rest = &tail[end + 1..];
            }
            None => {
                plain.push('{');
                rest = tail;
            }
        }
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        pieces.push(Piece::Plain(plain.into()));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(locale: Locale) -> Texts {
        let lt = r#"{"cart": {"items": {"one": "{n} prekė", "few": "{n} prekės", "many": "{n} prekės", "other": "{n} prekių"}, "title": "Krepšelis"}}"#;
        let en = r#"{"cart": {"items": {"one": "{n} item", "other": "{n} items"}}}"#;
        let chain = match locale {
            Locale::LT => vec![(Locale::LT, vec![lt])],
            _ => vec![(locale, vec![en]), (Locale::LT, vec![lt])],
        };
        Texts::read(locale, &chain).unwrap()
    }

    /// The rule as grammars give it, written out independently of ICU4X.
    fn lithuanian(n: u32) -> &'static str {
        let (tens, ones) = (n % 100, n % 10);
        if (11..=19).contains(&tens) || ones == 0 {
            "prekių"
        } else if ones == 1 {
            "prekė"
        } else {
            "prekės"
        }
    }

    #[test]
    fn lithuanian_plurals_are_right_for_every_number_to_a_thousand() {
        let texts = texts(Locale::LT);
        for n in 0..=1000 {
            let said = texts.say("cart.items", &BTreeMap::from([("n", n.to_string())]));
            assert_eq!(said, format!("{n} {}", lithuanian(n)));
        }
    }

    #[test]
    fn english_and_fractions() {
        let (en, lt) = (texts(Locale::EN), texts(Locale::LT));
        let say = |t: &Texts, n: &str| t.say("cart.items", &BTreeMap::from([("n", n.to_owned())]));
        assert_eq!(say(&en, "1"), "1 item");
        assert_eq!(say(&en, "0"), "0 items");
        assert_eq!(say(&lt, "1.5"), "1.5 prekės");
    }

    #[test]
    fn a_gap_is_filled_from_the_source_and_known_to_be() {
        let en = texts(Locale::EN);
        assert_eq!(en.find("cart.title", None).unwrap().from, Locale::LT);
        assert_eq!(en.say("cart.title", &BTreeMap::new()), "Krepšelis");
        assert_eq!(en.say("cart.nothing", &BTreeMap::new()), "cart.nothing");
    }

    #[test]
    fn the_upper_layer_wins() {
        let texts = Texts::read(Locale::LT, &[(Locale::LT, vec![r#"{"a":"own"}"#, r#"{"a":"theme","b":"theme"}"#])]).unwrap();
        assert_eq!(texts.say("a", &BTreeMap::new()), "own");
        assert_eq!(texts.say("b", &BTreeMap::new()), "theme");
    }

    #[test]
    fn braces_that_are_no_placeholder_stand_for_themselves() {
        assert_eq!(
            cut("a {b} {c d} {"),
            vec![Piece::Plain("a ".into()), Piece::Slot("b".into()), Piece::Plain(" {c d} {".into())]
        );
    }
}
