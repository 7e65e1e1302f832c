//! Whether the limits were kept.

use super::Ends;
use crate::cli::ScenarioOptions;
use crate::join::Joined;
use crate::limits::{late, more};

/// One clear line for each limit that was missed.
pub(super) fn missed(
    options: &ScenarioOptions,
    run: &crate::run::Report,
    joined: &Joined,
    ends: &Ends,
) -> Vec<String> {
    let failed: u64 = run.failed.values().sum();
    let accept = run.accept.as_ref().map_or(0.0, |accept| accept.p99_ms);
    let delivery = joined.accept_to_receipt.p99_ms;
    let lines = [
        (run.requests_accepted == 0).then(|| "not one request was accepted".to_owned()),
        late("p99 of accept", accept, options.max_accept_p99),
        late(
            "p99 of accept → provider",
            delivery,
            options.max_delivery_p99,
        ),
        more(
            "lost, or still under way after --drain",
            ends.lost.len() as u64,
            options.max_lost,
        ),
        more(
            "undelivered for a reason",
            ends.told.values().sum(),
            options.max_undelivered,
        ),
        more("doubled", joined.doubled, options.max_doubled),
        more("failed requests", failed, options.max_failed),
        more("notifications under several ids", joined.several_ids, 0),
        more("calls before Retry-After", joined.early, 0),
        more("wrong signatures", joined.unverified, 0),
    ];
    lines.into_iter().flatten().collect()
}
