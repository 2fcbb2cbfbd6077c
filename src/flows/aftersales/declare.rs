//! A declaration comes in: everything that follows from it is one commit.

use serde::Serialize;
use serde_json::json;

use super::{
    files::{self, Upload},
    lines,
};
use crate::{
    access::{self, Limit},
    aftersales::{self, Declaration, Declared, Filed, Kind, NewCase, NewItem, PaperKind, Problem, Purpose, Remedy},
    crm::{self, CaseEvent, Touch},
    flows::steps::cases,
    kernel::{
        Actor, App, Fault, Locale, OrderId, OrderLineId, Origin, PartyId, Qty, Right, Tx,
        idempotency::{self, Seen},
        journal,
    },
    parties::{self, Contact},
    sales::{self, OrderView},
};

/// Which order it is about.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Whose {
    /// Whoever declares holds the order's link.
    Link(String),
    /// As somebody typed it, with their e-mail; it may fit no order.
    Typed(String),
    /// Staff chose it.
    Order(OrderId),
}

/// A line and how much of it.
#[derive(Clone, Debug, Serialize)]
pub struct Chosen {
    pub line: OrderLineId,
    pub qty: Qty,
    /// As the customer read it on the goods; may be empty.
    pub batch: String,
}

/// A form as the shop's window, the office or the API sends it.
#[derive(Clone, Debug, Serialize)]
pub struct Form {
    pub kind: Kind,
    pub problem: Problem,
    pub wish: Remedy,
    pub whose: Whose,
    /// Empty for a withdrawal: from all that is left, unless the text says otherwise.
    pub chosen: Vec<Chosen>,
    pub name: String,
    pub email: String,
    pub phone: String,
    pub text: String,
    pub locale: Locale,
    pub origin: Origin,
    #[serde(skip)]
    pub files: Vec<Upload>,
    /// A field that people do not see; whoever fills it in is none.
    #[serde(skip)]
    pub trap: String,
    /// Where the form came from.
    #[serde(skip)]
    pub address: String,
    /// Drawn when the form was shown: sent twice, it is one case.
    #[serde(skip)]
    pub key: String,
}

/// What whoever declared is told.
#[derive(Clone, Debug)]
pub struct Received {
    /// `None` for what fell into the trap.
    pub filed: Option<Filed>,
    /// Whether the tracking page may be shown at once: whoever held a link to the order, or is known. To
    /// others its address goes by letter alone.
    pub open: bool,
    /// The key came before; nothing was written now.
    pub before: bool,
}

impl Form {
    /// # Faults
    /// All that is missing, by field.
    fn checked(&self) -> Result<(), Fault> {
        let mut faults = Vec::new();
        let mut need = |field: &'static str, text: &str| {
            if text.trim().is_empty() {
                faults.push(aftersales::Fault::Missing { field }.into());
            }
        };
        if matches!(self.whose, Whose::Typed(_)) {
            need("name", &self.name);
            need("email", &self.email);
        }
        if self.kind == Kind::Complaint {
            need("text", &self.text);
            if !Problem::ASKED.contains(&self.problem) {
                faults.push(aftersales::Fault::Choose { field: "problem" }.into());
            }
            if !Remedy::ASKED.contains(&self.wish) {
                faults.push(aftersales::Fault::Choose { field: "wish" }.into());
            }
            if self.chosen.is_empty() && !matches!(self.whose, Whose::Typed(_)) {
                faults.push(aftersales::Fault::NoItems.into());
            }
        }
        Fault::gather(faults).map_or(Ok(()), Err)
    }
}

/// Takes a declaration down. What a customer declares is recorded whether an order fits or not, in time
/// or late; it is refused only when it says nothing, or says what was said before.
///
/// # Faults
/// What is missing, by field; `aftersales.no_items`, `aftersales.quantity`, `aftersales.declared`;
/// `aftersales.too_many_files`, `media.*` for what a file is; `sales.no_order` for a link of no order;
/// `access.too_many`; `access.forbidden` where staff lack the right; `request.key_reused`.
pub async fn declare(app: &App, actor: &Actor, form: Form) -> Result<Received, Fault> {
    if matches!(actor, Actor::Staff(_) | Actor::Key(_)) {
        actor.may(Right::CasesWrite)?;
    }
    if !form.trap.is_empty() {
        return Ok(Received { filed: None, open: false, before: false });
    }
    form.checked()?;
    // Before anything is written: a picture may be large, and nobody waits for it inside.
    let kept = files::keep(app, form.files.clone(), Purpose::Evidence).await?;
    let hashes: Vec<&str> = kept.iter().map(|f| f.hash.as_str()).collect();
    let body = json!([form, hashes]).to_string();
    let open = !matches!(form.whose, Whose::Typed(_)) || matches!(actor, Actor::Customer(_));
    let tx = app.begin(actor).await?;
    if let Seen::Before(answer) = idempotency::once(&tx, "case.declare", &form.key, &body).await? {
        return Ok(Received { filed: Some(serde_json::from_value(answer)?), open, before: true });
    }
    if matches!(actor, Actor::Guest | Actor::Customer(_)) {
        access::allow(&tx, "case", &form.address, Limit::FORM).await?;
    }
    let order = found(&tx, actor, &form).await?;
    let items = match &order {
        Some(order) => lines::claimed(&tx, order, &chosen(&tx, order, &form).await?).await?,
        None => Vec::new(),
    };
    if form.kind == Kind::Withdrawal && order.is_some() && items.is_empty() && form.text.trim().is_empty() {
        // All of it was withdrawn from before.
        return Err(aftersales::Fault::NoItems.into());
    }
    let filed = filed(&tx, &form, order.as_ref(), (items, &kept)).await?;
    idempotency::remember(&tx, "case.declare", &form.key, &serde_json::to_value(&filed)?).await?;
    tx.commit().await?;
    Ok(Received { filed: Some(filed), open, before: false })
}

