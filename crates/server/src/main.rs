//! The `vitrina` command: configuration → adapters → the shop → one of its ways to run.

mod cli;
mod cmd;
mod config;
mod demo;
mod fetch;
mod serve;
mod vies;
mod wire;

use clap::Parser;

/// A page is a few thousand small allocations; glibc's allocator took a quarter of its time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    // reqwest and lettre share one TLS provider, which must be named before the first client.
    rustls::crypto::ring::default_provider().install_default().ok();
    let cli = cli::Cli::parse();
    logging(&cli);
    // SQLite runs where it is asked (ADR 5): while one thread waits for the disk, others work.
    let threads = std::thread::available_parallelism().map_or(2, usize::from) + 2;
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build() {
        Ok(runtime) => runtime,
        Err(e) => {
            eprintln!("vitrina: the runtime does not start: {e}");
            return std::process::ExitCode::FAILURE;
        }
    };
    match runtime.block_on(cli::run(cli)) {
        Ok(code) => code,
        Err(e) => {
            eprintln!("vitrina: {e:#}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn logging(cli: &cli::Cli) {
    let level = cli.log.clone().unwrap_or_else(|| "warn,vitrina=info".into());
    let filter = tracing_subscriber::EnvFilter::try_new(level).unwrap_or_default();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false).init();
}
