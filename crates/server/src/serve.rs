//! The long-running process: listener, worker, search follower, and the ear for other nodes.

use std::{process::ExitCode, time::Duration};

use anyhow::Context;
use poem::{
    Server,
    http::uri::Scheme,
    listener::{Acceptor, Listener, TcpAcceptor, TcpListener},
    web::{LocalAddr, RemoteAddr},
};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};
use vitrina::{
    flows,
    jobs::{Lane, Pace, Worker},
    kernel::{App, Source, token},
    search::Position,
    stage::{Stage, letters::LISTENS_ON},
};

use crate::{config::Config, wire};

/// Runs the shop until it is told to stop.
///
/// # Errors
/// When the address is taken or the database does not open.
pub async fn serve(config: Config) -> anyhow::Result<ExitCode> {
    let app = wire::open(&config).await?;
    flows::market::open(&app).await?;
    let acceptor = bind(&config).await?;
    println!("Vitrina listens on http://{}", address(&acceptor));
    run(&config, app, acceptor).await
}

/// Does jobs and nothing else until it is told to stop: for a shop with many letters or pictures,
/// beside `serve`, on its database and its folder. Imports stay with `serve`, one after the other.
///
/// # Errors
/// When the database does not open.
pub async fn work(config: &Config) -> anyhow::Result<ExitCode> {
    let app = wire::open(config).await?;
    let (stop, stopped) = watch::channel(false);
    let worker = Worker::new(app.clone(), wire::jobs()).on_lane(Lane::Except(flows::imports::LONG));
    let working = tokio::spawn(async move { worker.run(stopped).await });
    let stopping = stop_signal();
    println!("Vitrina works at the jobs of {}", config.database_for_people());
    stopping.await;
    let _ = stop.send(true);
    let _ = tokio::time::timeout(Duration::from_secs(30), working).await;
    app.database().close().await;
    Ok(ExitCode::SUCCESS)
}

/// Serves an opened shop on a bound address, with everything that runs beside it.
///
/// # Errors
/// When the listener fails.
pub async fn run(config: &Config, app: App, acceptor: NoDelay) -> anyhow::Result<ExitCode> {
    listens_on(&app, &address(&acceptor));
    let stage: Stage = (**app.port::<Stage>()).clone();
    let routes = vitrina_web::routes(app.clone(), stage);
    let (stop, stopped) = watch::channel(false);
    let worker = |lane| Worker::new(app.clone(), wire::jobs()).on_lane(lane);
    let (quick, long) = (worker(Lane::Except(flows::imports::LONG)), worker(Lane::Only(flows::imports::LONG)));
    let beside = [
        tokio::spawn({
            let stopped = stopped.clone();
            async move { quick.run(stopped).await }
        }),
        tokio::spawn({
            let stopped = stopped.clone();
            let pace = Pace { at_once: 1, batch: 1, look: Duration::from_millis(500), ..Pace::default() };
            async move { long.with_pace(pace).run(stopped).await }
        }),
        tokio::spawn(follow(app.clone(), node(config)?, stopped.clone())),
        tokio::spawn(listen(app.clone(), stopped.clone())),
        tokio::spawn(upkeep(app.clone(), stopped.clone())),
        tokio::spawn(find_out(app.clone(), stopped)),
    ];
    let served = Server::new_with_acceptor(acceptor)
        .run_with_graceful_shutdown(routes, stop_signal(), Some(Duration::from_secs(10)))
        .await
        .context("the listener failed");
    let _ = stop.send(true);
    for task in beside {
        let _ = tokio::time::timeout(Duration::from_secs(10), task).await;
    }
    app.database().close().await;
    served.map(|()| ExitCode::SUCCESS)
}

/// Letters of a shop that nobody gave an address lead to where it listens.
pub fn listens_on(app: &App, address: &str) {
    let mut settings = (*app.settings()).clone();
    settings.set(LISTENS_ON, format!("http://{address}").into(), Source::Default);
    app.replace_settings(settings);
}

/// Brings the search index up to what the database says; rebuilds it when this node was away
/// for longer than the queue is kept.
///
/// # Errors
/// Whatever database or index say.
pub async fn index_now(app: &App, node: &str) -> anyhow::Result<Position> {
    let begun = app.now();
    let mut position = match flows::search::position(app, node).await? {
        Some(position) => position,
        None => {
            flows::search::reindex(app, |_| ()).await?;
            Position::at(begun)
        }
    };
    flows::search::follow(app, &mut position).await?;
    flows::search::remember(app, node, &position).await?;
    Ok(position)
}

