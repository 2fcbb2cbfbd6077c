//! An order in full, as its page shows it.

use serde::Serialize;

use super::{Address, Contact, DeliveryKind, Fault, Payment, State, Step, Transfer};
use crate::kernel::{
    ChannelId, Currency, Fault as Refusal, Locale, Moment, Money, OrderId, OrderLineId, PartyId, ProductId, Qty, Rate, Reads,
    Scope, Settings, ShipmentId, UnitAmount, VariantId, db,
};
use crate::{
    channels::TaxDisplay,
    showcase::{Configured, Why},
    tax::Treatment,
};

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
}

#[derive(Clone, Debug, Serialize)]
pub struct TaxView {
    pub rate: Rate,
    pub gross: Money,
    pub net: Money,
    pub vat: Money,
}

#[derive(Clone, Debug, Serialize)]
pub struct LineView {
    pub id: OrderLineId,
    /// `None` once the catalogue let it go.
    pub product: Option<ProductId>,
    pub variant: Option<VariantId>,
    pub sku: String,
    pub title: String,
    pub variant_name: String,
    pub picture_hash: Option<String>,
    pub unit: String,
    pub qty: Qty,
    pub shipped: Qty,
    pub left: Qty,
    pub unit_price: Money,
    /// What everybody paid then, where the customer had agreed on another price.
    pub list: Option<Money>,
    pub why: Option<Why>,
    /// After its share of the discount.
    pub total: Money,
    pub discount: Money,
    pub rate: Rate,
    pub total_net: Money,
    /// One unit and all of it as the buyer reads them.
    pub each: UnitAmount,
    pub shown: Money,
    /// How it is taxed, by UNCL 5305.
    pub tax_code: String,
    /// What was chosen of a configurable product and what it is made of: for staff, with costs.
    #[serde(skip)]
    pub configured: Option<Configured>,
}

impl LineView {
    /// As the buyer reads it, before its share of the discount.
    pub fn full(&self) -> Money {
        Money { minor: self.shown.minor + self.discount.minor, ..self.shown }
    }
}

