//! The embedded search: one tantivy index a language, in a folder of its own.
//!
//! Adapter of `vitrina::search::Index`. It translates and never decides; everything in it can
//! be rebuilt with `vitrina reindex`.

mod ask;
mod schema;
mod tally;
mod tongue;

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use tongue::Tongue;
use vitrina::{
    kernel::{Fault, Locale, ProductId},
    search::{Entry, Found, Index, Query},
};

/// Indexes below one folder, opened when first asked for.
pub struct Embedded {
    folder: PathBuf,
    tongues: Mutex<HashMap<Locale, Arc<Tongue>>>,
}

impl Embedded {
    /// Nothing is opened yet: a language's index opens with its first use.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), tongues: Mutex::default() }
    }

    fn tongue(&self, locale: Locale) -> Result<Arc<Tongue>, Fault> {
        let mut tongues = self.tongues.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tongue) = tongues.get(&locale) {
            return Ok(tongue.clone());
        }
        let tongue = Arc::new(Tongue::open(&self.folder.join(locale.as_str())).map_err(Fault::bug)?);
        tongues.insert(locale, tongue.clone());
        Ok(tongue)
    }
}

/// Runs work that reads or writes index files off the async threads.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> tantivy::Result<T> + Send + 'static) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work).await.map_err(Fault::bug)?.map_err(Fault::bug)
}

#[async_trait]
impl Index for Embedded {
    async fn put(&self, locale: Locale, products: &[ProductId], entries: Vec<Entry>) -> Result<(), Fault> {
        let (tongue, products) = (self.tongue(locale)?, products.to_vec());
        apart(move || tongue.put(&products, &entries)).await
    }

    async fn find(&self, query: Query) -> Result<Found, Fault> {
        let tongue = self.tongue(query.locale)?;
        if query.limit > 0 {
            return apart(move || ask::find(&tongue, &query)).await;
        }
        if let Some(found) = tongue.counted(&query) {
            return Ok(found);
        }
        apart(move || {
            let found = ask::find(&tongue, &query)?;
            tongue.count_holds(query, &found);
            Ok(found)
        })
        .await
    }

    async fn suggest(&self, locale: Locale, words: &str, limit: usize) -> Result<Vec<(ProductId, String)>, Fault> {
        let (tongue, words) = (self.tongue(locale)?, words.to_owned());
        apart(move || ask::suggest(&tongue, &words, limit)).await
    }

    async fn clear(&self, locale: Locale) -> Result<(), Fault> {
        let tongue = self.tongue(locale)?;
        apart(move || tongue.clear()).await
    }

