//! The line of streams that are being opened.
//!
//! When a node restarts or a network returns, thousands of clients reconnect at once. Each stream costs a read of its
//! inbox, and the processor has other callers too. So a few streams are opened at a time; the others wait here, where they
//! hold nothing that other calls need, and a client that would wait too long is sent away until the rush is over.

use std::sync::Arc;
use std::time::Duration;

use campanile_cache::{Mailbox, Part, Share, Shares};
use campanile_domain::Random;
use campanile_telemetry::metrics;
use chrono::TimeDelta;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};

use crate::Refused;

/// Streams that are being opened at a time: two questions each, in two reads. With 128, one read keeps a processor busy
/// for so long that other callers notice: 9 in 10 of their calls took up to 46 ms instead of 18 ms while 10,000 streams
/// reconnected, which took 2.3 s instead of 2.6 s.
const AT_ONCE: usize = 32;
/// Clients that wait for their turn, each with its connection and request in memory.
const WAITING: usize = 2_048;
/// Of them, those of one tenant.
const WAITING_OF_TENANT: usize = 1_536;
/// A client that waits longer might give up and ask again, which would be one more in the line.
const PATIENCE: Duration = Duration::from_secs(10);
/// While the database is away nothing is read. Streams are opened all the same, a few at a time, and catch up later.
const LONGEST_TURN: Duration = Duration::from_secs(1);
/// Clients that are sent away come back spread over this time, after a second at the least.
const COME_BACK_WITHIN: TimeDelta = TimeDelta::seconds(9);

/// The line of a process.
pub(crate) struct Openings {
    line: Shares,
    turns: Arc<Semaphore>,
    random: Random,
}

/// A stream may be opened. It is dropped when the first event of the stream is there.
pub(crate) struct Turn {
    _permit: OwnedSemaphorePermit,
    ends_at: Instant,
}

impl Turn {
    /// Whether others are let in though its stream waits for its first event.
    pub(crate) fn is_overdue(&self, now: Instant) -> bool {
        self.ends_at <= now
    }
}

impl Openings {
    pub(crate) fn new(random: Random) -> Self {
        Self {
            line: Shares::new(WAITING),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            random,
        }
    }

    /// Waits in line.
    ///
    /// # Errors
    /// [`Refused::Busy`] if the line is too long, at once or after a while.
    pub(crate) async fn turn(&self, whose: &Mailbox) -> Result<Turn, Refused> {
        let begun = Instant::now();
        let permit = match Arc::clone(&self.turns).try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => self.wait(whose).await?,
        };
        metrics()
            .stream_opening_wait_seconds
            .observe(begun.elapsed().as_secs_f64());
        Ok(Turn {
            _permit: permit,
            ends_at: Instant::now() + LONGEST_TURN,
        })
    }

    async fn wait(&self, whose: &Mailbox) -> Result<OwnedSemaphorePermit, Refused> {
        let _place = self.place(whose).ok_or_else(|| self.busy())?;
        let turn = timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned());
        turn.await
            .ok()
            .and_then(Result::ok)
            .ok_or_else(|| self.busy())
    }

    fn place(&self, whose: &Mailbox) -> Option<Share> {
        let part = Part::new(whose.tenant.as_str(), WAITING_OF_TENANT);
        self.line.take(vec![part], 1).ok()
    }

    fn busy(&self) -> Refused {
        let wait = self.random.up_to(COME_BACK_WITHIN).to_std();
        Refused::Busy {
            retry_in: Duration::from_secs(1) + wait.unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use campanile_domain::{TenantId, UserId};

    use super::*;

    fn whose(tenant: &str) -> Mailbox {
        let user = UserId::parse("anna").expect("valid");
        Mailbox::new(&TenantId::parse(tenant).expect("valid"), &user)
    }

    fn busy(tried: Option<Result<Turn, Refused>>) -> Option<Duration> {
        match tried {
            Some(Err(Refused::Busy { retry_in })) => Some(retry_in),
            _ => None,
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_line_sends_clients_away_for_a_while_of_their_own() {
        let openings = Arc::new(Openings::new(Random::seeded(7)));
        let mut turns = Vec::new();
        for _ in 0..AT_ONCE {
            turns.push(openings.turn(&whose("large")).await.expect("a turn"));
        }
        let mut waiting = tokio::task::JoinSet::new();
        for _ in 0..WAITING_OF_TENANT {
            let openings = Arc::clone(&openings);
            waiting.spawn(async move { openings.turn(&whose("large")).await.map(drop) });
        }
        while openings.line.in_use() < WAITING_OF_TENANT {
            tokio::task::yield_now().await;
        }
        let mut waits = std::collections::BTreeSet::new();
        for _ in 0..10 {
            let tried = futures_util::FutureExt::now_or_never(openings.turn(&whose("large")));
            let wait = busy(tried).expect("the tenant's part of the line is full");
            assert!(wait >= Duration::from_secs(1) && wait <= Duration::from_secs(10));
            waits.insert(wait);
        }
        assert!(waits.len() > 5, "{waits:?}");
        // Others still find a place, and everyone in line gets a turn.
        let of_small = whose("small");
        let small = openings.turn(&of_small);
        drop(turns);
        assert!(small.await.is_ok());
        while let Some(done) = waiting.join_next().await {
            done.expect("no panic").expect("a turn");
        }
        assert_eq!(openings.line.in_use(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_does_not_wait_for_ever_and_a_turn_does_not_last_for_ever() {
        let openings = Openings::new(Random::seeded(7));
        let mut turns = Vec::new();
        for _ in 0..AT_ONCE {
            turns.push(openings.turn(&whose("acme")).await.expect("a turn"));
        }
        let begun = Instant::now();
        assert!(busy(Some(openings.turn(&whose("acme")).await)).is_some());
        assert_eq!(begun.elapsed(), PATIENCE);
        assert!(turns.iter().all(|turn| turn.is_overdue(Instant::now())));
        let acme = whose("acme");
        let new = openings.turn(&acme);
        drop(turns.pop());
        assert!(!new.await.expect("a turn").is_overdue(Instant::now()));
    }
}
