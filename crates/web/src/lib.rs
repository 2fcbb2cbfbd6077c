//! The surfaces: shop, office, API. They extract, call a flow or a view, and present.

pub mod csrf;
pub mod faults;
pub mod forms;
mod health;
pub mod render;
pub mod session;
pub mod urls;

use poem::{Endpoint, EndpointExt, Route, get};
use vitrina::kernel::App;

/// Everything the process answers.
pub fn routes(app: App) -> impl Endpoint {
    Route::new().at("/healthz", get(health::alive)).at("/readyz", get(health::ready)).data(app)
}
