//! Whatever is offered and chosen: sections, discounts and delivery add up to what is paid, read with VAT
//! or without.

use proptest::prelude::*;
use uuid::Uuid;

use crate::{
    channels::TaxDisplay,
    flows::steps::offering,
    kernel::{Currency, DeliveryMethodId, Locale, Moment, Money, Qty, Rate},
    offers::{Buyer, Choice, Delivery, Drawn, DrawnItem, DrawnSection, Facts, Off, Range, Terms},
    showcase::{Line, Words},
    tax::{Law, Rates},
};

fn law() -> Rates {
    let mut rates = Rates::default();
    for (category, percent) in [("standard", 21), ("reduced", 12), ("books", 5), ("zero", 0)] {
        rates.put_rate("LT", category, Moment(0), Rate::percent(percent));
    }
    rates.put_rate("DE", "standard", Moment(0), Rate::percent(19));
    for country in ["LT", "DE"] {
        rates.put_law(Law::Union, country, Moment(0), true);
    }
    rates
}

#[derive(Clone, Debug)]
struct Row {
    section: usize,
    minor: i64,
    qty: i64,
    category: &'static str,
    off: Option<Off>,
    optional: bool,
    picked: bool,
    group: &'static str,
    open: bool,
}

fn any_off() -> impl Strategy<Value = Option<Off>> {
    prop_oneof![
        3 => Just(None),
        1 => (1..1_000_001_i64).prop_map(|r| Some(Off::Percent(Rate(r)))),
        1 => (1..50_000_i64).prop_map(|m| Some(Off::Sum(m))),
    ]
}

fn any_row() -> impl Strategy<Value = Row> {
    let category = prop::sample::select(vec!["standard", "reduced", "books", "zero"]);
    let group = prop::sample::select(vec!["", "", "a", "b"]);
    (0..3_usize, 1..200_000_i64, 1..20_000_i64, category, any_off(), any::<bool>(), any::<bool>(), group, any::<bool>()).prop_map(
        |(section, minor, qty, category, off, optional, picked, group, open)| Row {
            section,
            minor,
            qty,
            category,
            off,
            optional,
            picked,
            group,
            open,
        },
    )
}

fn drawn(rows: &[Row], sections: &[Option<Off>], (off, freight, tax, to): (Option<Off>, i64, TaxDisplay, &str)) -> Drawn {
    let rates = law();
    let item = |(n, row): (usize, &Row)| {
        let rate = rates.charged("LT", row.category, Moment(1)).unwrap();
        let words = Words {
            title: format!("Eilutė {n}"),
            unit: "piece".into(),
            price: Money::eur(row.minor),
            vat_category: row.category.into(),
            rate,
            locale: Locale::LT,
        };
        let range = row.open.then_some(Range { least: Qty(1), most: Qty(40_000) });
        DrawnItem {
            id: Uuid::from_u128(n as u128 + 1),
            line: Some(Line::written(words, Qty(row.qty), tax).unwrap()),
            problem: String::new(),
            title: String::new(),
            note: String::new(),
            teaser: String::new(),
            told: Vec::new(),
            slug: String::new(),
            range,
            optional: row.optional,
            picked: row.picked,
            group: row.group.into(),
            off: row.off,
            cost: None,
        }
    };
    let section = |n: usize| DrawnSection {
        id: Uuid::from_u128(1000 + n as u128),
        title: String::new(),
        note: String::new(),
        off: sections[n],
        items: rows.iter().enumerate().filter(|(_, r)| r.section == n).map(item).collect(),
    };
    let rate = Rate::percent(21);
    let gross = Money::eur(freight);
    Drawn {
        locale: Locale::LT,
        currency: Currency::EUR,
        tax,
        title: String::new(),
        buyer: Buyer::default(),
        manager: String::new(),
        intro: String::new(),
        closing: String::new(),
        terms: Terms::default(),
        cover: String::new(),
        sections: (0..sections.len()).map(section).collect(),
        off,
        delivery: Some(Delivery {
            method: DeliveryMethodId(Uuid::nil()),
            code: "van".into(),
            kind: "van".into(),
            name: "Pristatymas".into(),
            gross,
            net: crate::tax::net_of(gross, rate).unwrap(),
            rate,
            vat_category: "standard".into(),
            days: (1, 2),
        }),
        deposit: None,
        facts: Facts {
            seller: "LT".into(),
            destination: to.into(),
            business: to == "DE",
            vat_country: (to == "DE").then(|| "DE".into()),
            buyer_vat: String::new(),
            at: Moment(1),
        },
        written_in: None,
        unread: false,
    }
}

