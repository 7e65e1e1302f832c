//! How many bytes of requests and of answers this process holds at a time, and for whom.
//!
//! A request counts from its first byte until it is answered, an answer until its caller has taken it.
//! A tenant and a connection may take a part of the whole each, so that one that sends much, or takes
//! nothing of what it asked for, is refused before others are.

use std::time::Duration;

use bytes::Bytes;
use campanile_cache::{Part, Share, Shares};
use campanile_telemetry::{IntGauge, metrics};

use crate::layers::RequestContext;
use crate::problem::{Problem, ProblemCode};

/// Bytes at a time.
#[derive(Debug, Clone, Copy)]
pub struct InFlight {
    /// In this process.
    pub process: usize,
    /// Of one tenant.
    pub tenant: usize,
    /// On one connection.
    pub connection: usize,
}

impl Default for InFlight {
    /// 32 MiB, half of it for one tenant and half of that for one connection: eight bulk calls, four
    /// of them of one tenant, and an eighth of the memory of the smallest box.
    fn default() -> Self {
        const MIB: usize = 1024 * 1024;
        Self {
            process: 32 * MIB,
            tenant: 16 * MIB,
            connection: 8 * MIB,
        }
    }
}

/// What was refused waits this long at most, and is better off a second later.
const PATIENCE: Duration = Duration::from_millis(500);
const COME_AGAIN: Duration = Duration::from_secs(1);

/// One of the two.
#[derive(Clone)]
struct Budget {
    shares: Shares,
    bounds: InFlight,
    /// What of it is taken.
    gauge: &'static IntGauge,
}

impl Budget {
    fn new(bounds: InFlight, gauge: &'static IntGauge) -> Self {
        Self {
            shares: Shares::new(bounds.process),
            bounds,
            gauge,
        }
    }

    fn parts(&self, of: &RequestContext) -> Vec<Part> {
        let whose = match of.tenant() {
            Some(tenant) => Part::new(format!("tenant {tenant}"), self.bounds.tenant),
            // Those who have proved nothing, all together.
            None => Part::new("nobody", self.bounds.process / 4),
        };
        let connection = of
            .connection()
            .map(|id| Part::new(format!("connection {id}"), self.bounds.connection));
        [whose].into_iter().chain(connection).collect()
    }

    fn room(&self, share: Share) -> Room {
        let gauge = self.gauge;
        gauge.add(bytes(share.amount()));
        Room { share, gauge }
    }
}

/// Room that is taken until this is dropped.
#[derive(Debug)]
pub(crate) struct Room {
    share: Share,
    gauge: &'static IntGauge,
}

impl Room {
    /// Takes a piece off.
    pub(crate) fn split(&mut self, bytes: usize) -> Self {
        Self {
            share: self.share.split(bytes),
            gauge: self.gauge,
        }
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.gauge.sub(bytes(self.share.amount()));
    }
}

fn bytes(amount: usize) -> i64 {
    i64::try_from(amount).unwrap_or(i64::MAX)
}

/// Room for the bodies of requests.
#[derive(Clone)]
pub(crate) struct RequestRoom(Budget);

impl RequestRoom {
    pub(crate) fn new(bounds: InFlight) -> Self {
        Self(Budget::new(bounds, &metrics().request_bytes_in_flight))
    }

    /// Room for a body of so many bytes; waits a moment for it.
    pub(crate) async fn take(&self, of: &RequestContext, bytes: usize) -> Result<Room, Problem> {
        let share = self.0.shares.take_within(self.0.parts(of), bytes, PATIENCE);
        let share = share.await.map_err(|_| requests_full())?;
        Ok(self.0.room(share))
    }

    /// Room for all of a body that has become so long, where less was announced.
    pub(crate) fn reach(&self, room: &mut Room, length: usize) -> Result<(), Problem> {
        let more = length.saturating_sub(room.share.amount());
        room.share.grow(more).map_err(|_| requests_full())?;
        room.gauge.add(bytes(more));
        Ok(())
    }
}

/// Room for answers.
#[derive(Clone)]
pub(crate) struct AnswerRoom(Budget);

impl AnswerRoom {
    pub(crate) fn new(bounds: InFlight) -> Self {
        Self(Budget::new(bounds, &metrics().answer_bytes_in_flight))
    }

    /// Refuses a request whose answer could no longer be refused: what it does is done by then.
    pub(crate) fn check(&self, of: &RequestContext) -> Result<(), Problem> {
        match self.0.shares.is_used_up(&self.0.parts(of)) {
            true => Err(answers_full()),
            false => Ok(()),
        }
    }

    /// Room for an answer that may still be refused.
    pub(crate) fn take(&self, of: &RequestContext, bytes: usize) -> Result<Room, Problem> {
        let share = self.0.shares.take(self.0.parts(of), bytes);
        let share = share.map_err(|_| answers_full())?;
        Ok(self.0.room(share))
    }

    /// Room for an answer that says what was done.
    pub(crate) fn take_anyway(&self, of: &RequestContext, bytes: usize) -> Room {
        let share = self.0.shares.take_anyway(self.0.parts(of), bytes);
        self.0.room(share)
    }
}

fn requests_full() -> Problem {
    let detail = "The server is receiving too many bytes of request bodies; retry later";
    full("requests_full", detail)
}

fn answers_full() -> Problem {
    let detail = "Too many bytes of responses are waiting to be read by clients; retry later";
    full("answers_full", detail)
}

fn full(reason: &str, detail: &str) -> Problem {
    metrics()
        .requests_shed_total
        .with_label_values(&[reason])
        .inc();
    Problem::new(ProblemCode::Overloaded, detail).retry_after(COME_AGAIN)
}

/// Bytes that give their room back when the last one who holds them lets go.
pub(crate) fn held(bytes: Bytes, room: Room) -> Bytes {
    struct Held {
        bytes: Bytes,
        _room: Room,
    }
    impl AsRef<[u8]> for Held {
        fn as_ref(&self) -> &[u8] {
            &self.bytes
        }
    }
    Bytes::from_owner(Held { bytes, _room: room })
}
