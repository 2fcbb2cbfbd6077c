//! To the payment provider's page and back.

use poem::Response;
use vitrina::{flows, kernel::Fault};

use super::visit::Visit;
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
    match flows::payments::begin(site.app(), &visit.actor(), token, visit.locale).await {
        Ok(url) => Ok(render::see_other(&url)),
        Err(fault) if fault.code == "sales.no_order" => Err(fault),
        Err(fault) if fault.code == "payments.nothing_due" => Ok(render::see_other(&visit.url(&format!("order/{token}")))),
        Err(fault) => {
            crate::faults::log(&fault, &visit.path);
            let why = if fault.code == "payments.busy" { "busy" } else { "failed" };
            Ok(render::see_other(&visit.url(&format!("order/{token}?pay={why}"))))
        }
    }
}

/// Where the provider sends the browser afterwards. What it says counts for nothing: the provider is
/// asked, and the order's page shows what is known.
pub async fn back(site: Site, visit: Visit) -> Answer {
    flows::payments::returned(site.app(), &visit.part).await?;
    Ok(render::see_other(&visit.url(&format!("order/{}?done=1", visit.part))))
}
