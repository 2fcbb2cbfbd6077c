//! What is agreed with customers about prices: levels, who has which, rules, and why a price is
//! what it is.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::json;

use super::steps::floors;
use crate::{
    catalog,
    channels::{self, Channel, TaxDisplay},
    configure::{self, Input},
    kernel::{
        Actor, App, Currency, Fault, Locale, Moment, Money, PartyId, PriceLevelId, PriceRuleId, ProductId, Qty, Rate, Reads,
        Right, Settings, Tx, UnitAmount, VariantId, journal,
    },
    parties,
    pricing::{self, Below, ByHand, Gives, Goods, Holder, Manual, Margin, NewRule, Public, What, Who, Why},
    showcase::{self, Channelled, Line},
    tax,
};

/// Adds a level of customers; its code comes from its name.
///
/// # Faults
/// `access.forbidden`, `pricing.level_name`, `pricing.level_taken`.
pub async fn add_level(app: &App, actor: &Actor, name: &str) -> Result<PriceLevelId, Fault> {
    actor.may(Right::PricesWrite)?;
    let tx = app.begin(actor).await?;
    let id = pricing::add_level(&tx, &catalog::slugify(name), name).await?;
    journal::note(&tx, "pricing.level.added", Some(id.uuid()), json!({ "name": name.trim() })).await?;
    tx.commit().await?;
    Ok(id)
}

/// What the office changes of a level.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LevelForm {
    pub name: String,
    /// From when to before when it holds as a whole.
    pub valid_from: Option<Moment>,
    pub valid_to: Option<Moment>,
}

/// # Faults
/// `access.forbidden`, `pricing.level_name`, `pricing.ends`, `pricing.no_level`.
pub async fn change_level(app: &App, actor: &Actor, id: PriceLevelId, to: &LevelForm) -> Result<(), Fault> {
    actor.may(Right::PricesWrite)?;
    let tx = app.begin(actor).await?;
    let was = pricing::level(&tx, id, tx.now()).await?;
    if was.name != to.name.trim() {
        pricing::rename_level(&tx, id, &to.name).await?;
        journal::note(&tx, "pricing.level.renamed", Some(id.uuid()), json!({ "name": to.name.trim() })).await?;
    }
    if (was.valid_from, was.valid_to) != (to.valid_from, to.valid_to) {
        pricing::time_level(&tx, id, to.valid_from, to.valid_to).await?;
        let data = json!({ "from": to.valid_from, "to": to.valid_to });
        journal::note(&tx, "pricing.level.timed", Some(id.uuid()), data).await?;
    }
    tx.commit().await
}

/// Removes a level that no customer has.
///
/// # Faults
/// `access.forbidden`, `pricing.level_in_use`, `pricing.no_level`.
pub async fn remove_level(app: &App, actor: &Actor, id: PriceLevelId) -> Result<(), Fault> {
    actor.may(Right::PricesWrite)?;
    let tx = app.begin(actor).await?;
    let name = pricing::level(&tx, id, tx.now()).await?.name;
    pricing::remove_level(&tx, id).await?;
    journal::note(&tx, "pricing.level.removed", Some(id.uuid()), json!({ "name": name })).await?;
    tx.commit().await
}

/// Gives a customer a level, or none.
///
/// # Faults
/// `access.forbidden`, `parties.not_found`, `pricing.no_level`.
pub async fn set_level(app: &App, actor: &Actor, party: PartyId, level: Option<PriceLevelId>) -> Result<(), Fault> {
    let tx = begin(app, actor, Holder::Customer(party)).await?;
    if pricing::set_level(&tx, party, level).await? {
        let name = pricing::level_of(&tx, party).await?.map_or_else(String::new, |(_, name)| name);
        journal::note(&tx, "pricing.level.given", Some(party.uuid()), json!({ "level": level, "name": name })).await?;
    }
    tx.commit().await
}

/// Says in which currency a customer reads prices and is sold to; `None` for the shop's own.
///
/// # Faults
/// `access.forbidden`, `parties.not_found`, `channels.no_currency`.
pub async fn set_currency(app: &App, actor: &Actor, party: PartyId, currency: Option<Currency>) -> Result<(), Fault> {
    let tx = begin(app, actor, Holder::Customer(party)).await?;
    if let Some(currency) = currency
        && !channels::all(&tx).await?.iter().any(|channel| channel.in_currency(currency).is_some())
    {
        return Err(channels::Fault::NoCurrency(currency.to_string()).into());
    }
    if pricing::set_currency(&tx, party, currency).await? {
        journal::note(&tx, "pricing.currency.given", Some(party.uuid()), json!({ "currency": currency })).await?;
    }
    tx.commit().await
}

