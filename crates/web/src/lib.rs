//! The surfaces: shop, office, API. They extract, call a flow or a view, and present.

pub mod api;
pub mod backoffice;
pub mod chooser;
mod csrf;
pub mod faults;
mod files;
pub mod forms;
mod health;
mod hooks;
mod photos;
mod problems;
pub mod render;
pub mod session;
mod site;
pub mod storefront;
pub mod urls;

use poem::{Endpoint, EndpointExt, Request, Response, get, http::StatusCode, middleware::Compression};
use vitrina::{kernel::App, stage::Stage};

pub use site::Site;

/// Everything the process answers.
pub fn routes(app: App, stage: Stage) -> impl Endpoint<Output = Response> {
    let site = Site::new(app.clone(), stage.clone());
    let known = storefront::routes(&site)
        .at("/healthz", get(health::alive))
        .at("/readyz", get(health::ready))
        .nest("/store", api::store(&site))
        .nest("/admin", api::admin(&site))
        .nest("/hooks", hooks::routes(&site))
        .nest_no_strip("/office", backoffice::routes(&app, &stage))
        .data(stage)
        .data(app)
        .with(Compression::new());
    known.around(move |next, req| answered(site.clone(), next, req))
}

/// An address that nothing answers gets a page that helps; a HEAD gets a GET's head.
async fn answered<E: Endpoint<Output = Response>>(
    site: Site,
    next: std::sync::Arc<E>,
    mut req: Request,
) -> poem::Result<Response> {
    let head = req.method() == poem::http::Method::HEAD;
    if head {
        req.set_method(poem::http::Method::GET);
    }
    let path = req.uri().path().to_owned();
    let answer = match next.call(req).await {
        Ok(response) => Ok(response),
        Err(e) if e.status() == StatusCode::NOT_FOUND => Ok(storefront::lost(&site, &path).await),
        Err(e) => Err(e),
    };
    answer.map(|mut response| {
        if head {
            response.set_body(());
        }
        response
    })
}
