//! Files laid onto a shop, on both databases.

use std::{path::Path, sync::Arc};

use catalog_import::Options;

use super::*;
use crate::{
    catalog,
    flows::{campaigns, steps::market},
    imports::{self, Inbox, Wish},
    jobs::{Registry, Worker},
    kernel::{Actor, App, Kind, Moment, Money, Right, testing},
    pricing::{self, Price},
};

async fn opened(fresh: &testing::Fresh) -> App {
    let app = fresh.builder().with_port(Arc::new(Inbox::new(fresh.folder().join("imports")))).build();
    let tx = app.begin(&Actor::System).await.unwrap();
    market::found(&tx).await.unwrap();
    tx.commit().await.unwrap();
    app
}

async fn taken(app: &App, folder: &Path, text: &str) -> Outcome {
    let path = folder.join("file.csv");
    std::fs::write(&path, text).unwrap();
    let options = Options { name: Some("file.csv".into()), ..Options::default() };
    let incoming = Incoming { path, name: "file.csv".into(), options };
    take(app, &Actor::System, &incoming, Mode::Apply, |_, _| ()).await.unwrap()
}

fn worker(app: &App) -> Worker {
    let registry = Registry::new()
        .on(|app, job: TurnPrice| async move { Ok(turn(&app, &job).await?) })
        .on(|app, job: CheckImport| async move { Ok(check(&app, &job).await?) })
        .on(|app, job: RunImport| async move { Ok(work(&app, &job).await?) })
        .on(|app, job: UndoImport| async move { Ok(undo_job(&app, &job).await?) });
    Worker::new(app.clone(), registry)
}

async fn price(app: &App, sku: &str) -> Option<Price> {
    let tx = app.begin(&Actor::System).await.unwrap();
    let (_, variant) = *catalog::find_skus(&tx, &[sku.to_owned()]).await.unwrap().get(sku)?;
    let list = crate::channels::all(&tx).await.unwrap()[0].price_list;
    pricing::prices_of(&tx, list, &[variant], tx.now()).await.unwrap().get(&variant).copied()
}

/// Midnight in Vilnius, in winter.
fn day(month: u8, day: u8) -> Moment {
    Moment::from_ymd(2026, month, day).unwrap().plus_hours(-2)
}

const SALE: &str = "sku,title,price,sale price,sale from,sale until\nK-1,Kėdė,100,80,2026-12-01,2026-12-05\n";

#[tokio::test]
async fn a_dated_sale_begins_and_ends_by_itself() {
    for fresh in testing::databases().await {
        let app = opened(&fresh).await;
        taken(&app, fresh.folder(), "sku,title,price\nK-1,Kėdė,100\n").await;
        app.clock().set(day(11, 25));
        let outcome = taken(&app, fresh.folder(), SALE).await;
        assert_eq!(outcome.counts.updated, 1);
        assert_eq!(outcome.warnings[0].code, "sale.later");
        assert_eq!(taken(&app, fresh.folder(), SALE).await.counts.unchanged, 1, "the same file again");
        worker(&app).run_until_idle().await.unwrap();
        assert_eq!(price(&app, "K-1").await.unwrap().amount, Money::eur(100_00), "not yet");

        app.clock().set(day(12, 1));
        worker(&app).run_until_idle().await.unwrap();
        let now = price(&app, "K-1").await.unwrap();
        assert_eq!((now.amount, now.reference), (Money::eur(80_00), Some(Money::eur(100_00))));

        app.clock().set(day(12, 6));
        worker(&app).run_until_idle().await.unwrap();
        let now = price(&app, "K-1").await.unwrap();
        assert_eq!((now.amount, now.reference), (Money::eur(100_00), None));
    }
}

