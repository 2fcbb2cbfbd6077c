//! The words that are an offer's own, each with its place among the shop's texts: written in the manager's
//! language, translated into the customer's.

use uuid::Uuid;

use super::{Content, Drawn, DrawnItem, DrawnSection, What};
use crate::kernel::OfferId;

/// Fields of an offer's texts. None of them is rich text.
pub mod field {
    pub const TITLE: &str = "title";
    pub const OPENING: &str = "opening";
    pub const CLOSING: &str = "closing";
    pub const DELIVERY: &str = "delivery";
    pub const PAYMENT: &str = "payment";
    pub const VALIDITY: &str = "validity";
    pub const NOTE: &str = "note";
    pub const TEXT: &str = "text";
}

/// A text as its manager wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OwnText<'a> {
    pub entity: Uuid,
    pub field: &'static str,
    pub source: &'a str,
}

impl Content {
    /// Every text that somebody wrote, in the order in which the customer reads them.
    pub fn texts<'a>(&'a self, offer: OfferId, title: &'a str) -> Vec<OwnText<'a>> {
        let mut all = Vec::new();
        let mut say = |entity, field, source: &'a str| {
            if !source.trim().is_empty() {
                all.push(OwnText { entity, field, source });
            }
        };
        say(offer.uuid(), field::TITLE, title);
        say(offer.uuid(), field::OPENING, &self.intro);
        for section in &self.sections {
            say(section.id, field::TITLE, &section.title);
            say(section.id, field::NOTE, &section.note);
            for item in &section.items {
                match &item.what {
                    What::Written(written) => say(item.id, field::TITLE, &written.title),
                    What::Note { text } => say(item.id, field::TEXT, text),
                    What::Goods(_) => {}
                }
                say(item.id, field::NOTE, &item.note);
            }
        }
        say(offer.uuid(), field::DELIVERY, &self.terms.delivery);
        say(offer.uuid(), field::PAYMENT, &self.terms.payment);
        say(offer.uuid(), field::VALIDITY, &self.terms.validity);
        say(offer.uuid(), field::CLOSING, &self.closing);
        all
    }

    /// Whatever may have texts of its own: the offer, its sections and rows.
    pub fn speakers(&self, offer: OfferId) -> Vec<Uuid> {
        let rows = self.sections.iter().flat_map(|s| std::iter::once(s.id).chain(s.items.iter().map(|i| i.id)));
        std::iter::once(offer.uuid()).chain(rows).collect()
    }
}

impl Drawn {
    /// Says everything in other words, where there are some: of a place and field.
    pub fn speak(&mut self, offer: OfferId, say: impl Fn(Uuid, &str) -> Option<String>) {
        let put = |text: &mut String, entity, field| {
            if let Some(words) = say(entity, field) {
                *text = words;
            }
        };
        let id = offer.uuid();
        put(&mut self.title, id, field::TITLE);
        put(&mut self.intro, id, field::OPENING);
        put(&mut self.closing, id, field::CLOSING);
        put(&mut self.terms.delivery, id, field::DELIVERY);
        put(&mut self.terms.payment, id, field::PAYMENT);
        put(&mut self.terms.validity, id, field::VALIDITY);
        for section in &mut self.sections {
            let DrawnSection { id, title, note, items, .. } = section;
            put(title, *id, field::TITLE);
            put(note, *id, field::NOTE);
            for item in items {
                let DrawnItem { id, line, title, note, .. } = item;
                put(note, *id, field::NOTE);
                put(title, *id, if line.is_some() { field::TITLE } else { field::TEXT });
                // Goods are named by the catalogue, words by whoever wrote them.
                if let Some(line) = line.as_mut().filter(|line| !line.of_catalogue()) {
                    put(&mut line.title, *id, field::TITLE);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        kernel::{Money, Qty},
        offers::{Item, Section, Terms, Written},
    };

    #[test]
    fn every_written_text_has_its_place_once() {
        let id = |n| Uuid::from_u128(n);
        let written = Written {
            title: "Montavimas".into(),
            unit: "service".into(),
            price: Money::eur(5000),
            vat_category: "standard".into(),
        };
        let mut noted = Item::new(id(3), What::Written(written), Qty::ONE);
        noted.note = "Dviese".into();
        let words = Item::new(id(4), What::Note { text: "Pastaba".into() }, Qty::ONE);
        let items = vec![noted, words];
        let section = Section { id: id(2), title: "Salė".into(), note: String::new(), off: None, items };
        let content = Content {
            intro: "Sveiki".into(),
            terms: Terms { payment: "Per 10 dienų".into(), ..Terms::default() },
            sections: vec![section],
            ..Content::default()
        };
        let texts = content.texts(OfferId(id(1)), "Baldai");
        let places: Vec<(u128, &str)> = texts.iter().map(|t| (t.entity.as_u128(), t.field)).collect();
        let wanted = [(1, "title"), (1, "opening"), (2, "title"), (3, "title"), (3, "note"), (4, "text"), (1, "payment")];
        assert_eq!(places, wanted);
        assert_eq!(content.speakers(OfferId(id(1))).len(), 4);
    }
}
