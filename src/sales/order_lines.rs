//! The lines of an order, as its page shows them.

use serde::Serialize;

use crate::{
    channels::TaxDisplay,
    kernel::{
        Currency, Fault as Refusal, Money, OrderId, OrderLineId, ProductId, Qty, Rate, Reads, UnitAmount, UnitPrice, VariantId,
        db,
    },
    showcase::{Configured, Why},
};

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
    /// One unit without VAT and before the discount, exact.
    #[serde(skip)]
    pub unit_net: UnitPrice,
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

pub(super) async fn lines(
    db: &impl Reads,
    order: OrderId,
    (currency, tax): (Currency, TaxDisplay),
) -> Result<Vec<LineView>, Refusal> {
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
        unit_net: UnitPrice(r.unit_net_micro),
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
