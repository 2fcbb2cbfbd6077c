//! The notation of a contract: what anybody can read and write.
//!
//! ```text
//! Pardavėjas ir Pirkėjas sudarė šią sutartį.
//!
//! # Sutarties dalykas
//!
//! Pardavėjas parduoda Pirkėjui prekes, išvardytas {offer} priede.
//!
//! [deposit] Pirkėjas sumoka avansą:
//! - {deposit} per {payment_days} d.;
//! - likusią sumą {rest} – pristačius.
//! ```
//!
//! A line that begins with `#` opens a part; clauses stand between empty lines and are numbered by the
//! program; lines that begin with `-` are points of the clause above. `{field}` is filled or refused.
//! `[condition]` before a part, a clause or a point keeps it only where the condition holds, `[!condition]`
//! only where it does not. What falls away leaves no gap in the numbers.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Fault;
use crate::kernel::{self, merge};

/// What a text may name.
pub const FIELDS: &[&str] = &[
    "number",
    "date",
    "place",
    "offer",
    "offer_date",
    "manager",
    "shop",
    "seller",
    "seller_code",
    "seller_vat",
    "seller_address",
    "seller_email",
    "seller_phone",
    "seller_bank",
    "seller_iban",
    "seller_person",
    "seller_role",
    "seller_basis",
    "buyer",
    "buyer_code",
    "buyer_vat",
    "buyer_address",
    "buyer_email",
    "buyer_phone",
    "buyer_person",
    "buyer_role",
    "buyer_basis",
    "net",
    "vat",
    "total",
    "total_words",
    "deposit",
    "rest",
    "payment_days",
    "delivery",
    "delivery_address",
    "delivery_days",
    "warranty_months",
    "interest",
    "cap",
];

/// What parts may hang on.
pub const CONDITIONS: &[&str] = &["business", "consumer", "deposit", "delivered", "collected", "vat"];

