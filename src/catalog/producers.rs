//! Producers: who answers for the safety of a thing (GPSR art. 19).

use std::collections::HashMap;

use sea_orm::DbErr;
use serde::Serialize;

use super::Fault;
use crate::kernel::{self, ProducerId, ProductId, Reads, Tx, db, db::params};

/// A producer with postal and electronic address; outside the Union also the person
/// responsible within it (art. 16).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Producer {
    pub id: ProducerId,
    pub code: String,
    pub name: String,
    pub address: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// E-mail or web address.
    pub contact: String,
    pub rep_name: String,
    pub rep_address: String,
    pub rep_contact: String,
}
db::record!(Producer { id, code, name, address, country, contact, rep_name, rep_address, rep_contact });

/// A producer to be put; the code tells it from others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewProducer {
    pub code: String,
    pub name: String,
    pub address: String,
    pub country: String,
    pub contact: String,
    pub rep_name: String,
    pub rep_address: String,
    pub rep_contact: String,
}

pub(super) const COLUMNS: &str = "id, code, name, address, country, contact, rep_name, rep_address, rep_contact";

/// Makes a producer or rewrites the one of that code.
///
/// # Faults
/// `catalog.no_producer_name` without a name.
pub async fn put_producer(tx: &Tx, new: NewProducer) -> Result<ProducerId, kernel::Fault> {
    if new.name.trim().is_empty() {
        return Err(Fault::NoProducerName.into());
    }
    let code = if new.code.trim().is_empty() { super::slugify(&new.name) } else { new.code };
    let sql = "insert into producer (id, code, name, address, country, contact, rep_name, rep_address, rep_contact, updated_at) \
               values ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10) on conflict (code) do update set name = excluded.name, \
               address = excluded.address, country = excluded.country, contact = excluded.contact, \
               rep_name = excluded.rep_name, rep_address = excluded.rep_address, rep_contact = excluded.rep_contact, \
               updated_at = excluded.updated_at returning id";
    let params = params![
        ProducerId::new(tx),
        code,
        new.name.trim(),
        new.address.trim(),
        new.country.trim().to_ascii_uppercase(),
        new.contact.trim(),
        new.rep_name.trim(),
        new.rep_address.trim(),
        new.rep_contact.trim(),
        tx.now()
    ];
    db::scalar(tx, sql, params).await?.ok_or_else(|| Fault::NoProducer.into())
}

/// All producers by name.
///
/// # Errors
/// Whatever the database says.
pub async fn producers(db: &impl Reads) -> Result<Vec<Producer>, DbErr> {
    db::all(db, &format!("select {COLUMNS} from producer order by name, id"), vec![]).await
}

/// Who made some products; those without a producer are left out.
///
/// # Errors
/// Whatever the database says.
pub async fn producers_of(db: &impl Reads, products: &[ProductId]) -> Result<HashMap<ProductId, ProducerId>, DbErr> {
    let mut all = HashMap::with_capacity(products.len());
    for chunk in products.chunks(500) {
        let sql = format!(
            "select id, producer_id from product where producer_id is not null and id in ({})",
            db::marks(chunk.len(), 1)
        );
        for row in db::rows(db, &sql, db::values(chunk)).await? {
            all.insert(row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        }
    }
    Ok(all)
}
