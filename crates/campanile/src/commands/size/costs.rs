//! What one notification, one read and one stream cost, as measured; `docs/sizing.md` names the run of each figure.

/// CPU time of a part for one notification. Batches grow with the rate, so it falls.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cost {
    /// Microseconds at 1,000 notifications per second and below.
    pub(super) at_1000: f64,
    /// Microseconds at 4,000 notifications per second and above.
    pub(super) at_4000: f64,
}

impl Cost {
    /// Cores that are busy at a rate. Between the two measured rates it is a straight line, which never falls.
    pub(super) fn busy(self, rate: f64) -> f64 {
        let low = self.at_1000 * 1_000.0;
        let high = low.max(self.at_4000 * 4_000.0);
        let micros = if rate <= 1_000.0 {
            self.at_1000 * rate
        } else if rate <= 4_000.0 {
            low + (high - low) * (rate - 1_000.0) / 3_000.0
        } else {
            high + (rate - 4_000.0) * self.at_4000
        };
        micros / 1_000_000.0
    }
}

const fn cost(at_1000: f64, at_4000: f64) -> Cost {
    Cost { at_1000, at_4000 }
}

/// Of the API, for accepting one notification.
pub(super) const API: Cost = cost(228.0, 86.0);
/// Of a worker, for one delivery by push. Mail at 2,000 per second costs 182, which is on the same line.
pub(super) const WORKER: Cost = cost(304.0, 74.0);
/// Of Postgres.
pub(super) const POSTGRES: Cost = cost(604.0, 135.0);
/// Of Redis.
pub(super) const REDIS: Cost = cost(22.0, 5.0);
/// Of RabbitMQ, one node.
pub(super) const RABBITMQ: Cost = cost(199.0, 11.0);

/// CPU µs of one read of an inbox, at a hit rate of 90%.
pub(super) mod read {
    /// All API processes together.
    pub(in super::super) const API: f64 = 252.0;
    pub(in super::super) const POSTGRES: f64 = 272.0;
    pub(in super::super) const REDIS: f64 = 69.0;
}

/// Memory of a process of ours without streams, MiB: the most that was seen under load, doubled.
pub(super) const API_MIB: f64 = 77.0;
pub(super) const WORKER_MIB: f64 = 135.0;
/// Streams that one API process takes.
pub(super) const STREAMS_PER_API: f64 = 10_000.0;
/// Disk of one notification with one delivery and its attempt, indexes included, KiB.
pub(super) const NOTIFICATION_KIB: f64 = 1.5;

/// The part of a core that is planned to be busy; the rest is for bursts and for what a lost replica leaves to others.
pub(super) const BUSY: f64 = 0.6;
