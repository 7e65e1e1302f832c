//! Outbox rows become plans, and plans become messages.

use campanile_cache::Wake;
use campanile_telemetry::metrics;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio_util::sync::CancellationToken;

use crate::publish::publish;
use crate::{DeliveryParts, DeliverySettings};

/// Runs until told to stop. A lost wake costs one poll.
pub(crate) async fn run(parts: DeliveryParts, settings: DeliverySettings, stop: CancellationToken) {
    let mut wakes = parts.bus.listen();
    while !stop.is_cancelled() {
        // This turn sees everything that was said until now.
        while let Ok(_) | Err(TryRecvError::Lagged(_)) = wakes.try_recv() {}
        let more = turn(&parts, &settings).await;
        if more {
            continue;
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(settings.poll) => {}
            wake = wakes.recv() => match wake {
                Ok(Wake::Outbox) | Err(RecvError::Lagged(_)) => {}
                // No bus any more: the poll remains.
                Err(RecvError::Closed) => tokio::time::sleep(settings.poll).await,
            },
        }
    }
}

/// Plans once; whether another turn may find more at once.
async fn turn(parts: &DeliveryParts, settings: &DeliverySettings) -> bool {
    let ways = parts.accounts.ways();
    match parts
        .storage
        .plan_turn(settings.relay, &ways, parts.clock.now())
        .await
    {
        Ok(planned) => {
            metrics()
                .notifications_planned_total
                .inc_by(planned.notifications as u64);
            publish(parts, &planned.dispatches).await;
            planned.more
        }
        Err(error) => {
            tracing::warn!(%error, "plan failed; it is done again");
            false
        }
    }
}
