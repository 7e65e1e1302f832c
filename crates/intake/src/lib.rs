//! Accepting: validate, expand to recipients, write durably in natural batches.
//!
//! Neighbours: `api` calls [`Intake::send`] and [`SendRequest::from_json`], and reads its other
//! bodies with [`Fields`] too; `storage` keeps the rows.

mod batcher;
mod fields;
mod fingerprint;
mod intake;
mod request;
mod validate;
mod write;

pub use fields::Fields;
pub use intake::{Intake, IntakeError, Sent};
pub use request::{FieldError, SendRequest};
