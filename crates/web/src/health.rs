//! Is the process alive, and can it work?

use poem::{
    IntoResponse, Response, handler,
    http::StatusCode,
    web::{Data, Json},
};
use serde_json::json;
use vitrina::kernel::App;

/// The process answers.
#[handler]
pub fn alive() -> &'static str {
    "ok"
}

/// The database answers too.
#[handler]
pub async fn ready(app: Data<&App>) -> Response {
    let database = app.reader().ping().await.is_ok();
    let status = if database { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    Json(json!({ "ready": database, "database": database })).with_status(status).into_response()
}
