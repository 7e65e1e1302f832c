//! What a replay or a purge answers.

use serde::Serialize;
use utoipa::ToSchema;

/// The result of the replay.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeadLettersReplayed)]
pub(super) struct Replayed {
    /// Number of deliveries scheduled again.
    #[schema(example = 412)]
    pub(super) replayed: u64,
    /// Whether the request stopped at its time limit. If `true`, repeat it for the rest.
    pub(super) more: bool,
}

/// The result of the purge.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DeadLettersPurged)]
pub(super) struct Purged {
    /// Number of dead letters removed.
    #[schema(example = 412)]
    pub(super) purged: u64,
    /// Whether the request stopped at its time limit. If `true`, repeat it for the rest.
    pub(super) more: bool,
}
