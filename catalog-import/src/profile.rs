//! Mapping profiles: which heading means what, written as TOML.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::complaint::{Code, Complaint};
use crate::field::Field;

/// A mapping profile. The built-in ones stand in `profiles/`; a shop writes
/// its own in the same form.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    pub name: String,
    pub label: String,
    #[serde(default)]
    pub detect: Detect,
    #[serde(default)]
    pub grouping: Grouping,
    /// Headings that must be there.
    #[serde(default)]
    pub required: Vec<String>,
    /// Heading → field. `#` in a heading stands for a number, one `*` for
    /// anything. Case, `_`, `-` and doubled spaces do not matter.
    pub columns: BTreeMap<String, Column>,
    /// Words of the source → ours, by field: `[values.status]`.
    #[serde(default)]
    pub values: BTreeMap<String, BTreeMap<String, String>>,
}

/// How a file of this kind is recognised: all of these headings are there.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Detect {
    #[serde(default)]
    pub columns: Vec<Vec<String>>,
}

/// How rows become products.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grouping {
    #[serde(default)]
    pub by: GroupBy,
    /// Fields that hold the key, the first that the file has (`handle`).
    #[serde(default)]
    pub key: Vec<String>,
    /// Category that stands for the root and is no category.
    #[serde(default)]
    pub root_category: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum GroupBy {
    /// Every row is a product with one variant.
    #[default]
    None,
    /// Rows with the same key that follow each other are one product.
    Adjacent,
    /// Rows with the same key are one product wherever they stand.
    Key,
    /// A variation names its product by SKU or `id:…` (WooCommerce).
    Parent,
    /// A product lists the SKUs of its variations (Magento).
    Variations,
}

/// What a heading means: `"title"` or a table with details.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Column {
    Plain(String),
    Full(FullColumn),
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FullColumn {
    pub field: String,
    /// Separator of a list in the cell.
    pub split: Option<String>,
    /// Separator of the levels of a category path.
    pub level: Option<String>,
    pub unit: Option<String>,
    pub locale: Option<String>,
}

/// What the plan of one column says, numbers and stars filled in.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub field: Field,
    pub split: Option<String>,
    pub level: Option<String>,
    pub unit: Option<String>,
    pub locale: Option<String>,
    pub values: BTreeMap<String, String>,
}

const BUILT_IN: &[&str] = &[
    include_str!("../profiles/vitrina.toml"),
    include_str!("../profiles/shopify.toml"),
    include_str!("../profiles/woocommerce.toml"),
    include_str!("../profiles/magento2.toml"),
    include_str!("../profiles/spree.toml"),
    include_str!("../profiles/google-merchant.toml"),
    include_str!("../profiles/generic.toml"),
];

impl Profile {
    /// Reads a profile and checks every word in it.
    pub fn parse(text: &str) -> Result<Profile, Complaint> {
        let broken = |reason: String| Complaint::new(Code::ProfileBroken).with("reason", reason);
        let profile: Profile = toml::from_str(text).map_err(|e| broken(e.message().to_owned()))?;
        for (heading, column) in &profile.columns {
            let word = column.full().field;
            if Field::parse(&word, 1, "x").is_none() {
                return Err(broken(format!("column \"{heading}\": no field \"{word}\"")));
            }
        }
        for key in &profile.grouping.key {
            if Field::parse(key, 1, "x").is_none() {
                return Err(broken(format!("grouping: no field \"{key}\"")));
            }
        }
        Ok(profile)
    }

