//! What was promised is done: a credit note with the order's own price, tax and discount; the money back by
//! the way it came.

use serde::Serialize;
use serde_json::json;

use super::handle;
use crate::{
    aftersales::{self, Case, Item, NewOutcome, Remedy, Step},
    crm::CaseEvent,
    documents::{self, Wish},
    flows::steps::{cases, crediting, issuing, refunding},
    kernel::{
        Actor, App, CaseId, Fault, Money, OrderId, Qty, Reads, Right, Tx,
        idempotency::{self, Seen},
        journal,
    },
    payments,
    sales::{self, OrderView},
};

/// What is done.
#[derive(Clone, Debug, Serialize)]
pub struct Doing {
    pub remedy: Remedy,
    /// What the customer gets back, with VAT. For a refund: empty means all that the goods cost, and less
    /// only where the goods lost value; for a lower price it has to be said.
    pub amount: Option<Money>,
    /// The standard delivery goes back, too: with all of an order that was withdrawn from.
    pub delivery: bool,
    /// What the customer is told.
    pub text: String,
    #[serde(skip)]
    pub key: String,
}

/// Does what was promised. Money is credited here and sent back by [`refund`], which asks for another right.
///
/// # Faults
/// `access.forbidden`, `aftersales.no_case`, `aftersales.wrong_state`; `aftersales.no_order` for money
/// without an order; `aftersales.sum`, `documents.more_than_invoiced`; `request.key_reused`.
pub async fn resolve(app: &App, actor: &Actor, id: CaseId, doing: Doing) -> Result<(), Fault> {
    let (tx, case) = handle::begin(app, actor, id).await?;
    let body = serde_json::to_string(&(id, &doing))?;
    if let Seen::Before(_) = idempotency::once(&tx, "case.resolve", &doing.key, &body).await? {
        return Ok(());
    }
    if !Remedy::DONE.contains(&doing.remedy) || doing.remedy == Remedy::Replacement {
        return Err(aftersales::Fault::Choose { field: "remedy" }.into());
    }
    aftersales::step(&tx, &case, Step::Resolve, "").await?;
    let items = aftersales::items(&tx, id).await?;
    let outcome = match doing.remedy {
        Remedy::Refund | Remedy::PriceReduction => {
            actor.may(Right::DocumentsIssue)?;
            let (amount, document) = credited(&tx, &case, (&items, &doing)).await?;
            NewOutcome { remedy: doing.remedy, amount: Some(amount), document, order: None, note: doing.text.clone() }
        }
        remedy => NewOutcome { remedy, amount: None, document: None, order: None, note: doing.text.clone() },
    };
    finish(&tx, &case, (outcome, &doing.text)).await?;
    idempotency::remember(&tx, "case.resolve", &doing.key, &json!(null)).await?;
    tx.commit().await
}

/// What every remedy ends with: its row, the history, the letter.
pub(super) async fn finish(tx: &Tx, case: &Case, (outcome, text): (NewOutcome, &str)) -> Result<(), Fault> {
    let (remedy, amount) = (outcome.remedy.as_str(), outcome.amount);
    let data = json!({ "step": Step::Resolve, "remedy": outcome.remedy, "minor": amount.map(|a| a.minor) });
    aftersales::note_outcome(tx, case.id, outcome).await?;
    let owed = match case.order {
        Some(order) => owed(tx, case, order).await?.is_some(),
        None => false,
    };
    if case.owes_money() && !owed {
        // Of an order that nobody paid nothing goes back: its term is kept with this.
        aftersales::refunded(tx, case.id).await?;
    }
    let event = CaseEvent::Resolved { remedy, amount, owed };
    // Whoever keeps the goods, or gets them again, has them without a claim on them.
    cases::free(tx, case).await?;
    cases::tell(tx, case, event).await?;
    cases::write(tx, case, "resolved", json!({ "text": text })).await?;
    journal::note(tx, "aftersales.stepped", Some(case.id.uuid()), data).await?;
    Ok(())
}

/// The quantity that money goes back for: what the shop keeps of what came, or all that was declared where
/// nothing had to come back.
fn kept(item: &Item) -> Qty {
    if item.received == Qty::ZERO { item.qty } else { Qty(item.received.0 - item.sent_back.0) }
}

