//! Commands for whoever keeps the shop: people and the theme.

use std::{collections::BTreeMap, process::ExitCode};

use vitrina::{
    access, documents,
    flows::{self, staff::NewUser},
    kernel::{Actor, App, Fault, Locale, Right, Role},
    stage::{Severity, Stage},
};
use vitrina_typst::Typst;

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
    let created = flows::staff::create(&app, &Actor::System, new).await;
    app.database().close().await;
    let told = |fault: &Fault| app.port::<Stage>().fault(Locale::EN, fault);
    let created = created.map_err(|fault| anyhow::anyhow!("{} ({})", told(&fault), fault.code))?;
    println!("{email} can sign in at /office with the password {}", created.password.unwrap_or_default());
    Ok(ExitCode::SUCCESS)
}

/// Puts somebody into a team by its name.
///
/// # Errors
/// A sentence.
pub async fn put_into_team(config: &Config, email: &str, team: Option<&str>) -> anyhow::Result<ExitCode> {
    let app = wire::open(config).await?;
    let put = put(&app, email, team).await;
    app.database().close().await;
    let told = |fault: &Fault| app.port::<Stage>().fault(Locale::EN, fault);
    put.map_err(|fault| anyhow::anyhow!("{} ({})", told(&fault), fault.code))?;
    match team {
        Some(team) => println!("{email} belongs to {team}"),
        None => println!("{email} belongs to no team"),
    }
    Ok(ExitCode::SUCCESS)
}

async fn put(app: &App, email: &str, team: Option<&str>) -> Result<(), Fault> {
    let staff = access::staff(app.reader(), &Actor::System.scope(Right::UsersManage)?).await?;
    let user = staff.into_iter().find(|u| u.email == email.trim().to_lowercase());
    let user = user.ok_or_else(|| Fault::not_found("access.staff_not_found"))?.id;
    let id = match team {
        Some(name) => match access::teams(app.reader()).await?.into_iter().find(|t| t.name == name.trim()) {
            Some(known) => Some(known.id),
            None => Some(flows::teams::add(app, &Actor::System, name).await?),
        },
        None => None,
    };
    flows::teams::put(app, &Actor::System, user, id).await
}

/// Renders every page and letter of the theme in every language; fails on what is missing.
///
/// # Errors
/// When the theme does not open at all.
pub fn check_theme(config: &Config, as_json: bool) -> anyhow::Result<ExitCode> {
    let stage = wire::stage(config)?;
    let mut samples = vitrina_web::storefront::pages::samples()?;
    samples.extend(vitrina::stage::letters::samples()?);
    let mut findings = stage.check(&samples);
    findings.extend(documents::check(&stage, &Typst::new(stage.document_fonts())));
    findings.extend(vitrina::flows::aftersales::check(&stage, &Typst::new(stage.document_fonts())));
    findings.extend(vitrina::flows::contracts::check(&stage, &Typst::new(stage.document_fonts())));
    findings.extend(vitrina::flows::offers::check(&stage, &Typst::new(stage.document_fonts())));
    let errors = findings.iter().filter(|f| f.severity == Severity::Error).count();
    if as_json {
        let told = |f: &vitrina::stage::Finding| {
            let mut row = serde_json::to_value(f)?;
            row["remedy"] = f.remedy().into();
            Ok(row)
        };
        let rows = findings.iter().map(told).collect::<Result<Vec<_>, serde_json::Error>>()?;
        println!("{}", serde_json::Value::Array(rows));
    } else {
        for f in findings.iter().filter(|f| f.severity == Severity::Error) {
            let locale = f.locale.map_or_else(String::new, |l| format!(" [{l}]"));
            println!("{:?} {} in {}{locale}", f.severity, f.code, f.file);
            println!("      {} {}: {}", f.template, f.sample, f.detail);
            println!("      → {}", f.remedy());
        }
        // A language that is translated in part has hundreds of these; `--json` says each.
        let mut remarks: BTreeMap<&str, usize> = BTreeMap::new();
        for f in findings.iter().filter(|f| f.severity != Severity::Error) {
            *remarks.entry(f.file.as_str()).or_default() += 1;
        }
        for (file, n) in remarks {
            println!("Note {file}: {n} times a text is shown in another language");
        }
        println!("theme {}: {} samples, {errors} errors, {} remarks", stage.theme().id, samples.len(), findings.len() - errors);
    }
    Ok(if errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
