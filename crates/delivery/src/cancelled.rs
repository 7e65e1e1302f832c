//! Counts cancelled deliveries where they are found.

use campanile_storage::Cancelled;
use campanile_telemetry::metrics;

/// Counts deliveries that a plan or a retry has cancelled.
pub(crate) fn count(cancelled: &Cancelled) {
    for (channel, why, deliveries) in cancelled.iter() {
        metrics()
            .deliveries_cancelled_total
            .with_label_values(&[channel.name(), why.name()])
            .inc_by(deliveries);
    }
}
