//! An order, for whoever holds its token.

use poem::web::Data;
use poem_openapi::{Object, OpenApi, param::Path, payload::Json};
use vitrina::{
    flows,
    kernel::Fault,
    sales::{self, OrderView, State},
};

use super::cart_view::Contact;
use crate::api::{
    dto::{self, Address, Money, TaxPart},
    gate::Asked,
    problem::refused,
};

pub struct Orders;

#[OpenApi]
impl Orders {
    /// The order of this token
    #[oai(path = "/orders/:token", method = "get", operation_id = "order")]
    async fn get(&self, asked: Data<&Asked>, token: Path<String>) -> poem::Result<Json<Order>> {
        Ok(Json(StoreOrder::by_token(&asked, &token).await.map_err(refused)?))
    }

    /// Open the payment provider's page for what is asked for now; the same sum is the same page
    #[oai(path = "/orders/:token/payment", method = "post", operation_id = "payOrder")]
    async fn pay(&self, asked: Data<&Asked>, token: Path<String>) -> poem::Result<Json<PaymentPage>> {
        let begun = flows::payments::open_page(asked.site.app(), &asked.actor, &token).await;
        Ok(Json(PaymentPage { url: begun.map_err(refused)? }))
    }
}

/// Where the customer pays.
#[derive(Debug, Object)]
pub struct PaymentPage {
    pub url: String,
}

/// A line, frozen when it was ordered.
#[derive(Debug, Object)]
pub struct OrderLine {
    pub id: String,
    pub product: Option<String>,
    pub variant: Option<String>,
    pub sku: String,
    pub title: String,
    pub variant_name: String,
    pub unit: String,
    pub quantity: String,
    pub shipped: String,
    pub unit_price: Money,
    /// After its share of the discount.
    pub total: Money,
    pub total_net: Money,
    /// Its share of the discount, as the buyer reads prices.
    pub discount: Money,
    pub tax_rate: String,
    /// How it is taxed, by UNCL 5305: S, Z, E, AE, K, G, O.
    pub tax_code: String,
}

#[derive(Debug, Object)]
pub struct Shipment {
    pub id: String,
    pub number: String,
    pub carrier: String,
    pub tracking: String,
    pub tracking_url: String,
    pub shipped_at: String,
    pub lines: Vec<ShipmentLine>,
}

#[derive(Debug, Object)]
pub struct ShipmentLine {
    /// Id of the order's line.
    pub line: String,
    pub title: String,
    pub quantity: String,
}

/// How the order is paid.
#[derive(Debug, Object)]
pub struct BankTransfer {
    pub amount: Money,
    pub recipient: String,
    pub bank: String,
    pub iban: String,
    pub reference: String,
    pub due_at: String,
}

/// What a code took off.
#[derive(Debug, Object)]
pub struct OrderDiscount {
    pub code: String,
    /// Off the goods, with VAT; zero where the delivery was given.
    pub amount: Money,
}

/// An order as it was agreed.
#[derive(Debug, Object)]
pub struct Order {
    pub number: String,
    /// The secret that opens it.
    pub token: String,
    /// awaiting_payment, placed, confirmed, part_shipped, shipped, delivered, cancelled, abandoned
    pub state: String,
    pub placed_at: String,
    pub locale: String,
    pub contact: Contact,
    pub address: Address,
    /// Name of the delivery as agreed.
    pub delivery: String,
    pub delivery_gross: Money,
    pub payment: String,
    /// unpaid, processing, part_paid, paid, overpaid, part_refunded, refunded, disputed
    pub payment_state: String,
    /// What the shop has of it now.
    pub received: Money,
    pub due: Money,
    /// What is asked for now: the rest of a deposit, else all that is due.
    pub ask: Money,
    /// Null once it is cancelled or the shop has no account.
    pub bank_transfer: Option<BankTransfer>,
    pub lines: Vec<OrderLine>,
    /// As the buyer reads prices (`tax_display`), without delivery, before the discount.
    pub goods: Money,
    pub discount: Option<OrderDiscount>,
    pub gross: Money,
    pub net: Money,
    pub tax: Money,
    pub taxes: Vec<TaxPart>,
    /// How its prices were agreed: gross or net.
    pub tax_display: String,
    /// domestic, destination, intra_eu, export or not_subject
    pub tax_treatment: String,
    pub shipments: Vec<Shipment>,
}

