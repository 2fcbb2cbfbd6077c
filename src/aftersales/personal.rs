//! Cases when records are joined, handed over or erased.

use serde_json::{Value, json};

use crate::kernel::{self, CaseId, PartyId, Reads, Tx, db};

/// Two records turned out to be one customer: the cases of one become the other's.
///
/// # Faults
/// Whatever the database says.
pub async fn repoint(tx: &Tx, from: PartyId, to: PartyId) -> Result<(), kernel::Fault> {
    db::run(tx, "update aftersales_case set party_id = $2 where party_id = $1", db::params![from, to]).await?;
    Ok(())
}

/// What a customer declared and what came of it, for the customer.
///
/// # Faults
/// Whatever the database says.
pub async fn export(db: &impl Reads, party: PartyId) -> Result<Value, kernel::Fault> {
    let sql = "select id, number, state, declaration from aftersales_case where party_id = $1 order by id";
    let mut all = Vec::new();
    for row in db::rows(db, sql, db::params![party]).await? {
        let id: CaseId = row.try_get_by_index(0)?;
        let (number, state, words): (String, String, String) =
            (row.try_get_by_index(1)?, row.try_get_by_index(2)?, row.try_get_by_index(3)?);
        let said = super::messages(db, id, None).await?.into_iter().filter(|m| m.author != super::Author::Inside);
        let said: Vec<Value> = said.map(|m| json!({ "at": m.at, "by": m.author, "text": m.text })).collect();
        let files: Vec<Value> = super::files(db, id).await?.into_iter().map(|f| json!({ "name": f.name, "at": f.at })).collect();
        all.push(json!({
            "number": number, "state": state, "declared": serde_json::from_str::<Value>(&words)?,
            "items": super::items(db, id).await?, "messages": said, "files": files, "outcome": super::outcomes(db, id).await?,
        }));
    }
    Ok(all.into())
}

/// Forgets the rating's words and staff's notes. What was declared, and what the shop made of it, is
/// evidence of a right for as long as its guarantee can be claimed (GDPR art. 17(3)(e)), and stays.
///
/// # Faults
/// Whatever the database says.
pub async fn erase(tx: &Tx, party: PartyId) -> Result<(), kernel::Fault> {
    let of = "(select id from aftersales_case where party_id = $1)";
    db::run(tx, "update aftersales_case set rating_note = '', phone = '' where party_id = $1", db::params![party]).await?;
    let sql = format!("delete from aftersales_message where author = 'inside' and case_id in {of}");
    db::run(tx, &sql, db::params![party]).await?;
    Ok(())
}
