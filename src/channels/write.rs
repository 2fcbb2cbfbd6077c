//! Opening and changing channels.

use serde::Deserialize;

use super::{Channel, Fault, TaxDisplay, by_id, origins::normalised};
use crate::kernel::{self, ChannelId, Currency, Locale, LocationId, PriceListId, Subject, Tx, db, token};

/// What a new channel needs to be told.
#[derive(Clone, Debug, Deserialize)]
pub struct NewChannel {
    pub code: String,
    pub name: String,
    pub locales: Vec<Locale>,
    pub currency: Currency,
    pub price_list: PriceListId,
    pub tax_display: TaxDisplay,
    pub country: String,
    pub locations: Vec<LocationId>,
    pub origins: Vec<String>,
}

/// Opens a channel with a fresh publishable key.
///
/// # Faults
/// `Invalid` for a field that cannot be, `channels.code_taken`.
pub async fn add(tx: &Tx, new: NewChannel) -> Result<Channel, kernel::Fault> {
    check(&new)?;
    let id = ChannelId::new(tx);
    let key = fresh_key(tx);
    let sql = "insert into channel (id, code, name, locales, currency, price_list_id, tax_display, country, publishable_key, position, changed_at) \
               select $1,$2,$3,$4,$5,$6,$7,$8,$9, count(*), $10 from channel where true on conflict (code) do nothing";
    let params = db::params![
        id,
        new.code.clone(),
        new.name,
        serde_json::to_string(&new.locales)?,
        new.currency,
        new.price_list,
        new.tax_display.as_str(),
        new.country.to_ascii_uppercase(),
        key,
        tx.now()
    ];
    if db::run(tx, sql, params).await? == 0 {
        return Err(Fault::CodeTaken(new.code).into());
    }
    write_lists(tx, id, &new.locations, &new.origins).await?;
    tx.raise(Subject::All);
    by_id(tx, id).await
}

/// Changes everything about a channel but its key and its code, which links and clients hold.
///
/// # Faults
/// `channels.not_found`, `Invalid` for a field that cannot be.
pub async fn change(tx: &Tx, id: ChannelId, to: NewChannel) -> Result<Channel, kernel::Fault> {
    check(&to)?;
    let sql = "update channel set name = $1, locales = $2, currency = $3, price_list_id = $4, tax_display = $5, country = $6, changed_at = $7 where id = $8";
    let params = db::params![
        to.name,
        serde_json::to_string(&to.locales)?,
        to.currency,
        to.price_list,
        to.tax_display.as_str(),
        to.country.to_ascii_uppercase(),
        tx.now(),
        id
    ];
    if db::run(tx, sql, params).await? == 0 {
        return Err(Fault::NotFound(id.to_string()).into());
    }
    db::run(tx, "delete from channel_location where channel_id = $1", db::params![id]).await?;
    db::run(tx, "delete from channel_origin where channel_id = $1", db::params![id]).await?;
    write_lists(tx, id, &to.locations, &to.origins).await?;
    tx.raise(Subject::All);
    by_id(tx, id).await
}

/// Shows the channel's prices in a further currency, from this list; `None` stops showing it.
///
/// # Faults
/// `channels.own_currency` for the one that the channel has already.
pub async fn show_in(tx: &Tx, to: &Channel, currency: Currency, list: Option<PriceListId>) -> Result<(), kernel::Fault> {
    if currency == to.currency {
        return Err(Fault::OwnCurrency(currency).into());
    }
    let sql = "delete from channel_currency where channel_id = $1 and currency = $2";
    db::run(tx, sql, db::params![to.id, currency]).await?;
    if let Some(list) = list {
        let sql = "insert into channel_currency (channel_id, currency, list_id) values ($1,$2,$3)";
        db::run(tx, sql, db::params![to.id, currency, list]).await?;
    }
    tx.raise(Subject::All);
    Ok(())
}

/// Says whether whoever agreed on prices pays a lower one that everybody has for a while.
///
/// # Faults
/// `channels.not_found`.
pub async fn set_best_price(tx: &Tx, id: ChannelId, best: bool) -> Result<(), kernel::Fault> {
    let sql = "update channel set best_price = $1, changed_at = $2 where id = $3";
    if db::run(tx, sql, db::params![best, tx.now(), id]).await? == 0 {
        return Err(Fault::NotFound(id.to_string()).into());
    }
    tx.raise(Subject::All);
    Ok(())
}

