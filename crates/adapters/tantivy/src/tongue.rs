//! The index of one language.

use std::{
    collections::HashMap,
    path::Path,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, Searcher, Term, directory::MmapDirectory};
use vitrina::{
    kernel::ProductId,
    search::{Entry, Found, Query},
};

use crate::schema::{self, Fields};

pub struct Tongue {
    pub fields: Fields,
    reader: IndexReader,
    index: Index,
    /// Opened with the first change: one process may write, any number may look, `vitrina doctor` beside a
    /// running shop among them.
    writer: Mutex<Option<IndexWriter>>,
    counts: Mutex<HashMap<Query, (Instant, Found)>>,
}

/// Counting the facets of a category reads every product in it, and every visitor of its first
/// page asks for the same: for so long the numbers beside the ticks may be those of before.
const COUNTS_HOLD: Duration = Duration::from_secs(2);
/// So many different counts are held at once.
const COUNTS: usize = 2_000;

/// One indexing thread and a small arena: an import keeps up, and an idle shop keeps its memory.
const ARENA: usize = 24_000_000;

impl Tongue {
    pub fn open(folder: &Path) -> tantivy::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let (schema, fields) = schema::schema();
        let index = match Index::open_or_create(MmapDirectory::open(folder)?, schema.clone()) {
            Ok(index) => index,
            // Another version's fields: nothing in here is original, so it is made anew.
            Err(tantivy::TantivyError::SchemaError(_)) => {
                std::fs::remove_dir_all(folder)?;
                std::fs::create_dir_all(folder)?;
                Index::create_in_dir(folder, schema)?
            }
            Err(e) => return Err(e),
        };
        schema::register(&index);
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { fields, reader, index, writer: Mutex::default(), counts: Mutex::default() })
    }

    /// What was counted a moment ago for the same question.
    pub fn counted(&self, query: &Query) -> Option<Found> {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.get(query).filter(|(at, _)| at.elapsed() < COUNTS_HOLD).map(|(_, found)| found.clone())
    }

    pub fn count_holds(&self, query: Query, found: &Found) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= COUNTS {
            counts.retain(|_, (at, _)| at.elapsed() < COUNTS_HOLD);
        }
        if counts.len() < COUNTS {
            counts.insert(query, (Instant::now(), found.clone()));
        }
    }

    pub fn searcher(&self) -> Searcher {
        self.reader.searcher()
    }

    pub fn put(&self, products: &[ProductId], entries: &[Entry]) -> tantivy::Result<()> {
        self.write(|writer| {
            for product in products {
                writer.delete_term(Term::from_field_text(self.fields.product, &schema::product_term(*product)));
            }
            for entry in entries {
                if let Some(product) = entry.product {
                    writer.add_document(schema::document(&self.fields, product, entry))?;
                }
            }
            Ok(())
        })
    }

    pub fn clear(&self) -> tantivy::Result<()> {
        self.write(|writer| writer.delete_all_documents().map(drop))
    }

    /// What is written is visible with the return.
    fn write(&self, change: impl FnOnce(&mut IndexWriter) -> tantivy::Result<()>) -> tantivy::Result<()> {
        let mut held = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let writer = match held.take() {
            Some(writer) => held.insert(writer),
            None => held.insert(self.index.writer_with_num_threads(1, ARENA)?),
        };
        change(writer)?;
        writer.commit()?;
        self.reader.reload()
    }
}
