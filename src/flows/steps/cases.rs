//! What the flows after the sale share: finding an order, counting its lines, telling the customer and the
//! history, issuing papers.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    access,
    aftersales::{self, Case, Due, NewItem, NewPaper, Paper, PaperKind, PaperRow},
    catalog, channels,
    crm::{self, CaseEvent, Touch},
    jobs::{self, Payload},
    kernel::{
        Actor, CaseMessageId, CasePaperId, CategoryId, Fault, Locale, LocationId, OrderId, OrderLineId, PartyId, ProducerId,
        ProductId, Qty, Reads, Right, Role, Scope, Tx, VariantId, token,
    },
    mail::{self, NewLetter},
    sales::{self, OrderView},
    stage::letters::Sender,
    stock,
};

/// The job that sets a paper of a case as a PDF.
#[derive(Debug, Serialize, Deserialize)]
pub struct SetCasePaper {
    pub paper: CasePaperId,
}

impl Payload for SetCasePaper {
    const KIND: &'static str = "aftersales.set";
    fn dedupe(&self) -> Option<String> {
        Some(format!("aftersales.set:{}", self.paper))
    }
}

/// The job that puts what a customer wrote into the language of the shop, for staff.
#[derive(Debug, Serialize, Deserialize)]
pub struct TranslateMessage {
    pub message: CaseMessageId,
}

impl Payload for TranslateMessage {
    const KIND: &'static str = "aftersales.translate";
    fn dedupe(&self) -> Option<String> {
        Some(format!("aftersales.translate:{}", self.message))
    }
}

/// The order of a number, where the e-mail is its own: both are compared whole, and which of them was
/// wrong nobody learns.
///
/// # Faults
/// Whatever the database says.
pub(crate) async fn by_number(db: &impl Reads, scope: &Scope, number: &str, email: &str) -> Result<Option<OrderView>, Fault> {
    let number = number.trim().trim_start_matches('#').to_uppercase();
    let Some(id) = sales::by_number(db, scope, &number).await? else { return Ok(None) };
    let order = sales::order(db, scope, id).await?;
    let same = token::same(&order.contact.email.trim().to_lowercase(), &email.trim().to_lowercase());
    Ok(Some(order).filter(|_| same))
}

/// The batches that the shipments of an order name, by line.
///
/// # Faults
/// Whatever the database says.
pub(crate) async fn batches(tx: &Tx, order: OrderId) -> Result<HashMap<OrderLineId, String>, Fault> {
    sales::batches(tx, order).await
}

/// Who made the goods of an order.
///
/// # Faults
/// Whatever the database says.
pub(crate) async fn producers(tx: &Tx, order: &OrderView) -> Result<HashMap<ProductId, ProducerId>, Fault> {
    let ids: Vec<ProductId> = order.lines.iter().filter_map(|l| l.product).collect();
    Ok(catalog::producers_of(tx, &ids).await?)
}

/// # Faults
/// Whatever the database says.
pub(crate) async fn categories(tx: &Tx, items: &[NewItem]) -> Result<Vec<CategoryId>, Fault> {
    categories_of(tx, items.iter().filter_map(|i| i.product)).await
}

/// # Faults
/// Whatever the database says.
pub(crate) async fn categories_of(tx: &Tx, products: impl Iterator<Item = ProductId>) -> Result<Vec<CategoryId>, Fault> {
    let mut all = BTreeSet::new();
    for product in products.take(20) {
        all.extend(catalog::categories_of(tx, product).await?);
    }
    Ok(all.into_iter().collect())
}

/// The language of the shop's own people.
///
/// # Faults
/// Whatever the database says.
pub(crate) async fn home(db: &impl Reads) -> Result<Locale, Fault> {
    Ok(channels::all(db).await?.first().map_or(Locale::LT, channels::Channel::source))
}

