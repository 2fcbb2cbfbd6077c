//! The rows of a run: progress, problems, and what the products were before.

use std::collections::{HashMap, HashSet};

use sea_orm::{DbErr, FromQueryResult};
use serde::Serialize;

use super::Fault;
use crate::{
    catalog::NewProduct,
    kernel::{self, ImportId, Moment, ProductId, Reads, Right, Scope, Tx, db, db::params},
};

/// How many products (not rows) went which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, FromQueryResult)]
pub struct Counts {
    pub created: i64,
    pub updated: i64,
    pub unchanged: i64,
    pub skipped: i64,
}

impl Counts {
    pub fn done(&self) -> i64 {
        self.created + self.updated + self.unchanged + self.skipped
    }
    pub fn add(&mut self, other: Self) {
        self.created += other.created;
        self.updated += other.updated;
        self.unchanged += other.unchanged;
        self.skipped += other.skipped;
    }
}

/// Counts with what is wrong.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    pub counts: Counts,
    pub problems: Vec<Problem>,
}

/// What is wrong with a row; an error skipped its product, a warning did not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, FromQueryResult)]
pub struct Problem {
    #[sea_orm(from_alias = "row_no")]
    pub row: Option<i64>,
    #[sea_orm(from_alias = "col")]
    pub column: Option<String>,
    pub code: String,
    /// "error" or "warning"
    pub severity: String,
    pub message: String,
}

/// A run as it stands.
#[derive(Clone, Debug, Serialize, FromQueryResult)]
pub struct Run {
    pub id: ImportId,
    pub sha256: String,
    /// The file's name.
    pub name: String,
    /// The profile it was read with; external names belong to it.
    pub source: String,
    /// "running", "done", "undone"
    pub state: String,
    /// Products in the file.
    pub total: i64,
    pub done: i64,
    pub created: i64,
    pub updated: i64,
    pub unchanged: i64,
    pub skipped: i64,
    pub actor: String,
    pub started_at: Moment,
    pub changed_at: Moment,
    pub finished_at: Option<Moment>,
}

impl Run {
    pub fn counts(&self) -> Counts {
        Counts { created: self.created, updated: self.updated, unchanged: self.unchanged, skipped: self.skipped }
    }
}

const COLUMNS: &str = "id, sha256, name, source, state, total, done, created, updated, unchanged, skipped, actor, \
                       started_at, changed_at, finished_at";

/// A file that shall be taken in.
#[derive(Clone, Debug)]
pub struct NewRun {
    pub sha256: String,
    pub name: String,
    pub source: String,
    pub total: i64,
}

/// Opens a run.
///
/// # Errors
/// Whatever the database says.
pub async fn begin(tx: &Tx, new: &NewRun) -> Result<ImportId, DbErr> {
    let id = ImportId::new(tx);
    let sql = "insert into import_run (id, sha256, name, source, state, total, done, created, updated, unchanged, skipped, \
               actor, started_at, changed_at) values ($1,$2,$3,$4,'running',$5,0,0,0,0,0,$6,$7,$7)";
    let values = params![id, new.sha256.as_str(), new.name.as_str(), new.source.as_str(), new.total, tx.actor().code(), tx.now()];
    db::run(tx, sql, values).await?;
    Ok(id)
}

/// The run of these bytes that was begun and not finished.
///
/// # Errors
/// Whatever the database says.
pub async fn open_run(db: &impl Reads, sha256: &str, source: &str) -> Result<Option<Run>, DbErr> {
    let sql = format!(
        "select {COLUMNS} from import_run where sha256 = $1 and source = $2 and state = 'running' order by id desc limit 1"
    );
    db::opt(db, &sql, params![sha256, source]).await
}

/// Writes down how far a run has come. `before` guards against two that do the same run.
///
/// # Faults
/// `imports.busy` when somebody else has come further.
pub async fn advance(tx: &Tx, id: ImportId, before: i64, counts: Counts) -> Result<(), kernel::Fault> {
    let sql = "update import_run set done = $3, created = $4, updated = $5, unchanged = $6, skipped = $7, changed_at = $8 \
               where id = $1 and done = $2 and state = 'running'";
    let Counts { created, updated, unchanged, skipped } = counts;
    let values = params![id, before, counts.done(), created, updated, unchanged, skipped, tx.now()];
    match db::run(tx, sql, values).await? {
        0 => Err(Fault::Busy.into()),
        _ => Ok(()),
    }
}

/// # Errors
/// Whatever the database says.
pub async fn finish(tx: &Tx, id: ImportId) -> Result<(), DbErr> {
    let sql = "update import_run set state = 'done', finished_at = $2, changed_at = $2 where id = $1";
    db::run(tx, sql, params![id, tx.now()]).await.map(drop)
}

/// # Errors
/// Whatever the database says.
pub async fn set_state(tx: &Tx, id: ImportId, state: &str) -> Result<(), DbErr> {
    let sql = "update import_run set state = $2, changed_at = $3 where id = $1";
    db::run(tx, sql, params![id, state, tx.now()]).await.map(drop)
}

/// Keeps problems.
///
/// # Errors
/// Whatever the database says.
pub async fn note(tx: &Tx, id: ImportId, problems: &[Problem]) -> Result<(), DbErr> {
    let row =
        |p: &Problem| params![tx.uuid(), id, p.row, p.column.clone(), p.code.as_str(), p.severity.as_str(), p.message.as_str()];
    let head = "insert into import_problem (id, run_id, row_no, col, code, severity, message) values";
    db::insert_many(tx, head, "", problems.iter().map(row).collect()).await
}

