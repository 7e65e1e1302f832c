//! The breaker of one account: when it fails, it is left alone for a while.
//!
//! ```text
//! closed ──3 failures in a row──► open ──its time is over──► half open ──success──► closed
//!        └─misconfigured or quota,──► ▲                          │
//!          at once                    │                          │
//!                                     └─────────failure──────────┘
//! ```
//!
//! Only what is to be blamed on the account counts ([`Heard`]). An answer about the recipient proves
//! that the account works, so it counts as a success: a wave of dead addresses must not hide three
//! refusals, and a refusal now and then among them must not add up to three.
//!
//! A delivery that failed the last probe lets the others probe first: should it be the only one that
//! fails, they find out. And the breaker probes on its own clock: a `Retry-After` binds the delivery
//! that got it, and lengthens the pause of the account step by step, to [`LONGEST`] at most.
//!
//! Time comes in as a parameter; nothing here waits or calls.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use campanile_domain::DeliveryId;
use chrono::{DateTime, TimeDelta, Utc};

use super::heard::Heard;

/// It probes at least so often, whatever `Retry-After` says.
const LONGEST: Duration = Duration::from_secs(60 * 60);
/// When to check again while another delivery's probe is in flight.
const PROBE_TAKES: TimeDelta = TimeDelta::seconds(5);

/// When a breaker opens, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreakerSettings {
    /// So many failures in a row open it.
    pub failures: u32,
    /// How long it stays open. If responses ask for longer, this time doubles after each failed probe, up to
    /// what they ask for and at most an hour.
    pub open_for: Duration,
    /// How long it stays open after an outcome that needs an operator.
    pub misconfigured_for: Duration,
}

impl Default for BreakerSettings {
    /// 3 failures, 60 s; 5 min where the account is set up wrongly.
    fn default() -> Self {
        Self {
            failures: 3,
            open_for: Duration::from_secs(60),
            misconfigured_for: Duration::from_secs(300),
        }
    }
}

/// Where a breaker stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakerState {
    /// Calls are made.
    Closed,
    /// No call is made.
    Open {
        /// Before this moment.
        until: DateTime<Utc>,
    },
    /// One call at a time finds out whether the account works again.
    HalfOpen,
}

/// Whether a call may be made now.
#[derive(Debug)]
pub(crate) enum Admit {
    /// Yes; report its outcome with [`Breaker::report`].
    Yes(Ticket),
    /// No.
    Not {
        /// It is worth asking again then.
        #[cfg_attr(
            not(test),
            expect(dead_code, reason = "the choice that follows asks all accounts")
        )]
        until: DateTime<Utc>,
    },
}

/// What a report has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// Nothing to report.
    None,
    /// It has opened, or opened again after a probe.
    Opened {
        /// No call before this moment.
        until: DateTime<Utc>,
    },
    /// It has closed.
    Closed,
}

/// Why and since when a breaker is not closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Trouble {
    /// Whether the last fault needs an operator.
    pub(crate) lasting: bool,
    /// When it first opened.
    pub(crate) since: DateTime<Utc>,
}

/// The breaker of one account.
#[derive(Debug)]
pub(crate) struct Breaker {
    settings: BreakerSettings,
    inner: Arc<Mutex<Inner>>,
}

/// The leave to make one call. Dropped without a report (a panic, a stop) it counts as nothing.
#[derive(Debug)]
pub(crate) struct Ticket {
    /// Of which closed or half-open period it is.
    period: u64,
    probe: bool,
    delivery: DeliveryId,
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug)]
struct Inner {
    phase: Phase,
    /// From the first opening to the closing.
    trouble: Option<Trouble>,
    /// How many probes have failed since the first opening.
    failed_probes: u32,
    /// The delivery that failed the last probe, and when it may probe again.
    tried: Option<(DeliveryId, DateTime<Utc>)>,
    /// Rises whenever it opens or closes: reports of calls begun before are about the past.
    period: u64,
}

#[derive(Debug, Clone, Copy)]
enum Phase {
    Closed { failures: u32 },
    Open { until: DateTime<Utc> },
    HalfOpen { probing: bool },
}

impl Breaker {
    /// A closed one.
    pub(crate) fn new(settings: BreakerSettings) -> Self {
        let phase = Phase::Closed { failures: 0 };
        let inner = Arc::new(Mutex::new(Inner {
            phase,
            trouble: None,
            failed_probes: 0,
            tried: None,
            period: 0,
        }));
        Self { settings, inner }
    }

    /// Asks to make a call for a delivery now.
    pub(crate) fn admit(&self, delivery: DeliveryId, now: DateTime<Utc>) -> Admit {
        let mut inner = lock(&self.inner);
        if let Some(until) = inner.closed_to(delivery, now) {
            return Admit::Not { until };
        }
        let probe = !matches!(inner.phase, Phase::Closed { .. });
        if probe {
            inner.phase = Phase::HalfOpen { probing: true };
        }
        Admit::Yes(Ticket {
            period: inner.period,
            probe,
            delivery,
            inner: Arc::clone(&self.inner),
        })
    }

    /// Until when [`Self::admit`] would refuse; `None` if it would not. Changes nothing.
    pub(crate) fn refuses_until(
        &self,
        delivery: DeliveryId,
        now: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        lock(&self.inner).closed_to(delivery, now)
    }

