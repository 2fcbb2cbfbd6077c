//! Product files: sent, looked at, taken in, taken back.

use poem::{Body, web::Data};
use poem_openapi::{
    ApiResponse, Object, OpenApi,
    param::{Path, Query},
    payload::{Binary, Json},
};
use vitrina::{
    flows::{self, imports::Sent},
    imports::{self, Problem, Run, Wish},
    kernel::{Fault, ImportId, Right, token},
};

use crate::{
    api::{
        dto::{self, list},
        gate::Asked,
        problem::refused,
    },
    forms::Spooled,
    problems,
};

/// The most that a file may weigh.
const MOST: u64 = 512 << 20;

pub struct Imports;

/// A product file and what became of it.
#[derive(Debug, Object)]
pub struct Import {
    id: String,
    /// The file's name as it was sent.
    file: String,
    /// Format that it was read in.
    profile: String,
    /// checking, ready, running, done, failed, undoing, undone
    state: String,
    /// Products in the file.
    total: i64,
    /// Products looked at or taken in so far.
    done: i64,
    /// Before it runs: what would be.
    created: i64,
    updated: i64,
    unchanged: i64,
    skipped: i64,
    /// Of an undo: made by the import and gone again.
    removed: i64,
    /// Of an undo: as before the import.
    restored: i64,
    /// Of an undo: edited or ordered since, and left.
    kept: Vec<KeptProduct>,
    started_at: String,
    finished_at: Option<String>,
}

/// A product that an undo left as it is.
#[derive(Debug, Object)]
struct KeptProduct {
    product: String,
    sku: String,
    /// edited or ordered
    reason: String,
}

impl From<&Run> for Import {
    fn from(run: &Run) -> Self {
        let kept = |k: imports::Kept| KeptProduct { product: k.product.to_string(), sku: k.sku, reason: k.reason };
        Self {
            id: run.id.to_string(),
            file: run.name.clone(),
            profile: run.source.clone(),
            state: run.state.clone(),
            total: run.total,
            done: run.done,
            created: run.created,
            updated: run.updated,
            unchanged: run.unchanged,
            skipped: run.skipped,
            removed: run.removed,
            restored: run.restored,
            kept: run.kept().into_iter().map(kept).collect(),
            started_at: dto::at(run.started_at),
            finished_at: run.finished_at.map(dto::at),
        }
    }
}

list!(ImportList of Import);

/// What is wrong with a row.
#[derive(Debug, Object)]
struct RowProblem {
    /// As a spreadsheet numbers it; null for the file as a whole.
    row: Option<i64>,
    column: Option<String>,
    code: String,
    /// error: its product is left out; warning: it is taken
    severity: String,
    /// What is wrong and what to do.
    message: String,
}

#[derive(Debug, Object)]
struct RowProblems {
    data: Vec<RowProblem>,
    errors: i64,
    warnings: i64,
}

#[derive(ApiResponse)]
enum Received {
    /// It is kept and being looked at.
    #[oai(status = 201)]
    Import(Json<Import>, #[oai(header = "Location")] String),
}

#[derive(ApiResponse)]
enum Accepted {
    /// The worker does it.
    #[oai(status = 202)]
    Import(Json<Import>),
}

#[OpenApi]
impl Imports {
    /// Product files, newest first; scope imports:run
    #[oai(path = "/imports", method = "get", operation_id = "imports")]
    async fn list(
        &self,
        asked: Data<&Asked>,
        /// At most 200.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
        after: Query<Option<String>>,
    ) -> poem::Result<Json<ImportList>> {
        let limit = dto::limit(limit.0);
        let read = async {
            let after: Option<ImportId> = dto::choice(after.0.as_deref(), "after")?;
            imports::runs(asked.db(), &asked.scope(Right::ImportsRun)?, after, limit + 1).await
        };
        let mut runs = read.await.map_err(refused)?;
        let more = runs.len() > limit as usize;
        runs.truncate(limit as usize);
        let next = runs.last().filter(|_| more).map(|run| run.id.to_string());
        Ok(Json(ImportList::new(runs.iter().map(Import::from).collect(), limit, next)))
    }

