//! Spooled calls that the service refused.

use serde_json::Value;

use crate::{IdempotencyKey, Problem};

/// A spooled call that the service refused when it was replayed. It is in `rejected.jsonl` of the spool as well.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Rejected {
    /// Under which the call was made.
    pub key: IdempotencyKey,
    /// Where it went.
    pub path: String,
    /// The request.
    pub body: Value,
    /// Why it was refused.
    pub problem: Problem,
}
