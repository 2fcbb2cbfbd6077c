//! Where the outside reports by itself: providers of payments. No session, no form token; whoever
//! calls is known by a signature over the raw body.

use poem::{Endpoint, IntoResponse, Request, Response, Route, RouteMethod, endpoint::make, http::StatusCode};
use vitrina::{
    flows::{self, payments::Receipted},
    kernel::{Fault, Kind},
};

use crate::site::Site;

/// A message is some kilobytes; what is longer is none.
const MOST: usize = 512 * 1024;

/// Every address below `/hooks/v1`.
pub fn routes(site: &Site) -> Route {
    Route::new().at("/v1/stripe", RouteMethod::new().post(stripe(site)))
}

fn stripe(site: &Site) -> impl Endpoint<Output = Response> + use<> {
    let site = site.clone();
    make(move |req: Request| {
        let site = site.clone();
        async move { Ok::<_, poem::Error>(received(&site, req).await) }
    })
}

/// 200 once the effects are on disk; anything else makes the provider come again.
async fn received(site: &Site, mut req: Request) -> Response {
    let signature = req.header("stripe-signature").unwrap_or_default().to_owned();
    let Ok(raw) = req.take_body().into_bytes_limit(MOST).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    match flows::payments::receive(site.app(), &raw, &signature).await {
        Ok(Receipted::Processed | Receipted::Before) => StatusCode::OK.into_response(),
        Err(fault) => refused(&fault),
    }
}

fn refused(fault: &Fault) -> Response {
    let status = match (fault.code, fault.kind) {
        ("payments.unsigned", _) => StatusCode::BAD_REQUEST,
        ("payments.no_gateway", _) => StatusCode::NOT_FOUND,
        // Kept and tried again here too; the provider's own patience is a second net.
        (_, Kind::Unavailable) => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    status.with_body(fault.code).into_response()
}