/// Reading orders for the wire.
pub struct StoreOrder;

impl StoreOrder {
    /// # Faults
    /// `sales.no_order`.
    pub async fn by_token(asked: &Asked, token: &str) -> Result<Order, Fault> {
        let order = sales::by_token(asked.db(), token).await?;
        Self::shown(asked, &order).await
    }

    /// # Faults
    /// Whatever the database says.
    pub async fn shown(asked: &Asked, o: &OrderView) -> Result<Order, Fault> {
        let standing = flows::payments::due(asked.db(), o.id).await?;
        let transfer = o.transfer(&asked.site.app().settings(), standing.ask);
        let payable = o.state != State::Cancelled && standing.ask.minor > 0 && !transfer.iban.is_empty();
        let tax =
            |t: &sales::TaxView| TaxPart { rate: dto::rate(t.rate), gross: t.gross.into(), net: t.net.into(), tax: t.vat.into() };
        Ok(Order {
            number: o.number.clone(),
            token: o.token.clone(),
            state: o.state.as_str().to_owned(),
            placed_at: dto::at(o.placed_at),
            locale: o.locale.to_string(),
            contact: (&o.contact).into(),
            address: (&o.address).into(),
            delivery: o.delivery.name.clone(),
            delivery_gross: o.delivery.gross.into(),
            payment: o.payment.as_str().to_owned(),
            payment_state: standing.state.as_str().to_owned(),
            received: standing.received.into(),
            due: standing.due.into(),
            ask: standing.ask.into(),
            bank_transfer: payable.then(|| BankTransfer {
                amount: transfer.amount.into(),
                recipient: transfer.recipient,
                bank: transfer.bank,
                iban: transfer.iban,
                reference: transfer.reference,
                due_at: dto::at(transfer.due_at),
            }),
            lines: o.lines.iter().map(line).collect(),
            goods: o.goods.into(),
            discount: o.discount.as_ref().map(|d| OrderDiscount { code: d.code.clone(), amount: d.amount.into() }),
            gross: o.gross.into(),
            net: o.net.into(),
            tax: o.vat.into(),
            taxes: o.taxes.iter().map(tax).collect(),
            tax_display: o.tax.as_str().to_owned(),
            tax_treatment: o.treatment.as_str().to_owned(),
            shipments: o.shipments.iter().map(shipment).collect(),
        })
    }
}

fn line(l: &sales::LineView) -> OrderLine {
    OrderLine {
        id: l.id.to_string(),
        product: l.product.map(|id| id.to_string()),
        variant: l.variant.map(|id| id.to_string()),
        sku: l.sku.clone(),
        title: l.title.clone(),
        variant_name: l.variant_name.clone(),
        unit: l.unit.clone(),
        quantity: dto::qty_text(l.qty),
        shipped: dto::qty_text(l.shipped),
        unit_price: l.unit_price.into(),
        total: l.total.into(),
        total_net: l.total_net.into(),
        discount: l.discount.into(),
        tax_rate: dto::rate(l.rate),
        tax_code: l.tax_code.clone(),
    }
}

fn shipment(s: &sales::ShipmentView) -> Shipment {
    let line = |l: &sales::ShippedLine| ShipmentLine {
        line: l.line.to_string(),
        title: l.title.clone(),
        quantity: dto::qty_text(l.qty),
    };
    Shipment {
        id: s.id.to_string(),
        number: s.number.clone(),
        carrier: s.carrier.clone(),
        tracking: s.tracking.clone(),
        tracking_url: s.tracking_url.clone(),
        shipped_at: dto::at(s.shipped_at),
        lines: s.lines.iter().map(line).collect(),
    }
}
