//! What kits are put together of: goods of the shop, at the prices that everybody pays; and how what
//! is made to measure is priced in a currency that its formulas do not count in.

use std::collections::{BTreeSet, HashMap};

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{ProductCard, Viewer, card::VariantCard, configured::less, read};
use crate::{
    catalog,
    configure::{self, Configurator, Definition, Quote, RowKind},
    kernel::{self, Currency, Moment, Money, PriceListId, ProductId, Qty, Rate, Reads, VariantId},
    pricing::{self, Exchange, Rounding},
    tax,
};

/// Goods of a kit as they were when it was agreed on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub product: ProductId,
    pub variant: VariantId,
    pub sku: String,
    pub title: String,
    /// For the whole line.
    pub qty: Qty,
    /// What everybody paid for one, with VAT.
    pub unit_gross: Money,
    /// What of the line's sum is theirs, with VAT and before a code; the shares make the sum.
    pub share: Money,
}

/// What a price is made with beside the definition: the cards of goods that kits name, by SKU, and
/// how a definition's currency becomes the reader's.
#[derive(Debug, Default)]
pub struct Components {
    cards: HashMap<String, ProductCard>,
    change: Option<Change>,
}

/// The rates of the reader's list, and where a price in it ends.
#[derive(Debug)]
struct Change {
    exchange: Exchange,
    ending: Rounding,
    at: Moment,
}

impl Components {
    fn find(&self, sku: &str) -> Option<(&ProductCard, &VariantCard)> {
        let card = self.cards.get(sku)?;
        card.variants.iter().find(|v| v.sku == sku).map(|variant| (card, variant))
    }
    /// A sum in the reader's currency, by the rate of the day and with the ending of their list, and
    /// the rate. `None` where the list does not follow another one: nothing is converted into a list
    /// whose prices are set by hand, since its tiles would name other prices than its pages.
    pub(super) fn changed(&self, sum: Money, to: Currency) -> Option<(Money, i64)> {
        let Change { exchange, ending, at } = self.change.as_ref()?;
        let rate = exchange.rate(sum.currency, to, *at)?;
        Some((rate.convert(sum, *ending)?, rate.rate_micro))
    }
}

/// What these definitions need beside themselves: the goods that the kits among them may hold, the
/// rates where one counts in another currency than the reader; nothing is asked where it is not needed.
///
/// # Faults
/// Whatever the database says.
pub async fn components(
    db: &impl Reads,
    definitions: impl IntoIterator<Item = &Definition>,
    viewer: &Viewer,
) -> Result<Components, kernel::Fault> {
    let (mut skus, mut foreign) = (BTreeSet::new(), false);
    for definition in definitions {
        skus.extend(definition.skus());
        foreign |= definition.currency != viewer.currency && !definition.is_kit();
    }
    let change = match viewer.list.filter(|_| foreign) {
        Some(list) => change(db, list, viewer.at).await?,
        None => None,
    };
    if skus.is_empty() {
        return Ok(Components { cards: HashMap::new(), change });
    }
    let skus: Vec<String> = skus.into_iter().map(str::to_owned).collect();
    let known = catalog::find_skus(db, &skus).await?;
    let mut products: Vec<ProductId> = known.values().map(|(product, _)| *product).collect();
    products.sort_unstable();
    products.dedup();
    // A customer's agreements are about what they buy: the kit.
    let public = Viewer { customer: None, meant: None, ..viewer.clone() };
    let cards = read::cards(db, &products, &public).await?;
    let card = |product: ProductId| cards.iter().find(|c| c.product == product).cloned();
    let cards = known.into_iter().filter_map(|(sku, (product, _))| Some((sku, card(product)?))).collect();
    Ok(Components { cards, change })
}

async fn change(db: &impl Reads, list: PriceListId, at: Moment) -> Result<Option<Change>, kernel::Fault> {
    let list = pricing::list(db, list).await?;
    if list.follows.is_none() {
        return Ok(None);
    }
    Ok(Some(Change { exchange: pricing::exchange(db).await?, ending: list.ending, at }))
}

/// A kit as it was put together.
pub(super) struct Assembled {
    pub parts: Vec<Part>,
    /// What everybody pays, with VAT.
    pub full: Money,
    /// What this customer pays, with VAT: the shares make it.
    pub total: Money,
}

/// Puts a kit together: its goods with their shares of what the customer pays after an agreed
/// percentage. The quote's rows learn what they are called and cost.
///
/// # Faults
/// `configure.part_gone`, `configure.nothing_chosen`, `configure.too_large`.
pub(super) fn assemble(
    by: &Configurator,
    quote: &mut Quote,
    components: &Components,
    (card, off): (&ProductCard, Option<Rate>),
) -> Result<Assembled, kernel::Fault> {
    let too_large = || configure::Fault::TooLarge;
    let (mut parts, mut apart) = (Vec::new(), Money::zero(card.currency));
    for row in quote.rows.iter_mut().filter(|row| row.kind == RowKind::Goods) {
        let found = components.find(&row.code).filter(|(goods, _)| goods.vat_category == card.vat_category);
        let (goods, variant) = found.ok_or_else(|| configure::Fault::PartGone { sku: row.code.clone() })?;
        let milli = row.quantity.checked_mul(Decimal::ONE_THOUSAND).and_then(|q| i64::try_from(q).ok());
        let qty = Qty(milli.ok_or_else(too_large)?);
        let unit_gross = variant.price.gross;
        let sum = qty.times(unit_gross).ok_or_else(too_large)?;
        apart = apart.checked_add(sum).ok_or_else(too_large)?;
        let title = if goods.variants.len() > 1 { format!("{} ({})", goods.title, variant.name) } else { goods.title.clone() };
        (row.name, row.cost) = (title.clone(), unit_gross.to_decimal());
        let (product, sku) = (goods.product, row.code.clone());
        parts.push(Part { product, variant: variant.id, sku, title, qty, unit_gross, share: sum });
    }
    if parts.is_empty() {
        return Err(configure::Fault::NothingChosen.into());
    }
    let full = apart.to_decimal().checked_mul(Decimal::ONE - by.definition.off);
    let full = full.and_then(|left| Money::from_decimal(left, card.currency)).ok_or_else(too_large)?;
    let total = less(full, off).ok_or_else(too_large)?;
    let weights: Vec<i64> = parts.iter().map(|part| part.share.minor).collect();
    for (part, share) in parts.iter_mut().zip(tax::allocate(total.minor, &weights)) {
        part.share.minor = share;
    }
    let goods = quote.rows.iter_mut().filter(|row| row.kind == RowKind::Goods);
    for (row, part) in goods.zip(&parts) {
        row.sum = part.share.to_decimal();
    }
    Ok(Assembled { parts, full, total })
}
