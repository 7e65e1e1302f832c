//! How a call ended well.

use serde::Deserialize;
use uuid::Uuid;

use crate::IdempotencyKey;
use crate::request::Request;

/// Where a call is durable now.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// The service has it.
    Accepted(Accepted),
    /// Our own disk has it; it will be brought to the service after what was spooled before it.
    Spooled {
        /// Under which the service will know the call.
        key: IdempotencyKey,
    },
}

/// What the service accepted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Accepted {
    /// Number of notifications.
    pub accepted: u64,
    /// One for each recipient; empty for a topic, and where an earlier attempt was accepted whose answer is lost.
    #[serde(default)]
    pub notifications: Vec<AcceptedNotification>,
    /// Where a topic's subscribers are counted.
    #[serde(default)]
    pub fanout_id: Option<Uuid>,
    /// Whether an earlier attempt of this call had been accepted, whose answer this is.
    #[serde(skip)]
    pub replayed: bool,
}

impl Accepted {
    /// The outcome of an earlier attempt of a call, as far as it is known without its answer.
    pub(crate) fn before<R: Request>(request: &R) -> Self {
        let recipients = request.recipients();
        Self {
            accepted: recipients.map_or(0, |all| all.len() as u64),
            replayed: true,
            ..Self::default()
        }
    }
}

/// One accepted notification.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct AcceptedNotification {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub user_id: String,
}
