//! A checkout as far as it has come: the cart, what was typed, what is offered, the sum.

use serde::Serialize;

use super::{CartKey, CartView, Load, MethodId, Quote, Settled, Tariffs, sale_of, settle, view};
use crate::{
    kernel::{Fault as Refusal, Reads},
    showcase::Viewer,
    tax,
};

/// The step that is to be taken next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Contact,
    Delivery,
    Review,
}

#[derive(Clone, Debug, Serialize)]
pub struct CheckoutView {
    pub cart: CartView,
    /// Empty until the country is known.
    pub quotes: Vec<Quote>,
    /// The one that was chosen, if it is still offered.
    pub chosen: Option<MethodId>,
    /// What the goods come to with the chosen delivery, else alone; `None` without goods.
    pub settled: Option<Settled>,
    pub stage: Stage,
}

impl CheckoutView {
    pub fn delivery(&self) -> Option<&Quote> {
        self.quotes.iter().find(|q| Some(q.method) == self.chosen)
    }
}

/// The checkout of an open cart; `home` is the country whose VAT the channel charges.
///
/// # Faults
/// `tax.no_rate`; whatever the database says.
pub async fn checkout(
    db: &impl Reads,
    key: &CartKey,
    viewer: &Viewer,
    (tariffs, home): (&Tariffs, &str),
) -> Result<Option<CheckoutView>, Refusal> {
    let Some(mut cart) = view(db, key, viewer).await? else { return Ok(None) };
    let country = cart.draft.address.as_ref().map(|a| a.country.clone());
    let quotes = match country {
        Some(country) => {
            let load = Load { country, grams: cart.grams, goods: cart.goods };
            let quotes = tariffs.quotes(&load, viewer.locale, home, viewer.at)?;
            let free = cart.taken().is_some_and(|t| t.free_delivery);
            if free { quotes.into_iter().map(Quote::for_nothing).collect() } else { quotes }
        }
        None => Vec::new(),
    };
    let chosen = quotes.iter().find(|q| Some(q.method) == cart.draft.delivery);
    let lines = cart.frozen();
    let buyer = match viewer.customer {
        Some(party) => tax::buyer(db, party).await?,
        None => tax::Buyer::default(),
    };
    let draft = &cart.draft;
    let (sale, _) = sale_of(home, draft.address.as_ref(), chosen, (draft.contact.as_ref(), &buyer), viewer.at);
    let settled = if lines.is_empty() { None } else { Some(settle(lines, chosen.cloned(), &sale, tariffs.rates())?) };
    let stage = match (&cart.draft.contact, chosen) {
        (None, _) => Stage::Contact,
        (_, None) => Stage::Delivery,
        _ => Stage::Review,
    };
    let chosen = chosen.map(|q| q.method);
    if let Some(settled) = &settled {
        let priced = cart.lines.iter_mut().filter(|l| l.line.is_some());
        priced.zip(&settled.lines).for_each(|(line, as_settled)| line.line = Some(as_settled.clone()));
        cart.shown = settled.goods();
    }
    Ok(Some(CheckoutView { chosen, settled, stage, quotes, cart }))
}
