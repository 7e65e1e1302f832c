//! Takes messages of a channel's three lanes by weight.

use campanile_domain::{Channel, Lane};
use campanile_queue::{Consumer, Queue, QueueError, Received};
use campanile_telemetry::metrics;

/// Unacknowledged messages of a lane in one process. A message carries many deliveries. Enough for
/// several tenants whose accounts are slow and for those who are not.
const fn prefetch(lane: Lane) -> u16 {
    match lane {
        Lane::Critical | Lane::Default => 512,
        Lane::Bulk => 128,
    }
}

/// The three lanes of one channel.
pub(crate) struct Lanes {
    critical: Box<dyn Consumer>,
    default: Box<dyn Consumer>,
    bulk: Box<dyn Consumer>,
    turn: usize,
}

impl Lanes {
    /// Starts to take.
    pub(crate) async fn open(queue: &dyn Queue, channel: Channel) -> Result<Self, QueueError> {
        let open = |lane| queue.consume(channel, lane, prefetch(lane));
        Ok(Self {
            critical: open(Lane::Critical).await?,
            default: open(Lane::Default).await?,
            bulk: open(Lane::Bulk).await?,
            turn: 0,
        })
    }

    /// The next message; `None` once the queue is closed. Where all lanes are full each gets its
    /// weight's share; where one is empty the others go on. Cancel-safe, as consumers are.
    pub(crate) async fn next(&mut self) -> Option<Received> {
        let Self {
            critical,
            default,
            bulk,
            turn,
        } = self;
        let received = match first_in_turn(*turn) {
            Lane::Critical => tokio::select! {
                biased;
                message = critical.next() => message,
                message = default.next() => message,
                message = bulk.next() => message,
            },
            Lane::Default => tokio::select! {
                biased;
                message = default.next() => message,
                message = critical.next() => message,
                message = bulk.next() => message,
            },
            Lane::Bulk => tokio::select! {
                biased;
                message = bulk.next() => message,
                message = critical.next() => message,
                message = default.next() => message,
            },
        };
        *turn = turn.wrapping_add(1);
        if let Some(Received { message, .. }) = &received {
            metrics()
                .messages_received_total
                .with_label_values(&[message.channel.name(), message.lane.name()])
                .inc();
        }
        received
    }
}

/// Whose turn it is to be asked first.
fn first_in_turn(turn: usize) -> Lane {
    let all: usize = Lane::ALL.map(Lane::weight).iter().sum();
    let mut place = turn % all;
    for lane in Lane::ALL {
        if place < lane.weight() {
            return lane;
        }
        place -= lane.weight();
    }
    Lane::Bulk
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_lane_comes_first_by_its_weight() {
        let turns: Vec<Lane> = (0..26).map(first_in_turn).collect();
        for lane in Lane::ALL {
            assert_eq!(
                turns.iter().filter(|l| **l == lane).count(),
                2 * lane.weight()
            );
        }
    }
}
