//! What can be sold, in numbers for the desk and in words for the window.

use std::collections::{BTreeMap, HashMap};

use sea_orm::Value;
use serde::{Deserialize, Serialize};

use crate::kernel::{self, App, LocationId, Qty, Reads, Tx, VariantId, db};

/// From this quantity downwards the window says that few are left (setting `catalog.few`).
pub fn few(app: &App) -> Qty {
    Qty::pieces(app.settings().int("catalog.few"))
}

/// What happens when nothing is free.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case", tag = "policy")]
pub enum Policy {
    /// Then it cannot be sold.
    #[default]
    Track,
    /// Then it is ordered in, within so many days.
    Backorder { days: u32 },
    /// Then it is made, within so many days.
    MadeToOrder { days: u32 },
    /// Services: there is nothing to count.
    Untracked,
}

impl Policy {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Track => "track",
            Self::Backorder { .. } => "backorder",
            Self::MadeToOrder { .. } => "made_to_order",
            Self::Untracked => "untracked",
        }
    }
    pub const fn days(self) -> u32 {
        match self {
            Self::Backorder { days } | Self::MadeToOrder { days } => days,
            Self::Track | Self::Untracked => 0,
        }
    }
    /// Reads a policy back from its word and days.
    pub fn parse(word: &str, days: i64) -> Option<Self> {
        let days = u32::try_from(days).ok()?;
        Some(match word {
            "track" => Self::Track,
            "backorder" => Self::Backorder { days },
            "made_to_order" => Self::MadeToOrder { days },
            "untracked" => Self::Untracked,
            _ => return None,
        })
    }
    /// Whether more may be promised than lies there.
    pub const fn sells_beyond(self) -> bool {
        !matches!(self, Self::Track)
    }
}

/// What the window says: coarse, so that a page may be kept for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "word")]
pub enum Word {
    InStock,
    Few,
    MadeToOrder { days: u32 },
    OutOfStock,
}

/// What is free of a variant, and what follows when nothing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Default)]
pub struct Availability {
    /// On hand less held; below zero when more was promised than lies there.
    pub free: Qty,
    pub policy: Policy,
}

impl Availability {
    /// `few` as [`few`] says.
    pub fn word(&self, few: Qty) -> Word {
        match self.policy {
            Policy::Untracked => Word::InStock,
            _ if self.free > few => Word::InStock,
            _ if self.free > Qty::ZERO => Word::Few,
            Policy::MadeToOrder { days } | Policy::Backorder { days } => Word::MadeToOrder { days },
            Policy::Track => Word::OutOfStock,
        }
    }
    /// Whether this much can be sold now.
    pub fn covers(&self, qty: Qty) -> bool {
        self.policy.sells_beyond() || self.free >= qty
    }
}

/// Which locations a sale may draw on.
#[derive(Clone, Copy, Debug)]
pub enum Places<'a> {
    /// Every active location: the office and the projection of a shop with one channel.
    All,
    /// A channel's own. Those that were closed since do not count.
    Only(&'a [LocationId]),
}

impl Places<'_> {
    /// An SQL condition on the location `l` and its parameters, numbered from `from`.
    pub(super) fn clause(self, from: usize) -> (String, Vec<Value>) {
        match self {
            Self::All => ("l.active".to_owned(), Vec::new()),
            Self::Only([]) => ("false".to_owned(), Vec::new()),
            Self::Only(ids) => (format!("l.active and l.id in ({})", db::marks(ids.len(), from)), db::values(ids)),
        }
    }
}

/// A variant whose word changed, somewhere; whoever shows it must show it anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Shift {
    pub variant: VariantId,
    pub before: Word,
    pub after: Word,
}

/// What happened to a variant at one place: so many thousandths freer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Freed {
    pub variant: VariantId,
    pub location: LocationId,
    pub by: i64,
}

