//! The shape of a request to send and of its answer, for the OpenAPI document only: the intake reads
//! the JSON itself, so that it can name every wrong field.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// What to tell whom.
#[derive(ToSchema)]
#[schema(as = SendRequest)]
#[expect(dead_code, reason = "describes JSON that is read elsewhere")]
pub(super) struct SendBody {
    /// The event key.
    #[schema(pattern = "^[a-z0-9_.-]{1,64}$", example = "new_message")]
    notification_type: String,
    /// The users, each once; 128 bytes each at most. Needed unless there is a topic.
    #[schema(min_items = 1, max_items = 1000, example = json!(["u1", "u2"]))]
    recipients: Option<Vec<String>>,
    /// Instead of recipients: all who are subscribed to it at this moment.
    #[schema(pattern = "^[a-z0-9][a-z0-9_.:-]{0,127}$", example = json!(null))]
    topic: Option<String>,
    /// Anything the receiving application needs. It is passed on as it was written, numbers to their last digit; 120 levels deep at most.
    #[schema(value_type = Object)]
    content: serde_json::Value,
    /// Left out: all that are configured and allowed.
    channels: Option<Vec<ChannelName>>,
    /// How urgent; `normal` if left out.
    priority: Option<PriorityName>,
    /// A severity instead of a priority.
    level: Option<LevelName>,
    /// A headline.
    title: Option<String>,
    /// A text.
    body: Option<String>,
    /// Not before.
    send_at: Option<DateTime<Utc>>,
    /// Not after.
    expires_at: Option<DateTime<Utc>>,
    /// Only the newest of these matters.
    collapse_key: Option<String>,
    /// Only tells what would become of it.
    dry_run: Option<bool>,
}

/// A way to the user.
#[derive(ToSchema)]
#[schema(as = Channel, rename_all = "snake_case")]
#[expect(dead_code, reason = "describes JSON that is read elsewhere")]
pub(super) enum ChannelName {
    InApp,
    Sse,
    Push,
    Email,
    Webhook,
    Slack,
    Discord,
    Pushover,
    Apprise,
    WebPush,
}

/// How urgent.
#[derive(ToSchema)]
#[schema(as = Priority, rename_all = "snake_case")]
#[expect(dead_code, reason = "describes JSON that is read elsewhere")]
pub(super) enum PriorityName {
    Critical,
    High,
    Normal,
    Low,
}

/// A severity, mapped to a priority.
#[derive(ToSchema)]
#[schema(as = Level, rename_all = "snake_case")]
#[expect(dead_code, reason = "describes JSON that is read elsewhere")]
pub(super) enum LevelName {
    Debug,
    Info,
    Warning,
    Error,
    Critical,
}

/// What was accepted; all of it is durable.
#[derive(Serialize, ToSchema)]
#[schema(as = Accepted)]
#[serde(untagged)]
#[expect(dead_code, reason = "describes JSON that is written elsewhere")]
pub(crate) enum AcceptedBody {
    Users(AcceptedForUsers),
    Topic(AcceptedForTopic),
}

/// What was accepted for users by name.
#[derive(Serialize, ToSchema)]
pub(crate) struct AcceptedForUsers {
    /// How many notifications.
    #[schema(example = 2)]
    accepted: u64,
    /// One for each recipient.
    notifications: Vec<AcceptedNotification>,
}

/// What was accepted for the subscribers of a topic.
#[derive(Serialize, ToSchema)]
pub(crate) struct AcceptedForTopic {
    /// How many are subscribed at this moment.
    #[schema(example = 100_000)]
    accepted: u64,
    /// Under which its progress is told.
    fanout_id: Uuid,
}

/// One accepted notification.
#[derive(Serialize, ToSchema)]
pub(crate) struct AcceptedNotification {
    id: Uuid,
    user_id: String,
}