    /// Send a product file of at most 512 MB; it is looked at first, nothing changes; scope imports:run
    #[oai(path = "/imports", method = "post", operation_id = "createImport")]
    async fn create(
        &self,
        asked: Data<&Asked>,
        /// The file's name; its ending helps to recognise the format.
        name: Query<Option<String>>,
        /// vitrina, shopify, woocommerce, magento2, spree, google-merchant or generic; recognised when left out.
        profile: Query<Option<String>>,
        /// Language of texts that do not say theirs.
        language: Query<Option<String>>,
        /// Currency of prices that do not say theirs.
        currency: Query<Option<String>>,
        body: Binary<Body>,
    ) -> poem::Result<Received> {
        let name = name.0.filter(|n| !n.trim().is_empty()).unwrap_or_else(|| "import".to_owned());
        let wish = Wish { profile: profile.0, locale: language.0, currency: currency.0 };
        let run = receive(&asked, name, wish, body.0).await;
        let run = run.map_err(|fault| refused(problems::said(asked.site.stage(), asked.locale, fault)))?;
        let place = format!("/admin/v1/imports/{}", run.id);
        Ok(Received::Import(Json(Import::from(&run)), place))
    }

    /// How far it is; scope imports:run
    #[oai(path = "/imports/:id", method = "get", operation_id = "import")]
    async fn one(&self, asked: Data<&Asked>, id: Path<String>) -> poem::Result<Json<Import>> {
        let run = read(&asked, &id).await.map_err(refused)?;
        Ok(Json(Import::from(&run)))
    }

    /// What is wrong with its rows, at most 1000; scope imports:run
    #[oai(path = "/imports/:id/problems", method = "get", operation_id = "importProblems")]
    async fn problems(&self, asked: Data<&Asked>, id: Path<String>) -> poem::Result<Json<RowProblems>> {
        let found = async {
            let (run, scope) = (read(&asked, &id).await?, asked.scope(Right::ImportsRun)?);
            let rows = imports::problems(asked.db(), &scope, run.id, 1000).await?;
            Ok((rows, imports::problem_counts(asked.db(), &scope, run.id).await?))
        };
        let (rows, (errors, warnings)) = found.await.map_err(refused)?;
        let row = |p: &Problem| RowProblem {
            row: p.row,
            column: p.column.clone(),
            code: p.code.clone(),
            severity: p.severity.clone(),
            message: problems::say(asked.site.stage(), asked.locale, p),
        };
        Ok(Json(RowProblems { data: rows.iter().map(row).collect(), errors, warnings }))
    }

    /// The rows left out, as a file to correct and send again; scope imports:run
    #[oai(path = "/imports/:id/errors", method = "get", operation_id = "importErrors")]
    async fn errors(&self, asked: Data<&Asked>, id: Path<String>) -> poem::Result<Binary<Body>> {
        let opened = async {
            let (path, _) = flows::imports::error_rows(asked.site.app(), &asked.actor, dto::id(&id)?).await?;
            let file = tokio::fs::File::open(&path).await.map_err(Fault::bug)?;
            tokio::fs::remove_file(&path).await.map_err(Fault::bug)?;
            Ok(file)
        };
        Ok(Binary(Body::from_async_read(opened.await.map_err(refused)?)))
    }

    /// Take it in, once it is ready; scopes imports:run, catalog:write, prices:write, stock:write
    #[oai(path = "/imports/:id/run", method = "post", operation_id = "runImport")]
    async fn run(&self, asked: Data<&Asked>, id: Path<String>) -> poem::Result<Accepted> {
        let begun = async {
            flows::imports::start(asked.site.app(), &asked.actor, dto::id(&id)?).await?;
            read(&asked, &id).await
        };
        Ok(Accepted::Import(Json(Import::from(&begun.await.map_err(refused)?))))
    }

    /// Take it back: what was not edited or ordered since is as before; scopes imports:run, catalog:write, prices:write, stock:write
    #[oai(path = "/imports/:id/undo", method = "post", operation_id = "undoImport")]
    async fn undo(&self, asked: Data<&Asked>, id: Path<String>) -> poem::Result<Accepted> {
        let begun = async {
            flows::imports::ask_undo(asked.site.app(), &asked.actor, dto::id(&id)?).await?;
            read(&asked, &id).await
        };
        Ok(Accepted::Import(Json(Import::from(&begun.await.map_err(refused)?))))
    }
}

async fn read(asked: &Asked, id: &str) -> Result<Run, Fault> {
    imports::run(asked.db(), &asked.scope(Right::ImportsRun)?, dto::id(id)?).await
}

async fn receive(asked: &Asked, name: String, wish: Wish, body: Body) -> Result<Run, Fault> {
    let app = asked.site.app();
    let path = flows::imports::inbox(app, &asked.actor)?.join(format!("{}.part", token::random(app.entropy())));
    let spooled = Spooled::write(body.into_async_read(), path, MOST).await?;
    let sent = Sent { name, path: spooled.path.clone(), wish };
    let id = flows::imports::receive(app, &asked.actor, sent).await?;
    imports::run(asked.db(), &asked.scope(Right::ImportsRun)?, id).await
}
