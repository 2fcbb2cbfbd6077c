//! A buyer as far as tax is concerned: a consumer unless somebody verified a business.

use serde::Serialize;
use serde_json::{Value, json};

use super::{Fault, VatCode};
use crate::kernel::{self, Moment, PartyId, Reads, Tx, db};

/// For how long an answer of the register is relied on.
const FRESH_DAYS: i64 = 90;

/// What the register said of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VatState {
    /// It was not asked, or the number has changed since.
    Unknown,
    /// It was asked and has not answered yet: neither yes nor no.
    Waiting,
    Valid,
    Invalid,
}

impl VatState {
    const ALL: &'static [Self] = &[Self::Unknown, Self::Waiting, Self::Valid, Self::Invalid];
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Waiting => "waiting",
            Self::Valid => "valid",
            Self::Invalid => "invalid",
        }
    }
}

/// What is known of a buyer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Buyer {
    /// Reads prices without VAT.
    pub net: bool,
    pub verified_at: Option<Moment>,
    /// `staff:ID`, `system`.
    pub verified_by: Option<String>,
    /// What the verification rests on: a register, a contract.
    pub note: String,
    /// The number that was asked about; empty when none was.
    pub vat_code: String,
    vat_state: String,
    pub vat_asked_at: Option<Moment>,
    pub vat_checked_at: Option<Moment>,
    /// The register's own number of the consultation: a proof.
    pub vat_proof: String,
    pub vat_name: String,
    /// Why there is no answer yet.
    pub vat_problem: String,
}
db::record!(Buyer {
    net,
    verified_at,
    verified_by,
    note,
    vat_code,
    vat_state,
    vat_asked_at,
    vat_checked_at,
    vat_proof,
    vat_name,
    vat_problem
});

impl Default for Buyer {
    fn default() -> Self {
        Self {
            net: false,
            verified_at: None,
            verified_by: None,
            note: String::new(),
            vat_code: String::new(),
            vat_state: VatState::Unknown.as_str().to_owned(),
            vat_asked_at: None,
            vat_checked_at: None,
            vat_proof: String::new(),
            vat_name: String::new(),
            vat_problem: String::new(),
        }
    }
}

impl Buyer {
    pub fn business(&self) -> bool {
        self.verified_at.is_some()
    }
    /// What the register said of the number that the buyer has now.
    pub fn state(&self, current: Option<&str>) -> VatState {
        let known = VatState::ALL.iter().copied().find(|s| s.as_str() == self.vat_state);
        known.filter(|_| current == Some(self.vat_code.as_str())).unwrap_or(VatState::Unknown)
    }
    /// The country of the number that was asked about, ISO 3166-1 alpha-2.
    pub fn country(&self) -> Option<&str> {
        match self.vat_code.get(..2) {
            Some("EL") => Some("GR"),
            other => other,
        }
    }
    /// The number that a sale without VAT may rest on: valid, asked about lately, of a verified business.
    pub fn relied_on(&self, at: Moment) -> Option<VatCode> {
        let fresh = self.vat_checked_at.is_some_and(|checked| checked.plus_days(FRESH_DAYS) > at);
        let code = self.vat_code.parse().ok()?;
        (self.business() && fresh && self.vat_state == VatState::Valid.as_str()).then_some(code)
    }
}

const COLUMNS: &str =
    "net, verified_at, verified_by, note, vat_code, vat_state, vat_asked_at, vat_checked_at, vat_proof, vat_name, vat_problem";

/// What is known of a buyer; of most nothing is.
///
/// # Faults
/// Whatever the database says.
pub async fn buyer(db: &impl Reads, party: PartyId) -> Result<Buyer, kernel::Fault> {
    let found = db::opt(db, &format!("select {COLUMNS} from tax_buyer where party_id = $1"), db::params![party]).await?;
    Ok(found.unwrap_or_default())
}

/// Whether a buyer reads prices without VAT.
///
/// # Faults
/// Whatever the database says.
pub async fn reads_net(db: &impl Reads, party: PartyId) -> Result<bool, kernel::Fault> {
    let found: Option<bool> = db::scalar(db, "select net from tax_buyer where party_id = $1", db::params![party]).await?;
    Ok(found.unwrap_or(false))
}

/// Who vouches for a business, and how it reads prices.
#[derive(Clone, Debug)]
pub struct Standing {
    pub business: bool,
    pub net: bool,
    pub note: String,
}

