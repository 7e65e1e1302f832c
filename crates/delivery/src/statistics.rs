//! Statistics of tables that have grown tenfold: after a bulk load, in a new day's partition, in a new installation.
//!
//! No statement needs them to find its rows, but the server plans better with them, and replaces plans that it made
//! while a table was empty.

use std::time::Duration;

use campanile_telemetry::metrics;
use tokio_util::sync::CancellationToken;

use crate::DeliveryParts;

/// How often growth is looked for. A look costs less than a millisecond.
const EVERY: Duration = Duration::from_secs(10);
/// Tables in one turn, each in a separate transaction; the others follow in the next turn.
const LIMIT: usize = 8;

/// Runs until the stop signal. A running statement then continues in the database; the process does not wait for it.
pub(crate) async fn run(parts: DeliveryParts, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = turn(&parts) => {}
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

async fn turn(parts: &DeliveryParts) {
    for _ in 0..LIMIT {
        match parts.storage.analyze_grown().await {
            Ok(Some(table)) => {
                metrics().tables_analyzed_total.inc();
                tracing::info!(table, "analysed a table that has grown");
            }
            Ok(None) => {
                let now = parts.clock.now().timestamp();
                return metrics().statistics_checked_timestamp_seconds.set(now);
            }
            Err(error) => {
                tracing::debug!(%error, "could not analyse a table; it will be retried with the next turn");
                return;
            }
        }
    }
}
