//! Random sales, settled as an order is, and the invoice or credit note that follows from each.

use proptest::prelude::*;
use vitrina::{
    channels::TaxDisplay,
    documents::{Advance, Correction, Kind, Paper, PaperLine, PaperTax, Side, in_words, sample, vatex},
    flows,
    kernel::{Actor, Currency, Locale, Moment, Money, ProductId, Qty, Rate, UnitPrice, VariantId, testing},
    sales::{DeliveryKind, MethodId, Quote, settle},
    showcase::Line,
    tax::{self, Law, LawRow, RateRow, Rates, Sale},
};

const LT: &str = "LT";
const CATEGORIES: [&str; 6] = ["standard", "standard", "reduced", "books", "exempt", "reverse_charge"];
const UNITS: [&str; 11] = ["piece", "set", "pair", "m", "m2", "l", "ml", "kg", "g", "hour", "service"];

/// The law as it is, with the one-stop shop, and for a seller who pays no VAT.
#[derive(Clone, Debug)]
struct Laws {
    plain: Rates,
    oss: Rates,
    small: Rates,
}

/// The rates of a fresh shop, with words of the shop's own for what the law has no category for.
async fn laws() -> Laws {
    let fresh = testing::sqlite().await;
    let app = fresh.app();
    let row = |country: &str, category: &str, percent| RateRow {
        country: country.into(),
        category: category.into(),
        rate: Rate::percent(percent),
        valid_from: Moment(0),
    };
    for row in
        [row(LT, "books", 5), row(LT, "reduced", 12), row(LT, "standard", 21), row("DE", "standard", 19), row("DE", "books", 7)]
    {
        flows::tax::set_rate(&app, &Actor::System, &row).await.expect("a rate");
    }
    let read = async || tax::rates(app.reader()).await.expect("rates");
    let plain = read().await;
    let fact = |kind: Law| LawRow { kind: kind.as_str().into(), country: LT.into(), holds: true, valid_from: Moment(0) };
    flows::tax::set_law(&app, &Actor::System, Law::Oss, &fact(Law::Oss)).await.expect("a law");
    let oss = read().await;
    flows::tax::set_law(&app, &Actor::System, Law::NoPayer, &fact(Law::NoPayer)).await.expect("a law");
    Laws { plain, oss, small: read().await }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Buyer {
    Person,
    Company,
    /// A consumer elsewhere in the Union, at the rates of that country.
    Neighbour,
    /// A business elsewhere in the Union.
    Partner,
    Overseas,
    /// Of a seller who pays no VAT.
    OfSmallSeller,
}

#[derive(Clone, Debug)]
struct Deal {
    goods: Vec<(i64, i64, usize, usize)>,
    buyer: Buyer,
    tax: TaxDisplay,
    /// Per cent: taken off, paid before without an invoice, paid before with one.
    shares: (i64, i64, i64),
    freight: Option<i64>,
    currency: Currency,
    kind: Kind,
    /// Of a credit note: per mille that comes back.
    back: i64,
    cash: bool,
    locale: Locale,
}

fn deals() -> impl Strategy<Value = Deal> {
    let pieces = (1_i64..60).prop_map(|n| n * 1000);
    let qty = prop_oneof![4 => pieces, 1 => 1_i64..25_000, 1 => Just(10_000_000_i64)];
    let goods = prop::collection::vec((1_i64..150_000, qty, 0..CATEGORIES.len(), 0..UNITS.len()), 1..12);
    let buyers =
        [Buyer::Person, Buyer::Company, Buyer::Company, Buyer::Neighbour, Buyer::Partner, Buyer::Overseas, Buyer::OfSmallSeller];
    let kinds = vec![Kind::Invoice, Kind::Invoice, Kind::Invoice, Kind::CreditNote];
    let none_or = |most: i64| prop_oneof![2 => Just(0_i64), 1 => 1..most];
    let money = prop::sample::select(vec!["EUR", "EUR", "EUR", "PLN", "SEK", "JPY"]);
    let locale = prop::sample::select(vec![Locale::LT, Locale::EN, Locale::DE]);
    (
        (goods, prop::sample::select(buyers.to_vec()), any::<bool>(), (none_or(60), none_or(100), none_or(60))),
        (
            prop::option::of(0_i64..2_500),
            money,
            prop::sample::select(kinds),
            prop_oneof![Just(1000_i64), 1_i64..1000],
            any::<bool>(),
            locale,
        ),
    )
        .prop_map(|((goods, buyer, net, shares), (freight, currency, kind, back, cash, locale))| Deal {
            goods,
            buyer,
            tax: if net { TaxDisplay::Net } else { TaxDisplay::Gross },
            shares,
            freight,
            currency: currency.parse().expect("a currency"),
            kind,
            back,
            cash,
            locale,
        })
}

/// Invoices and credit notes of random sales.
pub fn sales() -> impl Strategy<Value = Paper> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let laws = runtime.block_on(laws());
    deals().prop_map(move |deal| deal.paper(&laws))
}

