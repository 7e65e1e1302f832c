//! What surrounds every handler, from the outside in: the request's context (id, log line, numbers,
//! the bytes of a problem), what other sites' pages may do, the time-out, and the catch for panics.

mod access_log;
mod answer_body;
mod cors;
mod host;
mod panic;
mod problem_body;
mod request_context;
mod request_id;
mod timeout;

pub(crate) use cors::{cors, rules as cors_rules};
pub(crate) use panic::catch_panic;
pub(crate) use problem_body::ForPeople;
pub(crate) use request_context::{RequestContext, Requests, request_context};
pub use request_id::RequestId;
pub(crate) use timeout::limit_time;
