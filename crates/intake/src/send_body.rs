//! A request to send as its caller writes it.

use std::sync::Arc;

use campanile_domain::{
    Action, Channel, Level, Link, NotificationType, Priority, TenantLimits, TopicKey, UserId,
};
use campanile_fields::kinds::{
    Kind, flag, json_object, lines, moment, one_of, optional, parsed, required, reserved_off, text,
    unique, user_id,
};
use campanile_fields::request_body;
use chrono::{DateTime, Utc};

use crate::links::{actions, link};

/// More recipients than this take a topic.
const MAX_RECIPIENTS: usize = TenantLimits::MOST_RECIPIENTS as usize;
/// More than there are, with room for a name that stands twice.
const MAX_CHANNELS: usize = 32;
const MAX_TITLE_BYTES: usize = 512;
const MAX_BODY_BYTES: usize = 16 * 1_024;
const MAX_COLLAPSE_KEY_BYTES: usize = 128;

request_body! {
    /// A notification to send.
    pub struct SendBody as SendRequest {
        /// The event key.
        #[example("new_message")]
        notification_type: NotificationType =
            required(parsed(NotificationType::sendable).pattern("^[a-z0-9_.-]{1,64}$")),
        /// The recipients, without duplicates; at most 128 bytes each. Required unless `topic` is given.
        #[example(["u1", "u2"])]
        recipients: Vec<UserId> = optional(unique(1..=MAX_RECIPIENTS, user_id())),
        /// Sends to all current subscribers of this topic, instead of `recipients`.
        #[example(null)]
        topic: TopicKey =
            optional(parsed(TopicKey::parse).pattern("^[a-z0-9][a-z0-9_.:-]{0,127}$")),
        /// Custom fields for the receiving application. They are delivered exactly as sent, including every digit of
        /// numbers; at most 120 levels deep.
        // The body as a whole is bounded, and so is what it becomes with all its recipients.
        content: Arc<str> = required(json_object(usize::MAX)),
        /// Channels to use. Default: all that the tenant has configured and the user allows.
        channels: Vec<Channel> = optional(channels()),
        /// The priority (default `normal`).
        priority: Priority = optional(one_of::<Priority>()),
        /// A severity instead of a priority.
        level: Level = optional(one_of::<Level>()),
        /// The title.
        title: String = optional(text(MAX_TITLE_BYTES)),
        /// The body text.
        body: String = optional(lines(MAX_BODY_BYTES)),
        /// What a click opens, in the inbox, on a push and in a mail: https, or a scheme that the tenant has allowed.
        #[example("https://chat.example.com/rooms/r1")]
        link: Link = optional(link()),
        /// Buttons, at most 3.
        actions: Vec<Action> = optional(actions()),
        /// `send_at` of the send.
        send_at: DateTime<Utc> = optional(moment()),
        /// `expires_at` of the send.
        expires_at: DateTime<Utc> = optional(moment()),
        /// Notifications with the same key replace each other on devices; only the newest is shown.
        collapse_key: String = optional(text(MAX_COLLAPSE_KEY_BYTES)),
        /// `true` only returns the plan; nothing is stored or sent.
        dry_run: bool = optional(flag()),
        /// Batches of notifications are not served by this version.
        batch: () = reserved_off(),
    }
}

/// Names of channels.
pub(crate) fn channels() -> impl Kind<Value = Vec<Channel>> {
    unique(1..=MAX_CHANNELS, one_of::<Channel>())
}