fn foreign(country: &str, vat_code: &str) -> Side {
    Side { country: country.into(), vat_code: vat_code.into(), ..sample::german() }
}

impl Deal {
    fn sides(&self) -> (Side, Option<Side>) {
        match self.buyer {
            Buyer::Person | Buyer::OfSmallSeller => (sample::person(), None),
            Buyer::Company => (sample::company(), None),
            Buyer::Neighbour => {
                let home = Side { person: true, ..foreign("DE", "") };
                (home.clone(), Some(home))
            }
            Buyer::Partner => (sample::german(), Some(sample::german())),
            Buyer::Overseas => (foreign("CH", ""), Some(foreign("CH", ""))),
        }
    }

    fn paper(&self, laws: &Laws) -> Paper {
        let rates = match self.buyer {
            Buyer::Neighbour => &laws.oss,
            Buyer::OfSmallSeller => &laws.small,
            _ => &laws.plain,
        };
        let (buyer, deliver_to) = self.sides();
        let sale = Sale {
            seller: LT,
            destination: deliver_to.as_ref().map_or(LT, |to| &to.country),
            business: matches!(self.buyer, Buyer::Company | Buyer::Partner),
            vat_country: (self.buyer == Buyer::Partner).then_some("DE"),
            at: testing::MONDAY,
        };
        let (lines, taxes) = self.settled(&sale, rates);
        let mut paper = sample::paper(self.locale, self.currency, self.tax, &[sample::Goods::new("-", "-", 1, 21)]);
        (paper.kind, paper.buyer, paper.deliver_to) = (self.kind, buyer, deliver_to);
        (paper.lines, paper.taxes) = (lines, taxes);
        if self.buyer == Buyer::OfSmallSeller {
            paper.untaxed = true;
            paper.seller.vat_code.clear();
        }
        self.pay(&mut paper);
        if self.kind == Kind::CreditNote {
            paper.corrects = Some(Correction {
                number: "VIT-000099".into(),
                issued_on: "2026-11-02".into(),
                reason: "Grąžinta & <apžiūrėta>".into(),
            });
            (paper.due_on, paper.pay) = (None, None);
        }
        paper
    }

    /// The frozen lines of the order, and its VAT by category and rate.
    fn settled(&self, sale: &Sale<'_>, rates: &Rates) -> (Vec<PaperLine>, Vec<PaperTax>) {
        let lines: Vec<Line> = self.goods.iter().map(|goods| self.line(goods, rates, sale)).collect();
        let shown: Vec<i64> =
            lines.iter().map(|l| if self.tax == TaxDisplay::Net { l.total_net.minor } else { l.total_gross.minor }).collect();
        let off = shown.iter().sum::<i64>() * self.shares.0 / 100;
        let off = tax::allocate(off, &shown).into_iter().map(|minor| Money::new(minor, self.currency));
        let lines = lines.into_iter().zip(off).map(|(line, off)| line.less(off)).collect();
        let settled = settle(lines, self.freight.map(|gross| self.quote(gross)), sale, rates).expect("a sale that settles");
        let mut lines: Vec<PaperLine> = settled.lines.iter().map(frozen).collect();
        if let Some(quote) = &settled.delivery {
            let (rate, code) = sale.charge(settled.treatment, &quote.vat_category, quote.rate, rates).expect("a rate");
            lines.push(delivered(quote, rate, code));
        }
        // Rates are settled as one sum; without VAT the categories stand apart.
        let mut taxes: Vec<PaperTax> = Vec::new();
        for line in &lines {
            let same = |t: &&mut PaperTax| t.rate == line.rate && t.tax_code == line.tax_code;
            match taxes.iter_mut().find(same) {
                Some(tax) => {
                    tax.net.minor += line.net.minor;
                    tax.vat.minor += line.gross.minor - line.net.minor;
                }
                None => taxes.push(PaperTax {
                    tax_code: line.tax_code.clone(),
                    rate: line.rate,
                    net: line.net,
                    vat: Money::new(line.gross.minor - line.net.minor, self.currency),
                    reason: if line.tax_code == "E" { "PVMĮ 28 str.".into() } else { String::new() },
                    reason_code: vatex(&line.tax_code).into(),
                }),
            }
        }
        (lines, taxes)
    }

    fn line(&self, &(gross, qty, category, unit): &(i64, i64, usize, usize), rates: &Rates, sale: &Sale<'_>) -> Line {
        let category = CATEGORIES[category];
        let home = if self.buyer == Buyer::OfSmallSeller { Rate::ZERO } else { rates.of(LT, category, sale.at).expect("a rate") };
        let (qty, unit_gross) = (Qty(qty), Money::new(gross, self.currency));
        let unit_net = tax::unit_net(unit_gross, home).expect("a price");
        Line {
            product: ProductId(uuid::Uuid::nil()),
            variant: VariantId(uuid::Uuid::nil()),
            sku: format!("SKU-{gross}"),
            title: "Stalas „Ąžuolas“ <1,2 m> & kėdė".into(),
            variant_name: String::new(),
            picture_hash: None,
            unit: UNITS[unit].into(),
            qty,
            unit_gross,
            total_gross: qty.times(unit_gross).expect("a line"),
            unit_net,
            total_net: unit_net.times(qty, self.currency).expect("a line"),
            tax: self.tax,
            rate: home,
            vat_category: category.into(),
            locale: self.locale,
            weight_g: None,
            tax_code: "S".into(),
            discount: None,
            list_gross: None,
            why: None,
            configured: None,
        }
    }

