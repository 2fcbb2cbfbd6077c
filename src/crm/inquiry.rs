//! Inquiries: somebody asked, and an answer is owed.

use serde::{Deserialize, Serialize};

use super::{Fault, fault::prose, touch::Touch};
use crate::kernel::{self, InquiryId, Locale, Origin, PartyId, ProductId, Tx, db, numbering};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InquiryState {
    New,
    Answered,
    Closed,
}

pub const INQUIRY_STATES: &[InquiryState] = &[InquiryState::New, InquiryState::Answered, InquiryState::Closed];

/// Every step that an inquiry can take. A customer who writes again opens it anew.
pub const TRANSITIONS: &[(InquiryState, InquiryState)] = &[
    (InquiryState::New, InquiryState::Answered),
    (InquiryState::New, InquiryState::Closed),
    (InquiryState::Answered, InquiryState::Closed),
    (InquiryState::Answered, InquiryState::New),
    (InquiryState::Closed, InquiryState::New),
];

impl InquiryState {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Answered => "answered",
            Self::Closed => "closed",
        }
    }
}

impl std::str::FromStr for InquiryState {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        INQUIRY_STATES.iter().copied().find(|s| s.as_str() == text).ok_or("unknown state of an inquiry")
    }
}

/// The product asked about, in the words of the moment.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct InquiryAbout {
    pub product: ProductId,
    pub title: String,
    pub slug: String,
}

#[derive(Clone, Debug)]
pub struct NewInquiry {
    pub party: PartyId,
    pub about: Option<InquiryAbout>,
    pub text: String,
    /// The customer's own number.
    pub customer_ref: Option<String>,
    pub locale: Locale,
    pub origin: Origin,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Taken {
    pub id: InquiryId,
    pub number: String,
}

/// Writes an inquiry down under the next number of its series.
///
/// # Faults
/// `crm.missing` without a text, `crm.too_long`.
pub async fn take_inquiry(tx: &Tx, new: NewInquiry) -> Result<Taken, kernel::Fault> {
    let text = prose(&new.text, "text")?.ok_or(Fault::Missing("text"))?;
    let customer_ref = new.customer_ref.map(|r| r.trim().chars().take(60).collect::<String>()).filter(|r| !r.is_empty());
    let number = numbering::next(tx, "UZK").await?;
    let id = InquiryId::new(tx);
    let (product, title, slug) = match new.about {
        Some(about) => (Some(about.product), Some(about.title), Some(about.slug)),
        None => (None, None, None),
    };
    let sql = "insert into inquiry (id, number, party, product, product_title, product_slug, text, customer_ref, locale, \
               origin, state, created_at, changed_at) values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,'new',$11,$11)";
    let params =
        db::params![id, number.clone(), new.party, product, title, slug, text, customer_ref, new.locale, new.origin, tx.now()];
    db::run(tx, sql, params).await?;
    Ok(Taken { id, number })
}

/// Notes that the customer has their answer; `text` is what staff wrote. One that is answered can
/// be written to again, a closed one cannot.
///
/// # Faults
/// `crm.inquiry_not_found`, `crm.inquiry_state`, `crm.too_long`.
pub async fn answer_inquiry(tx: &Tx, inquiry: InquiryId, text: Option<&str>) -> Result<(), kernel::Fault> {
    let text = prose(text.unwrap_or_default(), "text")?;
    let answered = "select party, number from inquiry where id = $1 and state = 'answered'";
    let again = match &text {
        Some(_) => db::row(tx, answered, db::params![inquiry]).await?,
        None => None,
    };
    let (party, number) = match again {
        Some(row) => (row.try_get_by_index(0)?, row.try_get_by_index(1)?),
        None => step(tx, inquiry, InquiryState::Answered, None).await?,
    };
    super::record(tx, Touch::InquiryAnswered { inquiry, party, number, text }).await.map(drop)
}

/// Closes an inquiry; why is part of it.
///
/// # Faults
/// `crm.missing` without a reason, `crm.inquiry_not_found`, `crm.inquiry_state`.
pub async fn close_inquiry(tx: &Tx, inquiry: InquiryId, reason: &str) -> Result<(), kernel::Fault> {
    let reason = prose(reason, "reason")?.ok_or(Fault::Missing("reason"))?;
    let (party, number) = step(tx, inquiry, InquiryState::Closed, Some(reason)).await?;
    super::record(tx, Touch::InquiryClosed { inquiry, party, number }).await.map(drop)
}

/// Opens an inquiry anew.
///
/// # Faults
/// `crm.inquiry_not_found`, `crm.inquiry_state`.
pub async fn reopen_inquiry(tx: &Tx, inquiry: InquiryId) -> Result<(), kernel::Fault> {
    step(tx, inquiry, InquiryState::New, None).await.map(drop)
}

/// One step of the table: the state changes by one conditional statement, and the change is a row.
async fn step(tx: &Tx, inquiry: InquiryId, to: InquiryState, reason: Option<String>) -> Result<(PartyId, String), kernel::Fault> {
    let sql = "select state, party, number from inquiry where id = $1";
    let row = db::row(tx, sql, db::params![inquiry]).await?.ok_or(Fault::InquiryNotFound)?;
    let (state, party, number): (String, PartyId, String) =
        (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
    let from: InquiryState = state.parse().map_err(kernel::Fault::bug)?;
    let refused = || Fault::InquiryState(from.as_str(), to.as_str());
    if !TRANSITIONS.contains(&(from, to)) {
        return Err(refused().into());
    }
    let sql = "update inquiry set state = $3, close_reason = $4, changed_at = $5 where id = $1 and state = $2";
    let params = db::params![inquiry, from.as_str(), to.as_str(), reason.clone(), tx.now()];
    if db::run(tx, sql, params).await? == 0 {
        return Err(refused().into());
    }
    let sql = "insert into inquiry_change (id, inquiry, from_state, to_state, reason, at, by_user) \
               values ($1,$2,$3,$4,$5,$6,$7)";
    let params = db::params![tx.uuid(), inquiry, from.as_str(), to.as_str(), reason, tx.now(), tx.actor().user()];
    db::run(tx, sql, params).await?;
    Ok((party, number))
}