/// Writes a buyer's standing; who verified it and when stays as it was while it stays verified.
///
/// # Faults
/// `tax.not_verified` for prices without VAT to somebody whom nobody verified.
pub async fn set_standing(tx: &Tx, party: PartyId, to: &Standing) -> Result<(), kernel::Fault> {
    if to.net && !to.business {
        return Err(Fault::NotVerified.into());
    }
    let before = buyer(tx, party).await?;
    let (at, by) = match (to.business, before.verified_at) {
        (true, Some(at)) => (Some(at), before.verified_by),
        (true, None) => (Some(tx.now()), Some(tx.actor().code())),
        (false, _) => (None, None),
    };
    let note: String = to.note.trim().chars().take(300).collect();
    let sql = "insert into tax_buyer (party_id, net, verified_at, verified_by, note, vat_code, vat_state, vat_proof, vat_name, vat_problem, changed_at) \
               values ($1,$2,$3,$4,$5,'','unknown','','','',$6) on conflict (party_id) do update set net = excluded.net, \
               verified_at = excluded.verified_at, verified_by = excluded.verified_by, note = excluded.note, changed_at = excluded.changed_at";
    db::run(tx, sql, db::params![party, to.net, at, by, note, tx.now()]).await?;
    Ok(())
}

/// Notes that the register is being asked about a number.
///
/// # Faults
/// Whatever the database says.
pub async fn asking(tx: &Tx, party: PartyId, code: &VatCode) -> Result<(), kernel::Fault> {
    let sql = "insert into tax_buyer (party_id, net, note, vat_code, vat_state, vat_asked_at, vat_proof, vat_name, vat_problem, changed_at) \
               values ($1,$2,'',$3,'waiting',$4,'','','',$4) on conflict (party_id) do update set vat_code = excluded.vat_code, \
               vat_state = excluded.vat_state, vat_asked_at = excluded.vat_asked_at, vat_checked_at = null, vat_proof = '', \
               vat_name = '', vat_problem = '', changed_at = excluded.changed_at";
    db::run(tx, sql, db::params![party, false, code.as_str(), tx.now()]).await?;
    Ok(())
}

/// An answer of the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub valid: bool,
    /// The register's own number of this consultation; empty when it gave none.
    pub proof: String,
    /// The name it knows; empty when the country does not tell.
    pub name: String,
}

/// Writes the register's answer, unless another number was asked about since.
///
/// # Faults
/// Whatever the database says.
pub async fn answered(tx: &Tx, party: PartyId, code: &VatCode, answer: &Answer) -> Result<bool, kernel::Fault> {
    let state = if answer.valid { VatState::Valid } else { VatState::Invalid };
    let sql = "update tax_buyer set vat_state = $3, vat_checked_at = $4, vat_proof = $5, vat_name = $6, vat_problem = '', changed_at = $4 \
               where party_id = $1 and vat_code = $2";
    let short = |text: &str| text.chars().take(300).collect::<String>();
    let params = db::params![party, code.as_str(), state.as_str(), tx.now(), short(&answer.proof), short(&answer.name)];
    Ok(db::run(tx, sql, params).await? == 1)
}

/// Notes why there is no answer yet; the number stays neither valid nor invalid.
///
/// # Faults
/// Whatever the database says.
pub async fn parked(tx: &Tx, party: PartyId, code: &VatCode, problem: &str) -> Result<(), kernel::Fault> {
    let sql = "update tax_buyer set vat_problem = $3 where party_id = $1 and vat_code = $2 and vat_state = 'waiting'";
    db::run(tx, sql, db::params![party, code.as_str(), problem.chars().take(300).collect::<String>()]).await?;
    Ok(())
}

/// What is held about a person.
///
/// # Faults
/// Whatever the database says.
pub async fn export(db: &impl Reads, party: PartyId) -> Result<Value, kernel::Fault> {
    Ok(json!(buyer(db, party).await?))
}

/// # Faults
/// Whatever the database says.
pub async fn erase(tx: &Tx, party: PartyId) -> Result<(), kernel::Fault> {
    db::run(tx, "delete from tax_buyer where party_id = $1", db::params![party]).await?;
    Ok(())
}

/// Two records become one: what was verified of the one that stays counts, else the other's.
///
/// # Faults
/// Whatever the database says.
pub async fn repoint(tx: &Tx, from: PartyId, into: PartyId) -> Result<(), kernel::Fault> {
    let sql =
        "update tax_buyer set party_id = $2 where party_id = $1 and not exists (select 1 from tax_buyer b where b.party_id = $2)";
    db::run(tx, sql, db::params![from, into]).await?;
    erase(tx, from).await
}
