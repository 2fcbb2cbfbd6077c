//! An answer that is written as it is read.
//!
//! [`poem_openapi::payload::Json`] builds a tree of values first and writes that; for two dozen
//! products the tree cost more than everything else.

use poem::{IntoResponse, Response};
use poem_openapi::{
    ApiResponse,
    payload::{Json, Payload},
    registry::{MetaResponses, Registry},
    types::ToJSON,
};
use serde::Serialize;

/// As `Json<T>`, in the document too. `T` derives both, so both write the same names.
pub struct Written<T>(pub T);

impl<T: Serialize + Send> IntoResponse for Written<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(bytes) => Response::builder().content_type(<Json<String> as Payload>::CONTENT_TYPE).body(bytes),
            Err(e) => poem::error::InternalServerError(e).into_response(),
        }
    }
}

impl<T: Serialize + ToJSON> ApiResponse for Written<T> {
    fn meta() -> MetaResponses {
        Json::<T>::meta()
    }
    fn register(registry: &mut Registry) {
        <Json<T> as ApiResponse>::register(registry);
    }
}
