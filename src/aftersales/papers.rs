//! Papers of a case, frozen as they were issued: `PRT-2026-000012/1`.

use serde::{Deserialize, Serialize};

use super::{Fault, kind::words};
use crate::kernel::{self, CaseId, CasePaperId, Locale, Moment, Qty, Reads, Tx, db, token};

words! {
    /// What a paper is; its words stand below `aftersales.paper.`.
    PaperKind, "unknown kind of paper" {
        /// What the customer declared: the act of a complaint, or a declaration of withdrawal.
        Declaration = "declaration",
        /// Goods came back.
        Receipt = "receipt",
        /// How they were found.
        Inspection = "inspection",
        /// What the shop decided, with reasons.
        Decision = "decision",
    }
}

/// What stands on a paper, in the customer's language where it is free text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    pub kind: PaperKind,
    pub number: String,
    pub case: String,
    pub locale: Locale,
    pub at: Moment,
    pub seller: Vec<String>,
    pub seller_name: String,
    pub customer: String,
    pub contact: Vec<String>,
    pub order: String,
    /// When it was declared, by when it is answered.
    pub declared_at: Moment,
    pub answer_by: Moment,
    /// Codes: the case's kind, what is wrong, what is wished.
    pub about: String,
    pub problem: String,
    pub wish: String,
    pub rows: Vec<PaperRow>,
    /// The customer's words, or the shop's.
    pub text: String,
    /// Of a decision: `approved` or a reason of refusal.
    pub verdict: String,
    pub photos: i64,
    /// Who issued it.
    pub by: String,
    /// Of the declaration.
    pub hash: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperRow {
    pub title: String,
    pub sku: String,
    pub batch: String,
    pub qty: Qty,
    pub unit: String,
    /// A code below `aftersales.condition.`; empty.
    pub condition: String,
    pub restocked: Qty,
    pub scrapped: Qty,
    pub sent_back: Qty,
    pub note: String,
}

pub struct NewPaper {
    pub case: CaseId,
    pub paper: Paper,
}

#[derive(Clone, Debug, Serialize)]
pub struct Issued {
    pub id: CasePaperId,
    pub kind: PaperKind,
    pub number: String,
    #[serde(skip)]
    pub pdf: Option<String>,
    pub at: Moment,
}

struct Row {
    id: CasePaperId,
    kind: String,
    number: String,
    pdf_hash: Option<String>,
    at: Moment,
}
db::record!(Row { id, kind, number, pdf_hash, at });

/// Issues a paper under the next number of its case.
///
/// # Faults
/// Whatever the database says.
pub async fn issue(tx: &Tx, new: NewPaper) -> Result<CasePaperId, kernel::Fault> {
    let NewPaper { case, mut paper } = new;
    let before: i64 =
        db::scalar(tx, "select count(*) from aftersales_paper where case_id = $1", db::params![case]).await?.unwrap_or(0);
    paper.number = format!("{}/{}", paper.case, before + 1);
    let (id, snapshot) = (CasePaperId::new(tx), serde_json::to_string(&paper)?);
    let sql = "insert into aftersales_paper (id, case_id, kind, number, locale, snapshot, hash, at, actor) \
               values ($1,$2,$3,$4,$5,$6,$7,$8,$9)";
    let hash = token::hash(&snapshot);
    let params =
        db::params![id, case, paper.kind.as_str(), paper.number, paper.locale, snapshot, hash, tx.now(), tx.actor().code()];
    db::run(tx, sql, params).await?;
    Ok(id)
}

/// # Faults
/// Whatever the database says.
pub async fn papers(db: &impl Reads, case: CaseId) -> Result<Vec<Issued>, kernel::Fault> {
    let sql = "select id, kind, number, pdf_hash, at from aftersales_paper where case_id = $1 order by id";
    let read = |r: Row| {
        let kind = r.kind.parse().map_err(kernel::Fault::bug)?;
        Ok(Issued { id: r.id, kind, number: r.number, pdf: r.pdf_hash, at: r.at })
    };
    db::all::<Row>(db, sql, db::params![case]).await?.into_iter().map(read).collect()
}

/// A paper as it was issued, its case, and where its bytes lie.
///
/// # Faults
/// [`Fault::NoPaper`].
pub async fn paper(db: &impl Reads, id: CasePaperId) -> Result<(CaseId, Paper, Option<String>), kernel::Fault> {
    let sql = "select case_id, snapshot, pdf_hash from aftersales_paper where id = $1";
    let row = db::row(db, sql, db::params![id]).await?.ok_or(Fault::NoPaper)?;
    let snapshot: String = row.try_get_by_index(1)?;
    Ok((row.try_get_by_index(0)?, serde_json::from_str(&snapshot)?, row.try_get_by_index(2)?))
}

/// Keeps where the bytes of a paper lie. What was kept first stays.
///
/// # Faults
/// Whatever the database says.
pub async fn keep_pdf(tx: &Tx, id: CasePaperId, hash: &str) -> Result<bool, kernel::Fault> {
    let sql = "update aftersales_paper set pdf_hash = $2 where id = $1 and pdf_hash is null";
    Ok(db::run(tx, sql, db::params![id, hash]).await? == 1)
}