proptest! {
    /// Rows make sections, sections the goods, goods with delivery and VAT what is paid; and what is
    /// frozen reads back as it was.
    #[test]
    fn sums_of_page_document_and_order_are_one(
        rows in prop::collection::vec(any_row(), 1..25), sections in prop::collection::vec(any_off(), 3), off in any_off(),
        freight in 0..20_000_i64, net in any::<bool>(), to in prop::sample::select(vec!["LT", "DE", "CH"]),
        ticks in prop::collection::vec(any::<bool>(), 25), wishes in prop::collection::vec(1..40_000_i64, 25),
    ) {
        let tax = if net { TaxDisplay::Net } else { TaxDisplay::Gross };
        let offer = drawn(&rows, &sections, (off, freight, tax, to));
        let mut wish = Choice::default();
        for (n, item) in offer.items().enumerate() {
            if ticks[n] {
                wish.picked.insert(item.id);
            }
            wish.qty.insert(item.id, Qty(wishes[n]));
        }
        let choice = offer.fitted(&wish);
        let done = match offering::settle(&offer, &choice, &law()) {
            Ok(done) => done,
            Err(fault) => {
                prop_assert_eq!(fault.code, "offers.empty");
                return Ok(());
            }
        };
        let (sums, t, q) = (&done.sums, &done.settled.totals, done.settled.delivery.as_ref().unwrap());
        for (n, section) in sums.sections.iter().enumerate() {
            let of = done.taken.iter().filter(|one| one.section == n);
            let rows: i64 = of.map(|one| sums.items[&one.item].total.minor).sum();
            prop_assert_eq!(section.rows.minor, rows);
            prop_assert_eq!(section.rows.minor - section.off.minor, section.total.minor);
        }
        prop_assert_eq!(sums.sections.iter().map(|s| s.total.minor).sum::<i64>(), sums.goods.minor);
        prop_assert_eq!(sums.goods.minor - sums.off.minor, sums.left.minor);
        let whole = if done.settled.tax == TaxDisplay::Net { (q.net, t.net) } else { (q.gross, t.gross) };
        prop_assert_eq!(sums.left.minor + whole.0.minor, whole.1.minor);
        prop_assert_eq!(t.net.minor + t.vat.minor, t.gross.minor);
        // What an order keeps: goods before the discount, and the discount.
        prop_assert_eq!(done.settled.goods().minor - done.settled.discount().minor, sums.left.minor);
        for one in &done.taken {
            let item = offer.item(one.item).unwrap();
            prop_assert!(offer.takes(item, &choice));
            prop_assert!(one.line.qty == item.line.as_ref().unwrap().qty || item.range.unwrap().holds(one.line.qty));
        }
        // Frozen as JSON and taken again, it comes to the same.
        let stored: Drawn = serde_json::from_str(&serde_json::to_string(&offer).unwrap()).unwrap();
        let again: Choice = serde_json::from_str(&serde_json::to_string(&choice).unwrap()).unwrap();
        prop_assert_eq!(&stored, &offer);
        let later = offering::settle(&stored, &again, &law()).unwrap();
        prop_assert_eq!(&later.settled.totals, &done.settled.totals);
        // Every row has a price, taken or not.
        prop_assert_eq!(offering::shown(&offer, &done, &law()).unwrap().len(), rows.len());
    }

    /// Of alternatives exactly one is taken, whatever was ticked; a choice that says otherwise is refused.
    #[test]
    fn one_of_a_group_is_taken(rows in prop::collection::vec(any_row(), 1..15), ticks in prop::collection::vec(any::<bool>(), 15)) {
        let offer = drawn(&rows, &[None, None, None], (None, 0, TaxDisplay::Gross, "LT"));
        let mut wish = Choice::default();
        wish.picked.extend(offer.items().zip(&ticks).filter(|(_, tick)| **tick).map(|(item, _)| item.id));
        for choice in [offer.offered(), offer.fitted(&wish)] {
            for group in ["a", "b"] {
                let of: Vec<_> = offer.items().filter(|i| i.group == group).collect();
                let taken = of.iter().filter(|i| offer.takes(i, &choice)).count();
                prop_assert_eq!(taken, usize::from(!of.is_empty()));
            }
            prop_assert!(offer.take(&choice).is_ok());
        }
        let group: Vec<_> = offer.items().filter(|i| i.group == "a").map(|i| i.id).collect();
        if group.len() > 1 {
            let mut both = offer.offered();
            both.picked.extend(group);
            prop_assert!(offer.take(&both).is_err());
        }
    }
}