/// Where goods that came back are put: the place that was named, else the first that sells. `None` where
/// the shop keeps no count of them.
///
/// # Faults
/// `stock.no_location`.
pub(crate) async fn shelf(tx: &Tx, variant: VariantId, wished: Option<LocationId>) -> Result<Option<LocationId>, Fault> {
    let places = stock::locations(tx).await?;
    if let Some(wished) = wished {
        let found = places.iter().find(|l| l.id == wished).map(|l| l.id);
        return found.map(Some).ok_or_else(|| stock::Fault::NoLocation(wished.to_string()).into());
    }
    let counted = stock::levels(tx, &[variant]).await?;
    let first = places.into_iter().filter(|l| l.active).map(|l| l.id).next();
    Ok(first.filter(|_| !counted.is_empty()))
}

/// # Faults
/// Whatever the database says.
pub(crate) async fn tell(tx: &Tx, case: &Case, event: CaseEvent) -> Result<(), Fault> {
    let touch = Touch::Case { case: case.id, party: case.party, number: case.number.clone(), categories: Vec::new(), event };
    crm::record(tx, touch).await.map(drop)
}

/// The case belongs to another customer from now on: its planned work goes along.
///
/// # Faults
/// Whatever the database says.
pub(crate) async fn moved(tx: &Tx, case: &Case, party: PartyId) -> Result<(), Fault> {
    crm::move_tasks(tx, case.id.uuid(), party).await?;
    let number = case.number.clone();
    let touch = Touch::Case { case: case.id, party, number, categories: Vec::new(), event: CaseEvent::Linked };
    let manager = crm::record(tx, touch).await?.manager;
    if case.manager.is_none() {
        aftersales::assign(tx, case.id, manager).await?;
    }
    Ok(())
}

/// A letter about a case to its customer; `event` is which one. Who left no address has a page all the same.
///
/// # Faults
/// Whatever the database says.
pub(crate) async fn write(tx: &Tx, case: &Case, event: &'static str, more: Value) -> Result<(), Fault> {
    if !case.words.email.contains('@') {
        return Ok(());
    }
    let mut data = json!({ "case": case.id, "event": event });
    if let (Some(data), Some(more)) = (data.as_object_mut(), more.as_object()) {
        data.extend(more.clone());
    }
    let letter = NewLetter {
        template: "case",
        to: case.words.email.clone(),
        to_name: case.words.name.clone(),
        locale: case.locale,
        party: Some(case.party),
        subject: Some(case.id.uuid()),
        data,
    };
    mail::queue(tx, letter).await.map(drop)
}

/// A letter to whoever is responsible for a case whose term runs out; once it has, to the owners as well.
///
/// # Faults
/// Whatever the database says.
pub(crate) async fn warn(tx: &Tx, due: &Due) -> Result<(), Fault> {
    let overdue = due.level >= 100;
    let mut staff = access::staff(tx, &Actor::System.scope(Right::UsersManage)?).await?;
    staff.retain(|person| person.active);
    // Somebody who left reads no letters here.
    let nobody = !staff.iter().any(|person| Some(person.id) == due.manager);
    for person in staff {
        let responsible = due.manager == Some(person.id);
        let owner = person.role == Role::Owner && (overdue || nobody);
        if !responsible && !owner {
            continue;
        }
        let letter = NewLetter {
            template: "case_due",
            to: person.email,
            to_name: person.name,
            locale: person.locale,
            party: None,
            subject: Some(due.case.uuid()),
            data: json!({ "case": due.case, "overdue": overdue, "due_at": due.due_at }),
        };
        mail::queue(tx, letter).await?;
    }
    Ok(())
}

/// Has a message put into the language of the shop, where it is in another.
///
/// # Faults
/// Whatever the database says.
pub(crate) async fn translate(tx: &Tx, case: &Case, message: CaseMessageId) -> Result<(), Fault> {
    if case.locale != home(tx).await? {
        jobs::enqueue(tx, &TranslateMessage { message }).await?;
    }
    Ok(())
}

