//! The surfaces: shop, office, API. They extract, call a flow or a view, and present.

mod assets;
pub mod backoffice;
pub mod csrf;
pub mod faults;
pub mod forms;
mod health;
pub mod render;
pub mod session;
pub mod urls;

use poem::{Endpoint, EndpointExt, Route, get};
use vitrina::{kernel::App, stage::Stage};

/// Everything the process answers.
pub fn routes(app: App, stage: Stage) -> impl Endpoint {
    Route::new()
        .at("/healthz", get(health::alive))
        .at("/readyz", get(health::ready))
        .at("/assets/:hash/*path", get(assets::asset))
        .nest_no_strip("/office", backoffice::routes(&app, &stage))
        .data(stage)
        .data(app)
}