    fn quote(&self, gross: i64) -> Quote {
        Quote {
            method: MethodId(uuid::Uuid::nil()),
            code: "van".into(),
            kind: DeliveryKind::Van,
            name: "Pristatymas".into(),
            note: String::new(),
            gross: Money::new(gross, self.currency),
            net: tax::net_of(Money::new(gross, self.currency), Rate::percent(21)).expect("a price"),
            free: gross == 0,
            to_free: None,
            rate: Rate::percent(21),
            vat_category: "standard".into(),
            days: (1, 2),
        }
    }

    /// What comes back, what was paid before, and how the rest is paid.
    fn pay(&self, paper: &mut Paper) {
        // A line's rounding to the yen outgrows the one unit that the official rules leave open: a part
        // of such an invoice is refused.
        if self.kind == Kind::CreditNote && self.back < 1000 && self.currency.exponent() > 0 {
            part(paper, self.back);
        }
        sample::sum_up(paper);
        if self.kind == Kind::Invoice && self.shares.2 > 0 {
            for n in 0..paper.taxes.len() {
                let tax = &paper.taxes[n];
                let gross = Money::new((tax.net.minor + tax.vat.minor) * self.shares.2 / 100, self.currency);
                let net = tax::net_of(gross, tax.rate).expect("an advance");
                let advance = Advance {
                    number: "VIT-000077".into(),
                    issued_on: "2026-10-01".into(),
                    net,
                    vat: Money::new(gross.minor - net.minor, self.currency),
                    rate: tax.rate,
                    tax_code: tax.tax_code.clone(),
                };
                sample::deduct(paper, advance);
            }
        }
        if self.kind == Kind::Invoice {
            paper.prepaid.minor = paper.gross.minor * self.shares.1 / 100;
        }
        sample::sum_up(paper);
        if self.cash && self.currency == Currency::EUR {
            paper.rounding.minor = 5 * ((paper.due.minor + 2) / 5) - paper.due.minor;
            sample::sum_up(paper);
        }
        paper.words = in_words(paper.due, self.locale);
    }
}

fn frozen(line: &Line) -> PaperLine {
    let gross = line.tax == TaxDisplay::Gross;
    // What a sale to another country charges is not what the tag held: the unit is taken anew.
    let unit = if gross { tax::unit_net(line.unit_gross, line.rate).expect("a price") } else { line.unit_net };
    let off = line.discount.unwrap_or(Money::zero(line.unit_gross.currency));
    PaperLine {
        sku: line.sku.clone(),
        title: line.title.clone(),
        detail: line.variant_name.clone(),
        qty: line.qty,
        unit: line.unit.clone(),
        unit_net_micro: unit.0,
        discount_net: if gross { tax::net_of(off, line.rate).expect("a discount") } else { off },
        net: line.total_net,
        gross: line.total_gross,
        rate: line.rate,
        tax_code: line.tax_code.clone(),
    }
}

fn delivered(quote: &Quote, rate: Rate, code: &str) -> PaperLine {
    PaperLine {
        sku: String::new(),
        title: quote.name.clone(),
        detail: String::new(),
        qty: Qty::ONE,
        unit: "service".into(),
        unit_net_micro: UnitPrice::from_money(quote.net).0,
        discount_net: Money::zero(quote.net.currency),
        net: quote.net,
        gross: quote.gross,
        rate,
        tax_code: code.to_owned(),
    }
}

/// A part of every line comes back: its share of both sums.
fn part(paper: &mut Paper, per_mille: i64) {
    for tax in &mut paper.taxes {
        (tax.net.minor, tax.vat.minor) = (0, 0);
    }
    paper.lines.retain(|line| line.qty.0 * per_mille / 1000 > 0);
    for line in &mut paper.lines {
        let back = line.qty.0 * per_mille / 1000;
        let share = |whole: i64| tax::allocate(whole, &[back, line.qty.0 - back])[0];
        (line.net.minor, line.gross.minor, line.discount_net.minor) =
            (share(line.net.minor), share(line.gross.minor), share(line.discount_net.minor));
        line.qty.0 = back;
        let tax = paper.taxes.iter_mut().find(|t| t.rate == line.rate && t.tax_code == line.tax_code).expect("its tax");
        tax.net.minor += line.net.minor;
        tax.vat.minor += line.gross.minor - line.net.minor;
    }
    paper.taxes.retain(|tax| paper.lines.iter().any(|l| l.rate == tax.rate && l.tax_code == tax.tax_code));
}
