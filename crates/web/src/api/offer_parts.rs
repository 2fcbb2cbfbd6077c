//! Words about offers that both documents share. What goods cost the shop is in none of them.

use std::collections::BTreeMap;

use poem_openapi::Object;
use vitrina::{
    channels::TaxDisplay,
    flows::offers::{Price, Seen},
    kernel::{self, Fault, Qty, UnitAmount},
    offers::{Choice, Deposit, Drawn, DrawnItem, Off, Question, Terms},
};

use super::dto::{self, Money, TaxPart};

/// So much off: a percentage or a sum, as the buyer reads prices.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct OfferDiscount {
    /// "12.5"
    pub percent: Option<String>,
    pub sum: Option<Money>,
}

impl OfferDiscount {
    pub fn of(off: Off, zero: kernel::Money) -> Self {
        match off {
            Off::Percent(rate) => Self { percent: Some(dto::percent_text(rate)), sum: None },
            Off::Sum(minor) => Self { percent: None, sum: Some(kernel::Money { minor, ..zero }.into()) },
        }
    }

    /// # Faults
    /// `form.choose` for both or neither; `form.number`.
    pub fn read(&self, field: &str, zero: kernel::Money) -> Result<Off, Fault> {
        match (&self.percent, &self.sum) {
            (Some(percent), None) => Ok(Off::Percent(dto::percent(percent, &format!("{field}.percent"))?)),
            (None, Some(sum)) => Ok(Off::Sum(same_currency(sum, &format!("{field}.sum"), zero)?.minor)),
            _ => Err(Fault::invalid(field, "form.choose")),
        }
    }
}

/// # Faults
/// `form.number` for what is no sum in the offer's currency.
pub fn same_currency(sum: &Money, field: &str, zero: kernel::Money) -> Result<kernel::Money, Fault> {
    let read = sum.read(field)?;
    if read.currency == zero.currency { Ok(read) } else { Err(Fault::invalid(field, "form.number")) }
}

/// From and up to how many.
#[derive(Clone, Debug, Object)]
#[oai(deny_unknown_fields)]
pub struct OfferRange {
    pub least: String,
    pub most: String,
}

/// A row of an offer.
#[derive(Debug, Object)]
pub struct OfferLine {
    pub id: String,
    /// goods, or note for words between the goods
    pub kind: String,
    pub sku: String,
    pub title: String,
    pub variant_name: String,
    pub teaser: String,
    /// Of the product's page; empty for what is not of the catalogue.
    pub slug: String,
    /// A remark under the goods.
    pub note: String,
    pub quantity: String,
    pub unit: String,
    /// The customer may choose another quantity within it.
    pub range: Option<OfferRange>,
    /// Of one unit, as the buyer reads prices; it may have more places than a cent.
    pub unit_price: Option<Money>,
    /// Before what comes off this row alone.
    pub full: Option<Money>,
    pub discount: Option<Money>,
    pub total: Option<Money>,
    /// The customer may leave it out.
    pub optional: bool,
    /// One row of each group is taken.
    pub group: String,
    /// It is part of the sums of this answer.
    pub taken: bool,
    /// Why it cannot be had: gone, choice, price, tax or currency. Only while it is written.
    pub problem: Option<String>,
}

#[derive(Debug, Object)]
pub struct OfferTerms {
    pub delivery: String,
    pub payment: String,
    pub validity: String,
}

impl From<&Terms> for OfferTerms {
    fn from(t: &Terms) -> Self {
        Self { delivery: t.delivery.clone(), payment: t.payment.clone(), validity: t.validity.clone() }
    }
}

/// What a choice comes to.
#[derive(Debug, Object)]
pub struct OfferSums {
    /// As the buyer reads prices, after discounts of rows and sections.
    pub goods: Money,
    /// What comes off the whole.
    pub discount: Money,
    pub delivery: Option<Money>,
    pub delivery_name: String,
    pub net: Money,
    pub taxes: Vec<TaxPart>,
    /// All of it with VAT and delivery: `seen` of an acceptance.
    pub gross: Money,
    /// What has to come before the shop begins.
    pub deposit: Option<Money>,
    /// domestic, destination, intra_eu, export or not_subject
    pub tax_treatment: String,
}

#[derive(Debug, Object)]
pub struct OfferQuestion {
    pub id: String,
    pub version: i64,
    /// Id of the row that it is about.
    pub line: Option<String>,
    pub about: String,
    pub question: String,
    pub asked_at: String,
    /// Empty while there is none.
    pub answer: String,
    pub answered_at: Option<String>,
}

impl From<&Question> for OfferQuestion {
    fn from(q: &Question) -> Self {
        Self {
            id: q.id.to_string(),
            version: q.version,
            line: q.item.map(|id| id.to_string()),
            about: q.about.clone(),
            question: q.question.clone(),
            asked_at: dto::at(q.at),
            answer: q.answer.clone(),
            answered_at: q.answered_at.map(dto::at),
        }
    }
}

