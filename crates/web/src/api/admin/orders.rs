//! Orders and what the office does with them: each verb is a resource of its own.

use std::collections::BTreeMap;

use poem::web::Data;
use poem_openapi::{
    ApiResponse, Object, OpenApi,
    param::{Header, Path, Query},
    payload::Json,
};
use vitrina::{
    configure::{Row, RowKind},
    flows,
    kernel::{Fault, OrderId, OrderLineId, Qty, Right},
    sales::{self, LineView, NewShipment, OrderQuery, OrderRow},
};

use crate::api::{
    dto::{self, Money, list},
    gate::Asked,
    problem::refused,
    store::{Order, StoreOrder},
    tag,
};

pub struct Orders;

#[derive(Debug, Object)]
pub struct OrderSummary {
    id: String,
    number: String,
    /// placed, confirmed, part_shipped, shipped, delivered, cancelled
    state: String,
    customer: String,
    name: String,
    company: String,
    email: String,
    city: String,
    country: String,
    delivery: String,
    locale: String,
    gross: Money,
    placed_at: String,
}

impl From<&OrderRow> for OrderSummary {
    fn from(o: &OrderRow) -> Self {
        Self {
            id: o.id.to_string(),
            number: o.number.clone(),
            state: o.state.as_str().to_owned(),
            customer: o.party.to_string(),
            name: o.name.clone(),
            company: o.company.clone(),
            email: o.email.clone(),
            city: o.city.clone(),
            country: o.country.clone(),
            delivery: o.delivery.clone(),
            locale: o.locale.to_string(),
            gross: o.gross.into(),
            placed_at: dto::at(o.placed_at),
        }
    }
}

list!(OrderList of OrderSummary);

/// A step of the order: who, when and why.
#[derive(Debug, Object)]
struct OrderEvent {
    at: String,
    /// A kind and an id, never a name.
    actor: String,
    step: String,
    before: Option<String>,
    after: String,
    reason: String,
}

#[derive(Debug, Object)]
struct OrderDetail {
    id: String,
    customer: String,
    origin: String,
    /// The words on the button that was pressed.
    button_label: String,
    order: Order,
    /// Lines that were configured: what they are made of.
    configurations: Vec<LineConfiguration>,
    events: Vec<OrderEvent>,
}

/// What was chosen of a configurable product, frozen with its line, and what has to be there and
/// done for it: for production and purchasing. Costs are not told here.
#[derive(Debug, Object)]
struct LineConfiguration {
    /// Id of the order's line.
    line: String,
    sku: String,
    quantity: String,
    version: i64,
    configuration: BTreeMap<String, String>,
    /// Materials with their waste, parts, and goods of a kit, for the whole quantity.
    bill_of_materials: Vec<Need>,
    /// Hours for the whole quantity.
    operations: Vec<Need>,
}

/// So much of something.
#[derive(Debug, Object)]
struct Need {
    /// material, part, work, or goods of a kit
    kind: String,
    /// As the definition calls it; of a chosen material with its option: `board.oak`.
    code: String,
    name: String,
    /// A decimal.
    quantity: String,
    /// h for work.
    unit: String,
}

impl From<&Row> for Need {
    fn from(row: &Row) -> Self {
        let kind = match row.kind {
            RowKind::Material => "material",
            RowKind::Part => "part",
            RowKind::Work => "work",
            RowKind::Goods => "goods",
        };
        Self {
            kind: kind.to_owned(),
            code: row.code.clone(),
            name: row.name.clone(),
            quantity: row.quantity.to_string(),
            unit: row.unit.clone(),
        }
    }
}

fn configuration(l: &LineView) -> Option<LineConfiguration> {
    let by = l.configured.as_ref()?;
    Some(LineConfiguration {
        line: l.id.to_string(),
        sku: l.sku.clone(),
        quantity: dto::qty_text(l.qty),
        version: by.version,
        configuration: by.quote.input.clone(),
        bill_of_materials: by.quote.bill().map(Need::from).collect(),
        operations: by.quote.operations().map(Need::from).collect(),
    })
}

#[derive(Object)]
#[oai(deny_unknown_fields)]
struct ShipmentItem {
    /// Id of the order's line.
    line: String,
    /// A decimal: "1".
    quantity: String,
    /// Of which batch the goods are: a recall finds their buyers by it.
    #[oai(default)]
    batch: String,
}

