//! What a replay or a purge answers.

use serde::Serialize;
use utoipa::ToSchema;

/// What was replayed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeadLettersReplayed)]
pub(super) struct Replayed {
    /// How many are on their way again.
    #[schema(example = 412)]
    pub(super) replayed: u64,
    /// Whether the request ended at a bound of its own, so that it is to be repeated for the rest.
    pub(super) more: bool,
}

/// What was removed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeadLettersPurged)]
pub(super) struct Purged {
    /// How many are gone.
    #[schema(example = 412)]
    pub(super) purged: u64,
    /// Whether the request ended at a bound of its own, so that it is to be repeated for the rest.
    pub(super) more: bool,
}
