//! *Likely the same as*: a suspicion with its evidence, never more.

use serde::Serialize;

use super::Contact;
use crate::kernel::{self, Moment, PartyId, Reads, Scope, Tx, db};

/// Why two records may be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// The same e-mail address was typed.
    Email,
    /// The same company code was typed.
    CompanyCode,
}

impl Evidence {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::CompanyCode => "company_code",
        }
    }
}

/// One open suspicion as the office shows it.
#[derive(Clone, Debug, Serialize)]
pub struct LikelyView {
    pub party: PartyId,
    pub name: String,
    pub company: Option<String>,
    pub email: Option<String>,
    pub proven: bool,
    pub evidence: String,
    pub created_at: Moment,
}
db::record!(LikelyView { party, name, company, email, proven, evidence, created_at });

/// The records that a typed contact matches, one by each kind of evidence: the proven owner of
/// the address, else its oldest record; the oldest record of the company code. Names and phones
/// are no evidence: fathers and sons share them, colleagues share a switchboard.
pub(super) async fn matches(db: &impl Reads, contact: &Contact) -> Result<Vec<(PartyId, Evidence)>, sea_orm::DbErr> {
    if contact.email.is_none() && contact.company_code.is_none() {
        return Ok(Vec::new());
    }
    // Each branch reads one index entry, however many records share the address.
    let sql = "select ord, id from ( \
        select 0 as ord, id from (select id from party where email = $1 and email_proven_at is not null limit 1) p \
        union all select 1, party from (select party from party_alias where email = $1) a \
        union all select 2, id from (select id from party where email = $1 and joined_into is null order by id limit 1) e \
        union all select 3, id from (select id from party where company_code = $2 and joined_into is null order by id limit 1) c \
        ) m order by ord";
    let rows = db::rows(db, sql, db::params![contact.email.clone(), contact.company_code.clone()]).await?;
    let mut found: Vec<(PartyId, Evidence)> = Vec::new();
    for row in rows {
        let (ord, id): (i32, PartyId) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let evidence = if ord == 3 { Evidence::CompanyCode } else { Evidence::Email };
        if !found.iter().any(|(_, e)| *e == evidence) {
            found.push((id, evidence));
        }
    }
    Ok(found)
}

/// Marks a record as likely the same as others; an older decision about the pair stands.
pub(super) async fn mark(tx: &Tx, party: PartyId, others: &[(PartyId, Evidence)]) -> Result<(), sea_orm::DbErr> {
    let rows = others
        .iter()
        .filter(|(other, _)| *other != party)
        .map(|(other, e)| db::params![party, *other, e.as_str(), "open", tx.now()])
        .collect();
    let head = "insert into party_likeness (party, other, evidence, state, created_at) values";
    db::insert_many(tx, head, "on conflict do nothing", rows).await
}

/// The open suspicions about a record, in both directions, newest first.
///
/// # Faults
/// Whatever the database says.
pub async fn likely_same(db: &impl Reads, _scope: &Scope, party: PartyId) -> Result<Vec<LikelyView>, kernel::Fault> {
    let sql = "select p.id as party, p.name, p.company, p.email, p.email_proven_at is not null as proven, l.evidence, \
               l.created_at from ( \
               select other as id, evidence, created_at from party_likeness where party = $1 and state = 'open' \
               union select party, evidence, created_at from party_likeness where other = $1 and state = 'open' \
               ) l join party p on p.id = l.id \
               where p.joined_into is null and p.erased_at is null order by l.created_at desc, p.id desc limit 50";
    Ok(db::all(db, sql, db::params![party]).await?)
}

/// Closes what was open about a pair, either way round.
pub(super) async fn decide(tx: &Tx, a: PartyId, b: PartyId, state: &'static str) -> Result<u64, sea_orm::DbErr> {
    let sql = "update party_likeness set state = $3, decided_at = $4, decided_by = $5 \
               where state = 'open' and ((party = $1 and other = $2) or (party = $2 and other = $1))";
    db::run(tx, sql, db::params![a, b, state, tx.now(), tx.actor().user()]).await
}
