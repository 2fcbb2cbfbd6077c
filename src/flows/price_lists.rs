//! Price lists: several currencies, sheets of prices, and the exchange rates between them.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    catalog,
    channels::{self, Channel},
    jobs::{self, Payload},
    kernel::{Actor, App, Currency, Fault, Moment, Money, PriceListId, Right, Tx, VariantId, journal, undo},
    pricing::{self, NewPrice, Outcome, PriceList, Reduction, Rounding},
    showcase,
};

/// Prices that one transaction writes.
const CHUNK: usize = 200;
/// Chunks that the office waits for; the worker does the rest.
const AT_ONCE: usize = 10;

/// A rate came into force, or a list began to follow: every list that follows is brought up to date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowLists {
    pub at: Moment,
}

impl Payload for FollowLists {
    const KIND: &'static str = "pricing.follow";
    fn dedupe(&self) -> Option<String> {
        Some(format!("{} {}", Self::KIND, self.at.0))
    }
}

/// What the office says of a list.
#[derive(Clone, Debug)]
pub struct ListForm {
    pub name: String,
    /// The list whose prices these are at the exchange rate of the day.
    pub follows: Option<PriceListId>,
    pub ending: Rounding,
}

/// Adds a list; one that follows another has its prices when this answers, but for what the worker
/// still has to do of a large one.
///
/// # Faults
/// `access.forbidden`, `pricing.list_name`, `pricing.code_taken`, `pricing.no_exchange`, `pricing.follows_itself`.
pub async fn add(app: &App, actor: &Actor, currency: Currency, form: &ListForm) -> Result<PriceListId, Fault> {
    actor.may(Right::PricesWrite)?;
    let tx = app.begin(actor).await?;
    let id = pricing::add_list(&tx, &catalog::slugify(&form.name), &form.name, currency).await?;
    pricing::set_follows(&tx, id, form.follows, form.ending).await?;
    jobs::enqueue(&tx, &FollowLists { at: tx.now() }).await?;
    journal::note(&tx, "pricing.list.added", Some(id.uuid()), json!({ "name": form.name.trim(), "currency": currency })).await?;
    tx.commit().await?;
    follow(app, actor, id, AT_ONCE).await?;
    Ok(id)
}

/// Renames a list, lets it follow another or stand by itself with the prices that it has.
///
/// # Faults
/// As [`add`]; `pricing.no_list`.
pub async fn change(app: &App, actor: &Actor, id: PriceListId, form: &ListForm) -> Result<(), Fault> {
    actor.may(Right::PricesWrite)?;
    let tx = app.begin(actor).await?;
    pricing::rename_list(&tx, id, &form.name).await?;
    pricing::set_follows(&tx, id, form.follows, form.ending).await?;
    jobs::enqueue(&tx, &FollowLists { at: tx.now() }).await?;
    journal::note(&tx, "pricing.list.changed", Some(id.uuid()), json!({ "name": form.name.trim() })).await?;
    tx.commit().await?;
    follow(app, actor, id, AT_ONCE).await
}

/// Writes an exchange rate down; lists that follow have it when it comes into force.
///
/// # Faults
/// `access.forbidden`, `pricing.exchange_rate`, `pricing.exchange_same`.
pub async fn set_rate(
    app: &App,
    actor: &Actor,
    (base, quote): (Currency, Currency),
    from: Option<Moment>,
    rate_micro: i64,
) -> Result<(), Fault> {
    actor.may(Right::PricesWrite)?;
    let tx = app.begin(actor).await?;
    let at = from.unwrap_or(tx.now());
    pricing::set_exchange(&tx, base, quote, at, rate_micro).await?;
    jobs::enqueue_at(&tx, &FollowLists { at: at.max(tx.now()) }, at.max(tx.now())).await?;
    let data = json!({ "base": base, "quote": quote, "micro": rate_micro, "from": at });
    journal::note(&tx, "pricing.exchange.set", None, data).await?;
    tx.commit().await?;
    if at > app.now() {
        return Ok(());
    }
    for list in following(app, Some(quote)).await? {
        follow(app, actor, list, AT_ONCE).await?;
    }
    Ok(())
}

/// Takes back a rate that is not in force yet.
///
/// # Faults
/// `access.forbidden`, `pricing.exchange_in_force`.
pub async fn drop_rate(app: &App, actor: &Actor, (base, quote): (Currency, Currency), from: Moment) -> Result<(), Fault> {
    actor.may(Right::PricesWrite)?;
    let tx = app.begin(actor).await?;
    pricing::drop_exchange(&tx, base, quote, from).await?;
    journal::note(&tx, "pricing.exchange.dropped", None, json!({ "base": base, "quote": quote, "from": from })).await?;
    tx.commit().await
}

/// The worker's part.
///
/// # Faults
/// Whatever the database says.
pub async fn followed(app: &App, _: FollowLists) -> Result<(), Fault> {
    for list in following(app, None).await? {
        follow(app, &Actor::System, list, usize::MAX).await?;
    }
    Ok(())
}

async fn following(app: &App, currency: Option<Currency>) -> Result<Vec<PriceListId>, Fault> {
    let all = pricing::lists(app.reader()).await?;
    let wanted = |l: &&PriceList| l.follows.is_some() && currency.is_none_or(|currency| l.currency == currency);
    Ok(all.iter().filter(wanted).map(|l| l.id).collect())
}