    async fn count(&self, locale: Locale) -> Result<u64, Fault> {
        let tongue = self.tongue(locale)?;
        apart(move || Ok(tongue.searcher().num_docs())).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vitrina::{
        kernel::CategoryId,
        search::{Chosen, Order},
    };

    fn id(n: u128) -> ProductId {
        ProductId(uuid_from(n))
    }
    fn uuid_from(n: u128) -> uuid::Uuid {
        uuid::Uuid::from_u128(n)
    }
    fn entry(n: u128, title: &str, wood: &str, price: i64) -> Entry {
        Entry {
            product: Some(id(n)),
            title: title.into(),
            body: "Pagaminta mūsų dirbtuvėse Vilniuje, Łódź ir Straße".into(),
            skus: vec![format!("ST-{n:03}")],
            categories: vec![CategoryId(uuid_from(7))],
            facets: vec![("wood".into(), wood.into())],
            price_minor: price,
            available: n.is_multiple_of(2),
            rank: i64::try_from(n).unwrap(),
            added_at: i64::try_from(n).unwrap(),
        }
    }
    async fn shop() -> (tempfile::TempDir, Embedded) {
        let folder = tempfile::tempdir().unwrap();
        let index = Embedded::new(folder.path());
        let all = vec![
            entry(1, "Ąžuolinis stalas „Žemyna“", "oak", 90_000),
            entry(2, "Uosinė kėdė", "ash", 12_000),
            entry(3, "Ąžuolinė lentyna", "oak", 30_000),
        ];
        index.put(Locale::LT, &[id(1), id(2), id(3)], all).await.unwrap();
        (folder, index)
    }
    fn words(text: &str) -> Query {
        Query { words: text.into(), ..Query::new(Locale::LT) }
    }

    #[tokio::test]
    async fn accents_prefixes_endings_and_slips_are_forgiven() {
        let (_folder, index) = shop().await;
        for (typed, want) in [
            ("azuolinis", vec![id(1)]),
            ("ŽEMYNA", vec![id(1)]),
            ("azuol", vec![id(1), id(3)]),
            ("stalai", vec![id(1)]),
            ("lentyan", vec![id(3)]),
            ("lodz kede", vec![id(2)]),
            ("strasse lentyna", vec![id(3)]),
            ("st-002", vec![id(2)]),
            ("ST 00", vec![id(1), id(2), id(3)]),
            ("spinta", vec![]),
        ] {
            let mut found = index.find(words(typed)).await.unwrap().products;
            found.sort();
            assert_eq!(found, want, "{typed}");
        }
    }

    #[tokio::test]
    async fn a_ticked_facet_still_shows_its_other_values() {
        let (_folder, index) = shop().await;
        let chosen = vec![Chosen { code: "wood".into(), values: vec!["oak".into()] }];
        let query = Query { chosen, with_facets: true, category: Some(CategoryId(uuid_from(7))), ..Query::new(Locale::LT) };
        let found = index.find(query).await.unwrap();
        assert_eq!((found.total, found.products), (2, vec![id(1), id(3)]));
        let counts: Vec<_> = found.facets.iter().map(|f| (f.value.as_str(), f.count)).collect();
        assert_eq!(counts, vec![("oak", 2), ("ash", 1)]);
        assert_eq!(found.price, Some((30_000, 90_000)));
    }

    #[tokio::test]
    async fn counts_alone_are_those_of_the_list() {
        let (_folder, index) = shop().await;
        let list = Query { with_facets: true, category: Some(CategoryId(uuid_from(7))), ..Query::new(Locale::LT) };
        let whole = index.find(list.clone()).await.unwrap();
        for _ in 0..2 {
            let counts = index.find(Query { limit: 0, ..list.clone() }).await.unwrap();
            assert_eq!(counts, Found { products: Vec::new(), ..whole.clone() });
        }
    }

    #[tokio::test]
    async fn price_stock_and_order_are_kept() {
        let (_folder, index) = shop().await;
        let cheap = Query { price: Some((0, 30_000)), order: Order::PriceDown, ..Query::new(Locale::LT) };
        assert_eq!(index.find(cheap).await.unwrap().products, vec![id(3), id(2)]);
        let there = Query { only_available: true, ..Query::new(Locale::LT) };
        assert_eq!(index.find(there).await.unwrap().products, vec![id(2)]);
        let second = Query { skip: 1, limit: 1, order: Order::Newest, ..Query::new(Locale::LT) };
        assert_eq!(index.find(second).await.unwrap().products, vec![id(2)]);
    }

    #[tokio::test]
    async fn a_replaced_entry_is_found_by_its_new_words_only() {
        let (folder, index) = shop().await;
        index.put(Locale::LT, &[id(1), id(2)], vec![entry(1, "Suolas", "ash", 1)]).await.unwrap();
        assert_eq!(index.find(words("žemyna")).await.unwrap().total, 0);
        assert_eq!(index.find(words("suolas")).await.unwrap().products, vec![id(1)]);
        assert_eq!(index.count(Locale::LT).await.unwrap(), 2);
        drop(index);
        // What was put survives the process.
        assert_eq!(Embedded::new(folder.path()).count(Locale::LT).await.unwrap(), 2);
    }
}
