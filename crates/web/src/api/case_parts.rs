//! What both documents say of a case.

use poem_openapi::Object;
use vitrina::{
    aftersales::{self, Issued, Item, Outcome},
    flows::aftersales::Chosen,
    kernel::{Fault, Locale, Moment},
};

use super::dto::{self, Money};

/// Goods of an order that a declaration is about.
#[derive(Object)]
#[oai(deny_unknown_fields)]
pub struct CaseGoods {
    /// Id of the order's line.
    pub line: String,
    /// A decimal: "1".
    pub quantity: String,
    /// As it is read on the goods.
    #[oai(default)]
    pub batch: String,
}

/// # Faults
/// `form.choose`, `form.number` by field.
pub fn chosen(items: &[CaseGoods]) -> Result<Vec<Chosen>, Fault> {
    let read = |(n, item): (usize, &CaseGoods)| {
        let line = item.line.parse().map_err(|_| Fault::invalid(format!("items.{n}.line"), "form.choose"))?;
        Ok(Chosen { line, qty: dto::qty(&item.quantity, &format!("items.{n}.quantity"))?, batch: item.batch.clone() })
    };
    items.iter().enumerate().map(read).collect()
}

/// The domain's fields as the wire calls them.
pub fn on_the_wire(fault: Fault) -> Fault {
    if fault.field.as_deref() == Some("message") {
        return fault.at("text");
    }
    match fault.field.as_deref().and_then(|f| f.strip_suffix(".qty")).map(|f| format!("{f}.quantity")) {
        Some(field) => fault.at(field),
        None => fault,
    }
}

/// What a case is about, and what became of it.
#[derive(Debug, Object)]
pub struct CaseItem {
    pub id: String,
    /// Id of the order's line; null where it is not known.
    pub line: Option<String>,
    pub product: Option<String>,
    pub sku: String,
    pub title: String,
    pub variant_name: String,
    pub unit: String,
    pub batch: String,
    pub quantity: String,
    pub received: String,
    pub restocked: String,
    pub scrapped: String,
    pub sent_back: String,
    /// ok, damaged, incomplete, not_ours; null before the inspection.
    pub condition: Option<String>,
}

impl From<&Item> for CaseItem {
    fn from(i: &Item) -> Self {
        Self {
            id: i.id.to_string(),
            line: i.line.map(|id| id.to_string()),
            product: i.product.map(|id| id.to_string()),
            sku: i.sku.clone(),
            title: i.title.clone(),
            variant_name: i.variant_name.clone(),
            unit: i.unit.clone(),
            batch: i.batch.clone(),
            quantity: dto::qty_text(i.qty),
            received: dto::qty_text(i.received),
            restocked: dto::qty_text(i.restocked),
            scrapped: dto::qty_text(i.scrapped),
            sent_back: dto::qty_text(i.sent_back),
            condition: i.condition.map(|c| c.as_str().to_owned()),
        }
    }
}

#[derive(Debug, Object)]
pub struct CaseMessage {
    pub at: String,
    /// customer, staff; in the office also inside: a note that the customer never sees.
    pub author: String,
    pub sender: String,
    pub locale: String,
    pub text: String,
    /// The same by a machine, for staff.
    pub translated: Option<String>,
}

impl From<&aftersales::Message> for CaseMessage {
    fn from(m: &aftersales::Message) -> Self {
        Self {
            at: dto::at(m.at),
            author: m.author.as_str().to_owned(),
            sender: m.sender.clone(),
            locale: m.locale.to_string(),
            text: m.text.clone(),
            translated: m.translated.as_ref().map(|(_, text)| text.clone()),
        }
    }
}

#[derive(Debug, Object)]
pub struct CasePaper {
    pub id: String,
    /// declaration, receipt, inspection, decision
    pub kind: String,
    pub number: String,
    pub at: String,
}

impl From<&Issued> for CasePaper {
    fn from(p: &Issued) -> Self {
        Self { id: p.id.to_string(), kind: p.kind.as_str().to_owned(), number: p.number.clone(), at: dto::at(p.at) }
    }
}

/// What was done.
#[derive(Debug, Object)]
pub struct CaseOutcome {
    /// repair, replacement, price_reduction, refund, returned_to_customer
    pub remedy: String,
    pub amount: Option<Money>,
    /// Number of the credit note.
    pub document: Option<String>,
    /// Id of the order that replaces the goods.
    pub order: Option<String>,
    pub at: String,
}

impl From<&Outcome> for CaseOutcome {
    fn from(o: &Outcome) -> Self {
        Self {
            remedy: o.remedy.as_str().to_owned(),
            amount: o.amount.map(Into::into),
            document: Some(o.document_number.clone()).filter(|n| !n.is_empty()),
            order: o.order.map(|id| id.to_string()),
            at: dto::at(o.at),
        }
    }
}

/// A step of the case's way.
#[derive(Debug, Object)]
pub struct CaseEvent {
    pub at: String,
    /// declare, link, request_info, inform, approve, reject, send_label, dispatch, receive, inspect, resolve, close, reopen, take_back
    pub step: String,
    pub before: Option<String>,
    pub after: String,
}

impl From<&aftersales::EventView> for CaseEvent {
    fn from(e: &aftersales::EventView) -> Self {
        Self {
            at: dto::at(e.at),
            step: e.step.clone(),
            before: e.before.map(|s| s.as_str().to_owned()),
            after: e.after.as_str().to_owned(),
        }
    }
}

/// A language that was named, else the one that is asked in.
///
/// # Faults
/// `form.choose`.
pub fn language(named: Option<&str>, asked: Locale) -> Result<Locale, Fault> {
    Ok(dto::choice(named, "locale")?.unwrap_or(asked))
}

pub fn moment(at: Option<Moment>) -> Option<String> {
    at.map(dto::at)
}