    /// The profiles that come with the house, in the order of detection.
    pub fn built_in() -> &'static [Profile] {
        static ALL: LazyLock<Vec<Profile>> = LazyLock::new(|| {
            let parse = |text: &&str| Profile::parse(text).expect("tested: built-in profiles parse");
            BUILT_IN.iter().map(parse).collect()
        });
        &ALL
    }

    pub fn named(name: &str) -> Result<Profile, Complaint> {
        let all = Profile::built_in();
        let known = all.iter().map(|p| p.name.as_str()).collect::<Vec<_>>().join(", ");
        let complaint = Complaint::new(Code::ProfileUnknown).with("value", name).with("known", known);
        all.iter().find(|p| p.name == name).cloned().ok_or(complaint)
    }

    /// Whether the headings (folded) are those of this profile.
    pub(crate) fn fits(&self, folded: &[String]) -> bool {
        let has = |wanted: &String| folded.contains(&fold(wanted));
        self.detect.columns.iter().any(|all| all.iter().all(has))
    }

    /// The rule for a heading: exact, with number, with star, in this order.
    pub(crate) fn rule(&self, heading: &str) -> Option<Rule> {
        self.rule_among(&self.patterns(), heading)
    }

    /// The headings folded, once for all columns of a file.
    pub(crate) fn patterns(&self) -> Vec<(String, FullColumn)> {
        self.columns.iter().map(|(heading, column)| (fold(heading), column.full())).collect()
    }

    pub(crate) fn rule_among(&self, patterns: &[(String, FullColumn)], heading: &str) -> Option<Rule> {
        let folded = fold(heading);
        let mut best: Option<(u8, Rule)> = None;
        for (pattern, full) in patterns {
            let Some((rank, number, star)) = matches(pattern, &folded, heading) else {
                continue;
            };
            if best.as_ref().is_some_and(|(r, _)| *r <= rank) {
                continue;
            }
            let full = full.clone();
            let Some(field) = Field::parse(&full.field, number, &star) else {
                continue;
            };
            // `title.*` and `custom_field.*`: a star with a locale is a language.
            let locale = full.locale.map(|l| l.replace('*', &star));
            let values = self.values.get(&full.field).cloned().unwrap_or_default();
            let rule = Rule { field, split: full.split, level: full.level, unit: full.unit, locale, values };
            best = Some((rank, rule));
        }
        best.map(|(_, rule)| rule)
    }
}

impl Column {
    fn full(&self) -> FullColumn {
        match self {
            Column::Plain(field) => FullColumn { field: field.clone(), ..FullColumn::default() },
            Column::Full(full) => full.clone(),
        }
    }
}

/// Lower case, one space for any run of blanks, `_` and `-`.
pub(crate) fn fold(heading: &str) -> String {
    let lower = heading.trim_start_matches('\u{feff}').to_lowercase();
    let words = lower.split(|c: char| c.is_whitespace() || matches!(c, '_' | '-' | '\u{a0}'));
    words.filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Rank (0 exact, 1 number, 2 star) with the number and the starred text.
fn matches(pattern: &str, folded: &str, heading: &str) -> Option<(u8, u32, String)> {
    if pattern == folded {
        return Some((0, 1, String::new()));
    }
    if let Some((before, after)) = pattern.split_once('#') {
        let middle = folded.strip_prefix(before)?.strip_suffix(after)?;
        return middle.trim().parse().ok().map(|number| (1, number, String::new()));
    }
    let (before, after) = pattern.split_once('*')?;
    let middle = folded.strip_prefix(before)?.strip_suffix(after)?;
    // The name as written, not folded, when folding kept the length.
    let same = heading.trim().len() == folded.len();
    let star = same.then(|| heading.trim().get(before.len()..folded.len() - after.len())).flatten();
    Some((2, 1, star.unwrap_or(middle).trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_profile_parses_and_has_its_own_name() {
        let names: Vec<_> = BUILT_IN.iter().map(|t| Profile::parse(t).unwrap().name).collect();
        let mut unique = names.clone();
        unique.sort();
        unique.dedup();
        assert_eq!(names.len(), unique.len());
    }

    #[test]
    fn headings_match_by_number_and_star() {
        let profile = Profile::named("shopify").unwrap();
        assert_eq!(profile.rule("Option2 Value").unwrap().field, Field::OptionValue(2));
        let spree = Profile::named("spree").unwrap();
        let rule = spree.rule("custom_field.custom.noise_level").unwrap();
        assert_eq!(rule.field, Field::AttributeNamed("noise_level".into()));
    }

    #[test]
    fn a_profile_with_a_wrong_word_is_refused() {
        let text = "name='x'\nlabel='X'\n[columns]\na='titel'\n";
        assert_eq!(Profile::parse(text).unwrap_err().code, "profile.broken");
    }
}
