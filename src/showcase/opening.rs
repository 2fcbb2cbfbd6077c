//! What a configurable product shows before anything is chosen: the price and the stock of its
//! opening choice, so that a tile never names a price that its page does not charge.

use std::collections::{HashMap, HashSet};

use super::{Channelled, Line, kit, read};
use crate::{
    catalog::{self, Bundles},
    channels::Channel,
    configure::{self, Configurator, Row, RowKind},
    kernel::{Fault, Locale, ProductId, Qty, Tx, VariantId},
    pricing::{self, NewPrice, Reduction},
    stock::{self, Availability},
};

/// Sets the price of these products in the lists to that of their opening choice, whatever a
/// campaign, a sheet or an import said. Returns those whose price changed. A choice that cannot be
/// made now leaves the price alone: the page says why.
///
/// # Faults
/// Whatever the database says.
pub(super) async fn price(tx: &Tx, channels: &[Channel], products: &[ProductId]) -> Result<Vec<ProductId>, Fault> {
    let made = configure::all_in_force(tx, products).await?;
    let mut changed = HashSet::new();
    for channel in channels {
        if made.is_empty() || pricing::list(tx, channel.price_list).await?.follows.is_some() {
            continue;
        }
        let viewer = channel.viewer(channel.source(), tx.now());
        let ids: Vec<ProductId> = made.iter().map(|by| by.product).collect();
        let cards = read::cards(tx, &ids, &viewer).await?;
        let components = kit::components(tx, made.iter().map(|by| &by.definition), &viewer).await?;
        let opening = |by: &Configurator| {
            let card = cards.iter().find(|card| card.product == by.product)?;
            Line::configured(card, by, (&by.definition.opening(), Qty::ONE), &components).ok()
        };
        let lines: Vec<Line> = made.iter().filter_map(opening).collect();
        let price = |line: &Line| NewPrice { variant: line.variant, amount: line.unit_gross, reduction: Reduction::None };
        let prices: Vec<NewPrice> = lines.iter().map(price).collect();
        let outcomes = pricing::set_prices(tx, channel.price_list, &prices).await?;
        let set = lines.iter().zip(outcomes).filter(|(_, outcome)| *outcome != pricing::Outcome::Unchanged);
        changed.extend(set.map(|(line, _)| line.product));
    }
    Ok(changed.into_iter().collect())
}

/// What the kits among these products need of other goods.
pub(super) struct Together {
    /// By the kit's variant: so many of each of these; nothing where it cannot be put together.
    kits: Vec<(VariantId, Vec<(VariantId, i64)>)>,
    goods: Vec<VariantId>,
}

/// Reads it.
///
/// # Faults
/// Whatever the database says.
pub(super) async fn together(tx: &Tx, all: &Bundles) -> Result<Together, Fault> {
    let ids: Vec<ProductId> = all.products.iter().map(|product| product.id).collect();
    let kits = configure::kits_among(tx, &ids).await?;
    let goods = |by: &Configurator| {
        // What is in a kit does not depend on the language that its words are in.
        let rows = by.definition.quote(&by.definition.opening(), Qty::ONE, Locale::LT).map(|quote| quote.rows);
        rows.unwrap_or_default().into_iter().filter(|row| row.kind == RowKind::Goods).collect::<Vec<Row>>()
    };
    let rows: Vec<(ProductId, Vec<Row>)> = kits.iter().map(|by| (by.product, goods(by))).collect();
    let mut skus: Vec<String> = rows.iter().flat_map(|(_, rows)| rows.iter().map(|row| row.code.clone())).collect();
    skus.sort_unstable();
    skus.dedup();
    let known = if skus.is_empty() { HashMap::new() } else { catalog::find_skus(tx, &skus).await? };
    let mut kits = Vec::with_capacity(rows.len());
    for (product, rows) in rows {
        let bundle = all.products.iter().find(|p| p.id == product);
        let Some(variant) = bundle.and_then(|p| p.variants.first()) else { continue };
        let part = |row: &Row| Some((known.get(&row.code)?.1, i64::try_from(row.quantity).unwrap_or(1).max(1)));
        kits.push((variant.id, rows.iter().map(part).collect::<Option<Vec<_>>>().unwrap_or_default()));
    }
    let goods: HashSet<VariantId> = kits.iter().flat_map(|(_, parts)| parts.iter().map(|(goods, _)| *goods)).collect();
    Ok(Together { kits, goods: goods.into_iter().collect() })
}

impl Together {
    /// Puts what the kits' goods allow into the place of what is said of the kits themselves.
    ///
    /// # Faults
    /// Whatever the database says.
    pub async fn count(&self, tx: &Tx, at: &Channel, stock: &mut HashMap<VariantId, Availability>) -> Result<(), Fault> {
        if self.kits.is_empty() {
            return Ok(());
        }
        let of = match self.goods.is_empty() {
            true => HashMap::new(),
            false => stock::available(tx, stock::Places::Only(&at.locations), &self.goods).await?,
        };
        for (kit, parts) in &self.kits {
            let parts = parts.iter().map(|(goods, each)| (of.get(goods).copied().unwrap_or_default(), *each));
            stock.insert(*kit, least(parts));
        }
        Ok(())
    }
}

/// So many kits can be put together; what is made for it takes its days. Without goods there is none.
fn least(parts: impl ExactSizeIterator<Item = (Availability, i64)>) -> Availability {
    if parts.len() == 0 {
        return Availability::default();
    }
    let (mut free, mut wait) = (i64::MAX, None);
    for (part, each) in parts {
        let has = part.free.0 / each;
        match part.policy {
            stock::Policy::Untracked => {}
            stock::Policy::Track => free = free.min(has),
            stock::Policy::Backorder { days } | stock::Policy::MadeToOrder { days } if has < Qty::ONE.0 => {
                wait = wait.max(Some(days));
            }
            _ => {}
        }
    }
    match wait {
        Some(days) if free >= Qty::ONE.0 => Availability { free: Qty::ZERO, policy: stock::Policy::MadeToOrder { days } },
        _ => Availability { free: Qty(free), policy: stock::Policy::Track },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kit_can_be_had_as_often_as_its_rarest_goods() {
        let shelf = |pieces| Availability { free: Qty::pieces(pieces), policy: stock::Policy::Track };
        let made = |days| Availability { free: Qty::ZERO, policy: stock::Policy::MadeToOrder { days } };
        assert_eq!(least([(shelf(5), 1), (shelf(6), 2)].into_iter()), shelf(3));
        assert_eq!(least([(shelf(5), 1), (made(10), 2), (made(4), 1)].into_iter()), made(10));
        assert_eq!(least([(shelf(0), 1), (made(10), 2)].into_iter()), shelf(0), "what is made does not bring what has run out");
        assert_eq!(least(std::iter::empty::<(Availability, i64)>().collect::<Vec<_>>().into_iter()), Availability::default());
    }
}