/// What leaves the house; without lines all that is left.
#[derive(Object)]
#[oai(deny_unknown_fields)]
struct ShipmentRequest {
    #[oai(default)]
    lines: Vec<ShipmentItem>,
    #[oai(default)]
    carrier: String,
    #[oai(default)]
    tracking: String,
    #[oai(default)]
    tracking_url: String,
    #[oai(default)]
    note: String,
}

#[derive(Object)]
#[oai(deny_unknown_fields)]
struct Cancellation {
    /// For the customer too.
    reason: String,
}

#[derive(ApiResponse)]
enum Moved {
    /// The order after the step.
    #[oai(status = 201)]
    Order(Json<OrderDetail>),
}

#[OpenApi]
impl Orders {
    /// Orders; scope orders:read
    #[oai(path = "/orders", method = "get", operation_id = "orders")]
    async fn list(
        &self,
        asked: Data<&Asked>,
        /// Number, name, company, e-mail, telephone or city; every word has to occur.
        q: Query<Option<String>>,
        /// A state; several parted by commas.
        state: Query<Option<String>>,
        /// Id of a customer.
        customer: Query<Option<String>>,
        /// newest, oldest, dearest, cheapest
        sort: Query<Option<String>>,
        /// At most 200.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
        after: Query<Option<String>>,
    ) -> poem::Result<Json<OrderList>> {
        let limit = dto::limit(limit.0);
        let listed = async {
            let states = state.0.iter().flat_map(|s| s.split(',')).filter(|s| !s.is_empty());
            let states = states.map(|s| s.parse().map_err(|_| Fault::invalid("state", "form.choose")));
            let cursor = || Fault::invalid("after", "request.cursor_invalid");
            let query = OrderQuery {
                states: states.collect::<Result<_, _>>()?,
                search: q.0.unwrap_or_default(),
                party: dto::choice(customer.0.as_deref(), "customer")?,
                sort: dto::choice(sort.0.as_deref(), "sort")?.unwrap_or_default(),
                after: after.0.map(|text| text.parse().map_err(|_| cursor())).transpose()?,
                limit,
                ..OrderQuery::default()
            };
            sales::list(asked.db(), &asked.scope(Right::OrdersRead)?, &query).await
        };
        let page = listed.await.map_err(refused)?;
        Ok(Json(OrderList::new(page.rows.iter().map(OrderSummary::from).collect(), limit, page.next)))
    }

    /// One order; scope orders:read
    #[oai(path = "/orders/:id", method = "get", operation_id = "order")]
    async fn one(&self, asked: Data<&Asked>, id: Path<String>) -> poem::Result<Json<OrderDetail>> {
        let found = async { shown(&asked, dto::id(&id)?, Right::OrdersRead).await };
        Ok(Json(found.await.map_err(refused)?))
    }

    /// The shop has seen the order and will fulfil it; scope orders:write
    #[oai(path = "/orders/:id/confirmation", method = "post", operation_id = "confirmOrder")]
    async fn confirm(
        &self,
        asked: Data<&Asked>,
        id: Path<String>,
        /// The `ETag` of the order as it was seen; 412 when it is another one by now.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> poem::Result<Moved> {
        let done = async {
            let id = dto::id(&id)?;
            as_seen(&asked, id, if_match.0.as_deref()).await?;
            flows::orders::confirm(asked.site.app(), &asked.actor, id).await?;
            shown(&asked, id, Right::OrdersWrite).await
        };
        Ok(Moved::Order(Json(done.await.map_err(refused)?)))
    }

    /// Goods leave the house; scope orders:write
    #[oai(path = "/orders/:id/shipments", method = "post", operation_id = "shipOrder")]
    async fn ship(
        &self,
        asked: Data<&Asked>,
        id: Path<String>,
        /// The `ETag` of the order as it was seen; 412 when it is another one by now.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Json<ShipmentRequest>,
    ) -> poem::Result<Moved> {
        let done = async {
            let order: OrderId = dto::id(&id)?;
            as_seen(&asked, order, if_match.0.as_deref()).await?;
            let body = body.0;
            let new = NewShipment {
                order,
                lines: lines(&body.lines)?,
                batches: batches(&body.lines),
                carrier: body.carrier,
                tracking: body.tracking,
                tracking_url: body.tracking_url,
                note: body.note,
                shipped_at: asked.site.app().now(),
            };
            flows::orders::ship(asked.site.app(), &asked.actor, new).await?;
            shown(&asked, order, Right::OrdersWrite).await
        };
        Ok(Moved::Order(Json(done.await.map_err(refused)?)))
    }

