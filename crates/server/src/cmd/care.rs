//! Commands for whoever keeps the shop: people, the theme, and a look at its health.

use std::process::ExitCode;

use serde_json::json;
use vitrina::{
    content, desk,
    flows::{self, staff::NewUser},
    jobs,
    kernel::{Actor, App, Locale, Role},
    search::Index,
    showcase,
    stage::{Severity, Stage},
};

use crate::{config::Config, wire};

/// Takes a member of staff in and says the password once.
///
/// # Errors
/// When the address is taken or cannot be one, or the role is unknown.
pub async fn add_user(config: &Config, email: String, name: String, role: &str, locale: &str) -> anyhow::Result<ExitCode> {
    let app = wire::open(config).await?;
    let known = || Role::ALL.iter().map(|r| r.as_str()).collect::<Vec<_>>().join(", ");
    let role: Role = role.parse().map_err(|e| anyhow::anyhow!("{e}: {role}; there are {}", known()))?;
    let locale: Locale = locale.parse().map_err(anyhow::Error::msg)?;
    let new = NewUser { email: email.clone(), name, role, locale, password: None };
    let created = flows::staff::create(&app, &Actor::System, new).await?;
    app.database().close().await;
    println!("{email} can sign in at /office with the password {}", created.password.unwrap_or_default());
    Ok(ExitCode::SUCCESS)
}

