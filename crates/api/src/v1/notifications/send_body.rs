//! The shape of a request to send and of its answer, for the OpenAPI document only: the intake reads
//! the JSON itself, so that it can name every wrong field.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A notification to send.
#[derive(ToSchema)]
#[schema(as = SendRequest)]
#[expect(dead_code, reason = "describes JSON that is read elsewhere")]
pub(super) struct SendBody {
    /// The event key.
    #[schema(pattern = "^[a-z0-9_.-]{1,64}$", example = "new_message")]
    notification_type: String,
    /// The recipients, without duplicates; at most 128 bytes each. Required unless `topic` is given.
    #[schema(min_items = 1, max_items = 1000, example = json!(["u1", "u2"]))]
    recipients: Option<Vec<String>>,
    /// Sends to all current subscribers of this topic, instead of `recipients`.
    #[schema(pattern = "^[a-z0-9][a-z0-9_.:-]{0,127}$", example = json!(null))]
    topic: Option<String>,
    /// Custom fields for the receiving application. They are delivered exactly as sent, including every digit of
    /// numbers; at most 120 levels deep.
    #[schema(value_type = Object)]
    content: serde_json::Value,
    /// Channels to use. Default: all that the tenant has configured and the user allows.
    channels: Option<Vec<ChannelName>>,
    /// The priority (default `normal`).
    priority: Option<PriorityName>,
    /// A severity instead of a priority.
    level: Option<LevelName>,
    /// The title.
    title: Option<String>,
    /// The body text.
    body: Option<String>,
    /// `send_at` of the send.
    send_at: Option<DateTime<Utc>>,
    /// `expires_at` of the send.
    expires_at: Option<DateTime<Utc>>,
    /// Notifications with the same key replace each other on devices; only the newest is shown.
    collapse_key: Option<String>,
    /// `true` only returns the plan; nothing is stored or sent.
    dry_run: Option<bool>,
}

/// A channel.
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

/// The priority.
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
