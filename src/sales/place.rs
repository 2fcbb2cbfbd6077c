//! Placing an order: frozen lines, sums, a number and the first row of its history.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Address, Contact, Fault, Quote, State, cart_view::sum, list::fold, transfer};
use crate::{
    channels::TaxDisplay,
    kernel::{
        ChannelId, Fault as Refusal, Locale, Moment, Money, OrderId, OrderLineId, Origin, PartyId, Reads, Tx, db, numbering,
        token,
    },
    promotions::Taken,
    showcase::Line,
    tax::{Totals, Treatment, VatCode},
};

/// How an order is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payment {
    BankTransfer,
    /// At the page of a provider.
    Card,
}

impl Payment {
    pub const ALL: &'static [Self] = &[Self::BankTransfer, Self::Card];
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BankTransfer => "bank_transfer",
            Self::Card => "card",
        }
    }
}

impl FromStr for Payment {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|p| p.as_str() == text).ok_or("unknown way to pay")
    }
}

#[derive(Clone, Debug)]
pub struct NewOrder {
    pub id: OrderId,
    pub channel: ChannelId,
    pub party: PartyId,
    pub locale: Locale,
    pub lines: Vec<Line>,
    pub totals: Totals,
    pub delivery: Quote,
    /// How it is taxed, and in which way its prices were agreed.
    pub treatment: Treatment,
    pub tax: TaxDisplay,
    /// Where it goes as far as tax is concerned, ISO 3166-1 alpha-2.
    pub tax_country: String,
    /// The VAT number that a treatment rests on.
    pub buyer_vat: Option<VatCode>,
    pub payment: Payment,
    pub contact: Contact,
    pub address: Address,
    pub origin: Origin,
    /// What a code took off; the lines are what is left.
    pub discount: Option<Taken>,
    /// The words on the button that was pressed, kept with their language and the moment as
    /// proof that the duty to pay was said.
    pub button_label: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Placed {
    pub id: OrderId,
    pub number: String,
    /// Opens the order's status page. It is kept as it is: the row holds all that the page
    /// shows, so a hash would protect nothing, and later letters need the link.
    pub token: String,
    pub total: Money,
    /// It was there already when it was asked for.
    pub before: bool,
}

/// Writes the order as agreed: number, row, lines, first event. Stock is the flow's affair.
///
/// # Faults
/// [`Fault::CartEmpty`]; whatever the database says.
pub async fn place(tx: &Tx, new: NewOrder) -> Result<Placed, Refusal> {
    if new.lines.is_empty() {
        return Err(Fault::CartEmpty.into());
    }
    let settings = tx.app().settings();
    let series = settings.text("orders.series");
    let number = numbering::next(tx, if series.is_empty() { "UZS" } else { series }).await?;
    let token = token::random(tx.app().entropy());
    let due_at = tx.now().plus_days(settings.int("payment.days").max(1));
    let placed = Placed { id: new.id, number, token, total: new.totals.gross, before: false };
    insert(tx, &new, &placed, due_at).await?;
    let rows = new.lines.iter().enumerate().map(|(i, line)| line_row(tx, new.id, i, line)).collect();
    db::insert_many(tx, LINES, "", rows).await?;
    super::order::note(tx, new.id, "place", None, begun(&new), "").await?;
    Ok(placed)
}

/// Who pays at a provider's page is waited for, unless there is nothing to pay.
fn begun(new: &NewOrder) -> State {
    if new.payment == Payment::Card && !new.totals.gross.is_zero() { State::AwaitingPayment } else { State::Placed }
}

/// An order that is there already, for whoever sends the same checkout again.
///
/// # Faults
/// [`Fault::NoOrder`].
pub async fn placed(db: &impl Reads, id: OrderId) -> Result<Placed, Refusal> {
    let sql = "select number, token, gross_minor, currency from sales_order where id = $1";
    let row = db::row(db, sql, db::params![id]).await?.ok_or(Fault::NoOrder)?;
    let total = Money::new(row.try_get_by_index(2)?, row.try_get_by_index(3)?);
    Ok(Placed { id, number: row.try_get_by_index(0)?, token: row.try_get_by_index(1)?, total, before: true })
}

const ORDER: &str = "insert into sales_order (id, number, token, state, channel_id, party_id, locale, currency, origin, \
    contact_name, contact_email, contact_phone, company, company_code, vat_code, street, city, postcode, country, \
    delivery_method_id, delivery_kind, delivery_name, delivery_minor, delivery_rate_micro, delivery_vat_category, \
    payment, reference, due_at, goods_minor, gross_minor, net_minor, vat_minor, taxes, note, button_label, search, placed_at, changed_at, \
    tax_display, treatment, tax_country, buyer_vat, discount_code, discount_minor, payment_state, hold_until) \
    values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24,$25,$26,$27,$28,$29,$30,$31,$32,$33,$34,$35,$36,$37,$37,$38,$39,$40,$41,$42,$43,$44,$45)";

async fn insert(tx: &Tx, new: &NewOrder, placed: &Placed, due_at: Moment) -> Result<(), Refusal> {
    let (c, a, d, t) = (new.contact.clone(), new.address.clone(), &new.delivery, &new.totals);
    let goods = sum(new.lines.iter().map(Line::full), t.gross.currency)?;
    let hold = (begun(new) == State::AwaitingPayment)
        .then(|| tx.now().plus_minutes(tx.app().settings().int("payment.hold_minutes").clamp(30, 24 * 60)));
    let search = fold(&[&placed.number, &c.name, &c.company, &c.email, &c.phone, &a.city]);
    let params = db::params![
        placed.id,
        placed.number.clone(),
        placed.token.clone(),
        begun(new).as_str(),
        new.channel,
        new.party,
        new.locale,
        t.gross.currency,
        new.origin,
        c.name,
        c.email,
        c.phone,
        c.company,
        c.company_code,
        c.vat_code,
        a.street,
        a.city,
        a.postcode,
        a.country,
        Some(d.method).filter(|id| !id.uuid().is_nil()),
        d.kind.as_str(),
        d.name.clone(),
        d.gross.minor,
        d.rate,
        d.vat_category.clone(),
        new.payment.as_str(),
        transfer::reference(&placed.number),
        due_at,
        goods.minor,
        t.gross.minor,
        t.net.minor,
        t.vat.minor,
        taxes(t).to_string(),
        c.note,
        new.button_label.clone(),
        search,
        tx.now(),
        new.tax.as_str(),
        new.treatment.as_str(),
        new.tax_country.clone(),
        new.buyer_vat.as_ref().map_or("", VatCode::as_str),
        new.discount.as_ref().map(|d| d.code.clone()),
        new.lines.iter().filter_map(|line| line.discount).map(|off| off.minor).sum::<i64>(),
        if t.gross.is_zero() { "paid" } else { "unpaid" },
        hold,
    ];
    db::run(tx, ORDER, params).await?;
    Ok(())
}

/// The breakdown by rate, frozen with the order: `[[rate, gross, net, vat], …]`.
fn taxes(totals: &Totals) -> Value {
    totals.by_rate.iter().map(|r| json!([r.rate.0, r.gross.minor, r.net.minor, r.vat.minor])).collect()
}

const LINES: &str = "insert into order_line (id, order_id, position, product_id, variant_id, sku, title, variant_name, picture_hash, unit, \
    qty_milli, shipped_milli, unit_gross_minor, gross_minor, rate_micro, vat_category, locale, list_minor, price_rule_id, price_why, \
    unit_net_micro, net_minor, tax_code, discount_minor, configuration) values";

fn line_row(tx: &Tx, order: OrderId, position: usize, line: &Line) -> Vec<sea_orm::Value> {
    let line = line.clone();
    let goods = line.of_catalogue();
    db::params![
        OrderLineId::new(tx),
        order,
        i64::try_from(position).unwrap_or(i64::MAX),
        goods.then_some(line.product),
        goods.then_some(line.variant),
        line.sku,
        line.title,
        line.variant_name,
        line.picture_hash,
        line.unit,
        line.qty,
        0_i64,
        line.unit_gross.minor,
        line.total_gross.minor,
        line.rate,
        line.vat_category,
        line.locale,
        line.list_gross.map(|list| list.minor),
        line.why.as_ref().and_then(|why| why.rule),
        line.why.as_ref().map(|why| json!(why).to_string()),
        line.unit_net.0,
        line.total_net.minor,
        line.tax_code,
        line.discount.map_or(0, |share| share.minor),
        line.configured.as_ref().map(|configured| json!(configured).to_string()),
    ]
}
