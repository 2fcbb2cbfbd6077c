//! Page-cache generations: a number per subject that a writing transaction raises at its commit.

use std::{
    collections::HashMap,
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use uuid::Uuid;

use super::{CategoryId, Moment, ProductId};

/// What a cached page depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    Product(ProductId),
    Category(CategoryId),
    /// Everything: a setting, a theme, the category tree.
    All,
}

impl Subject {
    /// The key of its row in `generation`, by which other nodes learn of it.
    pub fn key(self) -> Uuid {
        match self {
            Self::Product(id) => id.0,
            Self::Category(id) => id.0,
            Self::All => Uuid::nil(),
        }
    }
}

/// The generations that this process knows. Raised at commit, so that the next request sees
/// the change; other nodes follow within a second through the `generation` table.
#[derive(Debug, Default)]
pub struct Generations {
    all: AtomicU64,
    /// Rises with every raise of anything: whoever reads several rows can tell that none changed meanwhile.
    epoch: AtomicU64,
    some: RwLock<HashMap<Uuid, u64>>,
    /// When each subject was last raised here: what the database tells of it is then no news.
    known: RwLock<HashMap<Uuid, Moment>>,
}

impl Generations {
    /// A stamp that changes whenever one of the subjects was raised. A page is cached under the
    /// stamp taken *before* it read anything, so that a page rendered from old rows is never
    /// served after the commit that changed them.
    pub fn stamp(&self, subjects: impl IntoIterator<Item = Uuid>) -> u64 {
        let some = self.some.read().unwrap_or_else(PoisonError::into_inner);
        let start = self.all.load(Ordering::Acquire);
        subjects
            .into_iter()
            .fold(start, |sum, key| sum.wrapping_mul(1_000_003).wrapping_add(some.get(&key).copied().unwrap_or(0)))
    }

    pub fn epoch(&self) -> u64 {
        self.epoch.load(Ordering::Acquire)
    }

    /// Raises what other nodes raised, and leaves alone what was raised here.
    pub fn hear(&self, rows: &[(Uuid, Moment)]) {
        let news: Vec<(Uuid, Moment)> = {
            let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
            rows.iter().filter(|(key, at)| known.get(key).is_none_or(|seen| seen < at)).copied().collect()
        };
        for (key, at) in news {
            self.raise([key], at);
        }
    }

    pub fn raise(&self, keys: impl IntoIterator<Item = Uuid>, at: Moment) {
        let keys: Vec<Uuid> = keys.into_iter().collect();
        {
            let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
            if known.len() > 50_000 {
                known.clear();
            }
            known.extend(keys.iter().map(|key| (*key, at)));
        }
        let mut some = self.some.write().unwrap_or_else(PoisonError::into_inner);
        self.epoch.fetch_add(1, Ordering::AcqRel);
        for key in keys {
            if key.is_nil() {
                self.all.fetch_add(1, Ordering::AcqRel);
            } else {
                *some.entry(key).or_insert(0) += 1;
            }
        }
        // A bulk change of the whole catalogue must not keep a number per product for ever.
        if some.len() > 50_000 {
            some.clear();
            self.all.fetch_add(1, Ordering::AcqRel);
        }
    }
}
