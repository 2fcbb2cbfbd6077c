//! An offer as it is read: drawn from the catalogue while it is written, frozen with its version.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Buyer, Deposit, Fault, Off, Range, Terms,
    off::{Offed, Shared, shared},
};
use crate::{
    channels::TaxDisplay,
    kernel::{self, Currency, DeliveryMethodId, Locale, Moment, Money, Qty, Rate},
    showcase::Line,
    tax::VatCode,
};

/// The whole of an offer in its customer's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawn {
    pub locale: Locale,
    pub currency: Currency,
    /// How this buyer reads prices.
    pub tax: TaxDisplay,
    pub title: String,
    pub buyer: Buyer,
    /// Who writes: the manager's name.
    pub manager: String,
    pub intro: String,
    pub closing: String,
    pub terms: Terms,
    /// A picture's hash; empty for none.
    pub cover: String,
    pub sections: Vec<DrawnSection>,
    pub off: Option<Off>,
    pub delivery: Option<Delivery>,
    pub deposit: Option<Deposit>,
    pub facts: Facts,
    /// The language that it was translated from; nothing where it was written in its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written_in: Option<Locale>,
    /// Some of its words were translated by a machine or not at all, and no person has read them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unread: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawnSection {
    pub id: Uuid,
    pub title: String,
    pub note: String,
    pub off: Option<Off>,
    pub items: Vec<DrawnItem>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawnItem {
    pub id: Uuid,
    /// At the offered quantity and before any discount; nothing for words between the goods, and for
    /// what cannot be had so.
    pub line: Option<Line>,
    /// Why it cannot be had: a text below `offers.problem.`; empty where all is well.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub problem: String,
    /// What to call it where there is no line: the goods that are gone, or the words of a note.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    pub note: String,
    /// A sentence about the goods, from the catalogue.
    #[serde(default)]
    pub teaser: String,
    /// The first lines of the data sheet: name and value.
    #[serde(default)]
    pub told: Vec<(String, String)>,
    /// The product's page, by its slug.
    #[serde(default)]
    pub slug: String,
    pub range: Option<Range>,
    pub optional: bool,
    pub picked: bool,
    pub group: String,
    pub off: Option<Off>,
    /// What one unit costs the shop: for staff, never shown to the customer.
    #[serde(default)]
    pub cost: Option<Money>,
}

/// How it comes, at the price that was offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    pub method: DeliveryMethodId,
    pub code: String,
    pub kind: String,
    pub name: String,
    pub gross: Money,
    pub net: Money,
    pub rate: Rate,
    pub vat_category: String,
    pub days: (i64, i64),
}

/// What decides about tax, as it was on the day of the offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    pub seller: String,
    pub destination: String,
    pub business: bool,
    pub vat_country: Option<String>,
    /// The VAT number that a sale without VAT rests on.
    #[serde(default)]
    pub buyer_vat: String,
    pub at: Moment,
}

impl Facts {
    pub fn relied(&self) -> Option<VatCode> {
        self.buyer_vat.parse().ok()
    }
}

/// What the customer takes of an offer. What it does not name is as it was offered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Ticked rows: optional ones, and of every group the one that is taken.
    pub picked: BTreeSet<Uuid>,
    #[serde(default)]
    pub qty: BTreeMap<Uuid, Qty>,
}

/// A row that is taken, with what came off it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub item: Uuid,
    pub section: usize,
    /// After all discounts.
    pub line: Line,
    pub shared: Shared,
}

impl Drawn {
    pub fn items(&self) -> impl Iterator<Item = &DrawnItem> {
        self.sections.iter().flat_map(|s| &s.items)
    }
    pub fn item(&self, id: Uuid) -> Option<&DrawnItem> {
        self.items().find(|item| item.id == id)
    }

    /// What is taken before the customer says anything.
    pub fn offered(&self) -> Choice {
        let mut choice = Choice::default();
        let mut groups: BTreeMap<&str, Uuid> = BTreeMap::new();
        for item in self.items().filter(|item| item.line.is_some()) {
            if !item.group.is_empty() {
                let first = groups.entry(&item.group).or_insert(item.id);
                if item.picked && !self.item(*first).is_some_and(|f| f.picked) {
                    *first = item.id;
                }
            } else if item.optional && item.picked {
                choice.picked.insert(item.id);
            }
        }
        choice.picked.extend(groups.into_values());
        choice
    }