/// The most letters of a text.
const MOST: usize = 60_000;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    preamble: Vec<RawClause>,
    parts: Vec<RawPart>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct RawPart {
    when: Option<When>,
    title: String,
    clauses: Vec<RawClause>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct RawClause {
    when: Option<When>,
    text: String,
    points: Vec<(Option<When>, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct When {
    name: String,
    not: bool,
}

/// The clauses with their numbers, every field filled.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Written {
    pub preamble: Vec<String>,
    pub parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// `3`
    pub n: String,
    pub title: String,
    pub clauses: Vec<Clause>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clause {
    /// `3.2`
    pub n: String,
    pub text: String,
    /// `3.2.1` and what it says.
    pub points: Vec<(String, String)>,
}

/// Reads a text; anything is one.
pub fn read(text: &str) -> Draft {
    let mut draft = Draft::default();
    let mut begun: Option<RawClause> = None;
    for line in text.lines().map(str::trim) {
        let title = line.strip_prefix('#').map(|rest| rest.trim_start_matches('#').trim());
        if line.is_empty() || title.is_some() {
            draft.take(begun.take());
        }
        if let Some(title) = title {
            let (when, title) = marked(title);
            draft.parts.push(RawPart { when, title: title.to_owned(), clauses: Vec::new() });
        } else if let (Some(point), Some(clause)) = (line.strip_prefix("- "), begun.as_mut()) {
            let (when, point) = marked(point.trim());
            clause.points.push((when, point.to_owned()));
        } else if !line.is_empty() {
            match begun.as_mut() {
                // A clause may be written over several lines; so may its last point.
                Some(clause) => {
                    let last = clause.points.last_mut().map_or(&mut clause.text, |(_, text)| text);
                    last.push(' ');
                    last.push_str(line);
                }
                None => {
                    let (when, text) = marked(line);
                    begun = Some(RawClause { when, text: text.to_owned(), points: Vec::new() });
                }
            }
        }
    }
    draft.take(begun);
    draft
}

/// A mark before a text, and the text.
fn marked(text: &str) -> (Option<When>, &str) {
    let Some((name, rest)) = text.strip_prefix('[').and_then(|t| t.split_once(']')) else { return (None, text) };
    let (not, name) = name.strip_prefix('!').map_or((false, name), |name| (true, name));
    // Other brackets are the writer's own.
    if name.is_empty() || !name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
        return (None, text);
    }
    (Some(When { name: name.to_owned(), not }), rest.trim_start())
}

impl Draft {
    fn take(&mut self, clause: Option<RawClause>) {
        let Some(clause) = clause else { return };
        match self.parts.last_mut() {
            Some(part) => part.clauses.push(clause),
            None => self.preamble.push(clause),
        }
    }

    /// Every text with its place and its mark: as they are numbered while nothing falls away.
    fn each(&self, mut see: impl FnMut(String, Option<&When>, &str)) {
        for (n, clause) in self.preamble.iter().enumerate() {
            clause.each(&format!("¶ {}", n + 1), &mut see);
        }
        for (n, part) in self.parts.iter().enumerate() {
            see(format!("{} „{}“", n + 1, part.title), part.when.as_ref(), &part.title);
            for (m, clause) in part.clauses.iter().enumerate() {
                clause.each(&format!("{}.{} „{}“", n + 1, m + 1, part.title), &mut see);
            }
        }
    }

    /// What keeps it from being a template: fields and conditions that there are not, each with its place.
    ///
    /// # Errors
    /// All of [`Fault::UnknownField`] and [`Fault::UnknownCondition`] at once; [`Fault::NoClauses`].
    pub fn sound(&self) -> Result<(), kernel::Fault> {
        let mut faults: Vec<kernel::Fault> = Vec::new();
        if self.parts.iter().all(|part| part.clauses.is_empty()) {
            faults.push(Fault::NoClauses.into());
        }
        self.each(|at, when, text| {
            if let Some(when) = when.filter(|w| !CONDITIONS.contains(&w.name.as_str())) {
                faults.push(Fault::UnknownCondition { name: when.name.clone(), at: at.clone() }.into());
            }
            for name in merge::fields(text).into_iter().filter(|name| !FIELDS.contains(name)) {
                faults.push(Fault::UnknownField { name: name.to_owned(), at: at.clone() }.into());
            }
        });
        kernel::Fault::gather(faults).map_or(Ok(()), Err)
    }

    /// The clauses as they will be read.
    ///
    /// # Errors
    /// Those of [`Draft::sound`]; [`Fault::Unresolved`] for every field of what stands about which nothing
    /// is known, with its place.
    pub fn write(&self, known: &BTreeMap<&str, String>, holds: &BTreeSet<&str>) -> Result<Written, kernel::Fault> {
        self.sound()?;
        let mut pen = Pen { known, holds, faults: Vec::new() };
        let mut written = Written::default();
        let preamble: Vec<&RawClause> = self.preamble.iter().filter(|c| pen.keeps(c.when.as_ref())).collect();
        for (n, clause) in preamble.into_iter().enumerate() {
            let at = format!("¶ {}", n + 1);
            written.preamble.push(pen.fill(&at, &clause.text));
            written.preamble.extend(clause.points.iter().map(|(_, text)| pen.fill(&at, text)));
        }
        let parts: Vec<&RawPart> = self.parts.iter().filter(|p| pen.keeps(p.when.as_ref())).collect();
        for part in parts {
            let clauses: Vec<&RawClause> = part.clauses.iter().filter(|c| pen.keeps(c.when.as_ref())).collect();
            if clauses.is_empty() {
                continue;
            }
            let n = (written.parts.len() + 1).to_string();
            let title = pen.fill(&n, &part.title);
            let clauses = clauses.iter().enumerate().map(|(m, c)| pen.clause(format!("{n}.{}", m + 1), &title, c)).collect();
            written.parts.push(Part { n, title, clauses });
        }
        kernel::Fault::gather(pen.faults).map_or(Ok(written), Err)
    }
}

impl RawClause {
    fn each(&self, at: &str, see: &mut impl FnMut(String, Option<&When>, &str)) {
        see(at.to_owned(), self.when.as_ref(), &self.text);
        for (when, text) in &self.points {
            see(at.to_owned(), when.as_ref(), text);
        }
    }
}

struct Pen<'a> {
    known: &'a BTreeMap<&'a str, String>,
    holds: &'a BTreeSet<&'a str>,
    faults: Vec<kernel::Fault>,
}

impl Pen<'_> {
    fn keeps(&self, when: Option<&When>) -> bool {
        when.is_none_or(|when| self.holds.contains(when.name.as_str()) != when.not)
    }

    fn fill(&mut self, at: &str, text: &str) -> String {
        merge::fill(text, self.known).unwrap_or_else(|gap| {
            self.faults.push(Fault::Unresolved { name: gap.field, at: at.to_owned() }.into());
            text.to_owned()
        })
    }

    fn clause(&mut self, n: String, title: &str, clause: &RawClause) -> Clause {
        let at = format!("{n} „{title}“");
        let text = self.fill(&at, &clause.text);
        let points: Vec<&String> = clause.points.iter().filter(|(when, _)| self.keeps(when.as_ref())).map(|(_, t)| t).collect();
        let points = points.into_iter().enumerate().map(|(p, text)| (format!("{n}.{}", p + 1), self.fill(&at, text))).collect();
        Clause { n, text, points }
    }
}

