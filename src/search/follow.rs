//! From the queue into the index: reads what changed, asks the showcase what it looks like now.

use std::collections::{BTreeMap, HashSet};

use uuid::Uuid;

use super::{Entry, Index};
use crate::{
    channels,
    kernel::{App, Fault, Locale, Moment, ProductId, Reads, db},
    showcase::{self, SearchDoc, sellable},
};

/// How far back a follower looks for rows of transactions that committed late.
const OVERLAP_MS: i64 = 120_000;
/// How long queue rows are kept for nodes that were away.
pub const KEPT_MS: i64 = 86_400_000;
/// Rows taken at once: large enough that an import commits the index seldom.
const BATCH: i64 = 4000;

/// Where one node's index has got to.
#[derive(Debug)]
pub struct Position {
    /// Everything older was read.
    from: Moment,
    /// Read rows that lie after `from`.
    seen: HashSet<Uuid>,
    /// The last of them.
    last: Uuid,
}

impl Position {
    pub fn at(from: Moment) -> Self {
        Self { from, seen: HashSet::new(), last: lowest_of(from) }
    }
    pub fn from(&self) -> Moment {
        self.from
    }
}

/// Indexes what the queue has and this node has not read; returns how many products.
///
/// # Faults
/// Whatever database or index say; then the position is unchanged and the next call tries again.
pub async fn catch_up(app: &App, position: &mut Position) -> Result<usize, Fault> {
    let index = app.port::<dyn Index>();
    let mut done = 0;
    loop {
        let now = app.now();
        let rows = unread(app.reader(), position).await?;
        if rows.is_empty() {
            position.advance(now);
            return Ok(done);
        }
        let mut products: Vec<ProductId> = rows.iter().map(|(_, product)| *product).collect();
        products.sort_unstable();
        products.dedup();
        put(app.reader(), index.as_ref(), &products).await?;
        done += products.len();
        position.seen.extend(rows.iter().map(|(id, _)| *id));
        position.last = rows.iter().map(|(id, _)| *id).max().unwrap_or_default().max(position.last);
    }
}

/// Replaces the entries of these products in every language of the shop.
///
/// # Faults
/// Whatever database or index say.
pub async fn put(db: &impl Reads, index: &dyn Index, products: &[ProductId]) -> Result<(), Fault> {
    let mut by_locale: BTreeMap<Locale, Vec<Entry>> = BTreeMap::new();
    for channel in channels::all(db).await? {
        for locale in channel.locales {
            by_locale.entry(locale).or_default();
        }
    }
    for doc in showcase::search_docs(db, products).await? {
        let entry = entry(&doc);
        for locale in &doc.locales {
            by_locale.entry(*locale).or_default().push(entry.clone());
        }
    }
    let puts = by_locale.into_iter().map(|(locale, entries)| index.put(locale, products, entries));
    futures_util::future::try_join_all(puts).await.map(drop)
}

fn entry(doc: &SearchDoc) -> Entry {
    let mut body = String::with_capacity(doc.teaser.len() + doc.body.len() + 64);
    for part in [doc.teaser.as_str(), doc.body.as_str()].into_iter().chain(doc.facets.iter().map(|f| f.value.as_str())) {
        body.push_str(part);
        body.push(' ');
    }
    let facets = doc.facets.iter().map(|f| (f.code.clone(), f.value_code.clone()));
    Entry {
        product: Some(doc.product),
        title: doc.title.clone(),
        body,
        skus: doc.skus.clone(),
        categories: doc.categories.clone(),
        facets: facets.chain(doc.tags.iter().map(|t| ("tag".to_owned(), t.clone()))).collect(),
        price_minor: doc.price_minor,
        available: sellable(doc.availability),
        rank: doc.rank,
        added_at: doc.added_at.0,
    }
}

async fn unread(db: &impl Reads, position: &Position) -> Result<Vec<(Uuid, ProductId)>, Fault> {
    // What is new lies behind what was read: after an import that is one look, not 100,000 rows.
    let sql = "select id, product_id from search_queue where id > $1 order by id limit $2";
    let mut fresh = Vec::new();
    for row in db::rows(db, sql, db::params![position.last, BATCH]).await? {
        fresh.push((row.try_get_by_index(0)?, row.try_get_by_index(1)?));
    }
    if !fresh.is_empty() {
        return Ok(fresh);
    }
    // Ids are UUIDv7, so a moment bounds them and the primary key serves as the queue's order.
    let mut after = lowest_of(position.from);
    let sql = "select count(*) from search_queue where id > $1";
    let there = db::scalar::<i64>(db, sql, db::params![after]).await?.unwrap_or(0);
    if usize::try_from(there).is_ok_and(|there| there == position.seen.len()) {
        return Ok(Vec::new());
    }
    // A transaction that began earlier has committed later.
    loop {
        let sql = "select id, product_id from search_queue where id > $1 order by id limit cast($2 as bigint)";
        let rows = db::rows(db, sql, db::params![after, BATCH]).await?;
        let mut fresh = Vec::with_capacity(rows.len());
        for row in &rows {
            let (id, product): (Uuid, ProductId) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
            after = id;
            if !position.seen.contains(&id) {
                fresh.push((id, product));
            }
        }
        if !fresh.is_empty() || rows.len() < usize::try_from(BATCH).unwrap_or(usize::MAX) {
            return Ok(fresh);
        }
    }
}

impl Position {
    fn advance(&mut self, now: Moment) {
        let from = now.plus_millis(-OVERLAP_MS);
        if from > self.from {
            self.from = from;
            let lowest = lowest_of(from);
            self.seen.retain(|id| *id > lowest);
        }
    }
}

/// The lowest UUIDv7 of a moment.
fn lowest_of(at: Moment) -> Uuid {
    let ms = u64::try_from(at.0).unwrap_or(0);
    Uuid::from_u64_pair(ms << 16, 0)
}