/// The variants whose word changed, in all places together or at a place by itself: channels draw
/// on some places or on all, and nothing sells out in some of them without selling out in one.
pub(super) async fn shifts_of(tx: &Tx, freed: &[Freed]) -> Result<Vec<Shift>, kernel::Fault> {
    let few = few(tx.app());
    let mut by_place: BTreeMap<LocationId, BTreeMap<VariantId, i64>> = BTreeMap::new();
    let mut together: BTreeMap<VariantId, i64> = BTreeMap::new();
    for f in freed {
        *by_place.entry(f.location).or_default().entry(f.variant).or_default() += f.by;
        *together.entry(f.variant).or_default() += f.by;
    }
    let mut shifts = BTreeMap::new();
    for (place, changes) in by_place {
        note(&mut shifts, tx, Places::Only(&[place]), &changes, few).await?;
    }
    note(&mut shifts, tx, Places::All, &together, few).await?;
    Ok(shifts.into_values().collect())
}

async fn note(
    shifts: &mut BTreeMap<VariantId, Shift>,
    tx: &Tx,
    places: Places<'_>,
    changes: &BTreeMap<VariantId, i64>,
    few: Qty,
) -> Result<(), kernel::Fault> {
    let ids: Vec<VariantId> = changes.keys().copied().collect();
    for (variant, now) in available(tx, places, &ids).await? {
        let by = changes.get(&variant).copied().unwrap_or(0);
        let before = Availability { free: Qty(now.free.0 - by), ..now }.word(few);
        let after = now.word(few);
        if before != after {
            shifts.insert(variant, Shift { variant, before, after });
        }
    }
    Ok(())
}

struct FreeRow {
    variant_id: VariantId,
    free: i64,
}
db::record!(FreeRow { variant_id, free });

struct PolicyRow {
    variant_id: VariantId,
    policy: String,
    days: i64,
}
db::record!(PolicyRow { variant_id, policy, days });

/// What is free of each variant; all of them are in the answer.
///
/// # Faults
/// Whatever the database says.
pub async fn available(
    db: &impl Reads,
    places: Places<'_>,
    variants: &[VariantId],
) -> Result<HashMap<VariantId, Availability>, kernel::Fault> {
    let mut found: HashMap<VariantId, Availability> = variants.iter().map(|id| (*id, Availability::default())).collect();
    for chunk in variants.chunks(500) {
        let (clause, place_values) = places.clause(chunk.len() + 1);
        // PostgreSQL sums bigints to numeric, which nobody here reads.
        let sql = format!(
            "select s.variant_id, cast(sum(s.on_hand - s.held) as bigint) as free from stock s join location l on l.id = s.location_id \
             where s.variant_id in ({}) and {clause} group by s.variant_id",
            db::marks(chunk.len(), 1)
        );
        let mut params = db::values(chunk);
        params.extend(place_values);
        for row in db::all::<FreeRow>(db, &sql, params).await? {
            found.entry(row.variant_id).or_default().free = Qty(row.free);
        }
        let sql =
            format!("select variant_id, policy, days from stock_policy where variant_id in ({})", db::marks(chunk.len(), 1));
        for row in db::all::<PolicyRow>(db, &sql, db::values(chunk)).await? {
            found.entry(row.variant_id).or_default().policy = Policy::parse(&row.policy, row.days).unwrap_or_default();
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_coarse() {
        let word = |free, policy| Availability { free: Qty::pieces(free), policy }.word(Qty::pieces(3));
        assert_eq!(word(4, Policy::Track), Word::InStock);
        assert_eq!(word(3, Policy::Track), Word::Few);
        assert_eq!(word(0, Policy::Track), Word::OutOfStock);
        assert_eq!(word(0, Policy::MadeToOrder { days: 20 }), Word::MadeToOrder { days: 20 });
        assert_eq!(word(-2, Policy::Backorder { days: 7 }), Word::MadeToOrder { days: 7 });
        assert_eq!(word(1, Policy::MadeToOrder { days: 20 }), Word::Few);
        assert_eq!(word(0, Policy::Untracked), Word::InStock);
    }

    #[test]
    fn policies_read_back() {
        for policy in [Policy::Track, Policy::Backorder { days: 3 }, Policy::MadeToOrder { days: 9 }, Policy::Untracked] {
            assert_eq!(Policy::parse(policy.as_str(), policy.days().into()), Some(policy));
        }
    }
}