/// Gives the channel another publishable key; clients that hold the old one are turned away.
///
/// # Faults
/// `channels.not_found`.
pub async fn renew_key(tx: &Tx, id: ChannelId) -> Result<String, kernel::Fault> {
    let key = fresh_key(tx);
    let sql = "update channel set publishable_key = $1, changed_at = $2 where id = $3";
    if db::run(tx, sql, db::params![key.clone(), tx.now(), id]).await? == 0 {
        return Err(Fault::NotFound(id.to_string()).into());
    }
    tx.raise(Subject::All);
    Ok(key)
}

fn fresh_key(tx: &Tx) -> String {
    format!("vitrina_pk_{}", token::random(tx.app().entropy()))
}

fn check(new: &NewChannel) -> Result<(), Fault> {
    let sound = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if new.code.is_empty() || new.code.len() > 40 || !new.code.chars().all(sound) {
        return Err(Fault::BadCode);
    }
    if new.locales.is_empty() {
        return Err(Fault::NoLocale);
    }
    if new.country.len() != 2 || !new.country.chars().all(|c| c.is_ascii_alphabetic()) {
        return Err(Fault::BadCountry(new.country.clone()));
    }
    new.origins.iter().try_for_each(|origin| normalised(origin).map(drop))
}

async fn write_lists(tx: &Tx, id: ChannelId, locations: &[LocationId], origins: &[String]) -> Result<(), kernel::Fault> {
    let rows = (0_i64..).zip(locations).map(|(at, location)| db::params![id, *location, at]).collect();
    db::insert_many(
        tx,
        "insert into channel_location (channel_id, location_id, position) values",
        "on conflict do nothing",
        rows,
    )
    .await?;
    let mut rows = Vec::with_capacity(origins.len());
    for origin in origins {
        rows.push(db::params![id, normalised(origin)?]);
    }
    db::insert_many(tx, "insert into channel_origin (channel_id, origin) values", "on conflict do nothing", rows).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        channels,
        kernel::{Actor, testing},
    };

    fn sample(code: &str) -> NewChannel {
        NewChannel {
            code: code.into(),
            name: "Shop".into(),
            locales: vec![Locale::LT, Locale::EN],
            currency: Currency::EUR,
            price_list: PriceListId(uuid::Uuid::from_u128(1)),
            tax_display: TaxDisplay::Gross,
            country: "lt".into(),
            locations: vec![LocationId(uuid::Uuid::from_u128(3)), LocationId(uuid::Uuid::from_u128(2))],
            origins: vec!["https://Shop.Example.com:443/".into(), "https://shop.example.com".into()],
        }
    }

    #[tokio::test]
    async fn a_channel_is_found_by_code_and_origin() {
        for fresh in testing::databases().await {
            let app = fresh.app();
            let tx = app.begin(&Actor::System).await.unwrap();
            let made = add(&tx, sample("default")).await.unwrap();
            add(&tx, sample("second")).await.unwrap();
            tx.commit().await.unwrap();
            let db = app.reader();
            assert_eq!(channels::by_code(db, "default").await.unwrap(), made);
            assert_eq!(channels::by_origin(db, "https://shop.example.com").await.unwrap(), made);
            assert_eq!(made.locations, sample("x").locations, "in the order they were given");
            assert_eq!((made.origins.len(), made.country.as_str()), (1, "LT"));
            assert_eq!(channels::all(db).await.unwrap().len(), 2);
            assert_eq!(channels::by_code(db, "none").await.unwrap_err().code, "channels.not_found");
        }
    }

    #[tokio::test]
    async fn a_channel_changes_but_keeps_its_key_until_renewed() {
        for fresh in testing::databases().await {
            let app = fresh.app();
            let tx = app.begin(&Actor::System).await.unwrap();
            let made = add(&tx, sample("default")).await.unwrap();
            assert_eq!(add(&tx, sample("default")).await.unwrap_err().code, "channels.code_taken");
            let changed = change(&tx, made.id, NewChannel { origins: vec![], ..sample("default") }).await.unwrap();
            assert!(changed.origins.is_empty() && changed.publishable_key == made.publishable_key);
            let key = renew_key(&tx, made.id).await.unwrap();
            assert!(key.starts_with("vitrina_pk_") && key != made.publishable_key);
            for bad in [
                NewChannel { locales: vec![], ..sample("x") },
                NewChannel { code: "Ąžuolas".into(), ..sample("x") },
                NewChannel { origins: vec!["shop".into()], ..sample("x") },
                NewChannel { country: "LTU".into(), ..sample("x") },
            ] {
                assert_eq!(add(&tx, bad).await.unwrap_err().kind, kernel::Kind::Invalid);
            }
        }
    }
}
