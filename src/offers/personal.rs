//! Offers when records are joined, handed over or erased.

use serde_json::{Value, json};

use super::{Content, Drawn};
use crate::{
    kernel::{self, Moment, OfferId, PartyId, Reads, Tx, db},
    translation,
};

/// Two records turned out to be one customer: the offers of one become the other's.
///
/// # Faults
/// Whatever the database says.
pub async fn repoint(tx: &Tx, from: PartyId, to: PartyId) -> Result<(), kernel::Fault> {
    db::run(tx, "update offer set party_id = $2 where party_id = $1", db::params![from, to]).await?;
    Ok(())
}

/// What the shop offered a customer, for the customer: what was sent, what they asked and agreed to.
///
/// # Faults
/// Whatever the database says.
pub async fn export(db: &impl Reads, party: PartyId) -> Result<Value, kernel::Fault> {
    let sql = "select id, coalesce(number, ''), state, created_at from offer where party_id = $1 order by id";
    let mut all = Vec::new();
    for row in db::rows(db, sql, db::params![party]).await? {
        let (id, number, state): (OfferId, String, String) =
            (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let created_at: Moment = row.try_get_by_index(3)?;
        let sent: Vec<Value> = super::versions(db, id)
            .await?
            .into_iter()
            .map(|v| json!({ "version": v.n, "at": v.sent_at, "offer": told(v.drawn) }))
            .collect();
        let asked: Vec<Value> = super::questions(db, id)
            .await?
            .into_iter()
            .map(|q| json!({ "about": q.about, "question": q.question, "at": q.at, "answer": q.answer }))
            .collect();
        let accepted = super::acceptance(db, id).await?;
        all.push(json!({
            "number": number, "state": state, "created_at": created_at, "versions": sent, "questions": asked, "accepted": accepted,
        }));
    }
    Ok(all.into())
}

/// Without what is nobody's business but the shop's: what goods cost it.
fn told(mut drawn: Drawn) -> Drawn {
    drawn.sections.iter_mut().flat_map(|s| &mut s.items).for_each(|item| item.cost = None);
    drawn
}

/// Forgets offers that nothing came of. What was agreed to is the ground of an order and stays with it.
///
/// # Faults
/// Whatever the database says.
pub async fn erase(tx: &Tx, party: PartyId) -> Result<(), kernel::Fault> {
    let what = "from offer where party_id = $1 and not exists (select 1 from offer_acceptance a where a.offer_id = offer.id)";
    let mut speakers = Vec::new();
    for row in db::rows(tx, &format!("select id, content {what}"), db::params![party]).await? {
        let (id, content): (OfferId, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        speakers.extend(serde_json::from_str::<Content>(&content)?.speakers(id));
    }
    translation::clear(tx, &speakers).await?;
    db::run(tx, &format!("delete {what}"), db::params![party]).await?;
    Ok(())
}
