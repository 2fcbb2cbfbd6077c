//! `vitrina doctor`: looks at the shop and says of each thing whether it is well, and of what is
//! not how to mend it. It changes nothing: no folder is made, no schema brought up to date.

mod inside;

use std::{path::Path, process::ExitCode, time::Duration};

use serde::Serialize;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use vitrina::{
    kernel::{Clock, Moment},
    manifest::plugin_zero,
    translation::{Quota, Trouble},
};
use vitrina_migrations::Standing;

use crate::{
    cmd::backup::time_text,
    config::{Config, env},
    wire,
};

#[derive(Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Health {
    Ok,
    Warn,
    Fail,
}

#[derive(Serialize)]
struct Finding {
    health: Health,
    /// What was looked at: "schema", "search". Stable, for scripts.
    check: &'static str,
    what: String,
    /// What to do; empty when all is well.
    fix: String,
}

/// The findings so far.
#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn ok(&mut self, check: &'static str, what: impl Into<String>) {
        self.0.push(Finding { health: Health::Ok, check, what: what.into(), fix: String::new() });
    }
    fn warn(&mut self, check: &'static str, what: impl Into<String>, fix: impl Into<String>) {
        self.0.push(Finding { health: Health::Warn, check, what: what.into(), fix: fix.into() });
    }
    fn fail(&mut self, check: &'static str, what: impl Into<String>, fix: impl Into<String>) {
        self.0.push(Finding { health: Health::Fail, check, what: what.into(), fix: fix.into() });
    }

    /// Exit code 0 when all is well, 1 with warnings, 2 with failures.
    fn say(&self, as_json: bool) -> anyhow::Result<ExitCode> {
        if as_json {
            println!("{}", serde_json::to_string(&self.0)?);
        } else {
            for f in &self.0 {
                let word = ["ok", "warn", "fail"][f.health as usize];
                println!("[{word:4}] {:9} {}", f.check, f.what);
                if !f.fix.is_empty() {
                    println!("       {:9} → {}", "", f.fix);
                }
            }
        }
        let has = |h| self.0.iter().any(|f| f.health == h);
        Ok(ExitCode::from(if has(Health::Fail) { 2 } else { u8::from(has(Health::Warn)) }))
    }
}

/// # Errors
/// Only when the answer cannot be printed: what does not work is a finding.
pub async fn run(config: anyhow::Result<Config>, as_json: bool) -> anyhow::Result<ExitCode> {
    let mut findings = Findings::default();
    match config {
        Ok(config) => examine(&config, &mut findings).await,
        Err(e) => {
            let fix = "correct that line or variable; `vitrina config print` lists every setting once the file can be read";
            findings.fail("config", format!("{e:#}"), fix);
        }
    }
    findings.say(as_json)
}

async fn examine(config: &Config, findings: &mut Findings) {
    folder(config, findings);
    settings(config, findings);
    cards(config, findings);
    translator(config, findings).await;
    match wire::stage(config) {
        Ok(stage) => findings.ok("theme", format!("theme {} opens", stage.theme().id)),
        Err(e) => findings.fail("theme", format!("{e:#}"), "mend the named file, or set theme.name to default"),
    }
    backup(config, findings);
    listener(config, findings).await;
    if database(config, findings).await
        && let Err(e) = inside::shop(config, findings).await
    {
        findings.fail(
            "shop",
            format!("the shop cannot be read: {e:#}"),
            "look at the message; where rows are damaged a backup helps: vitrina restore FILE --data ANOTHER_DIR",
        );
    }
}

fn folder(config: &Config, findings: &mut Findings) {
    let shown = config.data.display();
    if !config.data.is_dir() {
        let fix = format!("vitrina migrate --data {shown}   makes a new shop there; an existing one is named with --data DIR");
        return findings.fail("folder", format!("there is no folder {shown}"), fix);
    }
    let probe = config.data.join(".doctor");
    let written = std::fs::write(&probe, "");
    let _ = std::fs::remove_file(&probe);
    match written {
        Ok(()) => findings.ok("folder", format!("folder {shown} can be written")),
        Err(e) => {
            let fix = format!("chown -R USER {shown}   for the user that runs vitrina, or make room on the disk");
            findings.fail("folder", format!("folder {shown} cannot be written: {e}"), fix);
        }
    }
}

/// So many days a shop can lose before somebody is told.
const STALE_DAYS: i64 = 7;

