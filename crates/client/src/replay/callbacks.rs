//! Spooled calls that come to nothing, and the callbacks that report them.

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

/// A spooled call whose `expires_at` passed before it could be brought to the service. It is kept nowhere.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Expired {
    /// Under which the call would have been made.
    pub key: IdempotencyKey,
    /// Where it would have gone.
    pub path: String,
    /// The request.
    pub body: Value,
}

/// Takes what came to nothing.
pub(crate) type Callback<T> = Box<dyn Fn(T) + Send + Sync>;

/// The caller's own, where there are any.
#[derive(Default)]
pub(crate) struct Callbacks {
    pub(crate) on_rejected: Option<Callback<Rejected>>,
    pub(crate) on_expired: Option<Callback<Expired>>,
}
