//! The customer's yes: a row with its evidence, written once.

use serde::{Deserialize, Serialize};

use super::{Contract, Fault};
use crate::kernel::{self, ContractId, Currency, Moment, Money, Reads, Tx, db};

/// What the customer says, and what was seen when they said it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consent {
    pub version: i64,
    /// The hash of the version that the page showed.
    pub hash: String,
    /// Who says yes, as typed.
    pub name: String,
    /// What they are to the customer: „direktorius“.
    pub role: String,
    /// The box beside the clauses was ticked.
    pub agreed: bool,
    /// Where the request came from, and what sent it.
    pub address: String,
    pub agent: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Acceptance {
    pub contract: ContractId,
    pub version: i64,
    pub hash: String,
    pub name: String,
    pub role: String,
    pub at: Moment,
    pub address: String,
    pub agent: String,
    pub gross: Money,
    /// Of the PDF with the certificate, once it is set.
    pub pdf: Option<String>,
}

struct Row {
    version: i64,
    hash: String,
    name: String,
    role: String,
    at: Moment,
    address: String,
    agent: String,
    gross_minor: i64,
    currency: Currency,
    pdf_hash: Option<String>,
}
db::record!(Row { version, hash, name, role, at, address, agent, gross_minor, currency, pdf_hash });

impl Consent {
    /// Trimmed, and complete.
    ///
    /// # Errors
    /// All that is missing at once.
    pub fn checked(mut self) -> Result<Self, kernel::Fault> {
        let tidy = |text: &str, most: usize| -> String {
            text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(most).collect()
        };
        (self.name, self.role) = (tidy(&self.name, 200), tidy(&self.role, 200));
        (self.address, self.agent) = (tidy(&self.address, 64), tidy(&self.agent, 200));
        let mut faults: Vec<kernel::Fault> = Vec::new();
        if self.name.chars().count() < 3 {
            faults.push(Fault::Missing { field: "name" }.into());
        }
        if !self.agreed {
            faults.push(Fault::NotAgreed.into());
        }
        kernel::Fault::gather(faults).map_or(Ok(self), Err)
    }
}

/// Writes the acceptance; a contract is accepted once.
///
/// # Faults
/// [`Fault::Moved`] when it was accepted meanwhile.
pub async fn keep_acceptance(tx: &Tx, contract: &Contract, consent: &Consent, gross: Money) -> Result<(), kernel::Fault> {
    let sql = "insert into contract_acceptance (contract_id, version, hash, name, role, at, address, agent, gross_minor) \
               values ($1,$2,$3,$4,$5,$6,$7,$8,$9) on conflict (contract_id) do nothing";
    let params = db::params![
        contract.id,
        consent.version,
        consent.hash.clone(),
        consent.name.clone(),
        consent.role.clone(),
        tx.now(),
        consent.address.clone(),
        consent.agent.clone(),
        gross.minor
    ];
    if db::run(tx, sql, params).await? == 0 { Err(Fault::Moved.into()) } else { Ok(()) }
}

/// # Faults
/// Whatever the database says.
pub async fn acceptance(db: &impl Reads, id: ContractId) -> Result<Option<Acceptance>, kernel::Fault> {
    let sql = "select a.version, a.hash, a.name, a.role, a.at, a.address, a.agent, a.gross_minor, c.currency, a.pdf_hash \
               from contract_acceptance a join contract c on c.id = a.contract_id where a.contract_id = $1";
    let Some(row): Option<Row> = db::opt(db, sql, db::params![id]).await? else { return Ok(None) };
    Ok(Some(Acceptance {
        contract: id,
        version: row.version,
        hash: row.hash,
        name: row.name,
        role: row.role,
        at: row.at,
        address: row.address,
        agent: row.agent,
        gross: Money::new(row.gross_minor, row.currency),
        pdf: row.pdf_hash,
    }))
}

/// Keeps where the bytes of the certificate lie; whether they are the first. What was kept first stays.
///
/// # Faults
/// Whatever the database says.
pub async fn keep_certificate(tx: &Tx, id: ContractId, hash: &str) -> Result<bool, kernel::Fault> {
    let sql = "update contract_acceptance set pdf_hash = $2 where contract_id = $1 and pdf_hash is null";
    Ok(db::run(tx, sql, db::params![id, hash]).await? == 1)
}