/// Agrees on prices with a customer, or for a level; all or none. A rule about the same goods from
/// the same quantity on takes the place of the one before.
///
/// # Faults
/// `access.forbidden`, `parties.not_found`, `pricing.no_level`; `configure.price_agreed` for a price of
/// what is made or put together as it is chosen; those of [`pricing::agree`].
pub async fn agree(app: &App, actor: &Actor, holder: Holder, rules: &[NewRule]) -> Result<usize, Fault> {
    let tx = begin(app, actor, holder).await?;
    debug_assert!(rules.iter().all(|rule| rule.holder == holder));
    priced_goods(&tx, rules).await?;
    let ids = pricing::agree(&tx, rules).await?;
    let subject = subject(holder);
    journal::note(&tx, "pricing.rules.agreed", Some(subject), json!({ "n": ids.len() })).await?;
    tx.commit().await?;
    Ok(ids.len())
}

/// A price is agreed on goods that have one: of what is made to measure or put together it would be a
/// price of one choice among many.
async fn priced_goods(tx: &Tx, rules: &[NewRule]) -> Result<(), Fault> {
    let priced = rules.iter().filter(|rule| matches!(rule.gives, Gives::Price(_)));
    let (mut variants, mut products) = (Vec::new(), Vec::new());
    for rule in priced {
        match rule.what {
            What::Variant(id) => variants.push(id),
            What::Product(id) => products.push(id),
            What::Category(_) | What::Everything => {}
        }
    }
    for chunk in variants.chunks(500) {
        products.extend(catalog::skus_of_variants(tx, chunk).await?.into_values().map(|(product, _)| product));
    }
    products.sort_unstable();
    products.dedup();
    let mut made = Vec::new();
    for chunk in products.chunks(500) {
        made.extend(configure::configurable(tx, chunk).await?);
    }
    if made.is_empty() {
        return Ok(());
    }
    let mut skus: Vec<String> = catalog::first_skus(tx, &made).await?.into_values().collect();
    skus.sort_unstable();
    Err(configure::Fault::PriceAgreed { skus: skus.join(", ") }.into())
}

/// Ends a rule now.
///
/// # Faults
/// `access.forbidden`, `parties.not_found`, `pricing.no_rule`.
pub async fn end(app: &App, actor: &Actor, holder: Holder, rule: PriceRuleId) -> Result<(), Fault> {
    let tx = begin(app, actor, holder).await?;
    pricing::end_rule(&tx, holder, rule).await?;
    journal::note(&tx, "pricing.rule.ended", Some(subject(holder)), json!({ "rule": rule })).await?;
    tx.commit().await
}

fn subject(holder: Holder) -> uuid::Uuid {
    match holder {
        Holder::Customer(id) => id.uuid(),
        Holder::Level(id) => id.uuid(),
    }
}

/// A transaction of somebody who may set prices, and sees this customer.
async fn begin(app: &App, actor: &Actor, holder: Holder) -> Result<Tx, Fault> {
    actor.may(Right::PricesWrite)?;
    let scope = actor.scope(Right::CustomersRead)?;
    let tx = app.begin(actor).await?;
    match holder {
        Holder::Customer(party) => parties::within(&tx, &scope, party).await?,
        Holder::Level(id) => drop(pricing::level(&tx, id, tx.now()).await?),
    }
    Ok(tx)
}

/// A line that a person pasted: goods by SKU, what they shall cost, from which quantity on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wish {
    pub sku: String,
    pub gives: Gives,
    pub from: Qty,
}

/// The rules of pasted lines, with the SKUs that the catalogue does not know.
///
/// # Faults
/// Whatever the database says.
pub async fn rules_by_sku(app: &App, holder: Holder, wishes: &[Wish]) -> Result<(Vec<NewRule>, Vec<String>), Fault> {
    let skus: Vec<String> = wishes.iter().map(|w| w.sku.clone()).collect();
    let known = catalog::find_skus(app.reader(), &skus).await?;
    let (mut rules, mut unknown) = (Vec::with_capacity(wishes.len()), Vec::new());
    for wish in wishes {
        match known.get(&wish.sku) {
            Some((_, variant)) => rules.push(NewRule::new(holder, What::Variant(*variant), wish.gives).from(wish.from)),
            None => unknown.push(wish.sku.clone()),
        }
    }
    Ok((rules, unknown))
}

