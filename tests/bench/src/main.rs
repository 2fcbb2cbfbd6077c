//! `make bench`: what a request, a checkout and an import cost, beside the barest thing that
//! could do the same on the same machine in the same run.
//!
//! Machines differ and have neighbours; ratios and CPU time a request travel better than rates.

mod bank;
mod bare;
mod bulk;
mod buying;
mod clerk;
mod goods;
mod load;
mod messages;
mod offers;
mod partner;
mod report;
mod round;
mod shop;
mod wire;
mod words;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure and write the table
    Run(Plan),
    /// Answer every request with the bytes of a file
    Bare { file: PathBuf, kind: String },
    /// Write a file of products to import
    Goods { products: usize, file: PathBuf },
}

/// What is measured.
#[derive(clap::Args)]
pub struct Plan {
    /// The `vitrina` binary (a release build)
    #[arg(long, env = "VITRINA_BIN")]
    vitrina: PathBuf,
    /// Sizes of the catalogue
    #[arg(long, value_delimiter = ',', default_value = "10000,100000")]
    products: Vec<usize>,
    /// sqlite, postgresql; the latter only where there is a server
    #[arg(long, value_delimiter = ',', default_value = "sqlite,postgresql")]
    engines: Vec<String>,
    /// Seconds a measurement
    #[arg(long, default_value_t = 6)]
    seconds: u64,
    /// Connections
    #[arg(long, default_value_t = 16)]
    connections: usize,
    /// A PostgreSQL server whose user may create databases; without it only SQLite is measured
    #[arg(long, env = "VITRINA_TEST_PG")]
    postgres: Option<String>,
    /// Folder of PostgreSQL's programs
    #[arg(long, env = "VITRINA_PG_BIN")]
    pg_bin: Option<PathBuf>,
    /// Folder for the shops that are made
    #[arg(long, default_value = "target/bench")]
    work: PathBuf,
    /// Measure a shop that an earlier run filled, without importing again
    #[arg(long)]
    keep: bool,
    /// Measure only what has this in its name
    #[arg(long, default_value = "")]
    only: String,
    /// Where the table is written
    #[arg(long)]
    write: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Run(plan) => round::run(&plan).await,
        Command::Bare { file, kind } => bare::serve(&file, &kind).await,
        Command::Goods { products, file } => goods::write(products, &[], &file),
    }
}
