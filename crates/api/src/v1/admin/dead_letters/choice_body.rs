//! The shape of a choice, for the OpenAPI document only: the JSON is read field by field.

use chrono::{DateTime, Utc};
use utoipa::ToSchema;
use uuid::Uuid;

/// Selects dead letters by ids, by filters, or all of them. Give exactly one of the three; an empty object is
/// refused, so that it cannot select everything by mistake.
#[derive(ToSchema)]
#[schema(as = DeadLetterChoice)]
#[expect(dead_code, reason = "describes JSON that is read elsewhere")]
pub(super) struct ChoiceBody {
    /// Ids of the dead letters.
    #[schema(min_items = 1, max_items = 1000)]
    ids: Option<Vec<Uuid>>,
    /// Only deliveries of this channel.
    #[schema(example = "webhook")]
    channel: Option<String>,
    /// Only dead letters with exactly this code.
    #[schema(min_length = 1, max_length = 255, example = "410")]
    code: Option<String>,
    /// Only deliveries that died at or after this time.
    from: Option<DateTime<Utc>>,
    /// Only deliveries that died before this time (default: the time of the request).
    to: Option<DateTime<Utc>>,
    /// `true` selects all dead letters that exist when the request arrives.
    all: Option<bool>,
}

const _: () = assert!(
    super::choice::MAX_IDS == 1_000 && super::MAX_CODE_BYTES == 255,
    "the document says so in `max_items` and `max_length`"
);
