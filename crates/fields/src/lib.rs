//! Reading what callers write: the fields of a JSON body and the parameters of a query, with every
//! wrong one listed.
//!
//! Neighbours: `intake`, `providers` and `api` read their bodies and queries with it; `api` turns
//! [`FieldErrors`] into the `errors` of a problem. It knows `domain` alone.

mod code;
mod field_errors;
mod fields;
mod json;
mod query;

pub use code::FieldCode;
pub use field_errors::{FieldError, FieldErrors};
pub use fields::Fields;
pub use json::{Json, JsonText};
pub use query::Query;
