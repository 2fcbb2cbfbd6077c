//! The index of one language.

use std::{
    path::Path,
    sync::{Mutex, PoisonError},
};

use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, Searcher, Term, directory::MmapDirectory};
use vitrina::{kernel::ProductId, search::Entry};

use crate::schema::{self, Fields};

pub struct Tongue {
    pub fields: Fields,
    reader: IndexReader,
    writer: Mutex<IndexWriter>,
}

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
        let writer = index.writer_with_num_threads(1, ARENA)?;
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { fields, reader, writer: Mutex::new(writer) })
    }

    pub fn searcher(&self) -> Searcher {
        self.reader.searcher()
    }

    pub fn put(&self, products: &[ProductId], entries: &[Entry]) -> tantivy::Result<()> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        for product in products {
            writer.delete_term(Term::from_field_text(self.fields.product, &schema::product_term(*product)));
        }
        for entry in entries {
            if let Some(product) = entry.product {
                writer.add_document(schema::document(&self.fields, product, entry))?;
            }
        }
        writer.commit()?;
        self.reader.reload()
    }

    pub fn clear(&self) -> tantivy::Result<()> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        writer.delete_all_documents()?;
        writer.commit()?;
        self.reader.reload()
    }
}
