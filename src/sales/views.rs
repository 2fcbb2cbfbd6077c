//! An order in full, as its page shows it.

use serde::Serialize;

use super::{
    Address, Contact, DeliveryKind, EventView, Fault, LineView, Payment, ShipmentView, State, Step, Transfer,
    order_history::{events, shipments},
    order_lines::lines,
};
use crate::kernel::{
    ChannelId, Currency, Fault as Refusal, Locale, Moment, Money, OrderId, PartyId, Rate, Reads, Scope, Settings, db,
};
use crate::{channels::TaxDisplay, tax::Treatment};

#[derive(Clone, Debug, Serialize)]
pub struct OrderView {
    pub id: OrderId,
    pub number: String,
    pub token: String,
    pub state: State,
    /// The steps open from here.
    pub steps: Vec<Step>,
    pub channel: ChannelId,
    pub party: PartyId,
    pub locale: Locale,
    pub origin: String,
    pub contact: Contact,
    pub address: Address,
    pub delivery: DeliveryView,
    pub payment: Payment,
    /// How its money stands, by the word of `payments::PaymentState`.
    pub payment_state: String,
    /// What has to come before the shop begins; `None` is all of it.
    pub deposit: Option<Money>,
    /// Why somebody has to look at it: a text below `attention.`; empty where nobody has.
    pub attention: String,
    pub reference: String,
    pub due_at: Moment,
    /// As the buyer reads prices, without delivery, before the discount.
    pub goods: Money,
    pub discount: Option<DiscountView>,
    pub gross: Money,
    pub net: Money,
    pub vat: Money,
    pub taxes: Vec<TaxView>,
    /// In which way its prices were agreed.
    pub tax: TaxDisplay,
    pub treatment: Treatment,
    /// The VAT number that the treatment rests on; empty when it rests on none.
    pub buyer_vat: String,
    pub button_label: String,
    pub placed_at: Moment,
    pub changed_at: Moment,
    pub lines: Vec<LineView>,
    pub events: Vec<EventView>,
    pub shipments: Vec<ShipmentView>,
}

/// What a code took off.
#[derive(Clone, Debug, Serialize)]
pub struct DiscountView {
    pub code: String,
    /// Off the goods; nothing where the delivery was given.
    pub amount: Money,
}

#[derive(Clone, Debug, Serialize)]
pub struct DeliveryView {
    pub kind: DeliveryKind,
    pub name: String,
    pub gross: Money,
    pub net: Money,
    pub rate: Rate,
    /// How it is taxed, by UNCL 5305.
    pub tax_code: &'static str,
}

#[derive(Clone, Debug, Serialize)]
pub struct TaxView {
    pub rate: Rate,
    pub gross: Money,
    pub net: Money,
    pub vat: Money,
}

/// What a flow needs to know of an order before it touches it.
#[derive(Clone, Debug)]
pub struct Head {
    pub id: OrderId,
    pub number: String,
    pub party: PartyId,
    pub state: State,
    pub locale: Locale,
    pub name: String,
    pub email: String,
    pub gross: Money,
}

impl OrderView {
    /// All of it without VAT, where its prices were agreed so.
    pub fn net_total(&self) -> Option<Money> {
        (self.tax == TaxDisplay::Net).then_some(self.net)
    }
    /// The goods and the delivery as the buyer reads them.
    pub fn shown(&self) -> (Money, Money) {
        let delivery = if self.tax == TaxDisplay::Net { self.delivery.net } else { self.delivery.gross };
        (self.goods, delivery)
    }
    /// How to pay what is asked for now, from the shop's settings.
    pub fn transfer(&self, settings: &Settings, ask: Money) -> Transfer {
        Transfer::new(settings, ask, &self.reference, self.due_at)
    }
}

struct Row {
    id: OrderId,
    number: String,
    token: String,
    state: String,
    channel_id: ChannelId,
    party_id: PartyId,
    locale: Locale,
    currency: Currency,
    origin: String,
    contact_name: String,
    contact_email: String,
    contact_phone: String,
    company: String,
    company_code: String,
    vat_code: String,
    street: String,
    city: String,
    postcode: String,
    country: String,
    delivery_kind: String,
    delivery_name: String,
    delivery_minor: i64,
    delivery_rate_micro: Rate,
    delivery_vat_category: String,
    payment: String,
    payment_state: String,
    deposit_minor: Option<i64>,
    attention: String,
    reference: String,
    due_at: Moment,
    goods_minor: i64,
    discount_code: Option<String>,
    discount_minor: i64,
    gross_minor: i64,
    net_minor: i64,
    vat_minor: i64,
    taxes: String,
    note: String,
    button_label: String,
    placed_at: Moment,
    changed_at: Moment,
    tax_display: String,
    treatment: String,
    buyer_vat: String,
}
db::record!(Row {
    id,
    number,
    token,
    state,
    channel_id,
    party_id,
    locale,
    currency,
    origin,
    contact_name,
    contact_email,
    contact_phone,
    company,
    company_code,
    vat_code,
    street,
    city,
    postcode,
    country,
    delivery_kind,
    delivery_name,
    delivery_minor,
    delivery_rate_micro,
    delivery_vat_category,
    payment,
    payment_state,
    deposit_minor,
    attention,
    reference,
    due_at,
    goods_minor,
    discount_code,
    discount_minor,
    gross_minor,
    net_minor,
    vat_minor,
    taxes,
    note,
    button_label,
    placed_at,
    changed_at,
    tax_display,
    treatment,
    buyer_vat
});

