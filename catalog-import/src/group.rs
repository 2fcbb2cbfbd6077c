//! Which rows are one product.
//!
//! Where variants may stand anywhere (WooCommerce, Magento, feeds), a first
//! pass over the file counts the rows of each product; the second holds the
//! rows of a product only until the last of them has come.

use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};

use crate::complaint::{Code, Complaint};
use crate::field::Field;
use crate::lists;
use crate::plan::{Facts, Plan};
use crate::profile::GroupBy;
use crate::source::{Row, Rows, Trouble};

/// A row with what is already known to be wrong with it.
pub(crate) struct Taken {
    pub row: Row,
    pub complaints: Vec<Complaint>,
}

/// Rows of one product.
pub(crate) type Group = Vec<Taken>;

#[derive(Default)]
pub(crate) struct Grouping {
    survey: Option<Survey>,
    held: HashMap<u32, Group>,
    held_weight: usize,
    /// The run of rows with one key.
    run: Option<(String, Group)>,
}

/// Hash of a row's key → product, and how many rows each product has.
#[derive(Default)]
struct Survey {
    group_of: HashMap<u64, u32>,
    rows_of: Vec<u32>,
}

/// Where a row belongs.
enum Place {
    Alone,
    Of(u64),
    /// Names a product; that must exist.
    Child(u64, String),
}

impl Grouping {
    pub(crate) fn new() -> Grouping {
        Grouping::default()
    }

    pub(crate) fn needs_survey(plan: &Plan) -> bool {
        match plan.profile.grouping.by {
            GroupBy::None | GroupBy::Adjacent => false,
            // A generic table without a parent column: every row is a product.
            GroupBy::Key => plan.given.is_none() || plan.has(&Field::Parent) || plan.has(&Field::Handle),
            GroupBy::Parent | GroupBy::Variations => true,
        }
    }

    /// The first pass.
    pub(crate) fn survey(&mut self, rows: &mut dyn Rows, plan: &mut Plan) -> Result<(), Trouble> {
        let mut survey = Survey::default();
        let mut named: HashMap<u64, u32> = HashMap::new();
        let mut all: HashSet<u64> = HashSet::new();
        let mut lists: Vec<(u64, u32)> = Vec::new();
        while let Some(row) = rows.next() {
            let row = match row {
                Err(trouble) if trouble.fatal => return Err(trouble),
                Err(trouble) => trouble.row.unwrap_or_default(),
                Ok(row) => row,
            };
            plan.learn(rows.columns());
            let facts = plan.facts(&row);
            match plan.profile.grouping.by {
                GroupBy::Parent => survey.parent(&facts, &mut named),
                GroupBy::Variations => {
                    facts.text(&Field::Sku).map(|sku| all.insert(hash(sku)));
                    survey.variations(&facts, &mut lists);
                }
                _ => {
                    if let Place::Of(key) = place(&facts, plan) {
                        survey.count(key);
                    }
                }
            }
        }
        for (alias, count) in named {
            if let Some(group) = survey.group_of.get(&alias) {
                survey.rows_of[*group as usize] += count;
            }
        }
        for (child, group) in lists {
            if all.contains(&child) && survey.group_of.insert(child, group).is_none() {
                survey.rows_of[group as usize] += 1;
            }
        }
        self.survey = Some(survey);
        Ok(())
    }

    /// Takes a row; gives back the products it completes.
    pub(crate) fn take(&mut self, taken: Taken, plan: &Plan, held: usize) -> Result<Vec<Group>, Complaint> {
        let by = plan.profile.grouping.by;
        let facts = plan.facts(&taken.row);
        if by == GroupBy::Adjacent {
            return Ok(self.adjacent(key(&facts, plan), taken));
        }
        let Some(survey) = &self.survey else {
            return Ok(vec![vec![taken]]);
        };
        let (alias, parent) = match place(&facts, plan) {
            Place::Alone => return Ok(vec![vec![taken]]),
            Place::Of(alias) => (alias, None),
            Place::Child(alias, parent) => (alias, Some(parent)),
        };
        let group = survey.group_of.get(&alias).copied();
        let column = facts.get(&Field::Parent).map_or("", |fact| fact.column).to_owned();
        let number = facts.number;
        drop(facts);
        let Some(group) = group else {
            let mut taken = taken;
            if let Some(parent) = parent {
                let complaint = Complaint::new(Code::ParentMissing).at(number, &column);
                taken.complaints.push(complaint.with("value", parent));
            }
            return Ok(vec![vec![taken]]);
        };
        let whole = survey.rows_of[group as usize] as usize;
        if whole <= 1 {
            return Ok(vec![vec![taken]]);
        }
        self.held_weight += taken.row.weight();
        let rows = self.held.entry(group).or_default();
        rows.push(taken);
        if rows.len() < whole {
            let scattered = || Complaint::new(Code::FileScattered).row(number);
            return if self.held_weight > held { Err(scattered()) } else { Ok(Vec::new()) };
        }
        let rows = self.held.remove(&group).unwrap_or_default();
        self.held_weight -= rows.iter().map(|taken| taken.row.weight()).sum::<usize>();
        Ok(vec![rows])
    }

