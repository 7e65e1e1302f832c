//! Counts what a plan or a look at what is due keeps from leaving, for its user's sake.

use campanile_storage::Planned;
use campanile_telemetry::metrics;

/// Counts deliveries that were suppressed or deferred.
pub(crate) fn count(planned: &Planned) {
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
