//! Options (colour, size) and their values, shared by all products so that each is translated once.

use std::collections::HashMap;

use sea_orm::DbErr;

use super::product::{Named, field};
use crate::{
    kernel::{Locale, OptionId, OptionValueId, Reads, Tx, db, db::params},
    translation::{self, NewText},
};

/// Options by code, each with its values by code.
#[derive(Clone, Debug, Default)]
pub struct OptionBook {
    options: HashMap<String, OptionId>,
    values: HashMap<(OptionId, String), OptionValueId>,
}

impl OptionBook {
    pub fn option(&self, code: &str) -> Option<OptionId> {
        self.options.get(code).copied()
    }
    pub fn value(&self, option: OptionId, code: &str) -> Option<OptionValueId> {
        self.values.get(&(option, code.to_owned())).copied()
    }
}

/// The pairs' ids; what is not known yet is made, with the names that the pair carries. Names
/// that exist are left alone: they may have been edited.
///
/// # Errors
/// Whatever the database says.
pub async fn ensure_options(tx: &Tx, source: Locale, pairs: &[(Named, Named)]) -> Result<OptionBook, DbErr> {
    if pairs.is_empty() {
        return Ok(OptionBook::default());
    }
    let mut book = known(tx, pairs).await?;
    let (mut kinds, mut values, mut texts) = (Vec::new(), Vec::new(), Vec::new());
    for (option, value) in pairs {
        let id = match book.options.get(&option.code) {
            Some(id) => *id,
            None => {
                let id = OptionId::new(tx);
                kinds.push(params![id, option.code.clone(), kinds.len() as i64]);
                texts.extend(names(id.uuid(), option, source));
                book.options.insert(option.code.clone(), id);
                id
            }
        };
        let key = (id, value.code.clone());
        book.values.entry(key).or_insert_with(|| {
            let value_id = OptionValueId::new(tx);
            values.push(params![value_id, id, value.code.clone(), values.len() as i64]);
            texts.extend(names(value_id.uuid(), value, source));
            value_id
        });
    }
    db::insert_many(tx, "insert into option_kind (id, code, position) values", "", kinds).await?;
    db::insert_many(tx, "insert into option_value (id, option_id, code, position) values", "", values).await?;
    if !texts.is_empty() {
        translation::set_many(tx, source, texts).await?;
    }
    Ok(book)
}

/// The names of something new, at least its own word in the source language.
pub(super) fn names(id: uuid::Uuid, named: &Named, source: Locale) -> Vec<NewText> {
    let mut texts: Vec<NewText> = named.names.iter().map(|(l, n)| NewText::new(id, field::NAME, *l, n.clone())).collect();
    if texts.is_empty() {
        let word = if named.word.is_empty() { &named.code } else { &named.word };
        texts.push(NewText::new(id, field::NAME, source, word.clone()));
    }
    texts
}

async fn known(db: &impl Reads, pairs: &[(Named, Named)]) -> Result<OptionBook, DbErr> {
    let mut codes: Vec<String> = pairs.iter().map(|(o, _)| o.code.clone()).collect();
    let mut values: Vec<String> = pairs.iter().map(|(_, v)| v.code.clone()).collect();
    for list in [&mut codes, &mut values] {
        list.sort_unstable();
        list.dedup();
    }
    let mut book = OptionBook::default();
    for chunk in codes.chunks(900) {
        let sql = format!("select code, id from option_kind where code in ({})", db::marks(chunk.len(), 1));
        for row in db::rows(db, &sql, db::values(chunk)).await? {
            book.options.insert(row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        }
    }
    let ids: Vec<OptionId> = book.options.values().copied().collect();
    if ids.is_empty() {
        return Ok(book);
    }
    for chunk in values.chunks(900) {
        let sql = format!(
            "select option_id, code, id from option_value where option_id in ({}) and code in ({})",
            db::marks(ids.len(), 1),
            db::marks(chunk.len(), 1 + ids.len())
        );
        let mut bound = db::values(&ids);
        bound.extend(db::values(chunk));
        for row in db::rows(db, &sql, bound).await? {
            book.values.insert((row.try_get_by_index(0)?, row.try_get_by_index(1)?), row.try_get_by_index(2)?);
        }
    }
    Ok(book)
}
