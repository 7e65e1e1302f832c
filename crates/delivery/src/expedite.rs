//! Where a tenant's accounts have changed, what waited for the old ones need not wait any longer.
//!
//! Every worker does this when it has the new accounts. One that still has the old ones may defer a
//! delivery again; it hurries it again when it has the new ones too.

use std::time::Duration;

use campanile_storage::Expedite;
use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;

use crate::DeliveryParts;
use crate::account::WAITS_FOR_AN_ACCOUNT;
use crate::trouble::Trouble;

static TROUBLE: Trouble = Trouble::of(
    "expediting deliveries deferred by an account",
    "they run at their scheduled time",
);

/// What the old accounts have just deferred is recorded by then.
const SETTLES_IN: Duration = Duration::from_secs(2);
/// An account that works again must not be overloaded.
const WITHIN: TimeDelta = TimeDelta::seconds(10);
/// Deliveries of a tenant and channel that are looked at. More than these wait as they did, which
/// is minutes.
const LIMIT: u32 = 5_000;

/// Runs until the stop signal. It is an optimisation: deliveries that it misses run at their scheduled time.
pub(crate) async fn run(parts: DeliveryParts, stop: CancellationToken) {
    // To a process that starts all accounts are new. A provider that is down, or asked for time, is
    // still so: what waits for its breaker keeps waiting.
    let [lasting @ .., _breaker_open] = &WAITS_FOR_AN_ACCOUNT;
    let mut reasons: &[&str] = lasting;
    loop {
        let changed = tokio::select! {
            () = stop.cancelled() => return,
            changed = parts.accounts.changed() => changed,
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(SETTLES_IN) => {}
        }
        for (tenant, channel) in changed {
            if stop.is_cancelled() {
                return;
            }
            let what = Expedite {
                tenant: &tenant,
                channel,
                reasons,
                now: parts.clock.now(),
                within: WITHIN,
                limit: LIMIT,
            };
            match TROUBLE.note(parts.storage.expedite(&what).await) {
                Ok(0) | Err(_) => {}
                Ok(count) => tracing::info!(
                    tenant.id = %tenant, %channel, count,
                    "the provider accounts have changed; deliveries deferred by them were expedited"
                ),
            }
        }
        reasons = &WAITS_FOR_AN_ACCOUNT;
    }
}
