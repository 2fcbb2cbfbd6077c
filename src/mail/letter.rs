//! The row of a letter, from queued to sent.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::Fault;
use crate::{
    jobs::{self, Payload},
    kernel::{DocumentId, Fault as Refusal, LetterId, Locale, PartyId, Reads, Tx, db},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Queued,
    Sent,
    /// Given up; the office sees why and can send it again.
    Failed,
}

impl State {
    pub const ALL: &'static [Self] = &[Self::Queued, Self::Sent, Self::Failed];
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }
}

impl std::str::FromStr for State {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|s| s.as_str() == text).ok_or("unknown letter state")
    }
}

#[derive(Clone, Debug)]
pub struct NewLetter {
    /// `mail/NAME` of the theme.
    pub template: &'static str,
    pub to: String,
    pub to_name: String,
    pub locale: Locale,
    pub party: Option<PartyId>,
    /// The order, inquiry or account that it is about.
    pub subject: Option<Uuid>,
    /// Ids and what cannot be read again later (a fresh sign-in link).
    pub data: Value,
}

/// A document that travels with a letter. Its bytes are fetched when the letter leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attached {
    pub document: DocumentId,
    pub form: Form,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    Pdf,
    /// The e-invoice.
    Xml,
    /// An offer: the id is that of its version.
    Offer,
    /// A contract: the id is that of its version.
    Contract,
    /// An accepted contract with its certificate: the id is the contract's.
    Signed,
}

/// The job that sends one letter.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendLetter {
    pub letter: LetterId,
}

impl Payload for SendLetter {
    const KIND: &'static str = "mail.send";
    fn dedupe(&self) -> Option<String> {
        Some(format!("mail.send:{}", self.letter))
    }
}

/// Writes the letter and the job that will send it, both in the caller's transaction.
///
/// # Faults
/// [`Fault::NoAddress`].
pub async fn queue(tx: &Tx, new: NewLetter) -> Result<LetterId, Refusal> {
    if !new.to.contains('@') || new.to.contains(|c: char| c.is_control() || c.is_whitespace()) {
        return Err(Fault::NoAddress(new.to).into());
    }
    let id = LetterId::new(tx);
    let settings = tx.app().settings();
    let domain = settings.text("mail.from").rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    let sql = "insert into letter (id, template, recipient, recipient_name, locale, party_id, subject_id, data, message_id, state, tries, created_at) \
               values ($1,$2,$3,$4,$5,$6,$7,$8,$9,'queued',0,$10)";
    let message_id = format!("<{}@{domain}>", id.uuid().simple());
    let params = db::params![
        id,
        new.template,
        new.to,
        new.to_name,
        new.locale,
        new.party,
        new.subject,
        new.data.to_string(),
        message_id,
        tx.now()
    ];
    db::run(tx, sql, params).await?;
    jobs::enqueue(tx, &SendLetter { letter: id }).await?;
    Ok(id)
}

/// Says which documents travel with a letter that waits, in the transaction that queued it.
///
/// # Faults
/// Whatever the database says.
pub async fn attach(tx: &Tx, id: LetterId, attached: &[Attached]) -> Result<(), Refusal> {
    let text = serde_json::to_string(attached)?;
    db::run(tx, "update letter set attached = $2 where id = $1", db::params![id, text]).await?;
    Ok(())
}

/// A letter that waits to be rendered and sent.
#[derive(Clone, Debug)]
pub struct Due {
    pub id: LetterId,
    pub template: String,
    pub to: String,
    pub to_name: String,
    pub locale: Locale,
    pub party: Option<PartyId>,
    pub data: Value,
    pub message_id: String,
    pub state: State,
    pub attached: Vec<Attached>,
}

/// What a letter became.
#[derive(Clone, Debug)]
pub struct Rendered {
    pub title: String,
    pub html: String,
    pub plain: String,
}

struct Row {
    template: String,
    recipient: String,
    recipient_name: String,
    locale: Locale,
    party_id: Option<PartyId>,
    data: String,
    message_id: String,
    state: String,
    attached: Option<String>,
}
db::record!(Row { template, recipient, recipient_name, locale, party_id, data, message_id, state, attached });

/// For the job alone: no scope, since nothing of it is shown to anybody but the recipient.
///
/// # Faults
/// [`Fault::NoLetter`].
pub async fn due(db: &impl Reads, id: LetterId) -> Result<Due, Refusal> {
    let sql = "select template, recipient, recipient_name, locale, party_id, data, message_id, state, attached from letter where id = $1";
    let row: Row = db::opt(db, sql, db::params![id]).await?.ok_or(Fault::NoLetter)?;
    Ok(Due {
        id,
        template: row.template,
        to: row.recipient,
        to_name: row.recipient_name,
        locale: row.locale,
        party: row.party_id,
        data: serde_json::from_str(&row.data)?,
        message_id: row.message_id,
        state: row.state.parse().map_err(Refusal::bug)?,
        attached: row.attached.map(|text| serde_json::from_str(&text)).transpose()?.unwrap_or_default(),
    })
}

/// Notes that the transport took it, and what was in it.
///
/// # Faults
/// Whatever the database says.
pub async fn mark_sent(tx: &Tx, id: LetterId, what: Rendered) -> Result<(), Refusal> {
    let sql = "update letter set state = 'sent', tries = tries + 1, last_error = null, title = $2, html = $3, plain = $4, sent_at = $5 where id = $1";
    db::run(tx, sql, db::params![id, what.title, what.html, what.plain, tx.now()]).await?;
    Ok(())
}

/// Notes a try that may succeed later.
///
/// # Faults
/// Whatever the database says.
pub async fn mark_tried(tx: &Tx, id: LetterId, why: &str) -> Result<(), Refusal> {
    let sql = "update letter set tries = tries + 1, last_error = $2 where id = $1 and state <> 'sent'";
    db::run(tx, sql, db::params![id, why]).await?;
    Ok(())
}

/// Notes that trying again cannot help.
///
/// # Faults
/// Whatever the database says.
pub async fn mark_failed(tx: &Tx, id: LetterId, why: &str) -> Result<(), Refusal> {
    let sql = "update letter set state = 'failed', tries = tries + 1, last_error = $2 where id = $1 and state <> 'sent'";
    db::run(tx, sql, db::params![id, why]).await?;
    Ok(())
}

/// Sends a letter once more that was given up.
///
/// # Faults
/// [`Fault::NoLetter`]; [`Fault::Sent`].
pub async fn requeue(tx: &Tx, id: LetterId) -> Result<(), Refusal> {
    let sql = "update letter set state = 'queued' where id = $1 and state <> 'sent'";
    if db::run(tx, sql, db::params![id]).await? == 0 {
        due(tx, id).await?;
        return Err(Fault::Sent.into());
    }
    jobs::enqueue(tx, &SendLetter { letter: id }).await
}
