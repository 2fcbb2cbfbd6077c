//! Taking a declaration down: its words are kept as they came, with their hash.

use serde::{Deserialize, Serialize};

use super::{Ground, Kind, Problem, Remedy, State, clock, fault::Fault, fault::prose, item, store};
use crate::kernel::{
    self, CaseId, Locale, Moment, OrderId, OrderLineId, Origin, PartyId, ProducerId, ProductId, Qty, Tx, UserId, VariantId, db,
    fold, numbering, token,
};

/// The words of the customer; what the receipt repeats.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declaration {
    pub name: String,
    pub email: String,
    pub phone: String,
    /// As it was typed, or as the order has it.
    pub order_number: String,
    /// What of it: a line each, in the words of the order; empty where the customer typed them.
    pub goods: Vec<Declared>,
    /// What the customer wrote: the description of a complaint; which goods a withdrawal is about, where
    /// nobody could choose from a list.
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declared {
    pub title: String,
    pub sku: String,
    pub qty: Qty,
    pub unit: String,
}

/// A line of an order, as the order has it.
#[derive(Clone, Debug)]
pub struct NewItem {
    pub line: OrderLineId,
    pub product: Option<ProductId>,
    pub variant: Option<VariantId>,
    pub producer: Option<ProducerId>,
    pub sku: String,
    pub title: String,
    pub variant_name: String,
    pub picture_hash: Option<String>,
    pub unit: String,
    /// As far as the shipment said, or the customer read it on the goods.
    pub batch: String,
    pub qty: Qty,
    /// Made to the buyer's choice: no right of withdrawal by itself.
    pub excepted: bool,
}

#[derive(Clone, Debug)]
pub struct NewCase {
    pub kind: Kind,
    pub problem: Problem,
    pub wish: Remedy,
    pub order: Option<OrderId>,
    pub party: PartyId,
    pub manager: Option<UserId>,
    pub locale: Locale,
    pub origin: Origin,
    pub words: Declaration,
    pub items: Vec<NewItem>,
    /// It came after the period of withdrawal.
    pub late: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filed {
    pub id: CaseId,
    pub number: String,
    pub token: String,
    pub declared_at: Moment,
    pub answer_by: Moment,
}

impl NewCase {
    /// # Faults
    /// [`Fault::Missing`], [`Fault::TooLong`] by field.
    fn checked(mut self) -> Result<Self, kernel::Fault> {
        let words = &mut self.words;
        words.name = prose(&words.name, "name", 200)?;
        words.email = prose(&words.email, "email", 200)?;
        words.phone = prose(&words.phone, "phone", 60)?;
        words.order_number = prose(&words.order_number, "order", 60)?;
        words.text = prose(&words.text, "text", 5000)?;
        if self.kind == Kind::Complaint && words.text.is_empty() {
            return Err(Fault::Missing { field: "text" }.into());
        }
        if self.order.is_none() && self.kind == Kind::Withdrawal && words.order_number.is_empty() && words.text.is_empty() {
            return Err(Fault::Missing { field: "order" }.into());
        }
        Ok(self)
    }
}

const fn series(kind: Kind) -> &'static str {
    match kind {
        Kind::Complaint => "PRT",
        Kind::Withdrawal => "ATS",
    }
}

/// Takes a declaration down under the next number of its series.
///
/// # Faults
/// [`Fault::Missing`], [`Fault::TooLong`].
pub async fn file(tx: &Tx, new: NewCase) -> Result<Filed, kernel::Fault> {
    let new = new.checked()?;
    let declaration = serde_json::to_string(&new.words)?;
    let now = tx.now();
    let filed = Filed {
        id: CaseId::new(tx),
        number: numbering::next(tx, series(new.kind)).await?,
        token: token::random(tx.app().entropy()),
        declared_at: now,
        answer_by: clock::answer_by(now),
    };
    let refund_by = (new.kind == Kind::Withdrawal).then(|| clock::refund_by(now));
    let words = &new.words;
    let goods: Vec<&str> = new.items.iter().flat_map(|i| [i.title.as_str(), i.sku.as_str()]).collect();
    let search = [&filed.number, &words.order_number, &words.name, &words.email, &goods.join(" ")].map(String::as_str).join(" ");
    let ground = if new.kind == Kind::Withdrawal { Ground::Withdrawal14d } else { new.problem.ground() };
    let sql = "insert into aftersales_case (id, number, token, kind, ground, state, order_id, party_id, manager, locale, origin, \
               name, email, phone, order_number, problem, wish, declaration, hash, search, declared_at, late, answer_by, refund_by, \
               escalated, revision, decision, reason, carrier, tracking, instructions, rating_note, changed_at) \
               values ($1,$2,$3,$4,$5,'submitted',$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,0,1,\
               '','','','','','',$20)";
    let params = db::params![
        filed.id,
        filed.number.clone(),
        filed.token.clone(),
        new.kind.as_str(),
        ground.as_str(),
        new.order,
        new.party,
        new.manager,
        new.locale,
        new.origin,
        words.name.clone(),
        words.email.clone(),
        words.phone.clone(),
        words.order_number.clone(),
        new.problem.as_str(),
        new.wish.as_str(),
        declaration.clone(),
        token::hash(&declaration),
        fold(&search).chars().take(400).collect::<String>(),
        now,
        new.late,
        filed.answer_by,
        refund_by
    ];
    db::run(tx, sql, params).await?;
    item::put(tx, filed.id, &new.items).await?;
    store::note(tx, filed.id, "declare", (None, State::Submitted), "").await?;
    Ok(filed)
}
