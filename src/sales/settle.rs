//! The one place where lines, delivery and tax become the sums of a document. Cart, checkout and
//! order all settle here, so that they agree to the cent.

use serde::Serialize;

use super::{Address, Contact, Fault, Quote};
use crate::{
    channels::TaxDisplay,
    kernel::{Fault as Refusal, Moment, Money, Rate},
    showcase::Line,
    tax::{self, Buyer, RateTotal, Rates, Sale, Totals, Treatment, VatCode},
};

/// Lines and delivery with both of their sums, and the totals that they make.
#[derive(Clone, Debug, Serialize)]
pub struct Settled {
    pub lines: Vec<Line>,
    pub delivery: Option<Quote>,
    pub totals: Totals,
    pub treatment: Treatment,
    /// What was agreed: prices with VAT, or without.
    pub tax: TaxDisplay,
}

impl Settled {
    /// Goods without delivery and before a discount, as this buyer reads sums.
    pub fn goods(&self) -> Money {
        self.sum(Line::full)
    }
    /// What a code takes off them, read the same way.
    pub fn discount(&self) -> Money {
        self.sum(|line| line.discount.unwrap_or(Money::zero(line.unit_gross.currency)))
    }
    fn sum(&self, of: impl Fn(&Line) -> Money) -> Money {
        let minor = self.lines.iter().map(|line| of(line).minor).sum();
        Money::new(minor, self.totals.gross.currency)
    }
}

/// Settles a document.
///
/// With gross prices each rate's net is taken out of its gross sum once; with net prices VAT is
/// put on each rate's net sum once. The other side of each line is its share by the largest
/// remainder, so that lines add up to the totals both ways. A sale that strips VAT is one of net
/// prices whoever buys.
///
/// # Faults
/// [`Fault::CartEmpty`]; `tax.no_rate`, `tax.too_large`.
pub fn settle(mut lines: Vec<Line>, mut delivery: Option<Quote>, sale: &Sale<'_>, rates: &Rates) -> Result<Settled, Refusal> {
    let treatment = sale.treatment(rates);
    let agreed = lines.first().map(|line| line.tax).ok_or(Fault::CartEmpty)?;
    let mode = if treatment.strips_vat() { TaxDisplay::Net } else { agreed };
    for line in &mut lines {
        if treatment.strips_vat() {
            strip(line)?;
        }
        line.tax = mode;
        let (rate, code) = sale.charge(treatment, &line.vat_category, line.rate, rates)?;
        (line.rate, line.tax_code) = (rate, code.to_owned());
    }
    if let Some(quote) = &mut delivery {
        let (rate, _) = sale.charge(treatment, &quote.vat_category, quote.rate, rates)?;
        quote.rate = rate;
    }

    let side = |line: &Line| if mode == TaxDisplay::Net { line.total_net } else { line.total_gross };
    let mut parts: Vec<(Rate, Money)> = lines.iter().map(|line| (line.rate, side(line))).collect();
    parts.extend(delivery.iter().map(|q| (q.rate, if mode == TaxDisplay::Net { q.net } else { q.gross })));
    let totals = if mode == TaxDisplay::Net { tax::net_totals(&parts)? } else { tax::gross_totals(&parts)? };
    let other = |t: &RateTotal| if mode == TaxDisplay::Net { t.gross } else { t.net };
    let shares = shares(&parts, &totals.by_rate, other);
    let slots = lines.iter_mut().map(|l| if mode == TaxDisplay::Net { &mut l.total_gross } else { &mut l.total_net });
    let last = delivery.iter_mut().map(|q| if mode == TaxDisplay::Net { &mut q.gross } else { &mut q.net });
    for (slot, share) in slots.chain(last).zip(shares) {
        *slot = share;
    }
    // A free delivery is of no rate.
    let empty = |t: &RateTotal| lines.iter().all(|line| line.rate != t.rate);
    let totals =
        Totals { by_rate: totals.by_rate.iter().copied().filter(|t| !(t.gross.is_zero() && empty(t))).collect(), ..totals };
    Ok(Settled { lines, delivery, totals, treatment, tax: mode })
}