/// The credit note of the order's invoice, or, where nothing was invoiced, what the order owes less.
async fn credited(
    tx: &Tx,
    case: &Case,
    (items, doing): (&[Item], &Doing),
) -> Result<(Money, Option<(crate::kernel::DocumentId, String)>), Fault> {
    let order = case.order.ok_or(aftersales::Fault::NoOrder)?;
    sales::lock_account(tx, order).await?;
    let order = sales::order(tx, &Actor::System.scope(Right::OrdersRead)?, order).await?;
    let wanted = wanted(&order, (items, doing))?;
    let reason =
        format!("{} {}", case.number, tx.app().port::<crate::stage::Stage>().text(order.locale, reason(doing.remedy), &[]));
    let Some(invoice) = invoice(tx, &order).await? else {
        let sum = shares(&order, &wanted)?;
        sales::note_credited(tx, order.id, sum).await?;
        crate::flows::steps::settling::follow(tx, order.id, None).await?;
        return Ok((sum, None));
    };
    let issued = crediting::credit(tx, invoice, (&wanted, &reason)).await?;
    Ok((issued.total, Some((issued.id, issued.number))))
}

const fn reason(remedy: Remedy) -> &'static str {
    match remedy {
        Remedy::PriceReduction => "aftersales.credit.price_reduction",
        _ => "aftersales.credit.refund",
    }
}

/// What is credited: lines by quantity; a sum of its own where it was said.
fn wanted(order: &OrderView, (items, doing): (&[Item], &Doing)) -> Result<Wish, Fault> {
    let of = lines_kept(order, items);
    if of.is_empty() {
        return Err(aftersales::Fault::NoItems.into());
    }
    let delivery = doing.delivery.then_some((order.lines.len(), Qty::ONE)).filter(|_| !order.delivery.gross.is_zero());
    match doing.amount {
        None if doing.remedy == Remedy::PriceReduction => Err(aftersales::Fault::Sum.into()),
        None => Ok(Wish::Lines(of.into_iter().chain(delivery).collect())),
        Some(gross) => {
            let most = shares(order, &Wish::Lines(of.iter().copied().chain(delivery).collect()))?;
            if gross.currency != most.currency || gross.minor <= 0 || gross.minor > most.minor {
                return Err(aftersales::Fault::Sum.into());
            }
            let lines = of.iter().chain(&delivery).map(|(line, _)| *line).collect();
            Ok(Wish::Amount { gross, lines })
        }
    }
}

/// What the customer paid for what a case is about.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Worth {
    /// With VAT and after discounts, of what the shop keeps.
    pub goods: Money,
    pub delivery: Money,
}

/// What could be credited at most; `None` while no order is known.
///
/// # Faults
/// `access.forbidden`, `aftersales.no_case`.
pub async fn worth(app: &App, actor: &Actor, id: CaseId) -> Result<Option<Worth>, Fault> {
    let db = app.reader();
    let case = aftersales::case(db, &actor.scope(Right::CasesRead)?, id).await?;
    let Some(order) = case.order else { return Ok(None) };
    let order = sales::order(db, &Actor::System.scope(Right::OrdersRead)?, order).await?;
    let of = lines_kept(&order, &aftersales::items(db, id).await?);
    Ok(Some(Worth { goods: shares(&order, &Wish::Lines(of))?, delivery: order.delivery.gross }))
}

/// The lines of an order that a case is about, with what of each the shop keeps.
fn lines_kept(order: &OrderView, items: &[Item]) -> Vec<(usize, Qty)> {
    let place = |item: &Item| order.lines.iter().position(|l| Some(l.id) == item.line);
    items.iter().filter_map(|i| Some((place(i)?, kept(i)))).filter(|(_, q)| q.0 > 0).collect()
}

/// What lines cost with VAT and after their discounts, by quantity; each share rounded once.
fn shares(order: &OrderView, wish: &Wish) -> Result<Money, Fault> {
    let zero = Money::zero(order.gross.currency);
    let lines = match wish {
        Wish::Amount { gross, .. } => return Ok(*gross),
        Wish::Whole => return Ok(order.gross),
        Wish::Lines(lines) => lines,
    };
    let mut sum = 0;
    for (at, qty) in lines {
        sum += match order.lines.get(*at) {
            Some(line) if *qty == line.qty => line.total.minor,
            Some(line) => {
                let share = i128::from(line.total.minor) * i128::from(qty.0) / i128::from(line.qty.0.max(1));
                i64::try_from(share).map_err(Fault::bug)?
            }
            None => order.delivery.gross.minor,
        };
    }
    Ok(Money { minor: sum, ..zero })
}

