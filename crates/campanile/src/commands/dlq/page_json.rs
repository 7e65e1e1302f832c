//! A page of dead letters as `--format json` prints it.

use campanile_app::dead_letters::next_cursor;
use campanile_domain::{Channel, DeliveryId, NotificationId, UserId};
use campanile_storage::{DeadLetter, DeadLetterPage};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// The same names as the API's, for scripts that read both; `tests/it/dlq.rs` compares them.
#[derive(Serialize)]
pub(super) struct PageJson {
    dead_letters: Vec<LetterJson>,
    total: u64,
    next_cursor: Option<String>,
}

#[derive(Serialize)]
struct LetterJson {
    id: DeliveryId,
    notification_id: Option<NotificationId>,
    user_id: Option<UserId>,
    channel: Option<Channel>,
    code: String,
    detail: String,
    attempts: u32,
    died_at: DateTime<Utc>,
}

impl From<DeadLetterPage> for PageJson {
    fn from(page: DeadLetterPage) -> Self {
        Self {
            next_cursor: next_cursor(&page),
            dead_letters: page.items.into_iter().map(LetterJson::from).collect(),
            total: page.total,
        }
    }
}

impl From<DeadLetter> for LetterJson {
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
