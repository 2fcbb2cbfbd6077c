//! Tells the demo world to an empty shop, through the same flows that people use, with a clock
//! that is moved from nine months ago to now.

use anyhow::{Context, bail};
use vitrina::{
    flows,
    jobs::Worker,
    kernel::{Actor, Clock, Entropy, Moment, Source},
};
use vitrina_demo::{Ago, World, world};

use super::{Logins, cases, contracts, goods, money, offers, past, people, terms};
use crate::{config::Config, serve, wire};

/// Who signs for the demo shop.
const OWNER: &str = "Rūta Ąžuolaitė";

/// What the demo shop says of itself, unless the file or the environment says otherwise.
pub fn settings(config: &mut Config) {
    let shop = world().shop;
    let address = format!("{}; {} {}; Lietuva", shop.street, shop.post_code, shop.city);
    for (key, value) in [
        ("shop.name", shop.brand.as_str()),
        ("shop.company", &shop.company),
        ("shop.company_code", &shop.code),
        ("shop.vat_code", &shop.vat),
        ("shop.email", &shop.email),
        ("shop.phone", &shop.phone),
        ("shop.address", &address),
        ("payment.iban", &shop.iban),
        ("payment.bank", &shop.bank),
        ("payment.recipient", &shop.company),
        ("mail.from", &shop.email),
        ("contracts.person", OWNER),
        ("contracts.role", "direktorė"),
    ] {
        if config.settings.source(key) == Some(Source::Default) {
            config.settings.set(key, value.into(), Source::File);
        }
    }
}

/// The moment of the world's "so many days ago, at this minute of the day".
pub fn moment(today: Moment, ago: Ago) -> Moment {
    let day = today.date().saturating_sub(time::Duration::days(ago.days));
    Moment::start_of(day).plus_minutes(ago.minute)
}

/// Seeds an empty shop.
///
/// # Errors
/// When the folder already holds a shop that was not seeded, or a flow refuses.
pub async fn seed(config: &Config) -> anyhow::Result<Logins> {
    let today = Clock::system().now();
    // Ids and passwords differ from shop to shop; what they belong to does not.
    let app = wire::open_at(config, Clock::fixed(today), Entropy::Os).await?;
    if !vitrina::catalog::ids_after(app.reader(), None, 1).await?.is_empty() {
        std::fs::remove_file(config.folder("seeding")).ok();
        bail!("{} holds a shop already; choose another folder with --data DIR", config.data.display());
    }
    serve::listens_on(&app, &config.listen.to_string());
    let world: World = world();
    app.clock().set(moment(today, Ago { days: vitrina_demo::OPENED, minute: 9 * 60 }));
    let channel = flows::market::open(&app).await?;
    let staff = people::staff(&app, &world).await.context("staff")?;
    let shelves = goods::stock_the_shop(&app, &world, &channel, &staff).await.context("goods")?;
    let customers = people::customers(&app, &world, &staff, today).await.context("customers")?;
    app.clock().set(moment(today, Ago { days: 90, minute: 11 * 60 }));
    terms::agree(&app, &world, &people::as_owner(&staff)?, &customers).await.context("terms")?;
    let cast = past::Cast { channel: &channel, staff: &staff, shelves: &shelves, customers: &customers, today };
    past::tell(&app, &world, &cast).await.context("history")?;
    offers::tell(&app, &cast).await.context("offers")?;
    contracts::tell(&app, &cast).await.context("contracts")?;
    cases::tell(&app, &cast).await.context("after the sale")?;
    app.clock().set(moment(today, Ago { days: 1, minute: 8 * 60 }));
    money::statement(&app).await.context("money")?;
    app.clock().set(moment(today, Ago { days: 1, minute: 10 * 60 }));
    terms::currencies(&app, &people::as_owner(&staff)?).await.context("currencies")?;
    terms::configure(&app, &world, &people::as_owner(&staff)?).await.context("configurators")?;
    app.clock().set(today);
    Worker::new(app.clone(), wire::jobs()).run_until_idle().await?;
    serve::index_now(&app, &serve::node(config)?).await?;
    app.database().close().await;
    Ok(staff.logins())
}

/// The seed acts as the shop itself where no person would.
pub const SHOP: Actor = Actor::System;
