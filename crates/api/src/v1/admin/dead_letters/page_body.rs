//! A page of dead letters as it is written.

use campanile_app::dead_letters::next_cursor;
use campanile_domain::{Channel, DeliveryId, NotificationId, UserId};
use campanile_storage::{DeadLetter, DeadLetterPage};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// A page of dead letters, newest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeadLetterPage)]
pub(super) struct DeadLetterList {
    dead_letters: Vec<Item>,
    /// Number of dead letters that match, over all pages.
    total: u64,
    /// Pass this as `cursor` to get the next page; `null` on the last page.
    next_cursor: Option<String>,
}

/// A delivery that ran out of attempts or cannot succeed, or a queue message that no worker could decode (code
/// `unreadable_message`).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeadLetter)]
struct Item {
    /// Id of the delivery (webhook receivers get it as `webhook-id`); for an unreadable message, an id that stands
    /// for it.
    #[schema(value_type = Uuid)]
    id: DeliveryId,
    /// The notification; `null` for an unreadable message.
    #[schema(value_type = Option<Uuid>)]
    notification_id: Option<NotificationId>,
    /// The recipient; `null` for an unreadable message.
    #[schema(value_type = Option<String>, example = "u1")]
    user_id: Option<UserId>,
    /// The channel; `null` for a message of unknown origin.
    #[schema(value_type = Option<String>, example = "webhook")]
    channel: Option<Channel>,
    /// The provider's code of the last attempt, or the reason if there was no attempt.
    #[schema(example = "410")]
    code: String,
    /// One readable sentence.
    detail: String,
    /// Number of attempts.
    attempts: u32,
    /// When it died.
    died_at: DateTime<Utc>,
}

impl From<DeadLetterPage> for DeadLetterList {
    fn from(page: DeadLetterPage) -> Self {
        Self {
            next_cursor: next_cursor(&page),
            dead_letters: page.items.into_iter().map(Item::from).collect(),
            total: page.total,
        }
    }
}

impl From<DeadLetter> for Item {
    fn from(letter: DeadLetter) -> Self {
        Self {
            id: letter.id,
            notification_id: letter.notification_id,
            user_id: letter.user_id,
            channel: letter.channel,
            code: letter.code,
            detail: letter.detail,
            attempts: letter.attempts,
            died_at: letter.died_at,
        }
    }
}
