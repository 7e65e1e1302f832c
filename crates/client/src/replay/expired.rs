//! Spooled calls that came too late to be made.

use serde_json::Value;

use crate::IdempotencyKey;

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
