//! Dead letters: what died, listed, delivered again or removed.

mod answer;
mod choice;
mod choice_body;
mod cursor;
mod list;
mod page_body;
mod purge;
mod replay;
mod sweep;

use std::time::{Duration, Instant};

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use cursor::decode as decode_dead_letter_cursor;
pub use page_body::DeadLetterList;
pub use sweep::{SweepAct, SweepBounds, Swept, sweep_dead_letters};

use crate::{ApiState, RequestLimits};

/// A code is the provider's own, and short.
pub(super) const MAX_CODE_BYTES: usize = 255;

/// One request moves no more than this; who has more comes again.
const MOST_AT_ONCE: u64 = 100_000;

/// All calls under `/api/v1/admin/dead-letters`, all of them for operators.
pub(crate) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list::list))
        .routes(routes!(replay::replay))
        .routes(routes!(purge::purge))
}

/// What one request may do. Half of its time is kept for the batch that is under way when the
/// bound is reached, so that the answer still says what was done.
fn bounds(limits: RequestLimits) -> SweepBounds {
    let half: Duration = limits.request_timeout / 2;
    SweepBounds {
        most: MOST_AT_ONCE,
        until: Instant::now().checked_add(half),
    }
}