fn backup(config: &Config, findings: &mut Findings) {
    let fix = format!("vitrina backup --data {} --to FOLDER   every night, on another disk", config.data.display());
    let Some(last) = vitrina_backup::last(&config.data) else {
        return findings.warn("backup", "no backup was made yet", fix);
    };
    let days = (Clock::system().now().0 - last.at) / Moment(0).plus_days(1).0;
    let shown = format!("the last backup is of {} ({})", time_text(Moment(last.at)), last.file);
    if days >= STALE_DAYS {
        findings.warn("backup", format!("{shown}, {days} days ago"), fix);
    } else {
        findings.ok("backup", shown);
    }
}

fn settings(config: &Config, findings: &mut Findings) {
    let text = |key: &str| config.settings.text(key);
    match text("shop.url") {
        "" => findings.warn(
            "url",
            "shop.url is empty: links in letters have no public address",
            "set it in the office under Settings, or VITRINA_SHOP_URL=https://your.shop",
        ),
        url if !url.starts_with("https://") => {
            findings.warn(
                "url",
                format!("shop.url {url} is not https"),
                "put a proxy with a certificate before the shop and set shop.url to its address",
            );
        }
        url => findings.ok("url", format!("shop.url {url}")),
    }
    for secret in &plugin_zero().secrets {
        if secret.required(&config.settings) && env(&secret.env).is_none() {
            let condition = secret.required_if.as_deref().unwrap_or_default();
            findings.warn(
                "secrets",
                format!("{condition}, and {} is not set", secret.key),
                format!("set {} ({})", secret.env, secret.hint),
            );
        }
    }
    if text("mail.transport") == "smtp" && text("mail.smtp_url").is_empty() {
        findings.fail(
            "mail",
            "mail.transport is smtp and mail.smtp_url is empty: no letter can leave",
            "set VITRINA_MAIL_SMTP_URL=smtp://user@host:587",
        );
    } else {
        findings.ok("mail", format!("letters leave by {}", text("mail.transport")));
    }
}

/// Card payments need two secrets: one to ask with, and one to believe what comes.
fn cards(config: &Config, findings: &mut Findings) {
    let key = config.secrets.stripe_key.as_deref();
    match (key, config.secrets.stripe_webhook_secrets.is_empty()) {
        (None, true) => findings.ok("cards", "card payments are off: stripe.key is not set"),
        (None, false) => findings.warn(
            "cards",
            "stripe.webhook_secrets is set and stripe.key is not: no card can be paid with",
            "set VITRINA_STRIPE_KEY to the account's secret key, or unset VITRINA_STRIPE_WEBHOOK_SECRETS",
        ),
        (Some(_), true) => findings.fail(
            "cards",
            "stripe.key is set and stripe.webhook_secrets is not: the shop would not hear at once that a card has paid",
            "set VITRINA_STRIPE_WEBHOOK_SECRETS to the signing secret (whsec_…) of the webhook at Stripe",
        ),
        (Some(key), false) if !key.starts_with("sk_") && !key.starts_with("rk_") => findings.fail(
            "cards",
            "stripe.key is no secret key: Stripe will refuse it",
            "set VITRINA_STRIPE_KEY to the key that begins with sk_ or rk_; pk_ is the public one",
        ),
        (Some(key), false) => match wire::gateway(config) {
            Ok(_) if key.contains("_test_") => {
                findings.ok("cards", "card payments by Stripe are rehearsed: the key moves no money")
            }
            Ok(_) => findings.ok("cards", "card payments by Stripe"),
            Err(e) => findings.fail("cards", format!("{e:#}"), "correct stripe.url and VITRINA_STRIPE_KEY"),
        },
    }
}

