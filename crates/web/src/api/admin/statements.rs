//! Bank statements: sent, and what became of them.

use poem::{Body, web::Data};
use poem_openapi::{
    ApiResponse, Object, OpenApi,
    param::{Path, Query},
    payload::{Binary, Json},
};
use vitrina::{
    flows::{self, statements::Upload},
    kernel::{Fault, Right, StatementFileId},
    payments::bank::{self, File},
};

use crate::api::{
    dto::{self, list},
    gate::Asked,
    problem::refused,
};

pub struct Statements;

/// A bank statement's file and how far it is.
#[derive(Debug, Object)]
pub struct BankStatement {
    id: String,
    /// The file's name as it was sent.
    file: String,
    /// running, done, failed
    state: String,
    /// Entries in the file.
    entries: i64,
    /// Entries dealt with so far.
    done: i64,
    /// Entries that no other file told of.
    new: i64,
    /// Entries that another file told of before.
    known: i64,
    /// Put on their orders by themselves.
    posted: i64,
    /// Waiting for a person.
    to_confirm: i64,
    taken_at: String,
    finished_at: Option<String>,
}

list!(BankStatementList of BankStatement);

fn told(file: &File, to_confirm: i64) -> BankStatement {
    BankStatement {
        id: file.id.to_string(),
        file: file.name.clone(),
        state: file.state.clone(),
        entries: file.total,
        done: file.done,
        new: file.fresh,
        known: file.known,
        posted: file.posted,
        to_confirm,
        taken_at: dto::at(file.taken_at),
        finished_at: file.finished_at.map(dto::at),
    }
}

#[derive(ApiResponse)]
enum Taken {
    /// It is kept, and the worker matches it.
    #[oai(status = 201)]
    Statement(Json<BankStatement>, #[oai(header = "Location")] String),
}

#[OpenApi]
impl Statements {
    /// Bank statements, newest first; scope payments:read
    #[oai(path = "/statements", method = "get", operation_id = "statements")]
    async fn list(
        &self,
        asked: Data<&Asked>,
        /// At most 200.
        #[oai(validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<Option<u32>>,
        after: Query<Option<String>>,
    ) -> poem::Result<Json<BankStatementList>> {
        let limit = dto::limit(limit.0);
        let read = async {
            let after: Option<StatementFileId> = dto::choice(after.0.as_deref(), "after")?;
            let scope = asked.scope(Right::PaymentsRead)?;
            let mut files = bank::files(asked.db(), &scope, after, limit + 1).await?;
            let more = files.len() > limit as usize;
            files.truncate(limit as usize);
            let ids: Vec<StatementFileId> = files.iter().map(|f| f.id).collect();
            let open = bank::waiting(asked.db(), &scope, &ids).await?;
            let next = files.last().filter(|_| more).map(|f| f.id.to_string());
            Ok((files.iter().zip(open).map(|(file, (_, n))| told(file, n)).collect(), next))
        };
        let (statements, next) = read.await.map_err(refused)?;
        Ok(Json(BankStatementList::new(statements, limit, next)))
    }

    /// Send a bank statement of at most 64 MB: camt.052, camt.053, camt.054 or a table; it is read whole or refused; scope payments:write
    #[oai(path = "/statements", method = "post", operation_id = "createStatement")]
    async fn create(
        &self,
        asked: Data<&Asked>,
        /// The file's name.
        name: Query<Option<String>>,
        /// Which column of a table is what, `date = Data` a line; recognised when left out.
        columns: Query<Option<String>>,
        body: Binary<Body>,
    ) -> poem::Result<Taken> {
        let taken = async {
            asked.actor.may(Right::PaymentsWrite)?;
            let most = flows::statements::MOST;
            let too_large = || Fault::from(bank::Fault::TooLarge { mb: most >> 20 });
            let bytes = body.0.into_bytes_limit(most).await.map_err(|_| too_large())?.to_vec();
            let name = name.0.filter(|n| !n.trim().is_empty()).unwrap_or_else(|| "statement".to_owned());
            let upload = Upload { name, bytes, profile: columns.0.unwrap_or_default() };
            let id = flows::statements::take(asked.site.app(), &asked.actor, upload).await?;
            one(&asked, id).await
        };
        let statement = taken.await.map_err(refused)?;
        let place = format!("/admin/v1/statements/{}", statement.id);
        Ok(Taken::Statement(Json(statement), place))
    }

    /// How far it is; scope payments:read
    #[oai(path = "/statements/:id", method = "get", operation_id = "statement")]
    async fn one(&self, asked: Data<&Asked>, id: Path<String>) -> poem::Result<Json<BankStatement>> {
        let read = async { one(&asked, dto::id(&id)?).await };
        Ok(Json(read.await.map_err(refused)?))
    }
}

async fn one(asked: &Asked, id: StatementFileId) -> Result<BankStatement, Fault> {
    let scope = asked.scope(Right::PaymentsRead)?;
    let file = bank::file(asked.db(), &scope, id).await?;
    let counts = bank::counts(asked.db(), &scope, id).await?;
    Ok(told(&file, counts.open))
}
