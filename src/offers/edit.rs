//! Changing what is written, a small step at a time: pure. Steps name rows by their ids, so that two
//! people who write at once do not undo each other.

use uuid::Uuid;

use super::{Buyer, Content, Deposit, Fault, Freight, Hand, Item, Off, Range, Section, Terms, What};
use crate::kernel::Qty;

/// Rows that one offer holds.
const ROWS: usize = 1_000;
const SECTIONS: usize = 60;
/// Letters of a text.
const LONG: usize = 8_000;
const SHORT: usize = 300;

/// What is said about the offer as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    pub intro: Option<String>,
    pub closing: Option<String>,
    pub terms: Option<Terms>,
    pub off: Option<Option<Off>>,
    pub freight: Option<Freight>,
    pub deposit: Option<Option<Deposit>>,
    pub cover: Option<String>,
    pub valid_days: Option<Option<i64>>,
    pub buyer: Option<Buyer>,
}

/// What is said about one row; what is not named stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patch {
    pub qty: Option<Qty>,
    pub off: Option<Option<Off>>,
    pub range: Option<Option<Range>>,
    pub optional: Option<bool>,
    pub picked: Option<bool>,
    pub group: Option<String>,
    pub note: Option<String>,
    pub hand: Option<Option<Hand>>,
    pub what: Option<What>,
}

/// Where a row or section goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Up,
    Down,
    /// Before another row, also of another section.
    Before(Uuid),
    /// To the end of a section.
    Into(Uuid),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    Head(Box<Head>),
    /// Rows at the end of a section; of the last one where none is named.
    Add(Option<Uuid>, Vec<Item>),
    Set(Uuid, Box<Patch>),
    Move(Uuid, Place),
    /// A row, or a section with its rows.
    Remove(Uuid),
    AddSection(Section),
    SetSection {
        id: Uuid,
        title: String,
        note: String,
        off: Option<Off>,
    },
}

impl Content {
    /// Takes one step.
    ///
    /// # Errors
    /// [`Fault::NoItem`]; what cannot be: a quantity of nothing, a discount above all of it, a range that
    /// its own quantity is outside of.
    pub fn apply(&mut self, edit: Edit) -> Result<(), Fault> {
        match edit {
            Edit::Head(head) => self.head(*head),
            Edit::Add(section, items) => self.add(section, items),
            Edit::Set(id, patch) => {
                let item = self.sections.iter_mut().flat_map(|s| &mut s.items).find(|i| i.id == id).ok_or(Fault::NoItem)?;
                item.set(*patch)
            }
            Edit::Move(id, place) => self.shift(id, place),
            Edit::Remove(id) => self.remove(id),
            Edit::AddSection(section) => {
                if self.sections.len() >= SECTIONS {
                    return Err(Fault::TooMany { most: SECTIONS });
                }
                short(&section.title, "title")?;
                self.sections.push(section);
                Ok(())
            }
            Edit::SetSection { id, title, note, off } => {
                short(&title, "title")?;
                long(&note, "note")?;
                let section = self.sections.iter_mut().find(|s| s.id == id).ok_or(Fault::NoItem)?;
                (section.title, section.note, section.off) = (title, note, off.map(checked).transpose()?);
                Ok(())
            }
        }
    }

    fn head(&mut self, head: Head) -> Result<(), Fault> {
        if let Some(text) = head.intro {
            long(&text, "intro")?;
            self.intro = text;
        }
        if let Some(text) = head.closing {
            long(&text, "closing")?;
            self.closing = text;
        }
        if let Some(terms) = head.terms {
            for text in [&terms.delivery, &terms.payment, &terms.validity] {
                long(text, "terms")?;
            }
            self.terms = terms;
        }
        if let Some(off) = head.off {
            self.off = off.map(checked).transpose()?;
        }
        if let Some(freight) = head.freight {
            if freight.price.is_some_and(|price| price.minor < 0) {
                return Err(Fault::Malformed { field: "freight" });
            }
            self.freight = freight;
        }
        match head.deposit {
            Some(Some(Deposit::Percent(rate))) if !(1..=1_000_000).contains(&rate.0) => {
                return Err(Fault::Malformed { field: "deposit" });
            }
            Some(Some(Deposit::Sum(minor))) if minor <= 0 => return Err(Fault::Malformed { field: "deposit" }),
            Some(deposit) => self.deposit = deposit,
            None => {}
        }
        if let Some(cover) = head.cover {
            self.cover = cover;
        }
        match head.valid_days {
            Some(Some(days)) if !(1..=365).contains(&days) => return Err(Fault::Malformed { field: "valid_days" }),
            Some(days) => self.valid_days = days,
            None => {}
        }
        if let Some(buyer) = head.buyer {
            self.buyer = buyer.tidy()?;
        }
        Ok(())
    }