#[tokio::test]
async fn a_file_speaks_of_the_price_behind_a_campaign() {
    for fresh in testing::databases().await {
        let app = opened(&fresh).await;
        taken(&app, fresh.folder(), SALE).await;
        app.clock().set(day(12, 2));
        worker(&app).run_until_idle().await.unwrap();
        let tx = app.begin(&Actor::System).await.unwrap();
        let list = crate::channels::all(&tx).await.unwrap()[0].price_list;
        tx.roll_back().await.unwrap();
        let new = pricing::NewCampaign {
            name: "Gruodis".into(),
            list,
            goods: pricing::Picked::default(),
            change: pricing::Change::To(50_00),
            rounding: pricing::Rounding::Cent,
            reduction: pricing::Reduction::Announced,
            begins_at: None,
            ends_at: None,
        };
        let campaign = campaigns::save(&app, &Actor::System, None, &new).await.unwrap();
        assert_eq!(price(&app, "K-1").await.unwrap().amount, Money::eur(50_00));
        // The same goods with another title: the campaign keeps its price.
        let renamed = SALE.replace("Kėdė", "Kėdutė");
        assert_eq!(taken(&app, fresh.folder(), &renamed).await.counts.updated, 1);
        assert_eq!(price(&app, "K-1").await.unwrap().amount, Money::eur(50_00));
        // The file's sale ends while the campaign runs; what is restored is the price of today.
        app.clock().set(day(12, 6));
        worker(&app).run_until_idle().await.unwrap();
        assert_eq!(price(&app, "K-1").await.unwrap().amount, Money::eur(50_00));
        campaigns::end(&app, &Actor::System, campaign.id).await.unwrap();
        assert_eq!(price(&app, "K-1").await.unwrap().amount, Money::eur(100_00));
    }
}

#[tokio::test]
async fn an_undone_sale_does_not_begin() {
    for fresh in testing::databases().await {
        let app = opened(&fresh).await;
        taken(&app, fresh.folder(), "sku,title,price\nK-1,Kėdė,100\n").await;
        app.clock().set(day(11, 25));
        let outcome = taken(&app, fresh.folder(), SALE).await;
        let undone = undo(&app, &Actor::System, outcome.run.unwrap()).await.unwrap();
        assert_eq!((undone.restored, undone.removed, undone.kept.len()), (1, 0, 0));
        app.clock().set(day(12, 2));
        worker(&app).run_until_idle().await.unwrap();
        assert_eq!(price(&app, "K-1").await.unwrap().amount, Money::eur(100_00));
    }
}

#[tokio::test]
async fn a_sent_file_is_looked_at_run_and_undone_by_the_worker() {
    for fresh in testing::databases().await {
        let app = opened(&fresh).await;
        let path = inbox(&app, &Actor::System).unwrap().join("x.part");
        std::fs::write(&path, "sku,title,price,vat category\nK-1,Kėdė,100,standard\nK-2,Suolas,5,luxury\n").unwrap();
        let sent = Sent { name: "x.csv".into(), path: path.clone(), wish: Wish::default() };
        let refused = receive(&app, &Actor::Guest, sent.clone()).await.unwrap_err();
        assert_eq!(refused.kind, Kind::Forbidden);
        let id = receive(&app, &Actor::System, sent).await.unwrap();
        assert!(!path.exists(), "it was moved to its place");
        assert_eq!(start(&app, &Actor::System, id).await.unwrap_err().code, "imports.not_ready");

        let scope = Actor::System.scope(Right::ImportsRun).unwrap();
        worker(&app).run_until_idle().await.unwrap();
        let run = imports::run(app.reader(), &scope, id).await.unwrap();
        assert_eq!((run.state.as_str(), run.total, run.created, run.skipped), ("ready", 2, 1, 1));
        assert_eq!(run.preview().unwrap().first[0].title, "Kėdė");
        assert!(price(&app, "K-1").await.is_none(), "a look changes nothing");

        start(&app, &Actor::System, id).await.unwrap();
        worker(&app).run_until_idle().await.unwrap();
        let run = imports::run(app.reader(), &scope, id).await.unwrap();
        assert_eq!((run.state.as_str(), run.created, run.skipped), ("done", 1, 1));
        assert!(price(&app, "K-1").await.is_some());
        let found = imports::problems(app.reader(), &scope, id, 10).await.unwrap();
        assert_eq!((found[0].row, found[0].code.as_str()), (Some(3), "vat.category"));
        let (file, ending) = error_rows(&app, &Actor::System, id).await.unwrap();
        assert_eq!(ending, "csv");
        assert!(std::fs::read_to_string(file).unwrap().contains("K-2"));

        ask_undo(&app, &Actor::System, id).await.unwrap();
        worker(&app).run_until_idle().await.unwrap();
        let run = imports::run(app.reader(), &scope, id).await.unwrap();
        assert_eq!((run.state.as_str(), run.removed), ("undone", 1));
        assert!(price(&app, "K-1").await.is_none());
        assert_eq!(ask_undo(&app, &Actor::System, id).await.unwrap_err().code, "imports.undone");
    }
}
