//! Keeping the search index: following, rebuilding, forgetting what every node has read.

use crate::{
    channels,
    kernel::{Actor, App, Fault, Moment, ProductId, db},
    search::{self, Index, Position},
};

/// Where this node's index stands: its last position, or nothing when it must be rebuilt.
///
/// # Faults
/// Whatever the database says.
pub async fn position(app: &App, node: &str) -> Result<Option<Position>, Fault> {
    let seen: Option<Moment> =
        db::scalar(app.reader(), "select seen_at from search_node where node = $1", db::params![node]).await?;
    let kept = app.now().plus_millis(-search::KEPT_MS);
    Ok(seen.filter(|seen| *seen > kept).map(Position::at))
}

/// Reads the queue once; writes down how far this node has got.
///
/// # Faults
/// Whatever database or index say.
pub async fn follow(app: &App, position: &mut Position) -> Result<usize, Fault> {
    search::catch_up(app, position).await
}

/// Writes down how far this node has got, and drops queue rows that nobody needs any more.
///
/// # Faults
/// Whatever the database says.
pub async fn remember(app: &App, node: &str, position: &Position) -> Result<(), Fault> {
    let tx = app.begin(&Actor::System).await?;
    let sql =
        "insert into search_node (node, seen_at) values ($1, $2) on conflict (node) do update set seen_at = excluded.seen_at";
    db::run(&tx, sql, db::params![node, position.from()]).await?;
    let old = tx.now().plus_millis(-search::KEPT_MS);
    // A bounded bite: the purge of a large import must not hold the write lock.
    let sql = "delete from search_queue where id in (select id from search_queue where at < $1 order by id limit 2000)";
    db::run(&tx, sql, db::params![old]).await?;
    tx.commit().await
}

/// Builds the index anew from the catalogue, calling back with the number of products done.
///
/// # Faults
/// Whatever database or index say.
pub async fn reindex(app: &App, mut progress: impl FnMut(usize)) -> Result<usize, Fault> {
    let index = app.port::<dyn Index>();
    for channel in channels::all(app.reader()).await? {
        for locale in channel.locales {
            index.clear(locale).await?;
        }
    }
    let mut after = ProductId(uuid::Uuid::nil());
    let mut done = 0;
    loop {
        let sql = "select id from product where id > $1 order by id limit 4000";
        let products: Vec<ProductId> = db::column(app.reader(), sql, db::params![after]).await?;
        let Some(last) = products.last() else { return Ok(done) };
        after = *last;
        search::put(app.reader(), index.as_ref(), &products).await?;
        done += products.len();
        progress(done);
    }
}
