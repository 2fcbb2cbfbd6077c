//! The surfaces: shop, office, API. They extract, call a flow or a view, and present.

mod health;

use poem::{Endpoint, EndpointExt, Route, get};
use vitrina::kernel::App;

/// Everything the process answers.
pub fn routes(app: App) -> impl Endpoint {
    Route::new().at("/healthz", get(health::alive)).at("/readyz", get(health::ready)).data(app)
}