/// One step of the order's way: who, when, why.
#[derive(Clone, Debug, Serialize)]
pub struct EventView {
    pub at: Moment,
    /// `guest`, `system`, `customer:ID`, `staff:ID`, `key:ID`.
    pub actor: String,
    pub step: String,
    pub before: Option<State>,
    pub after: State,
    pub reason: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct ShipmentView {
    pub id: ShipmentId,
    pub number: String,
    pub carrier: String,
    pub tracking: String,
    pub tracking_url: String,
    pub note: String,
    pub shipped_at: Moment,
    pub lines: Vec<ShippedLine>,
}

#[derive(Clone, Debug, Serialize)]
pub struct ShippedLine {
    pub line: OrderLineId,
    pub title: String,
    pub variant_name: String,
    pub unit: String,
    pub qty: Qty,
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
    /// How to pay it, from the shop's settings.
    pub fn transfer(&self, settings: &Settings) -> Transfer {
        Transfer::new(settings, self.gross, &self.reference, self.due_at)
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
    payment: String,
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
    payment,
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
    let (own, mut params) = (scope.only(), db::params![id]);
    let mut sql = "select * from sales_order o where o.id = $1".to_owned();
    if let Some(user) = own {
        sql.push_str(" and exists (select 1 from party p where p.id = o.party_id and p.manager = $2)");
        params.push(user.into());
    }
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
    if let Some(user) = scope.only() {
        sql.push_str(" and exists (select 1 from party p where p.id = o.party_id and p.manager = $2)");
        params.push(user.into());
    }
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
    let taxes: Vec<[i64; 4]> = serde_json::from_str(&row.taxes)?;
    let by_rate = |t: &[i64; 4]| TaxView { rate: Rate(t[0]), gross: money(t[1]), net: money(t[2]), vat: money(t[3]) };
    Ok(OrderView {
        id: row.id,
        number: row.number,
        token: row.token,
        state,
        steps: state.steps().collect(),
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
        },
        payment: row.payment.parse().map_err(Refusal::bug)?,
        reference: row.reference,
        due_at: row.due_at,
        goods: money(row.goods_minor),
        discount: row.discount_code.map(|code| DiscountView { code, amount: money(row.discount_minor) }),
        gross: money(row.gross_minor),
        net: money(row.net_minor),
        vat: money(row.vat_minor),
        taxes: taxes.iter().map(by_rate).collect(),
        tax,
        treatment: row.treatment.parse().map_err(Refusal::bug)?,
        buyer_vat: row.buyer_vat,
        button_label: row.button_label,
        placed_at: row.placed_at,
        changed_at: row.changed_at,
        lines,
        events,
        shipments,
    })
}

struct LineRow {
    id: OrderLineId,
    product_id: Option<ProductId>,
    variant_id: Option<VariantId>,
    sku: String,
    title: String,
    variant_name: String,
    picture_hash: Option<String>,
    unit: String,
    qty_milli: Qty,
    shipped_milli: Qty,
    unit_gross_minor: i64,
    gross_minor: i64,
    rate_micro: Rate,
    list_minor: Option<i64>,
    price_why: Option<String>,
    unit_net_micro: i64,
    net_minor: i64,
    tax_code: String,
    discount_minor: i64,
    configuration: Option<String>,
}
db::record!(LineRow {
    id,
    product_id,
    variant_id,
    sku,
    title,
    variant_name,
    picture_hash,
    unit,
    qty_milli,
    shipped_milli,
    unit_gross_minor,
    gross_minor,
    rate_micro,
    list_minor,
    price_why,
    unit_net_micro,
    net_minor,
    tax_code,
    discount_minor,
    configuration
});

async fn lines(db: &impl Reads, order: OrderId, (currency, tax): (Currency, TaxDisplay)) -> Result<Vec<LineView>, Refusal> {
    let sql = "select id, product_id, variant_id, sku, title, variant_name, picture_hash, unit, qty_milli, shipped_milli, \
               unit_gross_minor, gross_minor, rate_micro, list_minor, price_why, \
               unit_net_micro, net_minor, tax_code, discount_minor, configuration from order_line where order_id = $1 order by position";
    let rows: Vec<LineRow> = db::all(db, sql, db::params![order]).await?;
    let view = |r: LineRow| LineView {
        id: r.id,
        product: r.product_id,
        variant: r.variant_id,
        sku: r.sku,
        title: r.title,
        variant_name: r.variant_name,
        picture_hash: r.picture_hash,
        unit: r.unit,
        qty: r.qty_milli,
        shipped: r.shipped_milli,
        left: Qty(r.qty_milli.0 - r.shipped_milli.0),
        unit_price: Money::new(r.unit_gross_minor, currency),
        list: r.list_minor.map(|minor| Money::new(minor, currency)),
        why: r.price_why.and_then(|text| serde_json::from_str(&text).ok()),
        total: Money::new(r.gross_minor, currency),
        discount: Money::new(r.discount_minor, currency),
        rate: r.rate_micro,
        total_net: Money::new(r.net_minor, currency),
        each: match tax {
            TaxDisplay::Gross => Money::new(r.unit_gross_minor, currency).into(),
            TaxDisplay::Net => UnitAmount { micro: r.unit_net_micro, currency },
        },
        shown: Money::new(if tax == TaxDisplay::Net { r.net_minor } else { r.gross_minor }, currency),
        tax_code: r.tax_code,
        configured: r.configuration.and_then(|text| serde_json::from_str(&text).ok()),
    };
    Ok(rows.into_iter().map(view).collect())
}

struct EventRow {
    at: Moment,
    actor: String,
    step: String,
    before: Option<String>,
    after: String,
    reason: String,
}
db::record!(EventRow { at, actor, step, before, after, reason });

async fn events(db: &impl Reads, order: OrderId) -> Result<Vec<EventView>, Refusal> {
    let sql = "select at, actor, step, before, after, reason from order_event where order_id = $1 order by id";
    let rows: Vec<EventRow> = db::all(db, sql, db::params![order]).await?;
    let view = |r: EventRow| {
        let before = r.before.map(|b| b.parse()).transpose().map_err(Refusal::bug)?;
        let after = r.after.parse().map_err(Refusal::bug)?;
        Ok(EventView { at: r.at, actor: r.actor, step: r.step, before, after, reason: r.reason })
    };
    rows.into_iter().map(view).collect()
}

struct ShipmentRow {
    id: ShipmentId,
    number: String,
    carrier: String,
    tracking: String,
    tracking_url: String,
    note: String,
    shipped_at: Moment,
    order_line_id: OrderLineId,
    qty_milli: Qty,
}
db::record!(ShipmentRow { id, number, carrier, tracking, tracking_url, note, shipped_at, order_line_id, qty_milli });

async fn shipments(db: &impl Reads, order: OrderId, lines: &[LineView]) -> Result<Vec<ShipmentView>, Refusal> {
    let sql = "select s.id, s.number, s.carrier, s.tracking, s.tracking_url, s.note, s.shipped_at, l.order_line_id, l.qty_milli \
               from shipment s join shipment_line l on l.shipment_id = s.id join order_line o on o.id = l.order_line_id \
               where s.order_id = $1 order by s.id, o.position";
    let rows: Vec<ShipmentRow> = db::all(db, sql, db::params![order]).await?;
    let mut views: Vec<ShipmentView> = Vec::new();
    for r in rows {
        let line = lines.iter().find(|l| l.id == r.order_line_id);
        let shipped = ShippedLine {
            line: r.order_line_id,
            title: line.map(|l| l.title.clone()).unwrap_or_default(),
            variant_name: line.map(|l| l.variant_name.clone()).unwrap_or_default(),
            unit: line.map(|l| l.unit.clone()).unwrap_or_default(),
            qty: r.qty_milli,
        };
        match views.last_mut().filter(|v| v.id == r.id) {
            Some(view) => view.lines.push(shipped),
            None => views.push(ShipmentView {
                id: r.id,
                number: r.number,
                carrier: r.carrier,
                tracking: r.tracking,
                tracking_url: r.tracking_url,
                note: r.note,
                shipped_at: r.shipped_at,
                lines: vec![shipped],
            }),
        }
    }
    Ok(views)
}