/// An order for the office, the API or a job, within the scope's reach.
///
/// # Faults
/// [`Fault::NoOrder`], also when it lies outside the scope.
pub async fn order(db: &impl Reads, scope: &Scope, id: OrderId) -> Result<OrderView, Refusal> {
    let mut params = db::params![id];
    let mut sql = "select * from sales_order o where o.id = $1".to_owned();
    scope.narrow("exists (select 1 from party p where p.id = o.party_id and p.manager in ($))", &mut sql, &mut params);
    let row: Row = db::opt(db, &sql, params).await?.ok_or(Fault::NoOrder)?;
    full(db, row).await
}

/// An order for whoever holds its link.
///
/// # Faults
/// [`Fault::NoOrder`].
pub async fn by_token(db: &impl Reads, token: &str) -> Result<OrderView, Refusal> {
    let row: Row =
        db::opt(db, "select * from sales_order o where o.token = $1", db::params![token]).await?.ok_or(Fault::NoOrder)?;
    full(db, row).await
}

/// # Faults
/// [`Fault::NoOrder`].
pub async fn head(db: &impl Reads, scope: &Scope, id: OrderId) -> Result<Head, Refusal> {
    let mut sql = "select o.number, o.party_id, o.state, o.locale, o.contact_name, o.contact_email, o.gross_minor, o.currency \
                   from sales_order o where o.id = $1"
        .to_owned();
    let mut params = db::params![id];
    scope.narrow("exists (select 1 from party p where p.id = o.party_id and p.manager in ($))", &mut sql, &mut params);
    let row = db::row(db, &sql, params).await?.ok_or(Fault::NoOrder)?;
    let state: String = row.try_get_by_index(2)?;
    Ok(Head {
        id,
        number: row.try_get_by_index(0)?,
        party: row.try_get_by_index(1)?,
        state: state.parse().map_err(Refusal::bug)?,
        locale: row.try_get_by_index(3)?,
        name: row.try_get_by_index(4)?,
        email: row.try_get_by_index(5)?,
        gross: Money::new(row.try_get_by_index(6)?, row.try_get_by_index(7)?),
    })
}

async fn full(db: &impl Reads, row: Row) -> Result<OrderView, Refusal> {
    let tax: TaxDisplay = row.tax_display.parse().map_err(Refusal::bug)?;
    let (lines, events) = (lines(db, row.id, (row.currency, tax)).await?, events(db, row.id).await?);
    let shipments = shipments(db, row.id, &lines).await?;
    let money = |minor| Money::new(minor, row.currency);
    let state: State = row.state.parse().map_err(Refusal::bug)?;
    let treatment: Treatment = row.treatment.parse().map_err(Refusal::bug)?;
    let taxes: Vec<[i64; 4]> = serde_json::from_str(&row.taxes)?;
    let by_rate = |t: &[i64; 4]| TaxView { rate: Rate(t[0]), gross: money(t[1]), net: money(t[2]), vat: money(t[3]) };
    Ok(OrderView {
        id: row.id,
        number: row.number,
        token: row.token,
        state,
        steps: state.steps_by_hand().collect(),
        channel: row.channel_id,
        party: row.party_id,
        locale: row.locale,
        origin: row.origin,
        contact: Contact {
            name: row.contact_name,
            email: row.contact_email,
            phone: row.contact_phone,
            company: row.company,
            company_code: row.company_code,
            vat_code: row.vat_code,
            note: row.note,
        },
        address: Address { street: row.street, city: row.city, postcode: row.postcode, country: row.country },
        delivery: DeliveryView {
            kind: row.delivery_kind.parse().map_err(Refusal::bug)?,
            name: row.delivery_name,
            gross: money(row.delivery_minor),
            net: money(row.net_minor - lines.iter().map(|l| l.total_net.minor).sum::<i64>()),
            rate: row.delivery_rate_micro,
            tax_code: treatment.code(&row.delivery_vat_category, row.delivery_rate_micro),
        },
        payment: row.payment.parse().map_err(Refusal::bug)?,
        payment_state: row.payment_state,
        deposit: row.deposit_minor.map(money),
        attention: row.attention,
        reference: row.reference,
        due_at: row.due_at,
        goods: money(row.goods_minor),
        discount: row.discount_code.map(|code| DiscountView { code, amount: money(row.discount_minor) }),
        gross: money(row.gross_minor),
        net: money(row.net_minor),
        vat: money(row.vat_minor),
        taxes: taxes.iter().map(by_rate).collect(),
        tax,
        treatment,
        buyer_vat: row.buyer_vat,
        button_label: row.button_label,
        placed_at: row.placed_at,
        changed_at: row.changed_at,
        lines,
        events,
        shipments,
    })
}