/// Takes VAT out of a line: its price is the unit's net times the quantity, and what a code took
/// off a sum with VAT comes off without.
fn strip(line: &mut Line) -> Result<(), Refusal> {
    if let (TaxDisplay::Gross, Some(off)) = (line.tax, &mut line.discount) {
        *off = tax::net_of(*off, line.rate)?;
    }
    let full = line.unit_net.times(line.qty, line.unit_gross.currency).ok_or(Fault::Sum)?;
    let off = line.discount.map_or(0, |off| off.minor).min(full.minor);
    line.discount = line.discount.map(|_| Money { minor: off, ..full });
    line.total_net = Money { minor: full.minor - off, ..full };
    Ok(())
}

/// What each part has of the other side of its rate's sum.
fn shares(parts: &[(Rate, Money)], by_rate: &[RateTotal], other: impl Fn(&RateTotal) -> Money) -> Vec<Money> {
    let mut all: Vec<Money> = parts.iter().map(|(_, m)| Money::zero(m.currency)).collect();
    for total in by_rate {
        let of_rate: Vec<usize> = (0..parts.len()).filter(|i| parts[*i].0 == total.rate).collect();
        let weights: Vec<i64> = of_rate.iter().map(|i| parts[*i].1.minor).collect();
        for (i, share) in of_rate.into_iter().zip(tax::allocate(other(total).minor, &weights)) {
            all[i].minor = share;
        }
    }
    all
}

/// The sale of a cart or order: where the goods go, and what is known of the buyer. A VAT number
/// counts when it is the one that stands on this very order.
pub fn sale_of<'a>(
    home: &'a str,
    address: Option<&'a Address>,
    delivery: Option<&Quote>,
    (contact, buyer): (Option<&Contact>, &'a Buyer),
    at: Moment,
) -> (Sale<'a>, Option<VatCode>) {
    let fetched = delivery.is_some_and(Quote::is_pickup);
    let destination = address.filter(|_| !fetched).map_or(home, |a| a.country.as_str());
    let given = contact.and_then(|c| c.vat_code.parse::<VatCode>().ok());
    let relied = buyer.relied_on(at).filter(|code| given.as_ref() == Some(code));
    let vat_country = relied.as_ref().and(buyer.country());
    (Sale { seller: home, destination, business: buyer.business(), vat_country, at }, relied)
}

