//! What is looked at once the database is there: people, goods, orders, jobs, money, tax.

use vitrina::{
    access, channels, content, desk, flows, jobs,
    kernel::{Actor, App, Fault, Money, Right, Role},
    payments,
    search::Index,
    showcase,
};

use super::Findings;
use crate::{config::Config, wire};

/// What can be said once the database is there.
pub(super) async fn shop(config: &Config, findings: &mut Findings) -> anyhow::Result<()> {
    let app = wire::open(config).await?;
    let told = inside(&app, findings).await;
    app.database().close().await;
    Ok(told?)
}

async fn inside(app: &App, findings: &mut Findings) -> Result<(), Fault> {
    let db = app.reader();
    if app.settings().text("payment.iban").is_empty() {
        findings.warn("payment", "payment.iban is empty: orders cannot say where to pay", "set it in the office under Settings");
    } else {
        findings.ok("payment", "bank transfers have an IBAN");
    }
    let staff = access::staff(db, &Actor::System.scope(Right::UsersManage)?).await?;
    if staff.iter().any(|s| s.active && s.role == Role::Owner) {
        findings.ok("staff", format!("{} members of staff", staff.iter().filter(|s| s.active).count()));
    } else {
        findings.warn("staff", "nobody can sign in to the office", "vitrina user add --email YOU@SHOP --name \"YOUR NAME\"");
    }
    let Ok(channel) = channels::by_code(db, "default").await else {
        findings.warn("channel", "the shop has no channel yet", "start it once: vitrina serve");
        return Ok(());
    };
    let shown = showcase::count(db, channel.id, None).await?;
    for locale in &channel.locales {
        let searchable = i64::try_from(app.port::<dyn Index>().count(*locale).await?).unwrap_or(0);
        if searchable == shown {
            findings.ok("search", format!("search [{locale}] knows all {shown} products"));
        } else {
            findings.warn(
                "search",
                format!("search [{locale}] knows {searchable} of {shown} products"),
                "start the shop and wait a moment; if it stays so: vitrina reindex (while the shop is stopped)",
            );
        }
    }
    let pages = content::shown(db, channel.source()).await?;
    for code in ["terms", "privacy", "returns", "delivery"] {
        if !pages.iter().any(|p| p.code == code) {
            findings.warn("pages", format!("the page {code} is not written"), "write it in the office under Pages");
        }
    }
    let torn = desk::torn(db, 20).await?;
    if torn.is_empty() {
        findings.ok("whole", "every order, inquiry and case has all that belongs to it, and stock agrees with its history");
    } else {
        let each = torn.iter().map(|t| format!("{} lacks {}", t.what, t.lacks.join(", "))).collect::<Vec<_>>().join("; ");
        findings.fail("whole", each, "keep a copy of the data folder and report it: this must not happen");
    }
    money(app, findings).await?;
    abroad(app, &channel.country, findings).await?;
    let counts = jobs::counts(db).await?;
    let of = |state: &str| counts.iter().filter(|c| c.state == state).map(|c| c.jobs).sum::<i64>();
    match of("failed") {
        0 => findings.ok("jobs", format!("no job failed for good, {} wait", of("ready"))),
        failed => findings.warn(
            "jobs",
            format!("{failed} jobs failed for good"),
            "look at /office/jobs, mend the cause and try them again",
        ),
    }
    Ok(())
}

/// Whether the ledger agrees with itself, and what of it waits for a person.
async fn money(app: &App, findings: &mut Findings) -> Result<(), Fault> {
    let (db, scope) = (app.reader(), Actor::System.scope(Right::PaymentsRead)?);
    let unsound = payments::unsound(db).await?;
    if unsound.is_empty() {
        findings.ok("ledger", "every sum of money is what its rows add up to");
    } else {
        let each = unsound.iter().map(|u| format!("{} {}", u.what, u.subject)).collect::<Vec<_>>().join("; ");
        findings.fail("ledger", each, "keep a copy of the data folder and report it: this must not happen");
    }
    let stuck = payments::stuck(db, &scope, 100).await?;
    if let Some(first) = stuck.first() {
        findings.warn(
            "payment events",
            format!(
                "{} messages of the payment provider are not understood, first {}: {}",
                stuck.len(),
                first.event_id,
                first.error
            ),
            "they are kept and tried again; update vitrina, or look at /office/money",
        );
    }
    let homeless = payments::homeless(db, &scope, false, None, 200).await?.rows.len();
    if homeless > 0 {
        findings.warn("money", format!("{homeless} payments are on no order"), "give them a home at /office/money");
    }
    if let Some(provider) = flows::payments::provider(app) {
        let last = payments::comparison(db, provider).await?.and_then(|c| c.ended_at);
        if last.is_none_or(|at| at.plus_days(2) < app.now()) {
            findings.warn(
                "payment list",
                format!("the list of {provider} was not compared with the ledger for two days"),
                "keep `vitrina serve` running and the provider within reach",
            );
        }
    }
    Ok(())
}

/// How the year's sales to consumers elsewhere in the Union stand to the threshold.
async fn abroad(app: &App, home: &str, findings: &mut Findings) -> Result<(), Fault> {
    let threshold = Money::eur(app.settings().int("tax.oss_threshold") * 100);
    let Some(count) = desk::abroad(app.reader(), home, threshold, app.now()).await? else { return Ok(()) };
    let sum = |money: Money| format!("{} {}", money.amount_text(), money.currency);
    let what = format!(
        "{} of {} without VAT sold to consumers elsewhere in the Union in {} ({} the year before)",
        sum(count.net),
        sum(count.threshold),
        count.year,
        sum(count.last_year)
    );
    match count.reach {
        desk::Reach::Calm => findings.ok("oss", what),
        desk::Reach::Near => {
            findings.warn("oss", what, "register for OSS in time, then say in the office under Tax from when it holds")
        }
        desk::Reach::Crossed => findings.warn(
            "oss",
            format!("the threshold is crossed: {what}"),
            "from the order that crossed it their own countries' VAT is owed: say in the office under Tax from when OSS holds",
        ),
    }
    if !count.uncounted.is_empty() {
        let all: Vec<String> = count.uncounted.iter().map(ToString::to_string).collect();
        findings.warn(
            "oss",
            format!("orders in {} are not counted", all.join(", ")),
            "write down their exchange rate under Price lists",
        );
    }
    Ok(())
}
