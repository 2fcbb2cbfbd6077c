//! The long-running process: listener, worker, and the ear for other nodes.

use std::process::ExitCode;

use anyhow::Context;
use poem::{
    Server,
    http::uri::Scheme,
    listener::{Acceptor, Listener, TcpAcceptor, TcpListener},
    web::{LocalAddr, RemoteAddr},
};

use crate::{config::Config, wire};

/// Runs the shop until it is told to stop.
///
/// # Errors
/// When the address is taken or the database does not open.
pub async fn serve(config: Config) -> anyhow::Result<ExitCode> {
    let app = wire::open(&config).await?;
    let acceptor = bind(&config).await?;
    println!("Vitrina listens on http://{}", address(&acceptor));
    run(app, wire::stage(&config)?, acceptor).await
}

/// Serves an opened shop on a bound address.
///
/// # Errors
/// When the listener fails.
pub async fn run(app: vitrina::kernel::App, stage: vitrina::stage::Stage, acceptor: NoDelay) -> anyhow::Result<ExitCode> {
    let routes = vitrina_web::routes(app.clone(), stage);
    Server::new_with_acceptor(acceptor)
        .run_with_graceful_shutdown(routes, stop_signal(), Some(std::time::Duration::from_secs(10)))
        .await
        .context("the listener failed")?;
    app.database().close().await;
    Ok(ExitCode::SUCCESS)
}

/// Brings the schema up to date and says so.
///
/// # Errors
/// When the database does not open or a migration fails.
pub async fn migrate(config: &Config) -> anyhow::Result<ExitCode> {
    let app = wire::open(config).await?;
    app.database().close().await;
    println!("The database {} is up to date.", config.database_for_people());
    Ok(ExitCode::SUCCESS)
}

/// # Errors
/// Says which address is taken and how to choose another.
pub async fn bind(config: &Config) -> anyhow::Result<NoDelay> {
    let acceptor = TcpListener::bind(config.listen.to_string())
        .into_acceptor()
        .await
        .with_context(|| format!("cannot listen on {} (choose another with --listen ADDR:PORT)", config.listen))?;
    Ok(NoDelay(acceptor))
}

/// The address that was bound; with port 0 the system chose one.
pub fn address(acceptor: &NoDelay) -> String {
    acceptor.local_addr().first().map(|a| a.to_string().replace("socket://", "")).unwrap_or_default()
}

async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) else {
        let _ = interrupt.await;
        return;
    };
    tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
}

/// poem 3.1 leaves Nagle's algorithm on: every small answer would wait 40 ms for the client's
/// delayed acknowledgement.
pub struct NoDelay(TcpAcceptor);

impl Acceptor for NoDelay {
    type Io = tokio::net::TcpStream;

    fn local_addr(&self) -> Vec<LocalAddr> {
        self.0.local_addr()
    }

    async fn accept(&mut self) -> std::io::Result<(Self::Io, LocalAddr, RemoteAddr, Scheme)> {
        let accepted = self.0.accept().await?;
        accepted.0.set_nodelay(true)?;
        Ok(accepted)
    }
}