    /// What waits at the end of the file.
    pub(crate) fn finish(&mut self) -> Vec<Group> {
        let run = self.run.take().map(|(_, rows)| rows);
        let mut rest: Vec<Group> = self.held.drain().map(|(_, rows)| rows).chain(run).collect();
        rest.sort_by_key(|rows| rows[0].row.number);
        rest
    }

    fn adjacent(&mut self, key: Option<String>, taken: Taken) -> Vec<Group> {
        // A row that could not be read belongs to the run it stands in.
        let broken = !taken.complaints.is_empty() && key.is_none();
        if let Some((current, rows)) = &mut self.run
            && (broken || key.as_deref() == Some(current.as_str()))
        {
            rows.push(taken);
            return Vec::new();
        }
        let before = self.run.take().map(|(_, rows)| rows);
        match key {
            Some(key) => {
                self.run = Some((key, vec![taken]));
                before.into_iter().collect()
            }
            None => before.into_iter().chain([vec![taken]]).collect(),
        }
    }
}

impl Survey {
    fn count(&mut self, key: u64) {
        let next = self.rows_of.len() as u32;
        let group = *self.group_of.entry(key).or_insert(next);
        if group == next {
            self.rows_of.push(0);
        }
        self.rows_of[group as usize] += 1;
    }

    fn begin(&mut self, aliases: &[u64]) -> u32 {
        let group = self.rows_of.len() as u32;
        self.rows_of.push(1);
        for alias in aliases {
            self.group_of.entry(*alias).or_insert(group);
        }
        group
    }

    fn parent(&mut self, facts: &Facts, named: &mut HashMap<u64, u32>) {
        match woo(facts) {
            Place::Child(alias, _) => *named.entry(alias).or_default() += 1,
            Place::Of(_) => {
                self.begin(&woo_aliases(facts));
            }
            Place::Alone => {}
        }
    }

    fn variations(&mut self, facts: &Facts, lists: &mut Vec<(u64, u32)>) {
        let (Some(sku), Some(text)) = (facts.text(&Field::Sku), facts.text(&Field::Variations)) else {
            return;
        };
        let group = self.begin(&[hash(sku)]);
        for variation in lists::pieces(text, "|") {
            let sku = lists::pieces(variation, ",").into_iter().find_map(|part| part.trim().strip_prefix("sku="));
            lists.extend(sku.map(|sku| (hash(sku), group)));
        }
    }
}

fn place(facts: &Facts, plan: &Plan) -> Place {
    match plan.profile.grouping.by {
        GroupBy::Parent => woo(facts),
        GroupBy::Variations => facts.text(&Field::Sku).map_or(Place::Alone, |sku| Place::Of(hash(sku))),
        _ => key(facts, plan).map_or(Place::Alone, |key| Place::Of(hash(&key))),
    }
}

/// `Parent` holds the SKU of the product, or `id:44` when it has none.
fn woo(facts: &Facts) -> Place {
    let kind = facts.text(&Field::RowType).unwrap_or("").to_lowercase();
    if kind.contains("variation") {
        let parent = facts.text(&Field::Parent).unwrap_or("");
        let alias = if parent.starts_with("id:") { hash(parent) } else { hash(&format!("sku:{parent}")) };
        Place::Child(alias, parent.to_owned())
    } else if kind.contains("variable") {
        woo_aliases(facts).first().map_or(Place::Alone, |alias| Place::Of(*alias))
    } else {
        Place::Alone
    }
}

fn woo_aliases(facts: &Facts) -> Vec<u64> {
    let id = facts.text(&Field::ExternalId).map(|id| hash(&format!("id:{id}")));
    id.into_iter().chain(facts.text(&Field::Sku).map(|sku| hash(&format!("sku:{sku}")))).collect()
}

fn key(facts: &Facts, plan: &Plan) -> Option<String> {
    let fields = plan.profile.grouping.key.iter().filter_map(|word| Field::parse(word, 1, ""));
    fields.into_iter().find_map(|field| facts.text(&field)).map(str::to_owned)
}

pub(crate) fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
