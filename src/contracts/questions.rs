//! Questions of a customer about a contract or one of its parts, and their answers.

use serde::Serialize;
use uuid::Uuid;

use super::{Contract, Fault, Paper};
use crate::kernel::{self, ContractId, Moment, Reads, Tx, db};

#[derive(Clone, Debug, Serialize)]
pub struct Question {
    pub id: Uuid,
    pub version: i64,
    /// The part's number; empty for a question about the whole.
    pub part: String,
    /// The part as it was headed when it was asked about.
    pub about: String,
    pub question: String,
    pub at: Moment,
    /// Empty while there is none.
    pub answer: String,
    pub answered_at: Option<Moment>,
    /// `staff:ID`
    pub answered_by: Option<String>,
}
db::record!(Question { id, version, part, about, question, at, answer, answered_at, answered_by });

/// # Faults
/// `form.missing`, `contracts.too_long` at `question`; `form.choose` at `part` for one that the paper has not.
pub async fn ask(tx: &Tx, contract: &Contract, paper: &Paper, (part, question): (&str, &str)) -> Result<Uuid, kernel::Fault> {
    let question = words(question, "question")?;
    let about = match paper.text.parts.iter().find(|p| p.n == part) {
        Some(part) => format!("{}. {}", part.n, part.title),
        None if part.is_empty() => String::new(),
        None => return Err(kernel::Fault::invalid("part", "form.choose")),
    };
    let id = tx.uuid();
    let sql = "insert into contract_question (id, contract_id, version, part, about, question, at, answer) \
               values ($1,$2,$3,$4,$5,$6,$7,'')";
    db::run(tx, sql, db::params![id, contract.id, paper.version, part, about, question, tx.now()]).await?;
    Ok(id)
}

/// # Faults
/// `form.missing`, `contracts.too_long` at `answer`; [`Fault::NoQuestion`] for one that is not there or
/// has its answer.
pub async fn answer(tx: &Tx, contract: ContractId, question: Uuid, answer: &str) -> Result<(), kernel::Fault> {
    let answer = words(answer, "answer")?;
    let sql = "update contract_question set answer = $3, answered_at = $4, answered_by = $5 \
               where id = $1 and contract_id = $2 and answer = ''";
    let params = db::params![question, contract, answer, tx.now(), tx.actor().code()];
    if db::run(tx, sql, params).await? == 0 { Err(Fault::NoQuestion.into()) } else { Ok(()) }
}

/// All questions, oldest first.
///
/// # Faults
/// Whatever the database says.
pub async fn questions(db: &impl Reads, contract: ContractId) -> Result<Vec<Question>, kernel::Fault> {
    let sql = "select id, version, part, about, question, at, answer, answered_at, answered_by from contract_question \
               where contract_id = $1 order by id";
    Ok(db::all(db, sql, db::params![contract]).await?)
}

fn words(text: &str, field: &'static str) -> Result<String, kernel::Fault> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(Fault::Missing { field }.into()),
        1..=4000 => Ok(text.to_owned()),
        _ => Err(kernel::Fault::invalid(field, "contracts.too_long")),
    }
}