/// What is agreed on goods as lines that could be pasted again, by SKU; what is agreed on a product as
/// a whole is said of each of its variants. Groups of goods and what stacks are no lines.
///
/// # Faults
/// `access.forbidden`, `parties.not_found`, `pricing.no_level`.
pub async fn sheet(app: &App, actor: &Actor, holder: Holder) -> Result<Vec<Wish>, Fault> {
    actor.may(Right::PricesWrite)?;
    let scope = actor.scope(Right::CustomersRead)?;
    let db = app.reader();
    match holder {
        Holder::Customer(party) => parties::within(db, &scope, party).await?,
        Holder::Level(id) => drop(pricing::level(db, id, app.now()).await?),
    }
    pricing::sheet_of(db, holder, app.now()).await.map(|rows| rows.into_iter().map(Wish::from).collect())
}

impl From<(String, Gives, Qty)> for Wish {
    fn from((sku, gives, from): (String, Gives, Qty)) -> Self {
        Self { sku, gives, from }
    }
}

/// A line at a price that a person gives it, for whoever writes lines (offers, orders by phone). Who may
/// set prices may give one down to the floor; below it only who may change settings.
///
/// # Faults
/// `access.forbidden`; those of [`ByHand::judge`].
pub async fn by_hand(
    db: &impl Reads,
    actor: &Actor,
    settings: &Settings,
    line: Line,
    wish: &ByHand,
) -> Result<(Line, Manual), Fault> {
    actor.may(Right::PricesWrite)?;
    let below = if actor.may(Right::SettingsManage).is_ok() { Below::Allowed } else { Below::Refused };
    let cost = floors::costs(db, &[&line]).await?.pop().flatten();
    let floor = floors::floor(settings, cost);
    let net = tax::net_of(wish.unit, line.rate)?;
    let manual = wish.judge((line.list_gross.unwrap_or(line.unit_gross), net), &floor, below)?;
    Ok((line.by_hand(&manual)?, manual))
}

/// A rule that was weighed, in the order of the weighing.
#[derive(Clone, Debug, Serialize)]
pub struct Weighed {
    pub rule: PriceRuleId,
    pub ground: &'static str,
    pub level: Option<String>,
    /// `variant`, `product`, `category`, `everything`.
    pub about: &'static str,
    pub off: Option<Rate>,
    /// It comes off on top of the price without it, up to so much of the list price in all.
    pub stacks: Option<Rate>,
    pub price: Option<Money>,
    pub from: Qty,
    /// What it would make of one unit; `None` in another currency.
    pub unit: Option<Money>,
    pub won: bool,
}

/// A price with its reasons, for staff.
#[derive(Clone, Debug, Serialize)]
pub struct Explained {
    pub variant: VariantId,
    pub product: ProductId,
    pub sku: String,
    pub title: String,
    /// What was chosen of a configurable product, in words.
    pub chosen: String,
    pub qty: Qty,
    /// Before any reduction, for everybody.
    pub regular: Money,
    /// For everybody now.
    pub public: Money,
    /// The lowest price of the 30 days before the reduction that runs.
    pub reference: Option<Money>,
    /// The campaign that made the public price.
    pub campaign: Option<String>,
    /// For this customer, one unit, with VAT.
    pub unit: Money,
    /// One unit as this customer reads it: without VAT where `tax` is net.
    pub each: UnitAmount,
    pub tax: TaxDisplay,
    pub total: Money,
    pub net: Money,
    pub vat: Money,
    pub rate: Rate,
    pub why: Option<Why>,
    pub weighed: Vec<Weighed>,
    /// What is left of the net sum; only for who may set prices, and where the cost is known.
    pub margin: Option<Margin>,
}