/// A text that may be kept: tidied, and sound.
///
/// # Errors
/// [`Fault::TooLong`]; those of [`Draft::sound`].
pub fn checked(text: &str) -> Result<String, kernel::Fault> {
    let text = text.replace('\r', "");
    if text.chars().count() > MOST {
        return Err(Fault::TooLong.into());
    }
    read(&text).sound()?;
    Ok(text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "Šalys susitarė.\n\n# Dalykas\n\nParduodama {total}.\n\n[deposit] Avansas:\n- {deposit};\n- [!vat] be PVM.\n\n\
                        # [consumer] Atsisakymas\n\nPer 14 dienų.\n\n# Pabaiga\n\nSurašyta\nlietuviškai.\n";

    fn known() -> BTreeMap<&'static str, String> {
        BTreeMap::from([("total", "10 €".to_owned()), ("deposit", String::new())])
    }

    #[test]
    fn what_does_not_hold_falls_away_and_leaves_no_gap() {
        let written = read(TEXT).write(&known(), &BTreeSet::new()).unwrap();
        assert_eq!(written.preamble, ["Šalys susitarė."]);
        let titles: Vec<(&str, &str)> = written.parts.iter().map(|p| (p.n.as_str(), p.title.as_str())).collect();
        assert_eq!(titles, [("1", "Dalykas"), ("2", "Pabaiga")]);
        assert_eq!(written.parts[0].clauses[0].text, "Parduodama 10 €.");
        assert_eq!(
            (written.parts[1].clauses[0].n.as_str(), written.parts[1].clauses[0].text.as_str()),
            ("2.1", "Surašyta lietuviškai.")
        );
    }

    #[test]
    fn what_holds_has_to_be_whole_and_a_gap_says_where() {
        let holds = BTreeSet::from(["deposit", "consumer"]);
        let fault = read(TEXT).write(&known(), &holds).unwrap_err();
        assert_eq!(
            (fault.code, fault.args),
            ("contracts.unresolved", vec![("name", "deposit".into()), ("at", "1.2 „Dalykas“".into())])
        );
        let whole = BTreeMap::from([("total", "10 €".to_owned()), ("deposit", "3 €".to_owned())]);
        let written = read(TEXT).write(&whole, &holds).unwrap();
        let points = &written.parts[0].clauses[1].points;
        assert_eq!(points, &[("1.2.1".to_owned(), "3 €;".to_owned()), ("1.2.2".to_owned(), "be PVM.".to_owned())]);
        assert_eq!(written.parts[1].title, "Atsisakymas");
    }

    #[test]
    fn a_slip_in_a_template_is_named_with_its_place_and_all_at_once() {
        let fault = checked("# Kaina\n\nSuma {totl}.\n\n[verslas] Sąlyga {kita}.\n").unwrap_err();
        let all: Vec<(&str, String)> = fault.all().map(|f| (f.code, format!("{} {}", f.args[0].1, f.args[1].1))).collect();
        assert_eq!(
            all,
            [
                ("contracts.unknown_field", "totl 1.1 „Kaina“".to_owned()),
                ("contracts.unknown_condition", "verslas 1.2 „Kaina“".to_owned()),
                ("contracts.unknown_field", "kita 1.2 „Kaina“".to_owned()),
            ]
        );
        assert_eq!(checked("tik įžanga").unwrap_err().code, "contracts.no_clauses");
        assert!(checked("# A\n\n[1] išnaša ir {Kas}").is_ok(), "other brackets and braces are the writer's own");
        assert_eq!(checked(&"a".repeat(MOST + 1)).unwrap_err().code, "contracts.too_long");
    }
}
