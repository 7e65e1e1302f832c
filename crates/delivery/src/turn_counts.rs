//! Counts what a turn keeps from leaving.

use campanile_storage::{Cancelled, Planned};
use campanile_telemetry::metrics;

/// Counts deliveries that a plan, a retry or a recall has cancelled.
pub(crate) fn count_cancelled(cancelled: &Cancelled) {
    for (channel, why, deliveries) in cancelled.iter() {
        metrics()
            .deliveries_cancelled_total
            .with_label_values(&[channel.name(), why.name()])
            .inc_by(deliveries);
    }
}

/// Counts deliveries that were cancelled, suppressed or deferred.
pub(crate) fn count(planned: &Planned) {
    count_cancelled(&planned.cancelled);
    for (counts, counter) in [
        (&planned.suppressed, &metrics().deliveries_suppressed_total),
        (&planned.deferred, &metrics().deliveries_deferred_total),
    ] {
        for (channel, reason, deliveries) in counts.iter() {
            counter
                .with_label_values(&[channel.name(), reason])
                .inc_by(deliveries);
        }
    }
}
