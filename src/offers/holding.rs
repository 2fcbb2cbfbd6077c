//! Which open offers hold goods that something happened to.

use std::collections::HashSet;

use uuid::Uuid;

use super::Drawn;
use crate::kernel::{Fault, Moment, OfferId, PartyId, Reads, UserId, VariantId, db};

/// An offer that a customer may still accept.
#[derive(Clone, Debug)]
pub struct Holding {
    pub offer: OfferId,
    pub number: String,
    pub party: PartyId,
    /// The company, else the person.
    pub customer: String,
    pub goods: Vec<VariantId>,
}

/// A manager's offers that hold any of these goods at that moment, those that end soonest first: as they
/// were sent, since that is what the customer reads. With `true` also those that have no manager.
///
/// # Faults
/// Whatever the database says.
pub async fn holding(
    db: &impl Reads,
    (manager, nobodys): (UserId, bool),
    goods: &HashSet<VariantId>,
    now: Moment,
) -> Result<Vec<Holding>, Fault> {
    if goods.is_empty() {
        return Ok(Vec::new());
    }
    let whose = if nobodys { "(o.manager = $1 or o.manager is null)" } else { "o.manager = $1" };
    let sql = format!(
        "select o.id, coalesce(o.number, ''), o.party_id, v.snapshot from offer o \
               join offer_version v on v.offer_id = o.id and v.n = o.version \
               where {whose} and o.state in ('sent', 'viewed', 'question', 'revised') and v.expires_at > $2 \
               order by v.expires_at, o.id limit 1000"
    );
    let mut all = Vec::new();
    for row in db::rows(db, &sql, db::params![manager, now]).await? {
        let (offer, number, party): (OfferId, String, PartyId) =
            (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let snapshot: String = row.try_get_by_index(3)?;
        let drawn: Drawn = serde_json::from_str(&snapshot)?;
        // A row of words of its own stands for no goods of the shop.
        let lines = drawn.items().filter_map(|item| item.line.as_ref()).map(|line| line.variant);
        let mut held: Vec<VariantId> = lines.filter(|v| v.0 != Uuid::nil() && goods.contains(v)).collect();
        held.dedup();
        if !held.is_empty() {
            let b = drawn.buyer;
            let customer = if b.company.is_empty() { b.name } else { b.company };
            all.push(Holding { offer, number, party, customer, goods: held });
        }
    }
    Ok(all)
}
