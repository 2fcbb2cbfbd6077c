//! The commands of whoever keeps a shop: on a fresh folder, on a seeded shop, and on what is broken.

mod archive;
mod backup;
mod bank_files;
mod doctor;
mod keeping;
mod tampered;
mod theme;
mod translate;

use std::{
    path::Path,
    process::{Command, Output},
};

use vitrina_tests::{Fresh, binary, engines, fresh_database};

/// A shop's place: a folder, and with PostgreSQL a database.
pub struct Place {
    pub folder: tempfile::TempDir,
    database: Option<Fresh>,
}

impl Place {
    pub fn new(engine: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self { folder, database: (engine == "postgres").then(fresh_database) }
    }

    /// The folder of the shop, which is not there yet.
    pub fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("shop")
    }

    pub fn url(&self) -> Option<&str> {
        self.database.as_ref().map(|d| d.url.as_str())
    }

    /// Runs a command over this place.
    pub fn run(&self, args: &[&str]) -> Said {
        self.run_with(args, &[])
    }

    pub fn run_with(&self, args: &[&str], env: &[(&str, &str)]) -> Said {
        let mut all = env.to_vec();
        all.extend(self.url().map(|url| ("VITRINA_DATABASE_URL", url)));
        vitrina(&self.data(), args, &all)
    }
}

/// What a command said and how it ended.
#[derive(Debug)]
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Said {
    #[track_caller]
    pub fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }
}

pub fn vitrina(data: &Path, args: &[&str], env: &[(&str, &str)]) -> Said {
    let mut command = Command::new(binary());
    command.args(args).arg("--data").arg(data).envs(env.iter().copied());
    let Output { status, stdout, stderr } = command.output().expect("vitrina runs");
    Said {
        code: status.code(),
        out: String::from_utf8_lossy(&stdout).into_owned(),
        err: String::from_utf8_lossy(&stderr).into_owned(),
    }
}

/// A place on each engine at hand.
pub fn places() -> Vec<Place> {
    engines().into_iter().map(Place::new).collect()
}
