//! The cart: no account, no script needed; the cookie begins with the first thing in it.

use poem::{Response, http::StatusCode};
use vitrina::{
    flows::{self, carts::Wish},
    kernel::{CartLineId, Fault, Kind, Money, Qty, VariantId},
    sales::{self, CartKey, CartView, Change},
    stage::{Returns, letters::Sum},
};

use super::{
    code, frame,
    link::Link,
    pages::{CartLine, CartPage, Frame},
    visit::Visit,
};
use crate::{forms, render, site::Site, urls};

type Answer = Result<Response, Fault>;

/// The visitor's open cart, priced now.
///
/// # Faults
/// Whatever the database says.
pub async fn load(site: &Site, visit: &Visit) -> Result<Option<CartView>, Fault> {
    let Some(token) = visit.cart() else { return Ok(None) };
    sales::view(site.app().reader(), &CartKey::of(token), &visit.viewer(site)).await
}

pub async fn show(site: Site, visit: Visit) -> Answer {
    let title = site.stage().text(visit.locale, "cart.title", &[]);
    let mut page = frame::private(&site, &visit, &title).await?;
    if visit.query.has("added") {
        let text = site.stage().text(visit.locale, "cart.added", &[]);
        page.flash.push(super::pages::Flash { tone: "good".into(), text });
    }
    rendered(&site, &visit, page, StatusCode::OK).await
}

async fn rendered(site: &Site, visit: &Visit, page: Frame, status: StatusCode) -> Answer {
    let cart = load(site, visit).await?;
    let view = CartPage {
        ready: cart.as_ref().is_some_and(|c| c.ready),
        sum: sum(cart.as_ref(), visit),
        code: cart.as_ref().map(|c| code::of(site, visit, c, "")).unwrap_or_default(),
        returns: returns(cart.iter().flat_map(|c| &c.lines), visit.net),
        lines: cart.map(|c| c.lines.iter().map(line).collect()).unwrap_or_default(),
        page,
    };
    let html = site.stage().render("storefront/cart", visit.locale, &view)?;
    Ok(render::html(status, html, "no-store"))
}

fn sum(cart: Option<&CartView>, visit: &Visit) -> Sum {
    let zero = Money::zero(visit.lately.channel.currency);
    let (goods, total) = cart.map_or((zero, zero), |c| (c.shown, c.left()));
    Sum {
        goods,
        discount: cart.and_then(code::row),
        delivery: None,
        delivery_name: String::new(),
        total,
        vat: Vec::new(),
        net: visit.net.then_some(total),
        note: String::new(),
    }
}

/// What of these lines could be sent back.
pub fn returns<'a>(lines: impl IntoIterator<Item = &'a sales::CartLine>, business: bool) -> Returns {
    Returns::of(
        lines
            .into_iter()
            .filter_map(|l| l.line.as_ref())
            .map(|l| l.configured.as_ref().is_some_and(vitrina::showcase::Configured::made_to_choice)),
        business,
    )
}

fn line(l: &sales::CartLine) -> CartLine {
    CartLine {
        id: l.id.to_string(),
        title: l.title.clone(),
        variant: l.variant_name.clone(),
        url: l.url.clone(),
        picture_hash: l.picture.as_ref().map(|p| p.hash.clone()),
        qty: l.qty,
        whole: l.unit == "piece",
        unit: l.unit.clone(),
        unit_price: l.each(),
        why: l.why.clone(),
        total: l.shown(),
        availability: l.availability.unwrap_or(vitrina::showcase::Availability::OutOfStock),
        problem: problem(l).into(),
        most: None,
    }
}

fn problem(l: &sales::CartLine) -> &'static str {
    let out = l.availability.is_some_and(|a| !vitrina::showcase::sellable(a));
    match l.change {
        Some(Change::Gone) => "gone",
        _ if out => "out",
        Some(Change::Dearer { .. } | Change::Cheaper { .. }) => "price",
        None => "",
    }
}

pub async fn add(site: Site, visit: Visit) -> Answer {
    let variant: VariantId = visit.form.get("variant").parse().map_err(|_| Fault::from(sales::Fault::NoVariant))?;
    let qty = if visit.form.has("qty") { forms::qty(&visit.form, "qty") } else { Ok(Qty::ONE) };
    let into = (&visit.lately.channel, visit.locale);
    let added = match qty {
        Ok(qty) => {
            let offer = visit.link.as_ref().and_then(Link::remembered);
            let wish = Wish { offer, ..Wish::from((variant, qty)) };
            flows::carts::add(site.app(), &visit.actor(), into, visit.cart(), wish).await
        }
        Err(fault) => Err(fault),
    };
    match added {
        Ok(token) => {
            let answer = render::see_other(&urls::with(&visit.url("cart"), &[("added", "1")]));
            // Only a new cart needs a new cookie.
            if visit.cart() == Some(&token) { Ok(answer) } else { Ok(visit.with_cookie(answer, Some(&token), visit.login())) }
        }
        Err(fault) => refused(&site, &visit, fault).await,
    }
}

/// The cart again, with what was wrong.
///
/// # Faults
/// What no form can mend.
pub async fn refused(site: &Site, visit: &Visit, fault: Fault) -> Answer {
    if matches!(fault.kind, Kind::Bug | Kind::Unavailable) {
        return Err(fault);
    }
    let title = site.stage().text(visit.locale, "cart.title", &[]);
    let page = frame::private(site, visit, &title).await?.with_faults(site.stage(), &fault);
    rendered(site, visit, page, crate::faults::status(&fault)).await
}

/// Quantities, or one line out.
pub async fn change(site: Site, visit: Visit) -> Answer {
    let Some(token) = visit.cart() else { return Ok(render::see_other(&visit.url("cart"))) };
    let actor = visit.actor();
    if let Some(drop) = visit.form.opt("drop") {
        if let Ok(line) = drop.parse::<CartLineId>() {
            flows::carts::remove(site.app(), &actor, token, line).await?;
        }
        return Ok(render::see_other(&visit.url("cart")));
    }
    for (id, _) in visit.form.below("line.") {
        let Ok(line) = id.parse::<CartLineId>() else { continue };
        let set = match forms::qty(&visit.form, &format!("line.{id}")) {
            Ok(qty) => flows::carts::set(site.app(), &actor, token, line, qty).await,
            Err(fault) => Err(fault),
        };
        if let Err(fault) = set {
            return refused(&site, &visit, fault).await;
        }
    }
    Ok(render::see_other(&visit.url("cart")))
}
