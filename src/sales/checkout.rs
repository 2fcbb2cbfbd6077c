//! A checkout as far as it has come: the cart, what was typed, what is offered, the sum.

use serde::Serialize;

use super::{CartKey, CartView, Load, MethodId, Quote, Tariffs, agree, view};
use crate::{
    kernel::{Fault as Refusal, Reads},
    showcase::Viewer,
    tax::Totals,
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
    /// Gross sum, net and VAT by rate with the chosen delivery, else of the goods alone.
    pub totals: Option<Totals>,
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
    let Some(cart) = view(db, key, viewer).await? else { return Ok(None) };
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
    let totals = if lines.is_empty() { None } else { Some(agree(&lines, chosen, None)?) };
    let stage = match (&cart.draft.contact, chosen) {
        (None, _) => Stage::Contact,
        (_, None) => Stage::Delivery,
        _ => Stage::Review,
    };
    Ok(Some(CheckoutView { chosen: chosen.map(|q| q.method), totals, stage, quotes, cart }))
}
