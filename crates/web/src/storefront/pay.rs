//! To the payment provider's page and back.

use poem::{
    Response,
    http::{HeaderValue, StatusCode},
};
use vitrina::{flows, kernel::Fault};

use super::{frame, pages::AwayPage, visit::Visit};
use crate::{render, site::Site};

type Answer = Result<Response, Fault>;

/// The button *Pay by card* of an order's page.
pub async fn pay(site: Site, visit: Visit) -> Answer {
    go(&site, &visit, &visit.part).await
}

/// Sends the browser to the provider's page; where that cannot be, back to the order, which says so
/// and shows the other way to pay. The order stands in any case.
///
/// # Faults
/// `sales.no_order`.
pub async fn go(site: &Site, visit: &Visit, token: &str) -> Answer {
    match flows::payments::open_page(site.app(), &visit.actor(), token).await {
        Ok(url) => away(site, visit, url).await,
        Err(fault) if fault.code == "sales.no_order" => Err(fault),
        Err(fault) if fault.code == "payments.nothing_due" => Ok(render::see_other(&visit.url(&format!("order/{token}")))),
        Err(fault) => {
            crate::faults::log(&fault, &visit.path);
            let why = if fault.code == "payments.busy" { "busy" } else { "failed" };
            Ok(render::see_other(&visit.url(&format!("order/{token}?pay={why}"))))
        }
    }
}

/// A form may lead to this shop alone (`form-action 'self'`), redirects included; so a page of ours
/// stands between, which goes on by itself and has a link for whoever it does not.
async fn away(site: &Site, visit: &Visit, url: String) -> Answer {
    let title = site.stage().text(visit.locale, "pay.away_title", &[]);
    let mut page = frame::private(site, visit, &title).await?;
    page.canonical = String::new();
    let onward = HeaderValue::try_from(format!("0; url={url}")).map_err(Fault::bug)?;
    let html = site.stage().render("storefront/away", visit.locale, &AwayPage { page, url })?;
    let mut answer = render::html(StatusCode::OK, html, "no-store");
    answer.headers_mut().insert("refresh", onward);
    Ok(answer)
}

/// Where the provider sends the browser afterwards. What it says counts for nothing: the provider is
/// asked, and the order's page shows what is known.
pub async fn back(site: Site, visit: Visit) -> Answer {
    flows::payments::returned(site.app(), &visit.part).await?;
    Ok(render::see_other(&visit.url(&format!("order/{}?done=1", visit.part))))
}
