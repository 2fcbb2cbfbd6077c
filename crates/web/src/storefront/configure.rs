//! A product that is made as it is configured: its questions on its own page, its price by a plain
//! form, and the way into the cart.

use std::collections::BTreeMap;

use poem::{Response, http::StatusCode};
use vitrina::{
    channels::TaxDisplay,
    configure::{self, Configurator, Input},
    flows::{self, carts::Wish},
    kernel::{Fault, Kind, Qty},
    showcase::{self, Found, Line, PriceView, ProductCard},
};

use super::{
    catalogue,
    link::Link,
    pages::{Configurable, Priced},
    visit::Visit,
};
use crate::{chooser, faults, forms, render, site::Site, urls};

type Answer = Result<Response, Fault>;

/// What the page of a configurable product asks; `None` for goods from the shelf.
///
/// # Faults
/// Whatever the database says.
pub async fn opening(site: &Site, visit: &Visit, card: &ProductCard) -> Result<Option<Configurable>, Fault> {
    let by = configure::in_force(site.app().reader(), card.product).await?;
    let Some(by) = by else { return Ok(None) };
    let components = showcase::components(site.app().reader(), [&by.definition], &visit.viewer(site)).await?;
    let line = Line::configured(card, &by, (&by.definition.opening(), Qty::ONE), &components);
    Ok(Some(shown(visit, card, &by, (&Input::new(), Qty::ONE), line.ok().as_ref(), &BTreeMap::new())))
}

fn shown(
    visit: &Visit,
    card: &ProductCard,
    by: &Configurator,
    (input, qty): (&Input, Qty),
    line: Option<&Line>,
    wrong: &BTreeMap<String, String>,
) -> Configurable {
    let wrong = |field: &str| wrong.get(field).cloned().unwrap_or_default();
    Configurable {
        action: card.url.clone(),
        questions: chooser::questions(&by.definition, input, visit.locale, wrong),
        qty: (qty.0 + 999) / 1000,
        priced: line.map(|line| Priced {
            price: PriceView {
                without_vat: line.tax == TaxDisplay::Net,
                ..PriceView::plain(
                    line.unit_gross,
                    line.unit_net.to_money(line.unit_gross.currency).unwrap_or(line.unit_gross),
                    line.rate,
                )
            },
            total: line.full(),
        }),
    }
}

/// The price of a choice, or the choice into the cart: whichever button was pressed.
pub async fn choose(site: Site, visit: Visit) -> Answer {
    let db = site.app().reader();
    let found = match showcase::by_slug(db, &visit.part, &visit.viewer(&site)).await? {
        Found::Here(found) => found,
        Found::Moved(slug) => return Ok(render::see_other(&visit.url(&format!("p/{slug}")))),
        Found::Gone | Found::Unknown => return Err(Fault::not_found("page.not_found")),
    };
    let Some(by) = configure::in_force(db, found.card.product).await? else {
        return Ok(render::see_other(&found.card.url));
    };
    let input = chooser::input(&visit.form);
    let qty = if visit.form.has("qty") { forms::qty(&visit.form, "qty") } else { Ok(Qty::ONE) };
    let wanted = qty.as_ref().copied().unwrap_or(Qty::ONE);
    if visit.form.get("do") == "add" {
        match put(&site, &visit, &found.card, &input, qty).await {
            Ok(token) => {
                let answer = render::see_other(&urls::with(&visit.url("cart"), &[("added", "1")]));
                return Ok(visit.with_cookie(answer, Some(&token), visit.login()));
            }
            Err(fault) if matches!(fault.kind, Kind::Bug | Kind::Unavailable) => return Err(fault),
            Err(fault) => return again(&site, &visit, *found, &by, (&input, wanted), Err(fault)).await,
        }
    }
    // Asking for a price leaves nothing behind: a text that has to be given may still be missing.
    let asked: Input = by.definition.opening().into_iter().chain(filled(&input)).collect();
    let components = showcase::components(db, [&by.definition], &visit.viewer(&site)).await?;
    let line = Line::configured(&found.card, &by, (&asked, wanted), &components);
    again(&site, &visit, *found, &by, (&input, wanted), line).await
}

fn filled(input: &Input) -> Input {
    input.iter().filter(|(_, typed)| !typed.trim().is_empty()).map(|(code, typed)| (code.clone(), typed.clone())).collect()
}

async fn put(site: &Site, visit: &Visit, card: &ProductCard, input: &Input, qty: Result<Qty, Fault>) -> Result<String, Fault> {
    let variant = card.variants.first().ok_or(configure::Fault::NotConfigurable)?.id;
    let wish = Wish { variant, qty: qty?, chosen: Some(input.clone()), offer: visit.link.as_ref().and_then(Link::remembered) };
    flows::carts::add(site.app(), &visit.actor(), (&visit.lately.channel, visit.locale), visit.cart(), wish).await
}

/// The page again, with the price or with what is wrong, beside its field.
async fn again(
    site: &Site,
    visit: &Visit,
    found: showcase::ProductPage,
    by: &Configurator,
    (input, qty): (&Input, Qty),
    line: Result<Line, Fault>,
) -> Answer {
    let mut page = catalogue::product_frame(site, visit, &found).await?;
    let mut status = StatusCode::OK;
    if let Err(fault) = &line {
        status = faults::status(fault);
        page = page.with_faults(site.stage(), fault);
    }
    let asked = shown(visit, &found.card, by, (input, qty), line.ok().as_ref(), &page.wrong);
    let mut view = catalogue::view(site, visit, page, found).await?;
    view.configurator = Some(asked);
    let html = site.stage().render("storefront/product", visit.locale, &view)?;
    Ok(render::html(status, html, "no-store"))
}
