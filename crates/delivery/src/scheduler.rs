//! The scheduler: retries, deferrals and `send_at` that are due become dispatches or outbox rows.

use campanile_cache::Wake;
use campanile_storage::{RelayLimits, ReleaseLimits};
use campanile_telemetry::metrics;
use tokio_util::sync::CancellationToken;

use crate::publish::publish;
use crate::trouble::Trouble;
use crate::{DeliveryParts, DeliverySettings, turn_counts};

static TROUBLE: Trouble = Trouble::of(
    "releasing due deliveries",
    "they stay due and will be retried",
);

/// Rows in one turn.
const LIMIT: u32 = 512;

/// Runs until the stop signal.
pub(crate) async fn run(parts: DeliveryParts, settings: DeliverySettings, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let more = turn(&parts, settings.relay).await;
        if !more {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(settings.poll) => {}
            }
        }
    }
}

async fn turn(parts: &DeliveryParts, relay: RelayLimits) -> bool {
    let limits = ReleaseLimits {
        rows: LIMIT,
        window_per_tenant: relay.window_per_tenant,
        dispatch_size: relay.dispatch_size,
    };
    let released = campanile_pipeline::release(&parts.storage, limits, parts.clock.now()).await;
    match TROUBLE.note(released) {
        Ok(released) => {
            let retries: usize = released.dispatches.iter().map(|d| d.size).sum();
            metrics()
                .scheduled_released_total
                .inc_by((released.notifications + retries) as u64);
            turn_counts::count(&released);
            publish(parts, &released.dispatches).await;
            if released.notifications > 0 {
                parts.bus.wake(Wake::Outbox);
            }
            released.more
        }
        Err(_) => false,
    }
}
