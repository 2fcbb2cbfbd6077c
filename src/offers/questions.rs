//! Questions of a customer about an offer or one of its rows, and their answers.

use serde::Serialize;
use uuid::Uuid;

use super::{Fault, Offer};
use crate::kernel::{self, Moment, OfferId, Reads, Tx, db};

#[derive(Clone, Debug, Serialize)]
pub struct Question {
    pub id: Uuid,
    pub version: i64,
    pub item: Option<Uuid>,
    /// What the row was called; empty for a question about the whole.
    pub about: String,
    pub question: String,
    pub at: Moment,
    /// Empty while there is none.
    pub answer: String,
    pub answered_at: Option<Moment>,
    /// `staff:ID`
    pub answered_by: Option<String>,
}
db::record!(Question { id, version, item, about, question, at, answer, answered_at, answered_by });

/// # Faults
/// [`Fault::Missing`], [`Fault::TooLong`] at `question`.
pub async fn ask(tx: &Tx, offer: &Offer, item: Option<Uuid>, about: &str, question: &str) -> Result<Uuid, kernel::Fault> {
    let question = words(question, "question")?;
    let id = tx.uuid();
    let sql =
        "insert into offer_question (id, offer_id, version, item, about, question, at, answer) values ($1,$2,$3,$4,$5,$6,$7,'')";
    db::run(tx, sql, db::params![id, offer.id, offer.version, item, about, question, tx.now()]).await?;
    Ok(id)
}

/// # Faults
/// [`Fault::Missing`], [`Fault::TooLong`] at `answer`; [`Fault::NoItem`] for a question that is not there
/// or has its answer.
pub async fn answer(tx: &Tx, offer: OfferId, question: Uuid, answer: &str) -> Result<(), kernel::Fault> {
    let answer = words(answer, "answer")?;
    let sql = "update offer_question set answer = $3, answered_at = $4, answered_by = $5 where id = $1 and offer_id = $2 and answer = ''";
    let params = db::params![question, offer, answer, tx.now(), tx.actor().code()];
    if db::run(tx, sql, params).await? == 0 { Err(Fault::NoItem.into()) } else { Ok(()) }
}

/// All questions, oldest first.
///
/// # Faults
/// Whatever the database says.
pub async fn questions(db: &impl Reads, offer: OfferId) -> Result<Vec<Question>, kernel::Fault> {
    let sql = "select id, version, item, about, question, at, answer, answered_at, answered_by from offer_question \
               where offer_id = $1 order by id";
    Ok(db::all(db, sql, db::params![offer]).await?)
}

fn words(text: &str, field: &'static str) -> Result<String, Fault> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(Fault::Missing { field }),
        1..=4000 => Ok(text.to_owned()),
        _ => Err(Fault::TooLong { field }),
    }
}