/// What is taken: ids of optional rows and of one row of each group, and quantities of rows that leave
/// them open.
#[derive(Clone, Debug, Default, Object)]
#[oai(rename = "OfferChoice", deny_unknown_fields)]
pub struct ChoiceBody {
    #[oai(default)]
    pub picked: Vec<String>,
    /// By the row's id, decimals: "3".
    #[oai(default)]
    pub quantities: BTreeMap<String, String>,
}

impl From<&Choice> for ChoiceBody {
    fn from(choice: &Choice) -> Self {
        Self {
            picked: choice.picked.iter().map(ToString::to_string).collect(),
            quantities: choice.qty.iter().map(|(id, qty)| (id.to_string(), dto::qty_text(*qty))).collect(),
        }
    }
}

impl ChoiceBody {
    /// # Faults
    /// `form.choose` for what is no id; `form.number`.
    pub fn read(&self) -> Result<Choice, Fault> {
        let mut choice = Choice::default();
        for (n, id) in self.picked.iter().enumerate() {
            choice.picked.insert(id.parse().map_err(|_| Fault::invalid(format!("picked.{n}"), "form.choose"))?);
        }
        for (id, qty) in &self.quantities {
            let field = format!("quantities.{id}");
            let id = id.parse().map_err(|_| Fault::invalid(&field, "form.choose"))?;
            choice.qty.insert(id, dto::qty(qty, &field)?);
        }
        Ok(choice)
    }
}

/// A price with all its places: "0.0345", but "12.30".
fn each(price: UnitAmount) -> Money {
    let (whole, part) = (price.micro / 1_000_000, price.micro.rem_euclid(1_000_000));
    let mut places = format!("{part:06}");
    while places.len() > 2 && places.ends_with('0') {
        places.pop();
    }
    Money { amount: format!("{whole}.{places}"), currency: price.currency.to_string() }
}

pub fn line(item: &DrawnItem, price: Option<&Price>) -> OfferLine {
    let of = item.line.as_ref();
    let words = |pick: fn(&vitrina::showcase::Line) -> &String| of.map(|l| pick(l).clone()).unwrap_or_default();
    let qty = price.map(|p| p.qty).or(of.map(|l| l.qty)).unwrap_or(Qty::ONE);
    OfferLine {
        id: item.id.to_string(),
        kind: if of.is_some() || !item.problem.is_empty() { "goods" } else { "note" }.to_owned(),
        sku: words(|l| &l.sku),
        title: of.map_or_else(|| item.title.clone(), |l| l.title.clone()),
        variant_name: words(|l| &l.variant_name),
        teaser: item.teaser.clone(),
        slug: item.slug.clone(),
        note: item.note.clone(),
        quantity: dto::qty_text(qty),
        unit: words(|l| &l.unit),
        range: item.range.map(|r| OfferRange { least: dto::qty_text(r.least), most: dto::qty_text(r.most) }),
        unit_price: price.map(|p| each(p.each)),
        full: price.map(|p| p.full.into()),
        discount: price.map(|p| p.off.into()),
        total: price.map(|p| p.total.into()),
        optional: item.optional,
        group: item.group.clone(),
        taken: price.is_some_and(|p| p.taken),
        problem: Some(item.problem.clone()).filter(|p| !p.is_empty()),
    }
}

pub fn sums(drawn: &Drawn, seen: &Seen) -> OfferSums {
    let (settled, net) = (&seen.settled, drawn.tax == TaxDisplay::Net);
    let whole = settled.totals.gross;
    let money = kernel::Money::from_decimal;
    let deposit = match drawn.deposit {
        Some(Deposit::Percent(rate)) => money(whole.to_decimal() * rate.to_decimal(), whole.currency),
        Some(Deposit::Sum(minor)) => Some(kernel::Money { minor: minor.min(whole.minor), ..whole }),
        None => None,
    };
    let tax = |t: &vitrina::tax::RateTotal| TaxPart {
        rate: dto::rate(t.rate),
        gross: t.gross.into(),
        net: t.net.into(),
        tax: t.vat.into(),
    };
    OfferSums {
        goods: seen.sums.goods.into(),
        discount: seen.sums.off.into(),
        delivery: settled.delivery.as_ref().map(|d| if net { d.net } else { d.gross }.into()),
        delivery_name: settled.delivery.as_ref().map(|d| d.name.clone()).unwrap_or_default(),
        net: settled.totals.net.into(),
        taxes: settled.totals.by_rate.iter().map(tax).collect(),
        gross: whole.into(),
        deposit: deposit.map(Into::into),
        tax_treatment: settled.treatment.as_str().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vitrina::kernel::Currency;

    #[test]
    fn a_price_of_one_has_a_cent_s_places_or_all_that_it_needs() {
        let of = |micro| each(UnitAmount { micro, currency: Currency::EUR }).amount;
        assert_eq!((of(12_300_000), of(34_500), of(5_000_000)), ("12.30".into(), "0.0345".into(), "5.00".into()));
    }
}
