//! What is known of one connection, and whether its peer owes us something: a request that was begun
//! and not ended, a sign that it reads, or a reason to stay.
//!
//! hyper cannot distinguish a request head in progress from an idle connection between two requests, waits for the
//! first bytes without limit, and keeps an HTTP/2 connection without requests as long as its pings are answered. So
//! the socket records when bytes arrive and leave, requests record when they begin and end, and a watchdog checks
//! both.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use http::Version;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::handover::Handover;

/// How long a peer may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// For a head from its first byte, and for the first request of a connection.
    pub(super) head: Duration,
    /// For any byte of what waits to be sent.
    pub(super) write: Duration,
    /// For the next request, while none is under way.
    pub(super) rest: Duration,
}

impl Patience {
    fn shortest(&self) -> Duration {
        self.head.min(self.write).min(self.rest)
    }
}

/// Why a connection is ended by us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Farewell {
    /// It owes a request.
    NoRequest,
    /// It takes nothing of what waits to be sent.
    NoProgress,
    /// It had no request for long.
    Idle,
    /// Another one needs its seat.
    SeatNeeded,
}

impl Farewell {
    /// The label of the metric.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::NoRequest => "no_request",
            Self::NoProgress => "no_progress",
            Self::Idle => "idle",
            Self::SeatNeeded => "seat_needed",
        }
    }
}

/// What the socket, the requests, the watchdog and the host of one connection share.
pub(super) struct Pulse {
    pub(super) id: u64,
    pub(super) peer: IpAddr,
    connected_at: Instant,
    owed_since: Mark,
    stalled_since: Mark,
    rests_since: Mark,
    under_way: AtomicUsize,
    /// HTTP/2: bytes between requests are its own housekeeping.
    multiplexed: AtomicBool,
    authenticated: AtomicBool,
    leaving: AtomicBool,
    seat_needed: Notify,
    pub(super) handover: Handover,
}

impl Pulse {
    /// A fresh connection owes its first request.
    pub(super) fn new(id: u64, peer: IpAddr) -> Self {
        let connected_at = Instant::now();
        Self {
            id,
            peer,
            connected_at,
            owed_since: Mark::set(),
            stalled_since: Mark::default(),
            rests_since: Mark::set(),
            under_way: AtomicUsize::new(0),
            multiplexed: AtomicBool::new(false),
            authenticated: AtomicBool::new(false),
            leaving: AtomicBool::new(false),
            seat_needed: Notify::new(),
            handover: Handover::default(),
        }
    }

    /// A request has come; it is under way until this is dropped, with its answer.
    pub(super) fn request(pulse: &Arc<Self>, version: Version) -> UnderWay {
        if version == Version::HTTP_2 {
            pulse.multiplexed.store(true, Ordering::Relaxed);
        }
        pulse.under_way.fetch_add(1, Ordering::Relaxed);
        pulse.owed_since.clear();
        pulse.rests_since.clear();
        UnderWay(Arc::clone(pulse))
    }

    /// Only the first bytes of a head start the clock; more of them do not gain time.
    pub(super) fn bytes_came(&self) {
        if self.under_way.load(Ordering::Relaxed) == 0 {
            self.owed_since.begin(self.connected_at);
        }
    }

    /// The socket takes no more.
    pub(super) fn write_waits(&self) {
        self.stalled_since.begin(self.connected_at);
    }

    /// It took something, or nothing waits any more.
    pub(super) fn write_went(&self) {
        self.stalled_since.clear();
    }

    /// Whether the connection is to go on without hyper, and nothing that hyper has waits to be written.
    pub(super) fn is_handed_over(&self) -> bool {
        self.handover.is_due() && self.stalled_since.read(self.connected_at).is_none()
    }

    /// One of its requests bore a valid credential.
    pub(super) fn authenticate(&self) {
        self.authenticated.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_authenticated(&self) -> bool {
        self.authenticated.load(Ordering::Relaxed)
    }

    /// Since when it has no request; `None` while it has one, and once it was asked to close.
    pub(super) fn rests_since(&self) -> Option<Instant> {
        let is_leaving = self.leaving.load(Ordering::Relaxed);
        let since = self.rests_since.read(self.connected_at);
        since.filter(|_| !is_leaving && !self.has_request())
    }

    /// The end of one request may set the idle mark after the next one has begun, so the mark alone is not enough.
    pub(super) fn has_request(&self) -> bool {
        self.under_way.load(Ordering::Relaxed) > 0
    }

    /// Asks it to close for a new connection.
    pub(super) fn give_up_seat(&self) {
        self.leaving.store(true, Ordering::Relaxed);
        self.seat_needed.notify_one();
    }

    /// Ends when the connection is to end, and says why. A clock that starts while none was running
    /// may get the shortest patience on top, so that a connection need not be looked at more often.
    pub(super) async fn overdue(&self, patience: Patience) -> Farewell {
        loop {
            let clocks = self.clocks(&patience);
            let now = Instant::now();
            if let Some((_, why)) = clocks.iter().flatten().find(|(until, _)| *until <= now) {
                return *why;
            }
            let next = clocks.iter().flatten().map(|(until, _)| *until).min();
            let latest = now + patience.shortest();
            tokio::select! {
                () = self.seat_needed.notified() => return Farewell::SeatNeeded,
                () = tokio::time::sleep_until(next.map_or(latest, |next| next.min(latest))) => {}
            }
        }
    }

    fn clocks(&self, patience: &Patience) -> [Option<(Instant, Farewell)>; 3] {
        let is_multiplexed = self.multiplexed.load(Ordering::Relaxed);
        let clock = |mark: &Mark, patience, why| {
            let since = mark.read(self.connected_at)?;
            Some((since + patience, why))
        };
        [
            clock(&self.owed_since, patience.head, Farewell::NoRequest).filter(|_| !is_multiplexed),
            clock(&self.stalled_since, patience.write, Farewell::NoProgress),
            // hyper ends HTTP/1 connections that rest.
            clock(&self.rests_since, patience.rest, Farewell::Idle)
                .filter(|_| is_multiplexed && !self.has_request()),
        ]
    }
}

/// A moment, or none: milliseconds after the connection's beginning, plus one.
#[derive(Default)]
pub(super) struct Mark(AtomicU64);

impl Mark {
    /// The beginning.
    fn set() -> Self {
        Self(AtomicU64::new(1))
    }

    /// Now, unless it stands already.
    pub(super) fn begin(&self, from: Instant) {
        let elapsed = u64::try_from(from.elapsed().as_millis()).unwrap_or(u64::MAX);
        let now = elapsed.saturating_add(1);
        let _ = self
            .0
            .compare_exchange(0, now, Ordering::Relaxed, Ordering::Relaxed);
    }

    pub(super) fn clear(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    pub(super) fn read(&self, from: Instant) -> Option<Instant> {
        let since = self.0.load(Ordering::Relaxed).checked_sub(1)?;
        Some(from + Duration::from_millis(since))
    }
}

/// A request whose answer is not all sent.
pub(super) struct UnderWay(Arc<Pulse>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        if self.0.under_way.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.0.rests_since.begin(self.0.connected_at);
        }
    }
}
