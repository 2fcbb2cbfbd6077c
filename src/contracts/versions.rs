//! Versions: what was sent to be signed, with its hash. Nothing changes them.

use super::{Contract, Fault, Paper, State, Step, store};
use crate::kernel::{self, ContractId, ContractVersionId, Moment, Reads, Tx, db, numbering, token};

#[derive(Clone, Debug)]
pub struct Version {
    pub id: ContractVersionId,
    pub contract: ContractId,
    pub n: i64,
    pub paper: Paper,
    /// Of the snapshot.
    pub hash: String,
    /// Of the PDF, once it is set.
    pub pdf: Option<String>,
    pub sent_at: Moment,
}

struct Row {
    id: ContractVersionId,
    contract_id: ContractId,
    n: i64,
    snapshot: String,
    hash: String,
    pdf_hash: Option<String>,
    sent_at: Moment,
}
db::record!(Row { id, contract_id, n, snapshot, hash, pdf_hash, sent_at });

const COLUMNS: &str = "id, contract_id, n, snapshot, hash, pdf_hash, sent_at";

impl Row {
    fn read(self) -> Result<Version, kernel::Fault> {
        Ok(Version {
            paper: serde_json::from_str(&self.snapshot)?,
            id: self.id,
            contract: self.contract_id,
            n: self.n,
            hash: self.hash,
            pdf: self.pdf_hash,
            sent_at: self.sent_at,
        })
    }
}

/// The contract's number, drawn now where it has none. Its row stays locked until the commit.
///
/// # Faults
/// Whatever the database says.
pub async fn number(tx: &Tx, contract: &Contract) -> Result<String, kernel::Fault> {
    if let Some(number) = &contract.number {
        return Ok(number.clone());
    }
    let settings = tx.app().settings();
    let series = settings.text("contracts.series").trim();
    numbering::next(tx, if series.is_empty() { "SUT" } else { series }).await
}

/// Fixes a version and takes the step; the one before it, if it was still open, is superseded. The
/// contract has its link from the first one on.
///
/// # Faults
/// [`Fault::WrongState`]; [`Fault::Moved`].
pub async fn publish(tx: &Tx, contract: &Contract, paper: &Paper) -> Result<ContractVersionId, kernel::Fault> {
    contract.state.after(Step::Send)?;
    let token = contract.token.clone().unwrap_or_else(|| token::random(tx.app().entropy()));
    let (id, n) = (ContractVersionId::new(tx), contract.version + 1);
    let snapshot = serde_json::to_string(paper)?;
    let hash = token::hash(&snapshot);
    let sql = "insert into contract_version (id, contract_id, n, snapshot, hash, sent_at, sent_by) values ($1,$2,$3,$4,$5,$6,$7)";
    db::run(tx, sql, db::params![id, contract.id, n, snapshot, hash, tx.now(), tx.actor().code()]).await?;
    let sql = "update contract set state = 'sent', number = $2, token = $3, version = $4, net_minor = $5, gross_minor = $6, sent_at = $7, \
               changed_at = $7, reason = '', search = $8 where id = $1 and state = $9";
    let search = store::search(Some(&paper.number), &contract.content);
    let params = db::params![
        contract.id,
        paper.number.clone(),
        token,
        n,
        paper.sums.net.minor,
        paper.sums.gross.minor,
        tx.now(),
        search,
        contract.state.as_str()
    ];
    if db::run(tx, sql, params).await? == 0 {
        return Err(Fault::Moved.into());
    }
    if contract.version > 0 {
        store::note(tx, contract.id, "supersede", (Some(contract.state), State::Sent), (contract.version, "")).await?;
    }
    store::note(tx, contract.id, Step::Send.as_str(), (Some(contract.state), State::Sent), (n, "")).await?;
    Ok(id)
}

/// A version; the caller has seen that the contract lies within reach, or holds its link.
///
/// # Faults
/// [`Fault::NoContract`].
pub async fn version(db: &impl Reads, contract: ContractId, n: i64) -> Result<Version, kernel::Fault> {
    let sql = format!("select {COLUMNS} from contract_version where contract_id = $1 and n = $2");
    let row: Option<Row> = db::opt(db, &sql, db::params![contract, n]).await?;
    row.ok_or(Fault::NoContract)?.read()
}

/// All versions, newest first.
///
/// # Faults
/// Whatever the database says.
pub async fn versions(db: &impl Reads, contract: ContractId) -> Result<Vec<Version>, kernel::Fault> {
    let sql = format!("select {COLUMNS} from contract_version where contract_id = $1 order by n desc");
    let rows: Vec<Row> = db::all(db, &sql, db::params![contract]).await?;
    rows.into_iter().map(Row::read).collect()
}

/// Keeps where the bytes of a version lie; whether they are the first. What was kept first stays.
///
/// # Faults
/// Whatever the database says.
pub async fn keep_pdf(tx: &Tx, id: ContractVersionId, hash: &str) -> Result<bool, kernel::Fault> {
    let sql = "update contract_version set pdf_hash = $2 where id = $1 and pdf_hash is null";
    Ok(db::run(tx, sql, db::params![id, hash]).await? == 1)
}

/// The contract, number and version of a file and where its bytes lie: for the letter that it travels with.
///
/// # Faults
/// [`Fault::NoContract`].
pub async fn pdf_of(db: &impl Reads, id: ContractVersionId) -> Result<(ContractId, String, i64, Option<String>), kernel::Fault> {
    let sql = "select c.id, coalesce(c.number, ''), v.n, v.pdf_hash from contract_version v join contract c on c.id = v.contract_id \
               where v.id = $1";
    let row = db::row(db, sql, db::params![id]).await?.ok_or(Fault::NoContract)?;
    Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?, row.try_get_by_index(3)?))
}
