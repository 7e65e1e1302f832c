//! Accepting: validate, expand to recipients, write durably in natural batches.
//!
//! Neighbours: `api` calls [`Intake::send`], [`dry_run`] and [`Wanted::from_json`], and reads its other
//! bodies with [`Fields`] too; `storage` keeps the rows.

mod answer;
mod batcher;
mod bulk;
mod dry_run;
pub mod events;
mod field_errors;
mod fields;
mod fingerprint;
mod intake;
mod json;
mod late;
mod request;
mod test_request;
mod topic;
mod topic_request;
mod unknown;
mod validate;
mod wanted;
mod write;

pub use bulk::{BulkItem, BulkRequest};
pub use dry_run::{Rehearsal, dry_run};
pub use field_errors::{FieldError, FieldErrors};
pub use fields::Fields;
pub use intake::{Intake, IntakeError, Sent};
pub use json::{Json, JsonText};
pub use request::SendRequest;
pub use test_request::TestRequest;
pub use topic::TopicError;
pub use topic_request::TopicRequest;
pub use wanted::Wanted;
