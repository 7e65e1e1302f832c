//! The answer to a request to send.

use campanile_domain::{FanoutId, NotificationId, UserId};
use campanile_intake::{SentToTopic, SentToUsers};
use serde::Serialize;
use utoipa::ToSchema;

/// What was accepted; it is stored durably.
#[derive(Serialize, ToSchema)]
#[schema(as = Accepted)]
#[serde(untagged)]
pub(crate) enum AcceptedBody {
    Users(AcceptedForUsers),
    Topic(AcceptedForTopic),
}

/// The notifications accepted for the given recipients.
#[derive(Serialize, ToSchema)]
pub(crate) struct AcceptedForUsers {
    /// Number of notifications.
    #[schema(value_type = u64, example = 2)]
    accepted: usize,
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
    #[schema(value_type = Uuid)]
    fanout_id: FanoutId,
}

/// One accepted notification.
#[derive(Serialize, ToSchema)]
pub(crate) struct AcceptedNotification {
    #[schema(value_type = Uuid)]
    id: NotificationId,
    #[schema(value_type = String)]
    user_id: UserId,
}

impl From<SentToUsers> for AcceptedBody {
    fn from(sent: SentToUsers) -> Self {
        let notifications = sent.notifications.into_iter();
        let notifications: Vec<_> = notifications
            .map(|(id, user_id)| AcceptedNotification { id, user_id })
            .collect();
        Self::Users(AcceptedForUsers {
            accepted: notifications.len(),
            notifications,
        })
    }
}

impl From<SentToTopic> for AcceptedBody {
    fn from(sent: SentToTopic) -> Self {
        Self::Topic(AcceptedForTopic {
            accepted: sent.subscribers,
            fanout_id: sent.fanout_id,
        })
    }
}