    /// Reports the outcome of a call.
    pub(crate) fn report(&self, ticket: Ticket, heard: Heard, now: DateTime<Utc>) -> Change {
        let mut inner = lock(&self.inner);
        // A call begun before it opened says nothing of whether the account works now.
        if ticket.period != inner.period {
            return Change::None;
        }
        let change = match (inner.phase, heard) {
            (Phase::Closed { .. }, Heard::Works) => {
                inner.phase = Phase::Closed { failures: 0 };
                Change::None
            }
            (Phase::HalfOpen { .. }, Heard::Works) => {
                (inner.trouble, inner.tried, inner.failed_probes) = (None, None, 0);
                inner.turn(Phase::Closed { failures: 0 });
                Change::Closed
            }
            (Phase::HalfOpen { .. }, Heard::Nothing) => {
                // The outcome says nothing about the account. Dropping the ticket lets the next call probe.
                inner.tried = Some((ticket.delivery, later(now, self.spread())));
                Change::None
            }
            (Phase::Closed { failures }, Heard::Fails { .. })
                if failures + 1 < self.settings.failures =>
            {
                inner.phase = Phase::Closed {
                    failures: failures + 1,
                };
                Change::None
            }
            (
                phase @ (Phase::Closed { .. } | Phase::HalfOpen { .. }),
                fault @ (Heard::Fails { .. } | Heard::UsedUp | Heard::Wrong),
            ) => {
                let is_probe = matches!(phase, Phase::HalfOpen { .. });
                inner.failed_probes = inner.failed_probes.saturating_add(u32::from(is_probe));
                let until = later(now, self.pause(fault, inner.failed_probes));
                if is_probe {
                    inner.tried = Some((ticket.delivery, later(until, self.spread())));
                }
                let since = inner.trouble.map_or(now, |before| before.since);
                let lasting = fault == Heard::Wrong;
                inner.trouble = Some(Trouble { lasting, since });
                inner.turn(Phase::Open { until });
                Change::Opened { until }
            }
            // Opening raises the period, so no ticket of it exists.
            (Phase::Closed { .. }, Heard::Nothing) | (Phase::Open { .. }, _) => Change::None,
        };
        drop(inner);
        change
    }

    /// Where it stands.
    pub(crate) fn state(&self) -> BreakerState {
        match lock(&self.inner).phase {
            Phase::Closed { .. } => BreakerState::Closed,
            Phase::Open { until } => BreakerState::Open { until },
            Phase::HalfOpen { .. } => BreakerState::HalfOpen,
        }
    }

    /// Why it is not closed.
    pub(crate) fn trouble(&self) -> Option<Trouble> {
        lock(&self.inner).trouble
    }

    /// Over how long what it kept waiting comes back: a quarter of the time it is usually open.
    pub(crate) fn spread(&self) -> TimeDelta {
        delta(self.settings.open_for / 4)
    }

    fn pause(&self, fault: Heard, failed_probes: u32) -> TimeDelta {
        let (own, wish) = match fault {
            Heard::Fails { wish } => (self.settings.open_for, wish),
            // Providers do not say when a quota is available again.
            Heard::UsedUp => (self.settings.open_for, LONGEST),
            Heard::Wrong => (self.settings.misconfigured_for, Duration::ZERO),
            Heard::Works | Heard::Nothing => (Duration::ZERO, Duration::ZERO),
        };
        let doubled = 1_u32.checked_shl(failed_probes).unwrap_or(u32::MAX);
        let clock = self.settings.open_for.saturating_mul(doubled).min(LONGEST);
        delta(own.max(wish.min(clock)))
    }
}

impl Inner {
    fn closed_to(&self, delivery: DeliveryId, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let tried = self.tried.filter(|(one, _)| *one == delivery);
        let own = tried.map(|(_, until)| until).filter(|until| now < *until);
        match self.phase {
            Phase::Closed { .. } => None,
            Phase::Open { until } if now < until => Some(own.map_or(until, |own| own.max(until))),
            Phase::HalfOpen { probing: true } => Some(later(now, PROBE_TAKES)),
            Phase::Open { .. } | Phase::HalfOpen { probing: false } => own,
        }
    }

    fn turn(&mut self, phase: Phase) {
        self.phase = phase;
        self.period += 1;
    }
}

impl Ticket {
    /// Whether its call finds out if all is well again.
    pub(crate) fn is_probe(&self) -> bool {
        self.probe
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut inner = lock(&self.inner);
        if self.probe && self.period == inner.period {
            inner.phase = Phase::HalfOpen { probing: false };
        }
    }
}

fn delta(wait: Duration) -> TimeDelta {
    TimeDelta::from_std(wait).unwrap_or(TimeDelta::hours(1))
}

/// The last moment that there is, where that would be behind it.
fn later(now: DateTime<Utc>, wait: TimeDelta) -> DateTime<Utc> {
    now.checked_add_signed(wait)
        .unwrap_or(DateTime::<Utc>::MAX_UTC)
}

fn lock(inner: &Mutex<Inner>) -> MutexGuard<'_, Inner> {
    inner.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[path = "breaker_tests.rs"]
mod tests;
