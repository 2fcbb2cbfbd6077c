//! Definitions in the database: every version stays, one is in force.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::{Definition, Fault, Refusal, read};
use crate::kernel::{self, ConfiguratorId, Locale, Moment, ProductId, Reads, Tx, VariantId, db};

/// A version that somebody saved.
#[derive(Clone, Debug, Serialize)]
pub struct Version {
    pub id: ConfiguratorId,
    /// Counts from one, product by product.
    pub version: i64,
    pub actor: String,
    pub made_at: Moment,
    pub in_force: bool,
}
db::record!(Version { id, version, actor, made_at, in_force });

/// A version ready to compute with.
#[derive(Clone, Debug)]
pub struct Configurator {
    pub id: ConfiguratorId,
    pub product: ProductId,
    pub version: i64,
    pub in_force: bool,
    pub definition: Definition,
}

struct Stored {
    id: ConfiguratorId,
    product_id: ProductId,
    version: i64,
    source: String,
    in_force: bool,
}
db::record!(Stored { id, product_id, version, source, in_force });

const STORED: &str = "select c.id, c.product_id, c.version, c.source, f.product_id is not null as in_force \
    from configurator c left join configurator_in_force f on f.configurator_id = c.id";

impl TryFrom<Stored> for Configurator {
    type Error = kernel::Fault;
    fn try_from(row: Stored) -> Result<Self, kernel::Fault> {
        // It was read when it was saved: now it can only fail if the language lost a word.
        let definition = read(&row.source).map_err(|m| kernel::Fault::bug(format!("configurator {}: {m:?}", row.id)))?;
        Ok(Self { id: row.id, product: row.product_id, version: row.version, in_force: row.in_force, definition })
    }
}

/// Saves a definition as the product's next version; it is not in force yet. The same text as the
/// last version's is that version. Whoever saves has tried it with [`examine`] before: that takes
/// longer than a transaction should.
///
/// # Faults
/// What is wrong with it, with its place.
pub async fn save(tx: &Tx, product: ProductId, source: &str) -> Result<ConfiguratorId, kernel::Fault> {
    let source = source.replace("\r\n", "\n");
    read(&source)?;
    let last = "select id, source, version from configurator where product_id = $1 order by version desc limit 1";
    let mut version = 1_i64;
    if let Some(row) = db::row(tx, last, db::params![product]).await? {
        if row.try_get_by_index::<String>(1)? == source {
            return row.try_get_by_index(0).map_err(Into::into);
        }
        version = row.try_get_by_index::<i64>(2)? + 1;
    }
    let id = ConfiguratorId::new(tx);
    let sql = "insert into configurator (id, product_id, version, source, actor, made_at) values ($1,$2,$3,$4,$5,$6)";
    db::run(tx, sql, db::params![id, product, version, source, tx.actor().code(), tx.now()]).await?;
    Ok(id)
}

/// Reads a definition and tries it.
///
/// # Faults
/// The first mistake with its place; a default that a rule forbids.
pub fn examine(source: &str, locale: Locale) -> Result<(Definition, super::Quote), kernel::Fault> {
    let definition = read(source)?;
    match definition.trial(locale) {
        Ok(quote) => Ok((definition, quote)),
        Err(Refusal::Broken(mistake)) => Err(mistake.into()),
        Err(Refusal::Choice(fault)) => Err(fault),
    }
}

/// Puts a version into force.
///
/// # Faults
/// `configure.no_version`.
pub async fn put_in_force(tx: &Tx, product: ProductId, id: ConfiguratorId) -> Result<Configurator, kernel::Fault> {
    let sql = "insert into configurator_in_force (product_id, configurator_id, since) \
               select product_id, id, $3 from configurator where id = $2 and product_id = $1 \
               on conflict (product_id) do update set configurator_id = excluded.configurator_id, since = excluded.since";
    if db::run(tx, sql, db::params![product, id, tx.now()]).await? == 0 {
        return Err(Fault::NoVersion.into());
    }
    in_force(tx, product).await?.ok_or_else(|| Fault::NoVersion.into())
}

/// Takes the product's configurator out of force; its versions stay.
///
/// # Faults
/// Whatever the database says.
pub async fn withdraw(tx: &Tx, product: ProductId) -> Result<(), kernel::Fault> {
    db::run(tx, "delete from configurator_in_force where product_id = $1", db::params![product]).await?;
    set_goods(tx, product, &[]).await
}

