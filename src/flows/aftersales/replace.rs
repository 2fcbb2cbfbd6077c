//! A replacement is an order of its own that costs nothing: it is shipped, tracked and counted like any
//! other, and both know of each other.

use serde_json::json;

use super::handle;
use crate::{
    aftersales::{self, Case, NewOutcome, Remedy, Step},
    channels::{self, TaxDisplay},
    crm::{self, Touch},
    flows::steps::{cases, leaving},
    kernel::{
        Actor, App, CaseId, Fault, Locale, Money, OrderId, Origin, ProductId, Right, Tx, UnitPrice, VariantId,
        idempotency::{self, Seen},
        journal,
    },
    mail::{self, NewLetter},
    sales::{self, NewOrder, OrderView, Payment, Placed, Quote},
    showcase::{self, Line},
    stock::{self, Places},
    tax::Totals,
};

/// Sends the same goods once more. A form sent twice makes one order.
///
/// # Faults
/// `access.forbidden`, `aftersales.no_case`, `aftersales.wrong_state`, `aftersales.no_order`,
/// `aftersales.no_items`; `stock.out_of_stock` when the goods are not there; `request.key_reused`.
pub async fn replace(app: &App, actor: &Actor, id: CaseId, (text, key): (&str, &str)) -> Result<OrderId, Fault> {
    actor.may(Right::OrdersWrite)?;
    let (tx, case) = handle::begin(app, actor, id).await?;
    if let Seen::Before(order) = idempotency::once(&tx, "case.replace", key, &id.to_string()).await? {
        return Ok(serde_json::from_value(order)?);
    }
    aftersales::step(&tx, &case, Step::Resolve, "").await?;
    let before = case.order.ok_or(aftersales::Fault::NoOrder)?;
    let before = sales::order(&tx, &Actor::System.scope(Right::OrdersRead)?, before).await?;
    let placed = placed(&tx, &case, &before).await?;
    let outcome = NewOutcome {
        remedy: Remedy::Replacement,
        amount: None,
        document: None,
        order: Some(placed.id),
        note: placed.number.clone(),
    };
    super::resolve::finish(&tx, &case, (outcome, text)).await?;
    idempotency::remember(&tx, "case.replace", key, &json!(placed.id)).await?;
    tx.commit().await?;
    Ok(placed.id)
}

async fn placed(tx: &Tx, case: &Case, before: &OrderView) -> Result<Placed, Fault> {
    let lines = lines(tx, case, before).await?;
    let channel = channels::by_id(tx, before.channel).await?;
    let order = OrderId::new(tx);
    let wanted = leaving::wanted(&lines);
    if !wanted.is_empty() {
        let taken = stock::take_if_there(tx, Places::Only(&channel.locations), &wanted, order).await?;
        let taken = taken.ok_or_else(|| Fault::conflict("stock.out_of_stock"))?;
        let shifts: Vec<VariantId> = taken.iter().filter_map(|t| t.shift).map(|s| s.variant).collect();
        showcase::project_variants(tx, &shifts).await?;
    }
    let zero = Money::zero(before.gross.currency);
    let new = NewOrder {
        id: order,
        channel: before.channel,
        party: case.party,
        locale: before.locale,
        totals: Totals { gross: zero, net: zero, vat: zero, by_rate: Vec::new() },
        delivery: Quote::given(&before.delivery.name, before.delivery.kind, zero),
        treatment: before.treatment,
        tax: before.tax,
        tax_country: before.address.country.clone(),
        buyer_vat: None,
        payment: Payment::BankTransfer,
        contact: sales::Contact { note: case.number.clone(), ..before.contact.clone() },
        address: before.address.clone(),
        origin: Origin::Office,
        discount: None,
        button_label: String::new(),
        lines,
    };
    let placed = sales::place(tx, new).await?;
    sales::advance(tx, order, sales::Step::Confirm, &case.number).await?;
    let (party, number) = (case.party, placed.number.clone());
    let categories = cases::categories_of(tx, before.lines.iter().filter_map(|l| l.product)).await?;
    crm::record(tx, Touch::OrderPlaced { order, party, number: number.clone(), total: zero, categories, origin: Origin::Office })
        .await?;
    crm::record(tx, Touch::OrderConfirmed { order, party, number: number.clone() }).await?;
    // Nothing is to be paid, so that somebody has to send it now.
    crm::record(tx, Touch::OrderPaid { order, party, number: number.clone(), amount: zero, covered: true, to_send: true })
        .await?;
    let data = json!({ "number": number, "case": case.id });
    journal::note(tx, "sales.order.placed", Some(order.uuid()), data).await?;
    write(tx, before, order).await?;
    Ok(placed)
}

async fn write(tx: &Tx, before: &OrderView, order: OrderId) -> Result<(), Fault> {
    let letter = NewLetter {
        template: "order_confirmed",
        to: before.contact.email.clone(),
        to_name: before.contact.name.clone(),
        locale: before.locale,
        party: Some(before.party),
        subject: Some(order.uuid()),
        data: json!({ "order": order }),
    };
    mail::queue(tx, letter).await.map(drop)
}

/// The same goods as they were sold, for nothing.
async fn lines(tx: &Tx, case: &Case, before: &OrderView) -> Result<Vec<Line>, Fault> {
    let mut lines = Vec::new();
    for item in aftersales::items(tx, case.id).await? {
        let Some(line) = before.lines.iter().find(|l| Some(l.id) == item.line) else { continue };
        let zero = Money::zero(before.gross.currency);
        let nil = uuid::Uuid::nil();
        lines.push(Line {
            product: line.product.unwrap_or(ProductId(nil)),
            variant: line.variant.unwrap_or(VariantId(nil)),
            sku: line.sku.clone(),
            title: line.title.clone(),
            variant_name: line.variant_name.clone(),
            picture_hash: line.picture_hash.clone(),
            unit: line.unit.clone(),
            qty: item.qty,
            unit_gross: zero,
            total_gross: zero,
            unit_net: UnitPrice(0),
            total_net: zero,
            tax: TaxDisplay::Gross,
            discount: None,
            rate: line.rate,
            vat_category: "standard".into(),
            locale: Locale::clone(&before.locale),
            weight_g: None,
            tax_code: line.tax_code.clone(),
            list_gross: None,
            why: None,
            configured: line.configured.clone(),
        });
    }
    if lines.is_empty() { Err(aftersales::Fault::NoItems.into()) } else { Ok(lines) }
}