/// The order that it is about, where one fits. A number alone opens nothing: the e-mail has to be the
/// order's own, and whether it is nobody is told.
async fn found(tx: &Tx, actor: &Actor, form: &Form) -> Result<Option<OrderView>, Fault> {
    let all = Actor::System.scope(Right::OrdersRead)?;
    match &form.whose {
        Whose::Link(token) => Ok(Some(sales::by_token(tx, token).await?)),
        Whose::Order(id) => Ok(Some(sales::order(tx, &actor.scope(Right::OrdersRead)?, *id).await?)),
        Whose::Typed(number) => cases::by_number(tx, &all, number, &form.email).await,
    }
}

/// What was chosen; a withdrawal without a choice is from all that is left, unless its words name goods.
async fn chosen(tx: &Tx, order: &OrderView, form: &Form) -> Result<Vec<Chosen>, Fault> {
    if !form.chosen.is_empty() || form.kind == Kind::Complaint || !form.text.trim().is_empty() {
        return Ok(form.chosen.clone());
    }
    let claims = sales::claims(tx, order.id).await?;
    let left = order.lines.iter().map(|line| Chosen {
        line: line.id,
        qty: claims.get(&line.id).copied().unwrap_or_default().free(line.qty),
        batch: String::new(),
    });
    Ok(left.filter(|c| c.qty.0 > 0).collect())
}

async fn party(tx: &Tx, form: &Form, order: Option<&OrderView>) -> Result<PartyId, Fault> {
    if let Some(order) = order {
        return Ok(order.party);
    }
    let text = |text: &str| Some(text.trim().to_owned()).filter(|t| !t.is_empty());
    let contact = Contact {
        name: form.name.clone(),
        email: text(&form.email),
        phone: text(&form.phone),
        company: None,
        company_code: None,
        vat_code: None,
        locale: form.locale,
    };
    Ok(parties::resolve(tx, contact, form.origin).await?.party)
}

async fn filed(
    tx: &Tx,
    form: &Form,
    order: Option<&OrderView>,
    (items, kept): (Vec<NewItem>, &[aftersales::NewFile]),
) -> Result<Filed, Fault> {
    let party = party(tx, form, order).await?;
    let or = |typed: &str, known: Option<&str>| {
        if typed.trim().is_empty() { known.unwrap_or_default().to_owned() } else { typed.to_owned() }
    };
    let words = Declaration {
        name: or(&form.name, order.map(|o| o.contact.name.as_str())),
        email: or(&form.email, order.map(|o| o.contact.email.as_str())),
        phone: or(&form.phone, order.map(|o| o.contact.phone.as_str())),
        order_number: match &form.whose {
            Whose::Typed(number) => number.clone(),
            _ => order.map(|o| o.number.clone()).unwrap_or_default(),
        },
        goods: items.iter().map(declared).collect(),
        text: form.text.clone(),
    };
    let withdrawal = form.kind == Kind::Withdrawal;
    let categories = cases::categories(tx, &items).await?;
    let new = NewCase {
        kind: form.kind,
        problem: if withdrawal { Problem::None } else { form.problem },
        wish: if withdrawal { Remedy::Refund } else { form.wish },
        order: order.map(|o| o.id),
        party,
        manager: None,
        locale: form.locale,
        origin: form.origin,
        late: withdrawal && order.is_some_and(|o| lines::period(o, tx.now()).over),
        words,
        items,
    };
    let filed = aftersales::file(tx, new).await?;
    aftersales::attach(tx, filed.id, kept).await?;
    let event = CaseEvent::Declared { withdrawal, due_at: filed.answer_by, origin: form.origin };
    let touch = Touch::Case { case: filed.id, party, number: filed.number.clone(), categories, event };
    let manager = crm::record(tx, touch).await?.manager;
    aftersales::assign(tx, filed.id, manager).await?;
    let case = aftersales::case(tx, &Actor::System.scope(Right::CasesRead)?, filed.id).await?;
    cases::issue(tx, &case, PaperKind::Declaration, &cases::Said::default()).await?;
    cases::write(tx, &case, "declared", json!({})).await?;
    let data = json!({ "number": filed.number, "kind": form.kind, "order": order.map(|o| o.id), "files": kept.len() });
    journal::note(tx, "aftersales.declared", Some(filed.id.uuid()), data).await?;
    Ok(filed)
}

fn declared(item: &NewItem) -> Declared {
    let title = if item.variant_name.is_empty() { item.title.clone() } else { format!("{}, {}", item.title, item.variant_name) };
    Declared { title, sku: item.sku.clone(), qty: item.qty, unit: item.unit.clone() }
}
