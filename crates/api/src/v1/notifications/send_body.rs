//! The answer to a request to send, for the OpenAPI document only.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What was accepted; it is stored durably.
#[derive(Serialize, ToSchema)]
#[schema(as = Accepted)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes JSON that is written elsewhere")]
pub(crate) enum AcceptedBody {
    Users(AcceptedForUsers),
    Topic(AcceptedForTopic),
}

/// The notifications accepted for the given recipients.
#[derive(Serialize, ToSchema)]
pub(crate) struct AcceptedForUsers {
    /// Number of notifications.
    #[schema(example = 2)]
    accepted: u64,
    /// One notification for each recipient.
    notifications: Vec<AcceptedNotification>,
}

/// The accepted fan-out to the subscribers of a topic.
#[derive(Serialize, ToSchema)]
pub(crate) struct AcceptedForTopic {
    /// Number of subscribers at the time of the request.
    #[schema(example = 100_000)]
    accepted: u64,
    /// Id of the fan-out; use it to follow the progress.
    fanout_id: Uuid,
}

/// One accepted notification.
#[derive(Serialize, ToSchema)]
pub(crate) struct AcceptedNotification {
    id: Uuid,
    user_id: String,
}
