//! `vitrina demo`: one folder, no network, no account, a shop with nine months behind it.

mod cases;
mod contracts;
mod goods;
mod money;
mod offers;
mod past;
mod people;
mod seed;
mod terms;

use std::process::ExitCode;

use anyhow::Context;
use serde::{Deserialize, Serialize};
use serde_json::json;
use vitrina::{
    access::{KeyKind, NewKey},
    channels, flows,
    kernel::{Actor, App, Right},
};

use crate::{config::Config, serve, wire};

/// The logins of the demo, kept in its folder so that a second start can say them again.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Logins {
    pub logins: Vec<Login>,
    /// A secret key for the admin API that opens everything.
    #[serde(default)]
    pub admin_key: String,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Login {
    pub role: String,
    pub name: String,
    pub email: String,
    pub password: String,
}

/// Seeds the folder when it is empty, then serves it and says where.
///
/// # Errors
/// A sentence for the person at the terminal.
pub async fn run(mut config: Config, as_json: bool) -> anyhow::Result<ExitCode> {
    let begun = std::time::Instant::now();
    seed::settings(&mut config);
    let file = config.folder("demo.json");
    let fresh = !file.exists();
    if fresh {
        if !as_json {
            println!("Seeding a furniture maker's shop into {} …", config.data.display());
        }
        let mark = config.folder("seeding");
        begin_again(&config, &mark)?;
        let logins = seed::seed(&config).await.context("the demo world cannot be seeded")?;
        std::fs::write(&file, serde_json::to_string_pretty(&logins)?).context("the logins cannot be kept")?;
        std::fs::remove_file(&mark).context("the demo's folder")?;
    }
    let mut logins: Logins = serde_json::from_str(&std::fs::read_to_string(&file)?).context("demo.json")?;
    let app = wire::open(&config).await?;
    if logins.admin_key.is_empty() {
        let key = NewKey { name: "Demo".into(), kind: KeyKind::Secret, rights: Right::ALL.to_vec(), channel: None };
        logins.admin_key = flows::staff::create_key(&app, &Actor::System, key).await?.secret;
        std::fs::write(&file, serde_json::to_string_pretty(&logins)?).context("the logins cannot be kept")?;
    }
    let acceptor = serve::bind(&config).await?;
    let address = serve::address(&acceptor);
    let host = if config.listen.ip().is_unspecified() { format!("127.0.0.1:{}", config.listen.port()) } else { address };
    say(&app, &config, &format!("http://{host}"), &logins, as_json, begun.elapsed().as_millis()).await?;
    serve::run(&config, app, acceptor).await
}

/// A seeding that was cut off has left half a world; with its mark found, that half is thrown
/// away. Without the mark nothing is touched: the folder may hold somebody's shop.
fn begin_again(config: &Config, mark: &std::path::Path) -> anyhow::Result<()> {
    if mark.exists() {
        if !config.is_sqlite() {
            anyhow::bail!(
                "an earlier seeding of {} was cut off; make the database anew and try again",
                config.database_for_people()
            );
        }
        for name in ["shop.db", "shop.db-wal", "shop.db-shm"] {
            let _ = std::fs::remove_file(config.folder(name));
        }
        for name in ["media", "search", "outbox"] {
            let _ = std::fs::remove_dir_all(config.folder(name));
        }
    }
    std::fs::create_dir_all(&config.data).and_then(|()| std::fs::write(mark, "")).context("the demo's folder cannot be written")
}

async fn say(app: &App, config: &Config, url: &str, logins: &Logins, as_json: bool, millis: u128) -> anyhow::Result<()> {
    let channel = channels::by_code(app.reader(), "default").await?;
    let shops: Vec<String> = channel.locales.iter().map(|l| format!("{url}/{l}/")).collect();
    if as_json {
        let info = json!({
            "url": url, "shops": shops, "office": format!("{url}/office"), "outbox": format!("{url}/office/letters"),
            "api_docs": format!("{url}/store/v1/docs"), "publishable_key": channel.publishable_key,
            "admin_api_docs": format!("{url}/admin/v1/docs"), "secret_key": logins.admin_key,
            "logins": logins.logins, "data": config.data, "ready_ms": millis,
        });
        println!("{info}");
        return Ok(());
    }
    println!("\nVitrina {} · demo in {} (delete the folder to begin again)\n", env!("CARGO_PKG_VERSION"), config.data.display());
    println!("  Shop      {}", shops.join("   "));
    println!("  Office    {url}/office");
    for login in &logins.logins {
        println!("              {:9} {:22} {}", login.role, login.email, login.password);
    }
    println!("  Letters   {url}/office/letters");
    println!("  API docs  {url}/store/v1/docs   key {}", channel.publishable_key);
    println!("            {url}/admin/v1/docs   key {}", logins.admin_key);
    println!("\n  Try: buy a table as a guest, then look at the manager's day");
    println!("       ask about a lamp, and see who is to call back");
    println!("       change a price in the office, and reload the shop\n");
    println!("  Ready in {:.1} s. Stop with Ctrl+C.", millis as f64 / 1000.0);
    Ok(())
}