/// What a case still holds of its order's lines is free again.
///
/// # Faults
/// Whatever the database says.
pub(crate) async fn free(tx: &Tx, case: &Case) -> Result<(), Fault> {
    for (line, qty) in aftersales::release(tx, case.id).await? {
        sales::unclaim(tx, line, qty).await?;
    }
    Ok(())
}

/// A case that begins anew counts its lines off once more.
///
/// # Faults
/// `aftersales.declared` when another case is about them by now.
pub(crate) async fn claim_again(tx: &Tx, case: &Case) -> Result<(), Fault> {
    let Some(order) = case.order else { return Ok(()) };
    for (at, (line, qty)) in aftersales::hold_again(tx, case.id).await?.into_iter().enumerate() {
        if !sales::claim_line(tx, order, line, qty).await? {
            let other = aftersales::items_of_line(tx, line).await?.into_iter().find(|n| *n != case.number);
            return Err(aftersales::Fault::Declared { number: other.unwrap_or_default(), item: at }.into());
        }
    }
    Ok(())
}

/// What a paper says beside what stands in its case.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    pub text: String,
    pub verdict: String,
    pub by: String,
}

/// Issues a paper of a case as it stands now, and has it set.
///
/// # Faults
/// Whatever the database says.
pub(crate) async fn issue(tx: &Tx, case: &Case, kind: PaperKind, said: &Said) -> Result<CasePaperId, Fault> {
    let sender = Sender::of(&tx.app().settings(), case.locale);
    let items = aftersales::items(tx, case.id).await?;
    let rows = items.iter().map(|i| PaperRow {
        title: if i.variant_name.is_empty() { i.title.clone() } else { format!("{}, {}", i.title, i.variant_name) },
        sku: i.sku.clone(),
        batch: i.batch.clone(),
        qty: if matches!(kind, PaperKind::Receipt | PaperKind::Inspection) { i.received } else { i.qty },
        unit: i.unit.clone(),
        condition: i.condition.filter(|_| kind == PaperKind::Inspection).map(|c| c.as_str().to_owned()).unwrap_or_default(),
        restocked: i.restocked,
        scrapped: i.scrapped,
        sent_back: i.sent_back,
        note: if kind == PaperKind::Inspection { i.note.clone() } else { String::new() },
    });
    let order = match case.order {
        Some(order) => sales::numbers(tx, &[order]).await?.into_iter().next().map(|(_, number)| number),
        None => None,
    };
    let paper = Paper {
        kind,
        number: String::new(),
        case: case.number.clone(),
        locale: case.locale,
        at: tx.now(),
        seller: sender
            .address
            .iter()
            .cloned()
            .chain([sender.email.clone(), sender.phone.clone()])
            .filter(|t| !t.is_empty())
            .collect(),
        seller_name: if sender.company.is_empty() { sender.name.clone() } else { sender.company.clone() },
        customer: case.words.name.clone(),
        contact: [&case.words.email, &case.words.phone].into_iter().filter(|t| !t.is_empty()).cloned().collect(),
        order: order.unwrap_or_else(|| case.words.order_number.clone()),
        declared_at: case.declared_at,
        answer_by: case.answer_by,
        about: case.kind.as_str().into(),
        problem: case.problem.as_str().into(),
        wish: case.wish.as_str().into(),
        rows: rows.filter(|r| kind == PaperKind::Declaration || kind == PaperKind::Decision || r.qty != Qty::ZERO).collect(),
        text: if kind == PaperKind::Declaration { case.words.text.clone() } else { said.text.clone() },
        verdict: said.verdict.clone(),
        photos: i64::try_from(aftersales::files(tx, case.id).await?.len()).unwrap_or(0),
        by: said.by.clone(),
        hash: case.hash.clone(),
    };
    let id = aftersales::issue(tx, NewPaper { case: case.id, paper }).await?;
    jobs::enqueue(tx, &SetCasePaper { paper: id }).await?;
    Ok(id)
}