/// Whether texts can be translated: the account is asked what is left of it.
async fn translator(config: &Config, findings: &mut Findings) {
    const CHECK: &str = "translate";
    const KEY: &str = "set VITRINA_DEEPL_KEY to the API key of the account (deepl.com, Account, API keys); a key of the free plan ends with :fx";
    let provider = config.settings.text("translation.provider");
    let asked = match (provider, wire::translator(config)) {
        ("deepl", _) if config.secrets.deepl_key.is_none() => {
            return findings.fail(CHECK, "translation.provider is deepl and deepl.key is not set: nothing is translated", KEY);
        }
        ("deepl" | "libretranslate", Ok(translator)) => tokio::time::timeout(Duration::from_secs(8), translator.quota()).await,
        (_, Ok(_)) => return findings.ok(CHECK, "no provider translates: memory and glossary alone"),
        (_, Err(e)) => {
            return findings.fail(
                CHECK,
                format!("{e:#}"),
                "correct translation.libre_url, translation.deepl_url or VITRINA_DEEPL_KEY",
            );
        }
    };
    match asked {
        Ok(Ok(Some(Quota { used, limit: Some(limit) }))) if used >= limit => findings.fail(
            CHECK,
            format!("the quota of {provider} is used up: {used} of {limit} characters"),
            "wait for the account's next month or choose a larger plan; texts wait untranslated, `vitrina translate --locale LOCALE --missing` goes on",
        ),
        Ok(Ok(Some(Quota { used, limit: Some(limit) }))) if used * 10 >= limit * 9 => findings.warn(
            CHECK,
            format!("{provider}: {used} of {limit} characters are used"),
            "choose a larger plan, or lower translation.monthly_cap so that what is left lasts",
        ),
        Ok(Ok(Some(Quota { used, limit }))) => {
            let limit = limit.map_or_else(|| "no limit".to_owned(), |l| format!("{l} characters"));
            findings.ok(CHECK, format!("{provider} answers: {used} used, {limit}"));
        }
        Ok(Ok(None)) => findings.ok(CHECK, format!("{provider} answers")),
        Ok(Err(Trouble::Key(why))) => findings.fail(CHECK, format!("{provider} refuses the key ({why})"), KEY),
        Ok(Err(Trouble::Quota)) => findings.fail(
            CHECK,
            format!("the quota of {provider} is used up"),
            "wait for the account's next month or choose a larger plan",
        ),
        Ok(Err(trouble)) => findings.warn(
            CHECK,
            format!("{provider}: {trouble}"),
            "try again; else check the address (translation.deepl_url, translation.libre_url) and the way out of this machine",
        ),
        Err(_) => findings.warn(CHECK, format!("{provider} does not answer within eight seconds"), "try again later"),
    }
}

/// Whether the address is free, or a shop answers there already.
async fn listener(config: &Config, findings: &mut Findings) {
    let address = config.listen;
    if TcpListener::bind(address).await.is_ok() {
        return findings.ok("listen", format!("{address} is free"));
    }
    match ready(&address.to_string()).await {
        Some(true) => findings.ok("listen", format!("a shop answers on {address} and is ready")),
        Some(false) => findings.fail(
            "listen",
            format!("a shop answers on {address} and is not ready"),
            format!("curl http://{address}/readyz   says what it lacks"),
        ),
        None => findings.fail(
            "listen",
            format!("{address} cannot be listened on: something else is there, or it is not this machine's"),
            "choose another with --listen ADDR:PORT, VITRINA_LISTEN or `listen` in vitrina.toml",
        ),
    }
}

/// What `/readyz` of this address says; nothing when no shop is there.
async fn ready(address: &str) -> Option<bool> {
    let ask = async {
        let mut stream = TcpStream::connect(address).await.ok()?;
        stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").await.ok()?;
        let mut answer = String::new();
        stream.take(4096).read_to_string(&mut answer).await.ok()?;
        answer.contains("\"ready\":").then(|| answer.starts_with("HTTP/1.1 200"))
    };
    tokio::time::timeout(Duration::from_secs(3), ask).await.ok().flatten()
}

/// Whether the database can be worked with as it is.
async fn database(config: &Config, findings: &mut Findings) -> bool {
    let shown = config.database_for_people();
    let migrate = format!("vitrina migrate --data {}", config.data.display());
    if let Some(path) = config.database.strip_prefix("sqlite:")
        && !Path::new(path).is_file()
    {
        findings.fail("database", format!("there is no database {path}"), migrate);
        return false;
    }
    let opened = tokio::time::timeout(Duration::from_secs(5), wire::database(config)).await;
    let database = match opened {
        Ok(Ok(database)) => database,
        Ok(Err(e)) => {
            findings.fail(
                "database",
                format!("{e:#}"),
                "check that it runs, and the address in VITRINA_DATABASE_URL or the file in --data DIR",
            );
            return false;
        }
        Err(_) => {
            findings.fail(
                "database",
                format!("the database {shown} does not answer within five seconds"),
                "check that it runs and can be reached from here",
            );
            return false;
        }
    };
    findings.ok("database", format!("database {shown} answers"));
    let standing = wire::fits(&database).await;
    database.close().await;
    match standing {
        Ok(Standing::Current) => findings.ok("schema", "the schema is this version's"),
        Ok(Standing::Behind(n)) => findings.fail("schema", format!("{n} migrations are to be run"), migrate),
        Ok(Standing::Newer(_)) => {}
        Err(e) => findings.fail("schema", format!("{e:#}"), "install the version that the message asks for"),
    }
    matches!(findings.0.last(), Some(Finding { check: "schema", health: Health::Ok, .. }))
}