/// Keeps what products were before this run first touched them; `None` for one that it made.
///
/// # Faults
/// Whatever the database says.
pub async fn remember(tx: &Tx, id: ImportId, before: Vec<(ProductId, Option<&NewProduct>)>) -> Result<(), kernel::Fault> {
    let mut rows = Vec::with_capacity(before.len());
    for (product, image) in before {
        let text = image.map(serde_json::to_string).transpose()?;
        rows.push(params![id, product, text.is_none(), text, tx.now()]);
    }
    let head = "insert into import_change (run_id, product_id, created, image, at) values";
    // A product that a run touches twice keeps what it was before the first time.
    Ok(db::insert_many(tx, head, "on conflict (run_id, product_id) do update set at = excluded.at", rows).await?)
}

/// Moves the moment from which a change of these products counts as somebody's edit.
///
/// # Errors
/// Whatever the database says.
pub async fn mark(tx: &Tx, id: ImportId, products: &[ProductId]) -> Result<(), DbErr> {
    for chunk in products.chunks(900) {
        let marks = db::marks(chunk.len(), 3);
        let mut values = params![id, tx.now()];
        values.extend(db::values(chunk));
        db::run(tx, &format!("update import_change set at = $2 where run_id = $1 and product_id in ({marks})"), values).await?;
    }
    Ok(())
}

/// What a run did to one product.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Change {
    pub product_id: ProductId,
    pub created: bool,
    image: Option<String>,
    pub at: Moment,
}

impl Change {
    /// What the product was before.
    ///
    /// # Errors
    /// When the row is not ours.
    pub fn before(&self) -> Result<Option<NewProduct>, serde_json::Error> {
        self.image.as_deref().map(serde_json::from_str).transpose()
    }
}

/// The next changes of a run after a product.
///
/// # Errors
/// Whatever the database says.
pub async fn changes(db: &impl Reads, id: ImportId, after: Option<ProductId>, limit: u32) -> Result<Vec<Change>, DbErr> {
    let after = after.unwrap_or(ProductId(uuid::Uuid::nil()));
    let sql = format!(
        "select product_id, created, image, at from import_change where run_id = $1 and product_id > $2 \
         order by product_id limit {limit}"
    );
    db::all(db, &sql, params![id, after]).await
}

/// Which of these products, or their prices, somebody changed after the run had written them.
///
/// # Errors
/// Whatever the database says.
pub async fn edited_since(db: &impl Reads, changes: &[Change]) -> Result<HashSet<ProductId>, DbErr> {
    let at: HashMap<ProductId, Moment> = changes.iter().map(|c| (c.product_id, c.at)).collect();
    let ids: Vec<ProductId> = at.keys().copied().collect();
    let mut edited = HashSet::new();
    for chunk in ids.chunks(900) {
        let marks = db::marks(chunk.len(), 1);
        for sql in [
            format!("select id, updated_at from product where id in ({marks})"),
            format!(
                "select v.product_id, h.valid_from from variant v join price_history h on h.variant_id = v.id \
                 where v.product_id in ({marks})"
            ),
        ] {
            for row in db::rows(db, &sql, db::values(chunk)).await? {
                let product: ProductId = row.try_get_by_index(0)?;
                let changed: Moment = row.try_get_by_index(1)?;
                if at.get(&product).is_some_and(|at| changed > *at) {
                    edited.insert(product);
                }
            }
        }
    }
    Ok(edited)
}

fn may_see(scope: &Scope) -> Result<(), kernel::Fault> {
    match scope.right() {
        Right::ImportsRun => Ok(()),
        _ => Err(kernel::Fault::forbidden("access.forbidden")),
    }
}

/// Runs, newest first.
///
/// # Faults
/// Whatever the database says.
pub async fn runs(db: &impl Reads, scope: &Scope, after: Option<ImportId>, limit: u32) -> Result<Vec<Run>, kernel::Fault> {
    may_see(scope)?;
    let limit = limit.clamp(1, 200);
    let found = match after {
        Some(id) => {
            let sql = format!("select {COLUMNS} from import_run where id < $1 order by id desc limit {limit}");
            db::all(db, &sql, params![id]).await?
        }
        None => db::all(db, &format!("select {COLUMNS} from import_run order by id desc limit {limit}"), vec![]).await?,
    };
    Ok(found)
}

/// # Faults
/// `imports.no_run`.
pub async fn run(db: &impl Reads, scope: &Scope, id: ImportId) -> Result<Run, kernel::Fault> {
    may_see(scope)?;
    let sql = format!("select {COLUMNS} from import_run where id = $1");
    Ok(db::opt(db, &sql, params![id]).await?.ok_or(Fault::NoRun)?)
}

/// The problems of a run in the order of the file, errors and warnings.
///
/// # Faults
/// Whatever the database says.
pub async fn problems(db: &impl Reads, scope: &Scope, id: ImportId, limit: u32) -> Result<Vec<Problem>, kernel::Fault> {
    may_see(scope)?;
    let sql =
        format!("select row_no, col, code, severity, message from import_problem where run_id = $1 order by id limit {limit}");
    Ok(db::all(db, &sql, params![id]).await?)
}
