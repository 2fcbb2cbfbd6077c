//! Contracts when records are joined, handed over or erased.

use serde_json::{Value, json};

use crate::kernel::{self, ContractId, PartyId, Reads, Tx, db};

/// Two records turned out to be one customer: the contracts of one become the other's.
///
/// # Faults
/// Whatever the database says.
pub async fn repoint(tx: &Tx, from: PartyId, to: PartyId) -> Result<(), kernel::Fault> {
    db::run(tx, "update contract set party_id = $2 where party_id = $1", db::params![from, to]).await?;
    Ok(())
}

/// What was put before a customer to sign and what they signed, for the customer.
///
/// # Faults
/// Whatever the database says.
pub async fn export(db: &impl Reads, party: PartyId) -> Result<Value, kernel::Fault> {
    let sql = "select id, coalesce(number, ''), state from contract where party_id = $1 order by id";
    let mut all = Vec::new();
    for row in db::rows(db, sql, db::params![party]).await? {
        let (id, number, state): (ContractId, String, String) =
            (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let sent = super::versions(db, id).await?.into_iter().map(|v| json!({ "at": v.sent_at, "contract": v.paper }));
        let accepted = super::acceptance(db, id).await?;
        let asked = super::questions(db, id).await?.into_iter();
        let asked = asked.map(|q| json!({ "about": q.about, "question": q.question, "at": q.at, "answer": q.answer }));
        all.push(json!({ "number": number, "state": state, "versions": sent.collect::<Vec<_>>(),
            "questions": asked.collect::<Vec<_>>(), "accepted": accepted }));
    }
    Ok(all.into())
}

/// Forgets contracts that nothing came of. What was agreed to binds both and stays.
///
/// # Faults
/// Whatever the database says.
pub async fn erase(tx: &Tx, party: PartyId) -> Result<(), kernel::Fault> {
    let sql = "delete from contract where party_id = $1 \
               and not exists (select 1 from contract_acceptance a where a.contract_id = contract.id)";
    db::run(tx, sql, db::params![party]).await?;
    Ok(())
}
