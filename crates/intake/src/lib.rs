//! Accepting: validate, expand to recipients, write durably in natural batches.
//!
//! Neighbours: `api` calls [`Intake::send`] and [`RequestToSend::from_json`], `app` plans dry runs, `fields` reads the
//! JSON; `storage` keeps the rows.

#![cfg_attr(
    test,
    allow(clippy::disallowed_methods, reason = "tests live in the present")
)]

mod answer;
mod batcher;
mod bulk;
pub mod events;
mod fingerprint;
mod intake;
mod late;
mod links;
mod request;
mod request_to_send;
mod send_body;
mod tally;
mod test_request;
mod topic;
mod topic_request;
mod unknown;
mod validate;
mod write;

pub use answer::{Sent, SentToTopic, SentToUsers};
pub use bulk::{BulkBody, BulkItem, BulkRequest};
pub use intake::{Intake, IntakeError};
pub use links::ActionBody;
pub use request::SendRequest;
pub use request_to_send::RequestToSend;
pub use send_body::SendBody;
pub use test_request::{TestBody, TestRequest};
pub use topic::TopicError;
pub use topic_request::TopicRequest;
