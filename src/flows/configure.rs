//! Making a product configurable: trying a definition, saving a version, putting it into force; and
//! the price of a choice, the same for whoever asks.

use serde_json::json;

use crate::{
    catalog, channels,
    configure::{self, Configurator, Definition, Input, Refusal},
    kernel::{Actor, App, ConfiguratorId, Fault, Locale, ProductId, Qty, Reads, Right, Tx, VariantId, journal},
    showcase::{self, Channelled, Line, ProductCard, Viewer},
};

/// Saves a definition as the product's next version. Saving the newest one again is no news.
///
/// # Faults
/// `access.forbidden`, `catalog.no_product`; a mistake with its line and column.
pub async fn save(
    app: &App,
    actor: &Actor,
    product: ProductId,
    (source, locale): (&str, Locale),
) -> Result<ConfiguratorId, Fault> {
    actor.may(Right::PricesWrite)?;
    configure::examine(source, locale)?;
    let tx = app.begin(actor).await?;
    let id = version(&tx, product, source).await?;
    tx.commit().await?;
    Ok(id)
}

/// Saves a definition and puts it into force in one step.
///
/// # Faults
/// As [`save`] and [`publish`].
pub async fn save_and_publish(
    app: &App,
    actor: &Actor,
    product: ProductId,
    (source, locale): (&str, Locale),
) -> Result<ConfiguratorId, Fault> {
    actor.may(Right::PricesWrite)?;
    configure::examine(source, locale)?;
    let tx = app.begin(actor).await?;
    let id = version(&tx, product, source).await?;
    into_force(&tx, product, id).await?;
    tx.commit().await?;
    Ok(id)
}

async fn version(tx: &Tx, product: ProductId, source: &str) -> Result<ConfiguratorId, Fault> {
    one_variant(tx, product).await?;
    let before = configure::versions(tx, product).await?.first().map(|v| v.id);
    let id = configure::save(tx, product, source).await?;
    if before != Some(id) {
        journal::note(tx, "configure.saved", Some(product.uuid()), json!({ "version": id })).await?;
    }
    Ok(id)
}

/// Puts a version into force: from now on the product is sold as it was configured, and its price
/// in the lists is that of its defaults.
///
/// # Faults
/// `access.forbidden`, `configure.no_version`, `configure.one_variant`.
pub async fn publish(app: &App, actor: &Actor, product: ProductId, id: ConfiguratorId) -> Result<(), Fault> {
    actor.may(Right::PricesWrite)?;
    let tx = app.begin(actor).await?;
    one_variant(&tx, product).await?;
    into_force(&tx, product, id).await?;
    tx.commit().await
}

async fn into_force(tx: &Tx, product: ProductId, id: ConfiguratorId) -> Result<(), Fault> {
    let by = configure::put_in_force(tx, product, id).await?;
    let goods = sound(tx, &by).await?;
    configure::set_goods(tx, product, &goods).await?;
    for channel in channels::all(tx).await?.iter().filter(|c| by.definition.is_kit() || c.currency == by.definition.currency) {
        let viewer = channel.viewer(channel.source(), tx.now());
        let Some(card) = showcase::card(tx, product, &viewer).await? else { continue };
        let components = showcase::components(tx, [&by.definition], &viewer).await?;
        Line::configured(&card, &by, (&by.definition.opening(), Qty::ONE), &components)?;
    }
    showcase::project(tx, &[product]).await?;
    journal::note(tx, "configure.published", Some(product.uuid()), json!({ "version": by.version })).await?;
    Ok(())
}

/// The goods that a kit may hold: all on sale, none of them a kit or made to measure, taxed alike.
async fn sound(tx: &Tx, by: &Configurator) -> Result<Vec<VariantId>, Fault> {
    let skus: Vec<String> = by.definition.skus().into_iter().map(str::to_owned).collect();
    let inside = configure::kits_with(tx, &[by.product]).await?;
    let own = catalog::first_skus(tx, &[by.product]).await?.into_values().next().unwrap_or_default();
    if !inside.is_empty() {
        let kit = catalog::first_skus(tx, &inside).await?.into_values().next().unwrap_or_default();
        let path = format!("{kit} → {own} → …");
        return Err(configure::Fault::Cycle { path }.into());
    }
    if skus.is_empty() {
        return Ok(Vec::new());
    }
    let known = catalog::find_skus(tx, &skus).await?;
    let unknown: Vec<&str> = skus.iter().filter(|sku| !known.contains_key(*sku)).map(String::as_str).collect();
    if !unknown.is_empty() {
        return Err(configure::Fault::UnknownGoods { skus: unknown.join(", ") }.into());
    }
    let products: Vec<ProductId> = known.values().map(|(product, _)| *product).collect();
    if products.contains(&by.product) {
        return Err(configure::Fault::Cycle { path: format!("{own} → {own}") }.into());
    }
    let made = configure::configurable(tx, &products).await?;
    let taxed = |all: &catalog::Bundles, id: ProductId| all.products.iter().find(|p| p.id == id).map(|p| p.vat_category.clone());
    let all = catalog::bundles(tx, &[products.as_slice(), &[by.product]].concat()).await?;
    for (sku, (product, _)) in &known {
        if made.contains(product) {
            return Err(configure::Fault::Nested { sku: sku.clone() }.into());
        }
        if taxed(&all, *product) != taxed(&all, by.product) {
            return Err(configure::Fault::OtherVat { sku: sku.clone() }.into());
        }
    }
    Ok(known.into_values().map(|(_, variant)| variant).collect())
}

/// The product is sold as it stands again.
///
/// # Faults
/// `access.forbidden`.
pub async fn withdraw(app: &App, actor: &Actor, product: ProductId) -> Result<(), Fault> {
    actor.may(Right::PricesWrite)?;
    let tx = app.begin(actor).await?;
    configure::withdraw(&tx, product).await?;
    showcase::project(&tx, &[product]).await?;
    journal::note(&tx, "configure.withdrawn", Some(product.uuid()), json!({})).await?;
    tx.commit().await
}

/// What a choice comes to under a text that is not saved yet.
///
/// # Faults
/// `access.forbidden`; a mistake with its place, or what cannot be chosen, by its field.
pub fn attempt(
    actor: &Actor,
    source: &str,
    (input, qty): (&Input, Qty),
    locale: Locale,
) -> Result<(Definition, configure::Quote), Fault> {
    actor.may(Right::PricesWrite)?;
    let (definition, _) = configure::examine(source, locale)?;
    let quote = definition.quote(input, qty, locale).map_err(|refusal| match refusal {
        Refusal::Broken(mistake) => mistake.into(),
        Refusal::Choice(fault) => fault,
    })?;
    Ok((definition, quote))
}

/// The line that a choice would be: what every window shows as its price.
///
/// # Faults
/// `configure.not_configurable`; what [`Line::configured`] says.
pub async fn line(db: &impl Reads, card: &ProductCard, (input, qty): (&Input, Qty), viewer: &Viewer) -> Result<Line, Fault> {
    let by = configure::in_force(db, card.product).await?.ok_or(configure::Fault::NotConfigurable)?;
    let components = showcase::components(db, [&by.definition], viewer).await?;
    Line::configured(card, &by, (input, qty), &components)
}

async fn one_variant(tx: &Tx, product: ProductId) -> Result<(), Fault> {
    match catalog::variants_of(tx, &[product]).await?.len() {
        0 => Err(Fault::not_found("catalog.no_product")),
        1 => Ok(()),
        _ => Err(configure::Fault::OneVariant.into()),
    }
}