/// The invoice of the order; one that the shop owes yet is issued first, so that there is something to
/// credit. `None` where the shop issues none.
async fn invoice(tx: &Tx, order: &OrderView) -> Result<Option<crate::kernel::DocumentId>, Fault> {
    let standing = |rows: Vec<documents::DocumentRow>| {
        rows.into_iter().find(|d| d.kind == documents::Kind::Invoice && d.stands()).map(|d| d.id)
    };
    if let Some(id) = standing(documents::of_order(tx, order.id).await?) {
        return Ok(Some(id));
    }
    let shipped = order.lines.iter().any(|l| l.shipped.0 > 0);
    if !shipped || tx.app().settings().text("shop.company").trim().is_empty() {
        return Ok(None);
    }
    Ok(Some(issuing::invoice(tx, order).await?.id))
}

/// What can go back to the payer of a case's order, and what of it the case promised.
///
/// # Faults
/// `access.forbidden`.
pub async fn refundable(app: &App, actor: &Actor, id: CaseId) -> Result<Option<Money>, Fault> {
    let case = aftersales::case(app.reader(), &actor.scope(Right::CasesRead)?, id).await?;
    let Some(order) = case.order else { return Ok(None) };
    owed(app.reader(), &case, order).await
}

async fn owed(db: &impl Reads, case: &Case, order: OrderId) -> Result<Option<Money>, Fault> {
    if case.refunded_at.is_some() {
        return Ok(None);
    }
    let promised = aftersales::outcomes(db, case.id).await?.into_iter().filter_map(|o| o.amount);
    let Some(promised) = promised.reduce(|a, b| Money { minor: a.minor + b.minor, ..a }) else { return Ok(None) };
    let there: i64 = payments::receipts(db, &Actor::System.scope(Right::PaymentsRead)?, order)
        .await?
        .iter()
        .filter(|r| r.refundable.currency == promised.currency)
        .map(|r| r.refundable.minor)
        .sum();
    // What the order still owes is settled by the credit note, and nothing goes back for it.
    let account = sales::account(db, order).await?;
    let over = account.paid - account.refunded - (account.total.minor - account.credited);
    let minor = promised.minor.min(there).min(over.max(0));
    Ok((minor > 0).then_some(Money { minor, ..promised }))
}

/// Sends the money back, by the way it came, the latest payment first.
///
/// # Faults
/// `access.forbidden`, `aftersales.no_case`, `aftersales.no_order`; `aftersales.sum` when nothing is to go
/// back; what sending money back says (`payments.*`).
pub async fn refund(app: &App, actor: &Actor, id: CaseId) -> Result<Money, Fault> {
    actor.may(Right::RefundsMake)?;
    let (tx, case) = handle::begin(app, actor, id).await?;
    let order = case.order.ok_or(aftersales::Fault::NoOrder)?;
    sales::lock_account(&tx, order).await?;
    let owed = owed(&tx, &case, order).await?.ok_or(aftersales::Fault::Sum)?;
    let receipts = payments::receipts(&tx, &Actor::System.scope(Right::PaymentsRead)?, order).await?;
    let mut left = owed.minor;
    for receipt in receipts.iter().rev().filter(|r| r.refundable.currency == owed.currency) {
        let minor = left.min(receipt.refundable.minor);
        if minor > 0 {
            let new = refunding::NewRefund {
                receipt: receipt.id,
                order: Some(order),
                amount: Money { minor, ..owed },
                reason: case.number.clone(),
            };
            refunding::want(&tx, new).await?;
            left -= minor;
        }
    }
    aftersales::refunded(&tx, id).await?;
    cases::tell(&tx, &case, CaseEvent::Refunded { amount: owed }).await?;
    journal::note(&tx, "aftersales.refunded", Some(id.uuid()), json!({ "minor": owed.minor })).await?;
    tx.commit().await?;
    Ok(owed)
}
