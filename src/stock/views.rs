//! Stock as the office reads it.

use serde::Serialize;

use crate::kernel::{self, LocationId, Moment, Qty, Reads, VariantId, db};

/// What lies of a variant at a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Level {
    pub variant_id: VariantId,
    pub location_id: LocationId,
    pub location: String,
    pub on_hand: Qty,
    pub held: Qty,
}
db::record!(Level { variant_id, location_id, location, on_hand, held });

impl Level {
    pub fn free(&self) -> Qty {
        Qty(self.on_hand.0 - self.held.0)
    }
}

/// One movement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Movement {
    pub location_id: LocationId,
    pub qty: Qty,
    pub reason: String,
    pub actor: String,
    pub at: Moment,
}
db::record!(Movement { location_id, qty, reason, actor, at });

/// What lies where, of each of these variants.
///
/// # Faults
/// Whatever the database says.
pub async fn levels(db: &impl Reads, variants: &[VariantId]) -> Result<Vec<Level>, kernel::Fault> {
    let mut found = Vec::new();
    for chunk in variants.chunks(500) {
        let sql = format!(
            "select s.variant_id, s.location_id, l.name as location, s.on_hand, s.held from stock s \
             join location l on l.id = s.location_id where s.variant_id in ({}) order by s.variant_id, l.position, l.id",
            db::marks(chunk.len(), 1)
        );
        found.extend(db::all::<Level>(db, &sql, db::values(chunk)).await?);
    }
    Ok(found)
}

/// The latest movements of a variant, newest first.
///
/// # Faults
/// Whatever the database says.
pub async fn movements(db: &impl Reads, variant: VariantId, most: u32) -> Result<Vec<Movement>, kernel::Fault> {
    let sql = "select location_id, qty, reason, actor, at from stock_movement where variant_id = $1 order by id desc limit $2";
    Ok(db::all(db, sql, db::params![variant, i64::from(most)]).await?)
}