/// Renders every page and letter of the theme in every language; fails on what is missing.
///
/// # Errors
/// When the theme does not open at all.
pub fn check_theme(config: &Config) -> anyhow::Result<ExitCode> {
    let stage = wire::stage(config)?;
    let mut samples = vitrina_web::storefront::pages::samples()?;
    samples.extend(vitrina::stage::letters::samples()?);
    let findings = stage.check(&samples);
    for f in &findings {
        let locale = f.locale.map_or_else(String::new, |l| format!(" [{l}]"));
        println!("{:?} {} {}{locale} {}: {}", f.severity, f.code, f.template, f.sample, f.detail);
    }
    let errors = findings.iter().filter(|f| f.severity == Severity::Error).count();
    println!("{} samples, {errors} errors, {} remarks", samples.len(), findings.len() - errors);
    Ok(if errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[derive(Clone, Copy, PartialEq)]
enum Health {
    Ok,
    Warn,
    Fail,
}

struct Finding {
    health: Health,
    what: String,
    fix: String,
}

fn ok(what: impl Into<String>) -> Finding {
    Finding { health: Health::Ok, what: what.into(), fix: String::new() }
}
fn warn(what: impl Into<String>, fix: impl Into<String>) -> Finding {
    Finding { health: Health::Warn, what: what.into(), fix: fix.into() }
}
fn fail(what: impl Into<String>, fix: impl Into<String>) -> Finding {
    Finding { health: Health::Fail, what: what.into(), fix: fix.into() }
}

/// Looks at the shop and says of each thing whether it is well, and of what is not how to mend it.
/// Exit code 0 when all is well, 1 with warnings, 2 with failures.
///
/// # Errors
/// Only when the answer cannot be printed: what does not work is a finding.
pub async fn doctor(config: &Config, as_json: bool) -> anyhow::Result<ExitCode> {
    let mut findings = settings(config);
    match wire::open(config).await {
        Ok(app) => {
            findings.push(ok(format!("database {} answers and has this version's schema", config.database_for_people())));
            if let Err(fault) = inside(&app, &mut findings).await {
                findings.push(fail(format!("the shop cannot be read: {fault}"), "vitrina migrate"));
            }
            app.database().close().await;
        }
        Err(e) => {
            findings.push(fail(format!("{e:#}"), "check VITRINA_DATABASE_URL, or that --data names a folder that can be written"))
        }
    }
    let word = |h: Health| match h {
        Health::Ok => "ok",
        Health::Warn => "warn",
        Health::Fail => "fail",
    };
    if as_json {
        let all: Vec<_> = findings.iter().map(|f| json!({ "health": word(f.health), "what": f.what, "fix": f.fix })).collect();
        println!("{}", serde_json::Value::Array(all));
    } else {
        for f in &findings {
            let fix = if f.fix.is_empty() { String::new() } else { format!("  → {}", f.fix) };
            println!("[{:4}] {}{fix}", word(f.health), f.what);
        }
    }
    let has = |h| findings.iter().any(|f| f.health == h);
    Ok(ExitCode::from(if has(Health::Fail) { 2 } else { u8::from(has(Health::Warn)) }))
}

fn settings(config: &Config) -> Vec<Finding> {
    let text = |key: &str| config.settings.text(key);
    let mut all = Vec::new();
    let probe = config.data.join(".doctor");
    let writable = std::fs::create_dir_all(&config.data).and_then(|()| std::fs::write(&probe, "")).is_ok();
    let _ = std::fs::remove_file(&probe);
    all.push(if writable {
        ok(format!("folder {} can be written", config.data.display()))
    } else {
        fail(
            format!("folder {} cannot be written", config.data.display()),
            "chown it to the user that runs vitrina, or choose --data DIR",
        )
    });
    all.push(match text("shop.url") {
        "" => warn("shop.url is empty: links in letters have no address", "set VITRINA_SHOP_URL=https://your.shop"),
        url if !url.starts_with("https://") => {
            warn(format!("shop.url {url} is not https"), "put a proxy with a certificate before the shop")
        }
        url => ok(format!("shop.url {url}")),
    });
    all.push(if text("payment.iban").is_empty() {
        warn("payment.iban is empty: orders cannot say where to pay", "set it in the office under Settings")
    } else {
        ok("bank transfers have an IBAN")
    });
    if text("mail.transport") == "smtp" && config.secrets.smtp_password.is_none() {
        all.push(warn(
            "mail.transport is smtp and no password is set",
            "set VITRINA_SMTP_PASSWORD, unless the server asks for none",
        ));
    }
    all
}

async fn inside(app: &App, findings: &mut Vec<Finding>) -> Result<(), vitrina::kernel::Fault> {
    let channel = flows::market::open(app).await?;
    let shown = showcase::count(app.reader(), channel.id, None).await?;
    for locale in &channel.locales {
        let searchable = i64::try_from(app.port::<dyn Index>().count(*locale).await?).unwrap_or(0);
        findings.push(if searchable == shown {
            ok(format!("search [{locale}] knows all {shown} products"))
        } else {
            warn(
                format!("search [{locale}] knows {searchable} of {shown} products"),
                "vitrina reindex (while the shop is stopped)",
            )
        });
    }
    let pages = content::shown(app.reader(), channel.source()).await?;
    for code in ["terms", "privacy", "returns", "delivery"] {
        if !pages.iter().any(|p| p.code == code) {
            findings.push(warn(format!("the page {code} is not written"), "write it in the office under Pages"));
        }
    }
    let failed: i64 = jobs::counts(app.reader()).await?.iter().filter(|c| c.state == "failed").map(|c| c.jobs).sum();
    findings.push(if failed == 0 {
        ok("no job failed for good")
    } else {
        warn(format!("{failed} jobs failed"), "look at /office/jobs")
    });
    let torn = desk::torn(app.reader(), 20).await?;
    findings.push(if torn.is_empty() {
        ok("every order and inquiry has all that belongs to it, and stock agrees with its history")
    } else {
        let each = torn.iter().map(|t| format!("{} lacks {}", t.what, t.lacks.join(", "))).collect::<Vec<_>>().join("; ");
        fail(each, "keep a copy of the data folder and report it: this must not happen")
    });
    let stage: &Stage = app.port::<Stage>();
    findings.push(ok(format!("theme {} opens", stage.theme().id)));
    Ok(())
}