    fn add(&mut self, section: Option<Uuid>, items: Vec<Item>) -> Result<(), Fault> {
        if self.items().count() + items.len() > ROWS {
            return Err(Fault::TooMany { most: ROWS });
        }
        let at = match section {
            Some(id) => self.sections.iter().position(|s| s.id == id).ok_or(Fault::NoItem)?,
            None if self.sections.is_empty() => {
                let id = items.first().map_or(Uuid::nil(), |item| item.id);
                // A section's id is its own: rows and sections are named in one form.
                let id = Uuid::from_u128(id.as_u128() ^ 1);
                self.sections.push(Section { id, title: String::new(), note: String::new(), off: None, items: Vec::new() });
                0
            }
            None => self.sections.len() - 1,
        };
        for item in items {
            item.check()?;
            self.sections[at].items.push(item);
        }
        Ok(())
    }

    fn place_of(&self, id: Uuid) -> Option<(usize, usize)> {
        self.sections.iter().enumerate().find_map(|(n, s)| Some((n, s.items.iter().position(|i| i.id == id)?)))
    }

    fn shift(&mut self, id: Uuid, place: Place) -> Result<(), Fault> {
        if let Some(at) = self.sections.iter().position(|s| s.id == id) {
            let to = match place {
                Place::Up => at.checked_sub(1),
                Place::Down => Some(at + 1).filter(|to| *to < self.sections.len()),
                _ => None,
            };
            if let Some(to) = to {
                self.sections.swap(at, to);
            }
            return Ok(());
        }
        let (section, row) = self.place_of(id).ok_or(Fault::NoItem)?;
        if place == Place::Before(id) {
            return Ok(());
        }
        let item = self.sections[section].items.remove(row);
        let (section, row) = match place {
            Place::Up if row > 0 => (section, row - 1),
            Place::Up if section > 0 => (section - 1, self.sections[section - 1].items.len()),
            Place::Up => (section, row),
            Place::Down if row < self.sections[section].items.len() => (section, row + 1),
            Place::Down if section + 1 < self.sections.len() => (section + 1, 0),
            Place::Down => (section, row),
            Place::Before(other) => self.place_of(other).unwrap_or((section, row)),
            Place::Into(other) => match self.sections.iter().position(|s| s.id == other) {
                Some(to) => (to, self.sections[to].items.len()),
                None => (section, row),
            },
        };
        self.sections[section].items.insert(row, item);
        Ok(())
    }

    fn remove(&mut self, id: Uuid) -> Result<(), Fault> {
        if let Some((section, row)) = self.place_of(id) {
            self.sections[section].items.remove(row);
            return Ok(());
        }
        let at = self.sections.iter().position(|s| s.id == id).ok_or(Fault::NoItem)?;
        self.sections.remove(at);
        Ok(())
    }
}

impl Item {
    fn set(&mut self, patch: Patch) -> Result<(), Fault> {
        let mut new = self.clone();
        new.qty = patch.qty.unwrap_or(new.qty);
        new.off = patch.off.unwrap_or(new.off);
        new.range = patch.range.unwrap_or(new.range);
        new.optional = patch.optional.unwrap_or(new.optional);
        new.picked = patch.picked.unwrap_or(new.picked);
        new.group = patch.group.map_or(new.group, |group| group.trim().to_owned());
        new.note = patch.note.unwrap_or(new.note);
        new.hand = patch.hand.unwrap_or(new.hand);
        new.what = patch.what.unwrap_or(new.what);
        new.check()?;
        *self = new;
        Ok(())
    }

    fn check(&self) -> Result<(), Fault> {
        if self.qty <= Qty::ZERO || self.qty > Qty::pieces(1_000_000) {
            return Err(Fault::Quantity { item: self.id });
        }
        self.off.map(checked).transpose()?;
        if let Some(range) = self.range {
            if range.least <= Qty::ZERO || !range.holds(self.qty) {
                return Err(Fault::Range);
            }
            if matches!(&self.what, What::Goods(goods) if !goods.chosen.is_empty()) {
                return Err(Fault::RangeOfMade);
            }
        }
        match &self.what {
            What::Written(written) if written.title.trim().is_empty() => return Err(Fault::Missing { field: "title" }),
            What::Written(written) if written.price.minor < 0 => return Err(Fault::Malformed { field: "price" }),
            What::Written(written) => short(&written.title, "title")?,
            What::Note { text } => long(text, "text")?,
            What::Goods(_) => {}
        }
        if let Some(hand) = &self.hand
            && hand.unit.minor < 0
        {
            return Err(Fault::Malformed { field: "hand" });
        }
        short(&self.group, "group")?;
        long(&self.note, "note")
    }
}