    /// The same choice without what this offer does not leave open. One of every group is taken: where
    /// none was ticked, the one that was offered.
    pub fn fitted(&self, wish: &Choice) -> Choice {
        let offered = self.offered();
        let mut choice = Choice::default();
        let mut groups: BTreeMap<&str, (Uuid, bool)> = BTreeMap::new();
        for item in self.items().filter(|item| item.line.is_some()) {
            let ticked = wish.picked.contains(&item.id);
            if !item.group.is_empty() {
                let of = groups.entry(&item.group).or_insert((item.id, false));
                if !of.1 && (ticked || offered.picked.contains(&item.id)) {
                    *of = (item.id, ticked);
                }
            } else if item.optional && ticked {
                choice.picked.insert(item.id);
            }
            if let (Some(qty), Some(range)) = (wish.qty.get(&item.id), item.range) {
                let qty = Qty(qty.0.clamp(range.least.0, range.most.0));
                choice.qty.insert(item.id, qty);
            }
        }
        choice.picked.extend(groups.into_values().map(|(id, _)| id));
        choice
    }

    pub fn takes(&self, item: &DrawnItem, choice: &Choice) -> bool {
        let free = item.optional || !item.group.is_empty();
        item.line.is_some() && (!free || choice.picked.contains(&item.id))
    }

    /// The lines of a choice after discounts: what page, document and order are made of.
    ///
    /// # Errors
    /// [`Fault::Quantity`] outside a range, [`Fault::ChooseOne`] where not exactly one of a group is
    /// taken; `showcase.*` for sums that do not fit.
    pub fn take(&self, choice: &Choice) -> Result<Vec<Taken>, kernel::Fault> {
        self.one_each(choice)?;
        let mut lines: Vec<(Uuid, usize, Line, Option<Off>)> = Vec::new();
        for (section, item) in self.sections.iter().enumerate().flat_map(|(n, s)| s.items.iter().map(move |i| (n, i))) {
            let Some(line) = item.line.as_ref().filter(|_| self.takes(item, choice)) else { continue };
            let line = match choice.qty.get(&item.id).filter(|qty| **qty != line.qty) {
                None => line.clone(),
                Some(qty) if item.range.is_some_and(|range| range.holds(*qty)) => line.clone().of(*qty)?,
                Some(_) => return Err(Fault::Quantity { item: item.id }.into()),
            };
            lines.push((item.id, section, line, item.off));
        }
        let offed: Vec<Offed> =
            lines.iter().map(|(_, section, line, off)| Offed { section: *section, full: line.full().minor, off: *off }).collect();
        let sections: Vec<Option<Off>> = self.sections.iter().map(|s| s.off).collect();
        let shares = shared(&offed, &sections, self.off);
        let taken = |((item, section, line, _), shared): ((Uuid, usize, Line, _), Shared)| {
            let share = Money { minor: shared.sum(), ..line.unit_gross };
            Taken { item, section, line: line.less(share), shared }
        };
        Ok(lines.into_iter().zip(shares).map(taken).collect())
    }

    /// Every row that is offered as if it were taken: what may be asked of prices.
    ///
    /// # Errors
    /// `showcase.*` for sums that do not fit.
    pub fn everything(&self) -> Result<Vec<Taken>, kernel::Fault> {
        let mut open = self.clone();
        for item in open.sections.iter_mut().flat_map(|s| &mut s.items) {
            (item.optional, item.group) = (false, String::new());
        }
        open.take(&Choice::default())
    }

    fn one_each(&self, choice: &Choice) -> Result<(), Fault> {
        let mut groups: BTreeMap<&str, usize> = BTreeMap::new();
        for item in self.items().filter(|item| item.line.is_some() && !item.group.is_empty()) {
            *groups.entry(&item.group).or_default() += usize::from(choice.picked.contains(&item.id));
        }
        match groups.into_iter().find(|(_, n)| *n != 1) {
            Some((group, _)) => Err(Fault::ChooseOne { group: group.to_owned() }),
            None => Ok(()),
        }
    }

    /// What keeps it from being sent: rows that cannot be had so, by their titles.
    pub fn problems(&self) -> impl Iterator<Item = &DrawnItem> {
        self.items().filter(|item| !item.problem.is_empty())
    }
}
