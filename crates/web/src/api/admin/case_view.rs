//! A case as the office's programs read it.

use poem_openapi::Object;
use vitrina::{
    aftersales::{self, CaseRow},
    flows,
    kernel::{CaseId, Fault, Right},
};

use crate::api::{
    case_parts::{CaseEvent, CaseItem, CaseMessage, CaseOutcome, CasePaper, moment},
    dto::{self, Money},
    gate::Asked,
};

#[derive(Debug, Object)]
pub struct CaseSummary {
    pub id: String,
    pub number: String,
    /// complaint, withdrawal
    pub kind: String,
    pub state: String,
    pub problem: String,
    /// Id of the order; null while none was found.
    pub order: Option<String>,
    /// Its number, as typed while none was found.
    pub order_number: String,
    /// Id of the customer.
    pub customer: String,
    pub name: String,
    pub declared_at: String,
    pub answer_by: String,
    pub answered_at: Option<String>,
    pub refund_by: Option<String>,
    pub refunded_at: Option<String>,
    /// A withdrawal after its period.
    pub late: bool,
}

impl From<&CaseRow> for CaseSummary {
    fn from(c: &CaseRow) -> Self {
        Self {
            id: c.id.to_string(),
            number: c.number.clone(),
            kind: c.kind.as_str().to_owned(),
            state: c.state.as_str().to_owned(),
            problem: c.problem.as_str().to_owned(),
            order: c.order.map(|id| id.to_string()),
            order_number: c.order_number.clone(),
            customer: c.party.to_string(),
            name: c.customer.clone(),
            declared_at: dto::at(c.declared_at),
            answer_by: dto::at(c.answer_by),
            answered_at: moment(c.answered_at),
            refund_by: moment(c.refund_by),
            refunded_at: moment(c.refunded_at),
            late: c.late,
        }
    }
}

#[derive(Debug, Object)]
pub struct CaseDetail {
    pub id: String,
    pub number: String,
    /// complaint, withdrawal
    pub kind: String,
    /// withdrawal_14d, legal_guarantee, commercial_guarantee, goodwill, transport_damage, wrong_item
    pub ground: String,
    /// submitted, info_requested, approved, rejected, label_sent, in_transit, received, inspected, resolved, closed, withdrawn
    pub state: String,
    pub order: Option<String>,
    pub customer: String,
    pub locale: String,
    pub problem: String,
    pub wish: String,
    pub name: String,
    pub email: String,
    pub phone: String,
    /// The customer's words.
    pub text: String,
    /// Of the declaration, SHA-256.
    pub hash: String,
    pub declared_at: String,
    pub late: bool,
    pub answer_by: String,
    pub answered_at: Option<String>,
    pub refund_by: Option<String>,
    pub refunded_at: Option<String>,
    pub decision: String,
    /// Why it was refused.
    pub reason: String,
    pub carrier: String,
    pub tracking: String,
    /// 1 to 5.
    pub rating: Option<i64>,
    /// What could go back to the payer now; null where nothing can, or the key may not read cases.
    pub refundable: Option<Money>,
    pub items: Vec<CaseItem>,
    pub messages: Vec<CaseMessage>,
    pub papers: Vec<CasePaper>,
    pub outcomes: Vec<CaseOutcome>,
    pub events: Vec<CaseEvent>,
}

/// Whoever may handle a case sees what became of it.
///
/// # Faults
/// `access.forbidden`, `aftersales.no_case`.
pub async fn shown(asked: &Asked, id: CaseId, right: Right) -> Result<CaseDetail, Fault> {
    let db = asked.db();
    let c = aftersales::case(db, &asked.scope(right)?, id).await?;
    let refundable = match asked.actor.may(Right::CasesRead) {
        Ok(()) => flows::aftersales::refundable(asked.site.app(), &asked.actor, id).await?,
        Err(_) => None,
    };
    let messages = aftersales::messages(db, id, Some(asked.channel.source())).await?;
    Ok(CaseDetail {
        id: id.to_string(),
        number: c.number,
        kind: c.kind.as_str().to_owned(),
        ground: c.ground.as_str().to_owned(),
        state: c.state.as_str().to_owned(),
        order: c.order.map(|id| id.to_string()),
        customer: c.party.to_string(),
        locale: c.locale.to_string(),
        problem: c.problem.as_str().to_owned(),
        wish: c.wish.as_str().to_owned(),
        name: c.words.name,
        email: c.words.email,
        phone: c.words.phone,
        text: c.words.text,
        hash: c.hash,
        declared_at: dto::at(c.declared_at),
        late: c.late,
        answer_by: dto::at(c.answer_by),
        answered_at: moment(c.answered_at),
        refund_by: moment(c.refund_by),
        refunded_at: moment(c.refunded_at),
        decision: c.decision,
        reason: c.reason,
        carrier: c.carrier,
        tracking: c.tracking,
        rating: c.rating,
        refundable: refundable.map(Into::into),
        items: aftersales::items(db, id).await?.iter().map(Into::into).collect(),
        messages: messages.iter().map(Into::into).collect(),
        papers: aftersales::papers(db, id).await?.iter().map(Into::into).collect(),
        outcomes: aftersales::outcomes(db, id).await?.iter().map(Into::into).collect(),
        events: aftersales::events(db, id).await?.iter().map(Into::into).collect(),
    })
}
