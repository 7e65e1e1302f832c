//! Reading what callers write: the fields of a JSON body and the parameters of a query, with every
//! wrong one listed; and the declarations of bodies, from which their OpenAPI schemas come as well.
//!
//! Neighbours: `intake`, `providers` and `api` read their bodies and queries with it; `api` turns
//! [`FieldErrors`] into the `errors` of a problem. It knows `domain` alone.

mod code;
mod description;
mod field_errors;
mod fields;
mod json;
pub mod kinds;
mod query;
mod request_body;

pub use code::FieldCode;
pub use description::{Description, Parts, ValueSchema};
pub use field_errors::{FieldError, FieldErrors};
pub use fields::{Fields, escaped};
pub use json::{Json, JsonText};
pub use query::Query;
pub use request_body::RequestBody;

/// What [`request_body!`] needs where it is used.
#[doc(hidden)]
pub mod macros {
    pub use serde_json::{Value, json};
    pub use utoipa::openapi::{RefOr, Schema};
    pub use utoipa::{PartialSchema, ToSchema};
}
