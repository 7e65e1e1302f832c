//! The shape of a choice, for the OpenAPI document only: the JSON is read field by field.

use chrono::{DateTime, Utc};
use utoipa::ToSchema;
use uuid::Uuid;

/// Which dead letters: by their ids, by filters, or all of them. Exactly one of the three, because
/// an empty object must not mean everything.
#[derive(ToSchema)]
#[schema(as = DeadLetterChoice)]
#[expect(dead_code, reason = "describes JSON that is read elsewhere")]
pub(super) struct ChoiceBody {
    /// These.
    #[schema(min_items = 1, max_items = 1000)]
    ids: Option<Vec<Uuid>>,
    /// Only of this channel.
    #[schema(example = "webhook")]
    channel: Option<String>,
    /// Only with exactly this code.
    #[schema(min_length = 1, max_length = 255, example = "410")]
    code: Option<String>,
    /// Died at or after.
    from: Option<DateTime<Utc>>,
    /// Died before; the moment of the request if left out.
    to: Option<DateTime<Utc>>,
    /// All that are dead at the moment of the request.
    all: Option<bool>,
}

const _: () = assert!(
    super::choice::MAX_IDS == 1_000 && super::MAX_CODE_BYTES == 255,
    "the document says so in `max_items` and `max_length`"
);
