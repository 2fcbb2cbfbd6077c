//! The columns of one file under one profile: what each cell means.

use std::collections::HashSet;

use crate::amount::Comma;
use crate::complaint::{Code, Complaint};
use crate::draft::Given;
use crate::field::Field;
use crate::options::Options;
use crate::profile::{FullColumn, Profile, Rule, fold};
use crate::source::{Columns, Row};

pub(crate) struct Plan {
    pub profile: Profile,
    patterns: Vec<(String, FullColumn)>,
    rules: Vec<Option<Rule>>,
    /// Headings folded, to see one that comes twice.
    seen: HashSet<String>,
    /// Headings, for complaints.
    names: Vec<String>,
    pub locale: String,
    pub currency: String,
    pub comma: Comma,
    /// What the heading gives; for feeds and JSON every product's own cells.
    pub given: Option<Given>,
}

/// One row's cells with their meaning.
pub(crate) struct Facts<'p> {
    pub number: u64,
    pub cells: Vec<Fact<'p>>,
}

#[derive(Clone, Copy)]
pub(crate) struct Fact<'p> {
    pub rule: &'p Rule,
    pub text: &'p str,
    pub column: &'p str,
}

impl Plan {
    pub(crate) fn new(profile: Profile, options: &Options, comma: Comma) -> Plan {
        Plan {
            patterns: profile.patterns(),
            profile,
            rules: Vec::new(),
            seen: HashSet::new(),
            names: Vec::new(),
            locale: options.locale.clone(),
            currency: options.currency.clone(),
            comma,
            given: None,
        }
    }

    /// Learns columns it has not seen; unknown ones are named once.
    pub(crate) fn learn(&mut self, columns: &Columns) -> Vec<Complaint> {
        let mut complaints = Vec::new();
        for name in columns.names().get(self.names.len()..).unwrap_or_default() {
            let known = fold(name);
            // `error` is what the file of rejected rows adds.
            let nameless = known.is_empty() || known == "error";
            let mut rule = self.profile.rule_among(&self.patterns, name).filter(|_| !nameless);
            if rule.is_none() && !nameless {
                complaints.push(about(Code::ColumnUnknown, name));
            }
            if !self.seen.insert(known) && rule.is_some() {
                complaints.push(about(Code::ColumnTwice, name));
                rule = None;
            }
            self.rules.push(rule);
            self.names.push(name.clone());
        }
        complaints
    }

    /// Forgets the columns, for another pass over a feed whose columns come in
    /// the same order again.
    pub(crate) fn restart(&mut self) {
        if self.given.is_none() {
            self.rules.clear();
            self.names.clear();
            self.seen.clear();
        }
    }

    /// For a table: the heading is all there is, and something must name the
    /// product.
    pub(crate) fn settle_heading(&mut self) -> Result<(), Complaint> {
        let mut given = Given::default();
        self.rules.iter().flatten().for_each(|rule| given.add(rule.field.gives()));
        self.given = Some(given);
        for word in &self.profile.required {
            let wanted = Field::parse(word, 1, "");
            if wanted.is_some_and(|field| !self.has(&field)) {
                return Err(self.missing(word));
            }
        }
        let identity = [Field::ExternalId, Field::Handle, Field::Sku];
        if identity.iter().any(|field| self.has(field)) { Ok(()) } else { Err(self.missing("sku")) }
    }

    pub(crate) fn has(&self, field: &Field) -> bool {
        self.rules.iter().flatten().any(|rule| rule.field == *field)
    }

    /// How many columns the profile knows.
    pub(crate) fn known(&self) -> usize {
        self.rules.iter().flatten().filter(|rule| rule.field != Field::Ignore).count()
    }

    pub(crate) fn facts<'p>(&'p self, row: &'p Row) -> Facts<'p> {
        let fact = |(column, text): &'p (u32, String)| {
            let rule = self.rules.get(*column as usize)?.as_ref()?;
            let text = text.trim();
            let column = self.names[*column as usize].as_str();
            (rule.field != Field::Ignore && !text.is_empty()).then_some(Fact { rule, text, column })
        };
        Facts { number: row.number, cells: row.cells.iter().filter_map(fact).collect() }
    }

    pub(crate) fn heading(&self, column: u32) -> &str {
        self.names.get(column as usize).map_or("", String::as_str)
    }

    /// The heading for a field, for complaints about what is not there.
    fn missing(&self, word: &str) -> Complaint {
        let heading = self.profile.columns.keys().find(|heading| {
            let rule = self.profile.rule(heading);
            rule.is_some_and(|rule| Some(rule.field) == Field::parse(word, 1, ""))
        });
        let heading = heading.map_or(word, String::as_str);
        about(Code::ColumnMissing, heading).with("column", heading)
    }
}

impl<'p> Facts<'p> {
    pub(crate) fn get(&self, field: &Field) -> Option<Fact<'p>> {
        self.cells.iter().find(|fact| fact.rule.field == *field).copied()
    }

    pub(crate) fn text(&self, field: &Field) -> Option<&'p str> {
        self.get(field).map(|fact| fact.text)
    }

    pub(crate) fn all<'f>(&'f self, field: &'f Field) -> impl Iterator<Item = Fact<'p>> + 'f {
        self.cells.iter().filter(move |fact| fact.rule.field == *field).copied()
    }
}

impl Fact<'_> {
    /// The source's word in ours, where the profile translates it.
    pub(crate) fn word(&self) -> String {
        let lower = self.text.to_lowercase();
        self.rule.values.get(&lower).cloned().unwrap_or(lower)
    }
}

fn about(code: Code, name: &str) -> Complaint {
    let mut complaint = Complaint::new(code);
    complaint.column = Some(crate::complaint::shorten(name));
    complaint
}
