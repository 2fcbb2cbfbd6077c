//! Fresh migrated databases for tests: SQLite always, PostgreSQL where `VITRINA_TEST_PG` names a
//! server (`make test` starts a throwaway one).

use std::sync::atomic::{AtomicU32, Ordering};

use sea_orm::ConnectionTrait;
use vitrina_migrations::{Migrator, MigratorTrait};

use super::{App, AppBuilder, Clock, Database, Entropy, Moment};

/// A fixed moment that tests start from: 2026-11-23 09:00 in Vilnius, a Monday.
pub const MONDAY: Moment = Moment(1_795_417_200_000);

/// A database of its own that disappears with the value.
pub struct Fresh {
    pub database: Database,
    pub name: &'static str,
    folder: std::path::PathBuf,
}

impl Fresh {
    /// An app over it with a fixed clock and seeded randomness, ready for more ports.
    pub fn builder(&self) -> AppBuilder {
        App::builder(self.database.clone()).with_clock(Clock::fixed(MONDAY)).with_entropy(Entropy::seeded(1))
    }
    pub fn app(&self) -> App {
        self.builder().build()
    }
    /// A folder that is removed with the database.
    pub fn folder(&self) -> &std::path::Path {
        &self.folder
    }
}

impl Drop for Fresh {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// One fresh database of each engine that is at hand.
///
/// # Panics
/// When a database cannot be made or migrated.
pub async fn databases() -> Vec<Fresh> {
    let mut all = vec![sqlite().await];
    #[expect(clippy::disallowed_methods, reason = "tests are told of the server by the environment")]
    if let Ok(server) = std::env::var("VITRINA_TEST_PG") {
        all.push(postgres(&server).await);
    }
    all
}

/// A fresh SQLite database.
///
/// # Panics
/// When it cannot be made or migrated.
pub async fn sqlite() -> Fresh {
    let folder = folder();
    let url = format!("sqlite:{}", folder.join("shop.db").display());
    open("sqlite", &url, folder).await
}

async fn postgres(server: &str) -> Fresh {
    let name = format!("vitrina_{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let admin = sea_orm::Database::connect(server).await.expect("the test server answers");
    admin.execute_unprepared(&format!("create database {name}")).await.expect("a database can be made");
    let _ = admin.close().await;
    let cut = server.rfind('/').expect("a database address has a path");
    open("postgres", &format!("{}/{name}", &server[..cut]), folder()).await
}

async fn open(name: &'static str, url: &str, folder: std::path::PathBuf) -> Fresh {
    let database = Database::open(url).await.expect("the database opens");
    let connection = database.migrating().await.expect("the database answers");
    Migrator::up(&connection, None).await.expect("the migrations run");
    Fresh { database, name, folder }
}

static COUNT: AtomicU32 = AtomicU32::new(0);

fn folder() -> std::path::PathBuf {
    let name = format!("vitrina-test-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).expect("a temporary folder can be made");
    folder
}