/// Brings a list to where the one that it follows is, a chunk a transaction: killed, it begins anew
/// and writes only what is not right yet.
async fn follow(app: &App, actor: &Actor, list: PriceListId, most: usize) -> Result<(), Fault> {
    let mut after = None;
    // Cards are made with the channels' own lists; others are laid over them when they are read.
    let on_cards = channels::all(app.reader()).await?.iter().any(|channel| channel.price_list == list);
    for _ in 0..most {
        let tx = app.begin(actor).await?;
        let (moved, next) = pricing::catch_up(&tx, list, after, CHUNK).await?;
        if on_cards {
            showcase::project_variants(&tx, &moved).await?;
        }
        tx.commit().await?;
        after = next;
        if after.is_none() {
            break;
        }
    }
    Ok(())
}

/// Shows a list's prices in a channel, beside those in its own currency; or stops showing them.
///
/// # Faults
/// `access.forbidden`, `pricing.no_list`, `channels.not_found`, `channels.own_currency`.
pub async fn show_in(app: &App, actor: &Actor, channel: &Channel, list: PriceListId, shown: bool) -> Result<(), Fault> {
    actor.may(Right::SettingsManage)?;
    let tx = app.begin(actor).await?;
    let known = pricing::list(&tx, list).await?;
    channels::show_in(&tx, channel, known.currency, shown.then_some(list)).await?;
    let data = json!({ "currency": known.currency, "list": known.name, "shown": shown });
    journal::note(&tx, "channels.currency", Some(channel.id.uuid()), data).await?;
    tx.commit().await
}

/// A list as a file: SKU and price, by SKU.
///
/// # Faults
/// `access.forbidden`, `pricing.no_list`.
pub async fn export(app: &App, actor: &Actor, id: PriceListId) -> Result<Vec<(String, Money)>, Fault> {
    actor.may(Right::PricesWrite)?;
    let db = app.reader();
    pricing::list(db, id).await?;
    let prices = pricing::whole_list(db, id).await?;
    let mut rows = Vec::with_capacity(prices.len());
    for chunk in prices.chunks(500) {
        let ids: Vec<VariantId> = chunk.iter().map(|(variant, _)| *variant).collect();
        let skus = catalog::skus_of_variants(db, &ids).await?;
        rows.extend(chunk.iter().filter_map(|(variant, price)| Some((skus.get(variant)?.1.clone(), *price))));
    }
    rows.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    Ok(rows)
}

/// How a sheet was taken in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    pub changed: usize,
    /// By which it can be taken back.
    pub batch: Option<uuid::Uuid>,
}

/// Puts a sheet of prices into force, some hundred a transaction; `None` takes one off sale. A
/// sheet that fits one transaction is taken as a whole or not at all.
///
/// # Faults
/// `access.forbidden`, `pricing.no_list`, `pricing.follows`, `pricing.negative`, `pricing.currency`.
pub async fn take_sheet(app: &App, actor: &Actor, id: PriceListId, sheet: &[(VariantId, Option<Money>)]) -> Result<Taken, Fault> {
    actor.may(Right::PricesWrite)?;
    let mut done = Taken::default();
    for chunk in sheet.chunks(CHUNK) {
        let tx = app.begin(actor).await?;
        let list = pricing::list(&tx, id).await?;
        done.changed += part(&tx, &list, chunk, &mut done.batch).await?;
        tx.commit().await?;
    }
    Ok(done)
}

async fn part(
    tx: &Tx,
    list: &PriceList,
    sheet: &[(VariantId, Option<Money>)],
    batch: &mut Option<uuid::Uuid>,
) -> Result<usize, Fault> {
    let ids: Vec<VariantId> = sheet.iter().map(|(variant, _)| *variant).collect();
    let before = pricing::prices_of(tx, list.id, &ids, tx.now()).await?;
    let priced = sheet.iter().filter_map(|(variant, amount)| Some((*variant, (*amount)?)));
    let prices: Vec<NewPrice> =
        priced.map(|(variant, amount)| NewPrice { variant, amount, reduction: Reduction::None }).collect();
    let empty = sheet.iter().filter(|(_, amount)| amount.is_none()).map(|(variant, _)| *variant);
    let off: Vec<VariantId> = empty.filter(|variant| before.contains_key(variant)).collect();
    let outcomes = pricing::set_prices(tx, list.id, &prices).await?;
    let mut moved: Vec<VariantId> =
        prices.iter().zip(outcomes).filter(|(_, o)| *o != Outcome::Unchanged).map(|(p, _)| p.variant).collect();
    let was: Vec<(VariantId, Money, Money)> = prices
        .iter()
        .filter(|p| moved.contains(&p.variant))
        .filter_map(|p| Some((p.variant, before.get(&p.variant)?.amount, p.amount)))
        .collect();
    for variant in off {
        pricing::withdraw(tx, list.id, variant).await?;
        moved.push(variant);
    }
    if moved.is_empty() {
        return Ok(0);
    }
    showcase::project_variants(tx, &moved).await?;
    if !was.is_empty() {
        let step = json!({ "list": list.id, "was": was });
        undo::keep(tx, *batch.get_or_insert_with(|| tx.uuid()), "pricing.prices", &step).await?;
    }
    let data = json!({ "list": list.id, "name": list.name, "count": moved.len() });
    journal::note(tx, "pricing.sheet.taken", Some(list.id.uuid()), data).await?;
    Ok(moved.len())
}