impl Buyer {
    /// Trimmed; the country is two letters.
    fn tidy(mut self) -> Result<Self, Fault> {
        let texts = [
            &mut self.name,
            &mut self.email,
            &mut self.phone,
            &mut self.company,
            &mut self.company_code,
            &mut self.vat_code,
            &mut self.street,
            &mut self.city,
            &mut self.postcode,
            &mut self.country,
        ];
        for text in texts {
            *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            short(text, "buyer")?;
        }
        self.country.make_ascii_uppercase();
        if !self.country.is_empty() && (self.country.len() != 2 || !self.country.bytes().all(|b| b.is_ascii_uppercase())) {
            return Err(Fault::Malformed { field: "country" });
        }
        if !self.email.is_empty() && !self.email.contains('@') {
            return Err(Fault::Malformed { field: "email" });
        }
        Ok(self)
    }
}

fn checked(off: Off) -> Result<Off, Fault> {
    match off {
        Off::Percent(rate) if !(1..=1_000_000).contains(&rate.0) => Err(Fault::Off),
        Off::Sum(minor) if minor <= 0 => Err(Fault::Off),
        off => Ok(off),
    }
}

fn short(text: &str, field: &'static str) -> Result<(), Fault> {
    if text.chars().count() > SHORT { Err(Fault::TooLong { field }) } else { Ok(()) }
}

fn long(text: &str, field: &'static str) -> Result<(), Fault> {
    if text.chars().count() > LONG { Err(Fault::TooLong { field }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kernel::Rate;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }
    fn row(n: u128) -> Item {
        Item::new(id(n), What::Note { text: n.to_string() }, Qty::ONE)
    }
    fn two_sections() -> Content {
        let section = |n: u128, rows: &[u128]| Section {
            id: id(n),
            title: String::new(),
            note: String::new(),
            off: None,
            items: rows.iter().map(|n| row(*n)).collect(),
        };
        Content { sections: vec![section(100, &[1, 2]), section(200, &[3])], ..Content::default() }
    }
    fn order(content: &Content) -> Vec<Vec<u128>> {
        content.sections.iter().map(|s| s.items.iter().map(|i| i.id.as_u128()).collect()).collect()
    }

    #[test]
    fn rows_walk_through_sections() {
        let mut c = two_sections();
        let mut go = |n, place| {
            c.apply(Edit::Move(id(n), place)).unwrap();
            order(&c)
        };
        assert_eq!(go(2, Place::Up), [vec![2, 1], vec![3]]);
        assert_eq!(go(2, Place::Up), [vec![2, 1], vec![3]], "nothing above the first");
        assert_eq!(go(1, Place::Down), [vec![2], vec![1, 3]]);
        assert_eq!(go(3, Place::Before(id(2))), [vec![3, 2], vec![1]]);
        assert_eq!(go(3, Place::Into(id(200))), [vec![2], vec![1, 3]]);
        assert_eq!(go(200, Place::Up), [vec![1, 3], vec![2]]);
    }

    #[test]
    fn what_cannot_be_is_refused_and_changes_nothing() {
        let mut c = two_sections();
        let before = c.clone();
        let set = |patch| Edit::Set(id(1), Box::new(patch));
        let range = |least, most| Some(Some(Range { least: Qty::pieces(least), most: Qty::pieces(most) }));
        for edit in [
            set(Patch { qty: Some(Qty::ZERO), ..Patch::default() }),
            set(Patch { range: range(2, 5), ..Patch::default() }),
            set(Patch { range: range(0, 5), ..Patch::default() }),
            set(Patch { off: Some(Some(Off::Percent(Rate(1_000_001)))), ..Patch::default() }),
            set(Patch { off: Some(Some(Off::Sum(0))), ..Patch::default() }),
            Edit::Set(id(9), Box::default()),
            Edit::Remove(id(9)),
        ] {
            assert!(c.apply(edit.clone()).is_err(), "{edit:?}");
            assert_eq!(c, before);
        }
    }

    proptest! {
        /// However rows are moved: each of them is there once.
        #[test]
        fn moving_loses_nothing(moves in prop::collection::vec((1_u128..4, 0..4_u8, 1_u128..4), 0..30)) {
            let mut c = two_sections();
            for (n, how, other) in moves {
                let place = match how {
                    0 => Place::Up,
                    1 => Place::Down,
                    2 => Place::Before(id(other)),
                    _ => Place::Into(id(other * 100)),
                };
                c.apply(Edit::Move(id(n), place)).unwrap();
                let mut all: Vec<u128> = order(&c).concat();
                all.sort_unstable();
                prop_assert_eq!(all, vec![1, 2, 3]);
            }
        }
    }
}