/// Why a customer pays what they pay for goods at a quantity: the very line that a cart would hold,
/// and every rule that was weighed for it. Of a configurable product, at what was chosen.
///
/// # Faults
/// `access.forbidden`, `parties.not_found`, `pricing.no_goods`, `showcase.*`; `configure.*`.
pub async fn explain(
    app: &App,
    actor: &Actor,
    (channel, locale): (&Channel, Locale),
    customer: Option<PartyId>,
    (sku, qty, chosen): (&str, Qty, &Input),
) -> Result<Explained, Fault> {
    let scope = actor.scope(Right::CustomersRead)?;
    actor.may(Right::CatalogRead)?;
    let db = app.reader();
    if let Some(party) = customer {
        parties::within(db, &scope, party).await?;
    }
    let known = catalog::find_skus(db, &[sku.to_owned()]).await?;
    let (product, variant) = known.get(sku).copied().ok_or(pricing::Fault::NoGoods)?;
    let theirs = match customer {
        Some(party) => pricing::currency_of(db, party).await?.and_then(|currency| channel.in_currency(currency)),
        None => None,
    };
    let channel = theirs.as_ref().unwrap_or(channel);
    let mut viewer = channel.viewer(locale, app.now());
    let anybody = showcase::card(db, product, &viewer).await?.ok_or(pricing::Fault::NoGoods)?;
    let net = match customer {
        Some(party) => tax::reads_net(db, party).await?,
        None => false,
    };
    viewer = viewer.by(customer, net);
    let card = showcase::card(db, product, &viewer).await?.ok_or(pricing::Fault::NoGoods)?;
    let line = match configure::in_force(db, product).await? {
        Some(by) => {
            let components = showcase::components(db, [&by.definition], &viewer).await?;
            Line::configured(&card, &by, (chosen, qty), &components)?
        }
        None if chosen.is_empty() => Line::freeze(&card, variant, qty)?,
        None => return Err(configure::Fault::NotConfigurable.into()),
    };
    let mut shown = anybody.variant(variant).ok_or(pricing::Fault::NoGoods)?.price.clone();
    if line.configured.is_some() {
        // Rules are about goods from the shelf.
        (shown.gross, shown.regular, shown.reference) = (line.list_gross.unwrap_or(line.unit_gross), None, None);
    }
    let public = Public { now: shown.gross, regular: shown.regular.unwrap_or(shown.gross), beside: viewer.beside };
    let weighed = match customer.filter(|_| line.configured.is_none()) {
        Some(party) => {
            let terms = pricing::terms(db, party, &[product], (viewer.at, None)).await?;
            let goods = Goods { variant, product, shelves: terms.shelves(product) };
            pricing::consider(&terms.rules(product), &goods, &public, qty).iter().map(weighed).collect()
        }
        None => Vec::new(),
    };
    let campaign = pricing::campaign_of(db, channel.price_list, variant).await?;
    let totals = match line.tax {
        TaxDisplay::Gross => tax::gross_totals(&[(line.rate, line.total_gross)])?,
        TaxDisplay::Net => tax::net_totals(&[(line.rate, line.total_net)])?,
    };
    let each = line.each();
    let cost = if actor.may(Right::PricesWrite).is_ok() { pricing::costs(db, &[variant]).await? } else { HashMap::new() };
    let margin = cost.get(&variant).and_then(|cost| Margin::of(totals.net, *cost, qty));
    Ok(Explained {
        variant,
        product,
        sku: line.sku,
        title: line.title,
        chosen: line.configured.as_ref().map(|_| line.variant_name.clone()).unwrap_or_default(),
        qty,
        regular: public.regular,
        public: public.now,
        reference: shown.reference,
        campaign,
        unit: line.unit_gross,
        total: totals.gross,
        each,
        tax: line.tax,
        net: totals.net,
        vat: totals.vat,
        rate: line.rate,
        why: line.why,
        weighed,
        margin,
    })
}

fn weighed(c: &pricing::Considered<'_>) -> Weighed {
    let (off, price) = match c.rule.gives {
        Gives::Off(rate) => (Some(rate), None),
        Gives::Price(money) => (None, Some(money)),
    };
    Weighed {
        rule: c.rule.id,
        ground: c.rule.ground().as_str(),
        level: match &c.rule.who {
            Who::Level(name) => Some(name.clone()),
            Who::Customer => None,
        },
        about: match c.rule.what {
            What::Variant(_) => "variant",
            What::Product(_) => "product",
            What::Category(_) => "category",
            What::Everything => "everything",
        },
        off,
        stacks: c.rule.stacks,
        price,
        from: c.rule.from,
        unit: c.unit,
        won: c.won,
    }
}
