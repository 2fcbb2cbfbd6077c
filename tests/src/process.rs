//! A seeded shop as its own process, on SQLite or PostgreSQL.
//!
//! The demo world is seeded once an engine and copied for each shop: a folder for SQLite, a
//! template database for PostgreSQL.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::Visitor;

/// A running shop; killed and cleaned up when dropped.
pub struct Shop {
    child: Child,
    how: How,
    pub data: PathBuf,
    pub database: Option<String>,
    /// What `vitrina demo --json` printed.
    pub info: Value,
}

/// What a shop is started with beside its data.
#[derive(Clone, Debug, Default)]
pub struct How {
    pub env: Vec<(String, String)>,
    pub args: Vec<String>,
}

/// The engines at hand: SQLite always, PostgreSQL where `VITRINA_TEST_PG` names a server.
pub fn engines() -> Vec<&'static str> {
    if env("VITRINA_TEST_PG").is_some() { vec!["sqlite", "postgres"] } else { vec!["sqlite"] }
}

/// Notes for the end of `make test` that something was left out.
pub fn left_out(what: &str) {
    use std::io::Write;
    if let Some(path) = env("VITRINA_LEFT_OUT")
        && let Ok(mut file) = std::fs::OpenOptions::new().append(true).create(true).open(path)
    {
        let _ = writeln!(file, "{what}");
    }
    eprintln!("left out: {what}");
}

/// What real shops and banks wrote, where somebody has it; nothing when this path of it is not there.
pub fn real_data(path: &str) -> Option<PathBuf> {
    env("VITRINA_REAL_DATA").map(|root| PathBuf::from(root).join(path)).filter(|path| path.exists())
}

/// The Python that has the packages of `documents/requirements.txt`, where `make test` could install them.
pub fn python() -> Option<PathBuf> {
    env("VITRINA_PYTHON").map(PathBuf::from)
}

/// The binary under test: `VITRINA_BIN`, or the one beside this test's own.
///
/// # Panics
/// When it was not built.
pub fn binary() -> PathBuf {
    let beside = || {
        let own = std::env::current_exe().expect("this test's path");
        own.ancestors().nth(2).expect("the target folder").join("vitrina")
    };
    let path = env("VITRINA_BIN").map_or_else(beside, PathBuf::from);
    assert!(path.exists(), "{} is missing: cargo build -p vitrina-server, or set VITRINA_BIN", path.display());
    path
}

impl Shop {
    /// A fresh copy of the seeded demo world, running.
    ///
    /// # Panics
    /// When it does not come up within two minutes.
    pub fn open(engine: &str) -> Self {
        Self::open_with(engine, How::default())
    }

    /// The same with settings of its own.
    ///
    /// # Panics
    /// When it does not come up within two minutes.
    pub fn open_with(engine: &str, how: How) -> Self {
        let (data, database) = copy_of_the_world(engine);
        Self::launched(data, database, how)
    }

    /// Starts the process over existing data (also after a kill).
    ///
    /// # Panics
    /// When it does not come up within two minutes.
    pub fn start(data: PathBuf, database: Option<String>) -> Self {
        Self::launched(data, database, How::default())
    }

    fn launched(data: PathBuf, database: Option<String>, how: How) -> Self {
        let (child, info) = launch(&data, database.as_deref(), &how);
        Self { child, how, data, database, info }
    }

    /// The address without a slash at its end.
    pub fn url(&self) -> String {
        self.info["url"].as_str().expect("url").trim_end_matches('/').to_owned()
    }

    pub fn visitor(&self) -> Visitor {
        Visitor::new(&self.url())
    }

    /// The login of a role: e-mail and password.
    ///
    /// # Panics
    /// When the demo names no such login.
    pub fn login(&self, role: &str) -> (String, String) {
        let logins = self.info["logins"].as_array().expect("logins");
        let login = logins.iter().find(|l| l["role"] == role).unwrap_or_else(|| panic!("no login for {role}"));
        (login["email"].as_str().expect("email").into(), login["password"].as_str().expect("password").into())
    }

    /// SIGKILL: no goodbye.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Kills the process and starts it again over the same data.
    pub fn kill_and_start_again(&mut self) {
        self.kill();
        let (child, info) = launch(&self.data, self.database.as_deref(), &self.how);
        self.child = child;
        self.info = info;
    }

    /// The same with other settings.
    pub fn kill_and_start_again_with(&mut self, how: How) {
        self.how = how;
        self.kill_and_start_again();
    }

    /// Runs another `vitrina` command over this shop's data.
    ///
    /// # Panics
    /// When the command cannot be run at all.
    pub fn command(&self, args: &[&str]) -> std::process::Output {
        self.prepared(args).output().expect("vitrina runs")
    }

    /// Starts another `vitrina` command; what it says on its error output can be read.
    ///
    /// # Panics
    /// When the command cannot be started.
    pub fn begin(&self, args: &[&str]) -> Child {
        self.prepared(args).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("vitrina starts")
    }

