//! A discount code: typed in the cart or beside any step of the checkout, and taken out again.

use poem::Response;
use vitrina::{
    flows,
    kernel::{Fault, Kind},
    promotions,
    sales::CartView,
    stage::letters::SumDiscount,
};

use super::{cart, checkout, pages::CodeBox, visit::Visit};
use crate::{render, site::Site};

/// Steps that show the sum, by the address behind the language.
const STEPS: &[&str] = &["checkout", "checkout/delivery", "checkout/payment"];

/// # Faults
/// What no form can mend.
pub async fn change(site: Site, visit: Visit) -> Result<Response, Fault> {
    let back = STEPS.iter().copied().find(|step| *step == visit.form.get("back")).unwrap_or("cart");
    let Some(token) = visit.cart() else { return Ok(render::see_other(&visit.url("cart"))) };
    let done = match visit.form.has("drop") {
        true => flows::carts::drop_code(site.app(), &visit.actor(), token).await,
        false => {
            let window = (&visit.lately.channel, visit.locale);
            flows::carts::apply_code(site.app(), &visit.actor(), window, token, visit.form.get("code")).await
        }
    };
    match done {
        Ok(()) => Ok(render::see_other(&visit.url(back))),
        Err(fault) if matches!(fault.kind, Kind::Bug | Kind::Unavailable) => Err(fault),
        Err(fault) => match back {
            "cart" => cart::refused(&site, &visit, fault).await,
            step => checkout::again(&site, &visit, step, &fault).await,
        },
    }
}

/// The box of a page; `back` as in its address.
pub fn of(site: &Site, visit: &Visit, cart: &CartView, back: &str) -> CodeBox {
    let problem = cart.discount.as_ref().and_then(|d| d.as_ref().err());
    let say = |fault: &promotions::Fault| site.stage().fault(visit.locale, &fault.clone().into());
    CodeBox {
        held: cart.code.clone(),
        problem: problem.map(say).unwrap_or_default(),
        typed: visit.form.get("code").to_owned(),
        back: back.to_owned(),
    }
}

/// The row of the sum.
pub fn row(cart: &CartView) -> Option<SumDiscount> {
    cart.taken().map(|t| SumDiscount { code: t.code.clone(), amount: t.total })
}