/// When the customer was shown another sum, that is said before anything is written.
///
/// # Faults
/// [`Fault::PriceChanged`].
pub fn as_seen(settled: &Settled, seen: Option<Money>) -> Result<(), Fault> {
    match seen {
        Some(seen) if seen != settled.totals.gross => Err(Fault::PriceChanged { seen, now: settled.totals.gross }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::{
        kernel::{Locale, ProductId, Qty, VariantId},
        sales::DeliveryKind,
        tax::{Law, Rates},
    };

    const LT: &str = "LT";

    fn law() -> Rates {
        let mut rates = Rates::default();
        for (category, percent) in
            [("standard", 21), ("reduced", 12), ("books", 5), ("zero", 0), ("exempt", 0), ("reverse_charge", 21)]
        {
            rates.put_rate(LT, category, Moment(0), Rate::percent(percent));
        }
        rates.put_rate("DE", "standard", Moment(0), Rate::percent(19));
        for country in [LT, "DE", "GR"] {
            rates.put_law(Law::Union, country, Moment(0), true);
        }
        rates
    }
    fn home() -> Sale<'static> {
        Sale { seller: LT, destination: LT, business: false, vat_country: None, at: Moment(1) }
    }
    fn line(gross: i64, pieces: i64, category: &str, tax: TaxDisplay) -> Line {
        let (qty, unit_gross) = (Qty::pieces(pieces), Money::eur(gross));
        let rate = law().of(LT, category, Moment(1)).unwrap();
        let unit_net = tax::unit_net(unit_gross, rate).unwrap();
        Line {
            product: ProductId(Uuid::nil()),
            variant: VariantId(Uuid::nil()),
            sku: String::new(),
            title: String::new(),
            variant_name: String::new(),
            picture_hash: None,
            unit: "piece".into(),
            qty,
            unit_gross,
            total_gross: qty.times(unit_gross).unwrap(),
            unit_net,
            total_net: unit_net.times(qty, unit_gross.currency).unwrap(),
            tax,
            rate,
            vat_category: category.into(),
            locale: Locale::LT,
            weight_g: None,
            tax_code: "S".into(),
            discount: None,
            list_gross: None,
            why: None,
            configured: None,
        }
    }
    fn delivery(gross: i64) -> Quote {
        Quote {
            method: crate::sales::MethodId(Uuid::nil()),
            code: "van".into(),
            kind: DeliveryKind::Van,
            name: String::new(),
            note: String::new(),
            gross: Money::eur(gross),
            net: Money::eur(0),
            free: gross == 0,
            to_free: None,
            rate: Rate::percent(21),
            vat_category: "standard".into(),
            days: (1, 2),
        }
    }
    fn sums(lines: Vec<Line>, delivery: Option<Quote>, sale: &Sale<'_>, rates: &Rates) -> (i64, i64, i64) {
        let t = settle(lines, delivery, sale, rates).unwrap().totals;
        (t.net.minor, t.vat.minor, t.gross.minor)
    }

    #[test]
    fn a_consumer_pays_the_tag_and_a_business_the_net() {
        let rates = law();
        assert_eq!(sums(vec![line(1_01, 7, "standard", TaxDisplay::Gross)], None, &home(), &rates), (5_84, 1_23, 7_07));
        assert_eq!(sums(vec![line(10_00, 7, "standard", TaxDisplay::Net)], None, &home(), &rates), (57_85, 12_15, 70_00));
        assert_eq!(sums(vec![line(1_99, 1, "standard", TaxDisplay::Gross)], None, &home(), &rates), (1_64, 35, 1_99));
        assert_eq!(sums(vec![line(1_99, 1, "standard", TaxDisplay::Net)], None, &home(), &rates), (1_64, 34, 1_98));
    }

    #[test]
    fn where_it_goes_and_who_buys_decide() {
        let rates = law();
        let goods = |tax| vec![line(121_00, 1, "standard", tax)];
        let to = |destination, vat_country| Sale { destination, vat_country, business: vat_country.is_some(), ..home() };
        let gross = TaxDisplay::Gross;
        assert_eq!(sums(goods(gross), None, &to("DE", None), &rates), (100_00, 21_00, 121_00), "below the threshold: home rate");
        assert_eq!(sums(goods(gross), None, &to("DE", Some("DE")), &rates), (100_00, 0, 100_00), "intra-EU supply");
        assert_eq!(
            sums(goods(gross), None, &to("DE", Some("LT")), &rates),
            (100_00, 21_00, 121_00),
            "a number of our own country"
        );
        assert_eq!(sums(goods(gross), None, &to("CH", None), &rates), (100_00, 0, 100_00), "export");
        let mut oss = rates.clone();
        oss.put_law(Law::Oss, LT, Moment(0), true);
        assert_eq!(sums(goods(gross), None, &to("DE", None), &oss), (101_68, 19_32, 121_00), "the tag stands, its VAT is German");
        assert_eq!(sums(goods(TaxDisplay::Net), None, &to("DE", None), &oss), (100_00, 19_00, 119_00));
        assert_eq!(sums(goods(gross), None, &to("DE", Some("GR")), &oss), (100_00, 0, 100_00), "another member's number");
        let mut small = rates.clone();
        small.put_law(Law::NoPayer, LT, Moment(0), true);
        let untaxed =
            settle(vec![Line { rate: Rate::ZERO, ..line(50_00, 1, "zero", gross) }], None, &to("DE", None), &small).unwrap();
        assert_eq!((untaxed.totals.gross.minor, untaxed.totals.vat.minor, untaxed.lines[0].tax_code.as_str()), (50_00, 0, "O"));
    }

    #[test]
    fn a_discount_comes_off_what_the_buyer_reads() {
        let rates = law();
        let less = |tax| vec![line(121_00, 2, "standard", tax).less(Money::eur(24_20))];
        assert_eq!(sums(less(TaxDisplay::Gross), None, &home(), &rates), (180_00, 37_80, 217_80));
        assert_eq!(sums(less(TaxDisplay::Net), None, &home(), &rates), (175_80, 36_92, 212_72));
        let export = Sale { destination: "CH", ..home() };
        let settled = settle(less(TaxDisplay::Gross), None, &export, &rates).unwrap();
        let told = (settled.goods().minor, settled.discount().minor, settled.totals.gross.minor);
        assert_eq!(told, (200_00, 20_00, 180_00), "a discount on a price with VAT is less without it");
    }

    #[test]
    fn single_goods_may_be_exempt_or_under_reverse_charge() {
        let rates = law();
        let goods = vec![
            line(121_00, 1, "reverse_charge", TaxDisplay::Net),
            line(40_00, 1, "exempt", TaxDisplay::Net),
            line(12_10, 1, "standard", TaxDisplay::Net),
        ];
        let business = Sale { business: true, ..home() };
        let settled = settle(goods.clone(), None, &business, &rates).unwrap();
        assert_eq!(settled.lines.iter().map(|l| l.tax_code.as_str()).collect::<Vec<_>>(), ["AE", "E", "S"]);
        assert_eq!((settled.totals.net.minor, settled.totals.vat.minor), (150_00, 2_10));
        let consumer = settle(goods, None, &home(), &rates).unwrap();
        assert_eq!(consumer.lines[0].tax_code, "S", "a consumer pays VAT on them like on anything");
    }

    #[test]
    fn a_free_delivery_adds_no_rate() {
        let rates = law();
        let books = vec![line(9_99, 1, "books", TaxDisplay::Gross)];
        let free = settle(books.clone(), Some(delivery(0)), &home(), &rates).unwrap();
        assert_eq!(free.totals.by_rate.len(), 1);
        let paid = settle(books, Some(delivery(4_99)), &home(), &rates).unwrap();
        assert_eq!(paid.totals.by_rate.iter().map(|t| t.gross.minor).collect::<Vec<_>>(), [4_99, 9_99]);
        assert_eq!(paid.delivery.unwrap().net, Money::eur(4_12));
    }

    fn any_sale() -> impl Strategy<Value = (Sale<'static>, bool, bool)> {
        let to = prop::sample::select(vec![LT, "DE", "CH"]);
        (to, any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(destination, business, vat, oss, small)| {
            (Sale { destination, business, vat_country: (business && vat).then_some("DE"), ..home() }, oss, small)
        })
    }

    proptest! {
        /// Whatever is bought by whomever: net and VAT make the gross, by rate and in all, and the
        /// lines with the delivery make both.
        #[test]
        fn lines_add_up_to_the_totals_both_ways(
            goods in prop::collection::vec((1_i64..200_000, 1_i64..40, prop::sample::select(vec!["standard", "reduced", "books", "zero", "exempt", "reverse_charge"])), 1..30),
            net in any::<bool>(), off in 0_i64..1_000_000, freight in 0_i64..100_00, (sale, oss, small) in any_sale(),
        ) {
            let mut rates = law();
            rates.put_law(Law::Oss, LT, Moment(0), oss);
            rates.put_law(Law::NoPayer, LT, Moment(0), small);
            let tax = if net { TaxDisplay::Net } else { TaxDisplay::Gross };
            let lines: Vec<Line> = goods.into_iter().map(|(gross, pieces, category)| line(gross, pieces, category, tax)).collect();
            let shown: Vec<i64> = lines.iter().map(|l| l.shown().minor).collect();
            let off = off.min(shown.iter().sum());
            let taken = tax::allocate(off, &shown).into_iter().map(Money::eur);
            let lines: Vec<Line> = lines.into_iter().zip(taken).map(|(l, share)| l.less(share)).collect();
            let settled = settle(lines, Some(delivery(freight)), &sale, &rates).unwrap();
            let (t, q) = (&settled.totals, settled.delivery.as_ref().unwrap());
            prop_assert_eq!(t.net.minor + t.vat.minor, t.gross.minor);
            prop_assert!(t.by_rate.iter().all(|r| r.net.minor + r.vat.minor == r.gross.minor));
            prop_assert_eq!(t.by_rate.iter().map(|r| r.gross.minor).sum::<i64>(), t.gross.minor);
            prop_assert_eq!(settled.lines.iter().map(|l| l.total_gross.minor).sum::<i64>() + q.gross.minor, t.gross.minor);
            prop_assert_eq!(settled.lines.iter().map(|l| l.total_net.minor).sum::<i64>() + q.net.minor, t.net.minor);
            let left: i64 = settled.lines.iter().map(|l| l.shown().minor).sum();
            prop_assert_eq!(settled.goods().minor - settled.discount().minor, left);
            prop_assert!(settled.lines.iter().all(|l| l.shown().minor >= 0));
            if !settled.treatment.strips_vat() {
                prop_assert_eq!((settled.goods().minor, settled.discount().minor), (shown.iter().sum(), off));
            }
            if settled.treatment.strips_vat() || settled.treatment == Treatment::NotSubject {
                prop_assert_eq!(t.vat.minor, 0);
            }
        }
    }
}