/// This node's name: its index lies in its own folder.
///
/// # Errors
/// When the folder cannot be written.
pub fn node(config: &Config) -> anyhow::Result<String> {
    let path = config.folder("search").join("node");
    if let Ok(name) = std::fs::read_to_string(&path) {
        return Ok(name.trim().to_owned());
    }
    let name = token::random(&vitrina::kernel::Entropy::Os);
    std::fs::create_dir_all(config.folder("search")).and_then(|()| std::fs::write(&path, &name)).context("the search folder")?;
    Ok(name)
}

async fn follow(app: App, node: String, mut stopped: watch::Receiver<bool>) {
    let mut position = loop {
        match index_now(&app, &node).await {
            Ok(position) => break position,
            Err(error) => {
                tracing::error!(%error, "the search index cannot be brought up to date");
                if wait(&mut stopped, Duration::from_secs(5)).await {
                    return;
                }
            }
        }
    };
    let mut since = tokio::time::Instant::now();
    loop {
        tokio::select! {
            () = app.change_bell().notified() => {}
            stop = wait(&mut stopped, Duration::from_millis(700)) => if stop { break },
        }
        if let Err(error) = flows::search::follow(&app, &mut position).await {
            tracing::error!(%error, "the search index fell behind");
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        // Writing the place down costs a commit; a restart reads a minute of the queue twice instead.
        if since.elapsed() > Duration::from_secs(60) {
            since = tokio::time::Instant::now();
            let _ = flows::search::remember(&app, &node, &position).await;
        }
    }
    let _ = flows::search::remember(&app, &node, &position).await;
}

/// Other nodes raise generations through the database.
async fn listen(app: App, mut stopped: watch::Receiver<bool>) {
    let mut since = app.now().plus_seconds(-2);
    while !wait(&mut stopped, Duration::from_millis(800)).await {
        match flows::upkeep::hear(&app, since).await {
            Ok(heard) => since = heard,
            Err(error) => tracing::warn!(%error, "other nodes cannot be heard"),
        }
    }
}

/// What time brings: holds that end, carts nobody came back for, rows past their keeping.
async fn upkeep(app: App, mut stopped: watch::Receiver<bool>) {
    loop {
        // At once after a start: whatever a killed process was in the middle of goes on now.
        if let Err(error) = flows::upkeep::tidy(&app).await {
            tracing::error!(%error, "upkeep failed");
        }
        if wait(&mut stopped, Duration::from_secs(30)).await {
            return;
        }
    }
}

/// Asks the payment provider about everything that nobody told: messages that failed, attempts that
/// stay open, and once a day its whole list.
async fn find_out(app: App, mut stopped: watch::Receiver<bool>) {
    while !wait(&mut stopped, Duration::from_secs(3)).await {
        if let Err(fault) = flows::payments::sweep(&app).await {
            tracing::error!(%fault, "open payments could not be asked about");
        }
        if let Err(fault) = flows::payments::compare(&app).await {
            tracing::warn!(%fault, "the provider's list could not be compared with the ledger");
            let _ = wait(&mut stopped, Duration::from_secs(60)).await;
        }
    }
}

/// Sleeps; true when it is time to stop.
async fn wait(stopped: &mut watch::Receiver<bool>, time: Duration) -> bool {
    tokio::select! {
        () = tokio::time::sleep(time) => *stopped.borrow(),
        _ = stopped.changed() => true,
    }
}

/// Builds the search index anew, with progress.
///
/// # Errors
/// Whatever database or index say.
pub async fn reindex(config: &Config) -> anyhow::Result<ExitCode> {
    let app = wire::open(config).await?;
    let begun = app.now();
    let done = flows::search::reindex(&app, |n| eprint!("\r{n} products")).await?;
    flows::search::remember(&app, &node(config)?, &Position::at(begun)).await?;
    app.database().close().await;
    println!("\r{done} products are searchable.");
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
    acceptor.local_addr().first().and_then(|a| a.as_socket_addr().map(ToString::to_string)).unwrap_or_default()
}

/// Ends when somebody asks the process to stop. The ears are open once this returns, not once it
/// is awaited: who was told that the shop runs may stop it at once.
fn stop_signal() -> impl Future<Output = ()> {
    let interrupt = signal(SignalKind::interrupt());
    let terminate = signal(SignalKind::terminate());
    async move {
        match (interrupt, terminate) {
            (Ok(mut interrupt), Ok(mut terminate)) => {
                tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
            }
            _ => {
                let _ = tokio::signal::ctrl_c().await;
            }
        }
    }
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