    fn prepared(&self, args: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.args(args).arg("--data").arg(&self.data);
        if let Some(url) = &self.database {
            command.env("VITRINA_DATABASE_URL", url);
        }
        command
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        self.kill();
        let _ = std::fs::remove_dir_all(&self.data);
        if let Some(name) = self.database.as_deref().and_then(|u| u.rsplit('/').next()) {
            psql(&format!("drop database if exists {name} with (force)"));
        }
    }
}

fn launch(data: &Path, database: Option<&str>, how: &How) -> (Child, Value) {
    let mut command = Command::new(binary());
    command.args(["demo", "--json", "--listen", "127.0.0.1:0", "--data"]).arg(data);
    // No test asks the world outside: where nobody listens, the register of VAT numbers is away.
    command.env("VITRINA_TAX_VIES_URL", "http://127.0.0.1:9");
    command.args(&how.args).envs(how.env.iter().cloned());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    if let Some(url) = database {
        command.env("VITRINA_DATABASE_URL", url);
    }
    #[expect(clippy::zombie_processes, reason = "whoever gets the child waits for it")]
    let mut child = command.spawn().expect("vitrina starts");
    let started = Instant::now();
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    loop {
        assert!(started.elapsed() < Duration::from_secs(300), "the shop did not come up in time");
        let line = lines.next().expect("the demo says its addresses before it ends").expect("readable output");
        if let Ok(info) = serde_json::from_str::<Value>(&line)
            && info.get("url").is_some()
        {
            // Somebody must go on reading, or a chatty child would block.
            std::thread::spawn(move || lines.for_each(drop));
            return (child, info);
        }
    }
}

static WORLD: Mutex<()> = Mutex::new(());
static COUNT: AtomicU32 = AtomicU32::new(0);

/// Seeds the world once a run and engine (also across test binaries) and copies it.
fn copy_of_the_world(engine: &str) -> (PathBuf, Option<String>) {
    let n = COUNT.fetch_add(1, Ordering::Relaxed);
    let copy = std::env::temp_dir().join(format!("vitrina-shop-{}-{n}", std::process::id()));
    let stamp = std::fs::metadata(binary())
        .and_then(|m| m.modified())
        .map_or(0, |t| t.duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs()));
    // A throwaway server takes its world with it: the mark in the folder holds for this server alone.
    let server = env("VITRINA_TEST_PG").filter(|_| engine == "postgres").unwrap_or_default();
    let port: String = server.chars().filter(char::is_ascii_digit).collect();
    let world = std::env::temp_dir().join(format!("vitrina-world-{engine}-{stamp}{port}"));
    let name = format!("vitrina_world_{stamp}");
    {
        let _one = WORLD.lock().unwrap_or_else(PoisonError::into_inner);
        let lock = std::fs::File::create(world.with_extension("lock")).expect("a lock file");
        lock.lock().expect("one seeding at a time");
        if !world.join("seeded").exists() {
            seed(engine, &world, &name);
        }
    }
    copy_folder(&world, &copy);
    let database = (engine == "postgres").then(|| {
        let own = format!("vitrina_shop_{}_{n}", std::process::id());
        psql(&format!("create database {own} template {name}"));
        address(&own)
    });
    (copy, database)
}

fn seed(engine: &str, world: &Path, name: &str) {
    let _ = std::fs::remove_dir_all(world);
    let database = (engine == "postgres").then(|| {
        psql(&format!("drop database if exists {name} with (force)"));
        psql(&format!("create database {name}"));
        address(name)
    });
    let (mut child, _) = launch(world, database.as_deref(), &How::default());
    // A polite end, so that SQLite folds its log in before the folder is copied.
    let _ = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    let _ = child.wait();
    std::fs::write(world.join("seeded"), "").expect("a mark");
}

fn copy_folder(from: &Path, to: &Path) {
    let status = Command::new("cp").args(["-a", "--reflink=auto"]).arg(from).arg(to).status().expect("cp runs");
    assert!(status.success(), "the world could not be copied");
}

/// An empty PostgreSQL database and its address; dropped with the guard.
///
/// # Panics
/// When `VITRINA_TEST_PG` names no server.
pub fn fresh_database() -> Fresh {
    let n = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("vitrina_empty_{}_{n}", std::process::id());
    psql(&format!("create database {name}"));
    Fresh { url: address(&name), name }
}

/// An empty database for one test.
pub struct Fresh {
    pub url: String,
    name: String,
}

impl Drop for Fresh {
    fn drop(&mut self) {
        psql(&format!("drop database if exists {} with (force)", self.name));
    }
}

fn address(name: &str) -> String {
    let server = env("VITRINA_TEST_PG").expect("VITRINA_TEST_PG");
    format!("{}/{name}", &server[..server.rfind('/').expect("a path")])
}

fn psql(sql: &str) {
    let server = env("VITRINA_TEST_PG").expect("VITRINA_TEST_PG");
    let output = Command::new("psql").args([&server, "-v", "ON_ERROR_STOP=1", "-qc", sql]).output().expect("psql runs");
    assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
}

fn env(name: &str) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "tests are told by the environment")]
    std::env::var(name).ok().filter(|v| !v.is_empty())
}
