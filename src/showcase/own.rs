//! The prices of a customer on cards that were made for everybody: the one place where a reader's
//! agreements meet the projection.

use super::{
    card::{PriceView, ProductCard, Steps, UnitPriceView, VariantCard, Viewer},
    stored::cheapest,
};
use crate::{
    channels::TaxDisplay,
    kernel::{self, Money, PartyId, PriceListId, ProductId, Qty, Reads, VariantId},
    pricing::{self, Beside, Gives, Goods, Price, Public, Rule, Tier, Why},
    tax,
};

/// Puts the reader's own prices on the cards; whoever has none costs nothing. What has no price in
/// the reader's currency loses its variants: it is not sold in it.
pub(super) async fn apply(db: &impl Reads, cards: &mut [ProductCard], viewer: &Viewer) -> Result<(), kernel::Fault> {
    if let Some(list) = viewer.list {
        listed(db, cards, list, viewer).await?;
    }
    if let Some(party) = viewer.prices_of() {
        agreed(db, cards, party, viewer).await?;
    }
    if viewer.tax == TaxDisplay::Net {
        cards.iter_mut().for_each(without_vat);
    }
    Ok(())
}

/// The prices of another list, in its currency.
async fn listed(db: &impl Reads, cards: &mut [ProductCard], list: PriceListId, viewer: &Viewer) -> Result<(), kernel::Fault> {
    let ids: Vec<VariantId> = cards.iter().flat_map(|card| card.variants.iter().map(|v| v.id)).collect();
    let prices = pricing::prices_of(db, list, &ids, viewer.at).await?;
    for card in cards {
        card.variants.retain(|variant| prices.contains_key(&variant.id));
        for variant in &mut card.variants {
            if let Some(price) = prices.get(&variant.id) {
                variant.price = of_list(&variant.price, price);
            }
        }
        if !card.variants.is_empty() {
            card.price = cheapest(&card.variants, viewer.currency);
        }
    }
    Ok(())
}

fn of_list(made: &PriceView, price: &Price) -> PriceView {
    let content = made.content.clone();
    let measure = content.as_ref().and_then(|(amount, of)| pricing::per_measure(price.amount, *amount, of));
    PriceView {
        reference: price.reference,
        percent_off: price.percent_off(),
        unit: measure.map(|m| UnitPriceView { per: m.per, gross: m.gross }),
        regular: price.regular,
        content,
        ..PriceView::plain(price.amount, tax::net_of(price.amount, made.rate).unwrap_or(price.amount), made.rate)
    }
}

async fn agreed(db: &impl Reads, cards: &mut [ProductCard], party: PartyId, viewer: &Viewer) -> Result<(), kernel::Fault> {
    let mut ids: Vec<ProductId> = cards.iter().map(|card| card.product).collect();
    ids.sort_unstable();
    ids.dedup();
    let most = (viewer.steps == Steps::First).then_some(Qty::ONE);
    let terms = pricing::terms(db, party, &ids, (viewer.at, most)).await?;
    if terms.is_empty() {
        return Ok(());
    }
    for card in cards {
        let (mut rules, shelves) = (terms.rules(card.product), terms.shelves(card.product));
        // What is made or put together as it is chosen costs what the choice costs: a percentage
        // comes off that, a price of its own is about another thing.
        if card.configurable {
            rules.retain(|rule| matches!(rule.gives, Gives::Off(_)));
        }
        if rules.is_empty() {
            continue;
        }
        for variant in &mut card.variants {
            let goods = Goods { variant: variant.id, product: card.product, shelves };
            put(variant, &goods, &rules, viewer.beside);
        }
        card.price = cheapest(&card.variants, viewer.currency);
    }
    Ok(())
}

/// A business reads what it will book: prices without VAT.
fn without_vat(card: &mut ProductCard) {
    card.tax = TaxDisplay::Net;
    for variant in &mut card.variants {
        let rate = variant.price.rate;
        variant.tiers.iter_mut().for_each(|tier| tier.net = tax::net_of(tier.unit, rate).ok());
    }
    for price in card.variants.iter_mut().map(|v| &mut v.price).chain([&mut card.price]) {
        let net = |gross: Money| tax::net_of(gross, price.rate).unwrap_or(gross);
        price.reference = price.reference.map(net);
        price.list = price.list.map(net);
        price.unit = price.unit.take().map(|u| UnitPriceView { gross: net(u.gross), ..u });
        price.without_vat = true;
    }
}

fn put(variant: &mut VariantCard, goods: &Goods<'_>, rules: &[Rule], beside: Beside) {
    let now = variant.price.gross;
    let public = Public { now, regular: variant.price.regular.unwrap_or(now), beside };
    let tiers = pricing::tiers(rules, goods, &public);
    if let Some(Tier { unit, why: Some(why), .. }) = tiers.first() {
        variant.price = own(&variant.price, *unit, why);
    }
    if tiers.len() > 1 {
        variant.tiers = tiers;
    }
}

/// A price of the reader's own: nothing that was announced to everybody stands beside it.
fn own(public: &PriceView, unit: Money, why: &Why) -> PriceView {
    let list = public.regular.unwrap_or(public.gross);
    let content = public.content.clone();
    let measure = content.as_ref().and_then(|(amount, of)| pricing::per_measure(unit, *amount, of));
    PriceView {
        from: false,
        gross: unit,
        net: tax::net_of(unit, public.rate).unwrap_or(unit),
        rate: public.rate,
        reference: None,
        percent_off: None,
        unit: measure.map(|m| UnitPriceView { per: m.per, gross: m.gross }),
        regular: Some(list),
        content,
        list: Some(list),
        why: Some(why.clone()),
        without_vat: false,
    }
}

impl VariantCard {
    /// What the reader pays for one unit at a quantity, what everybody would, and why they differ;
    /// both with VAT.
    pub fn at(&self, qty: Qty) -> (Money, Option<Money>, Option<&Why>) {
        let tier = self.tiers.iter().rfind(|tier| tier.from <= qty);
        match tier {
            Some(Tier { unit, why: Some(why), .. }) => (*unit, self.public(), Some(why)),
            Some(Tier { unit, why: None, .. }) => (*unit, None, None),
            None => (self.price.gross, self.price.list.and_then(|_| self.public()), self.price.why.as_ref()),
        }
    }

    /// With VAT, however the reader reads prices.
    fn public(&self) -> Option<Money> {
        Some(self.price.regular.unwrap_or(self.price.gross))
    }
}