    /// The customer has it; scope orders:write
    #[oai(path = "/orders/:id/delivery", method = "post", operation_id = "deliverOrder")]
    async fn deliver(
        &self,
        asked: Data<&Asked>,
        id: Path<String>,
        /// The `ETag` of the order as it was seen; 412 when it is another one by now.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
    ) -> poem::Result<Moved> {
        let done = async {
            let id = dto::id(&id)?;
            as_seen(&asked, id, if_match.0.as_deref()).await?;
            flows::orders::deliver(asked.site.app(), &asked.actor, id).await?;
            shown(&asked, id, Right::OrdersWrite).await
        };
        Ok(Moved::Order(Json(done.await.map_err(refused)?)))
    }

    /// The order does not come about; scope orders:write
    #[oai(path = "/orders/:id/cancellation", method = "post", operation_id = "cancelOrder")]
    async fn cancel(
        &self,
        asked: Data<&Asked>,
        id: Path<String>,
        /// The `ETag` of the order as it was seen; 412 when it is another one by now.
        #[oai(name = "If-Match")]
        if_match: Header<Option<String>>,
        body: Json<Cancellation>,
    ) -> poem::Result<Moved> {
        let done = async {
            let id = dto::id(&id)?;
            as_seen(&asked, id, if_match.0.as_deref()).await?;
            flows::orders::cancel(asked.site.app(), &asked.actor, id, &body.reason).await?;
            shown(&asked, id, Right::OrdersWrite).await
        };
        Ok(Moved::Order(Json(done.await.map_err(refused)?)))
    }
}

/// Quantities of lines; an empty list means everything, lines of nothing do not.
fn lines(items: &[ShipmentItem]) -> Result<Vec<(OrderLineId, Qty)>, Fault> {
    let read = |(n, item): (usize, &ShipmentItem)| {
        let line = item.line.parse().map_err(|_| Fault::invalid(format!("lines.{n}.line"), "form.malformed"))?;
        let field = format!("lines.{n}.quantity");
        match dto::qty(&item.quantity, &field)? {
            Qty(0) => Err(Fault::invalid(field, "form.number")),
            qty => Ok((line, qty)),
        }
    };
    items.iter().enumerate().map(read).collect()
}

/// What was said of batches; the lines were read before.
fn batches(items: &[ShipmentItem]) -> Vec<(OrderLineId, String)> {
    let named = items.iter().filter(|item| !item.batch.trim().is_empty());
    named.filter_map(|item| Some((item.line.parse().ok()?, item.batch.clone()))).collect()
}

/// # Faults
/// `api.stale` when the order is not the one of this tag. Two who hold the same tag are kept
/// apart by the table of steps: the second finds that its step is not possible any more.
async fn as_seen(asked: &Asked, id: OrderId, if_match: Option<&str>) -> Result<(), Fault> {
    if if_match.is_none() {
        return Ok(());
    }
    tag::unchanged(if_match, &shown(asked, id, Right::OrdersWrite).await?, asked.locale.as_str())
}

/// Whoever may write an order sees what became of it.
async fn shown(asked: &Asked, id: OrderId, right: Right) -> Result<OrderDetail, Fault> {
    let o = sales::order(asked.db(), &asked.scope(right)?, id).await?;
    let event = |e: &sales::EventView| OrderEvent {
        at: dto::at(e.at),
        actor: e.actor.clone(),
        step: e.step.clone(),
        before: e.before.map(|s| s.as_str().to_owned()),
        after: e.after.as_str().to_owned(),
        reason: e.reason.clone(),
    };
    Ok(OrderDetail {
        id: o.id.to_string(),
        customer: o.party.to_string(),
        origin: o.origin.clone(),
        button_label: o.button_label.clone(),
        events: o.events.iter().map(event).collect(),
        configurations: o.lines.iter().filter_map(configuration).collect(),
        order: StoreOrder::shown(asked, &o).await?,
    })
}