/// Which of these products are made as they are configured.
///
/// # Faults
/// Whatever the database says.
pub async fn configurable(db: &impl Reads, products: &[ProductId]) -> Result<HashSet<ProductId>, kernel::Fault> {
    let sql = format!("select product_id from configurator_in_force where product_id in ({})", db::marks(products.len(), 1));
    let mut found = HashSet::new();
    for row in db::rows(db, &sql, db::values(products)).await? {
        found.insert(row.try_get_by_index(0)?);
    }
    Ok(found)
}

/// What is in force for a product.
///
/// # Faults
/// Whatever the database says.
pub async fn in_force(db: &impl Reads, product: ProductId) -> Result<Option<Configurator>, kernel::Fault> {
    let row: Option<Stored> = db::opt(db, &format!("{STORED} where f.product_id = $1"), db::params![product]).await?;
    row.map(TryInto::try_into).transpose()
}

/// What is in force for these products.
///
/// # Faults
/// Whatever the database says.
pub async fn all_in_force(db: &impl Reads, products: &[ProductId]) -> Result<Vec<Configurator>, kernel::Fault> {
    if products.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!("{STORED} where f.product_id in ({})", db::marks(products.len(), 1));
    let rows: Vec<Stored> = db::all(db, &sql, db::values(products)).await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// What configured lines need: the versions that they name and those in force for these products.
/// Without configured lines nothing is asked.
///
/// # Faults
/// Whatever the database says.
pub async fn needed(
    db: &impl Reads,
    ids: &[(ProductId, ConfiguratorId)],
) -> Result<HashMap<ConfiguratorId, Configurator>, kernel::Fault> {
    let mut all = HashMap::new();
    for (product, id) in ids {
        let sql = format!("{STORED} where c.id = $1 or f.product_id = $2");
        let rows: Vec<Stored> = db::all(db, &sql, db::params![*id, *product]).await?;
        for row in rows {
            all.insert(row.id, row.try_into()?);
        }
    }
    Ok(all)
}

/// Notes what a kit in force may consist of.
///
/// # Faults
/// Whatever the database says.
pub async fn set_goods(tx: &Tx, kit: ProductId, goods: &[VariantId]) -> Result<(), kernel::Fault> {
    db::run(tx, "delete from kit_goods where product_id = $1", db::params![kit]).await?;
    let rows = goods.iter().map(|variant| db::params![kit, *variant]).collect();
    db::insert_many(tx, "insert into kit_goods (product_id, variant_id) values", "on conflict do nothing", rows).await?;
    Ok(())
}

/// Kits in force that may hold goods of these products.
///
/// # Faults
/// Whatever the database says.
pub async fn kits_with(db: &impl Reads, products: &[ProductId]) -> Result<Vec<ProductId>, kernel::Fault> {
    let sql = format!(
        "select distinct g.product_id from variant v join kit_goods g on g.variant_id = v.id where v.product_id in ({})",
        db::marks(products.len(), 1)
    );
    Ok(db::column(db, &sql, db::values(products)).await?)
}

/// Those of these products that are kits, ready to compute with.
///
/// # Faults
/// Whatever the database says.
pub async fn kits_among(db: &impl Reads, products: &[ProductId]) -> Result<Vec<Configurator>, kernel::Fault> {
    if products.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "{STORED} where f.product_id in ({}) and exists (select 1 from kit_goods g where g.product_id = f.product_id)",
        db::marks(products.len(), 1)
    );
    let rows: Vec<Stored> = db::all(db, &sql, db::values(products)).await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Every version of a product, the newest first.
///
/// # Faults
/// Whatever the database says.
pub async fn versions(db: &impl Reads, product: ProductId) -> Result<Vec<Version>, kernel::Fault> {
    let sql = "select c.id, c.version, c.actor, c.made_at, f.product_id is not null as in_force \
               from configurator c left join configurator_in_force f on f.configurator_id = c.id \
               where c.product_id = $1 order by c.version desc limit 100";
    Ok(db::all(db, sql, db::params![product]).await?)
}

/// The text of a version, or of the newest one.
///
/// # Faults
/// Whatever the database says.
pub async fn source(db: &impl Reads, product: ProductId, id: Option<ConfiguratorId>) -> Result<Option<String>, kernel::Fault> {
    let newest = "select source from configurator where product_id = $1 order by version desc limit 1";
    Ok(match id {
        Some(id) => {
            db::scalar(db, "select source from configurator where product_id = $1 and id = $2", db::params![product, id]).await?
        }
        None => db::scalar(db, newest, db::params![product]).await?,
    })
}
