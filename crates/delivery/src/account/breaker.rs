//! The breaker of one account: when it fails, it is left alone for a while.
//!
//! ```text
//! closed ──3 failures in a row──► open ──its time is over──► half open ──success──► closed
//!        └──misconfigured, at once──► ▲                          │
//!                                     └─────────failure──────────┘
//! ```
//!
//! Only what is to be blamed on the account counts ([`Blame::Account`]). An answer about the
//! addressee proves that the account works, so it counts as a success: a wave of dead addresses must
//! not hide three refusals, and a refusal now and then among them must not add up to three. Time
//! comes in as a parameter; nothing here waits or calls.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use campanile_domain::{Blame, Outcome, OutcomeKind};
use chrono::{DateTime, TimeDelta, Utc};

/// Nobody's wish is taken for longer, as in `domain::decide`.
const LONGEST: TimeDelta = TimeDelta::days(365);
/// When to look again while somebody else's probe is on its way.
const PROBE_TAKES: TimeDelta = TimeDelta::seconds(5);

/// When a breaker opens, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreakerSettings {
    /// So many failures in a row open it.
    pub failures: u32,
    /// For so long, unless the provider asks for longer.
    pub open_for: Duration,
    /// For so long after an answer that only a person can mend.
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
    /// Yes; its answer is told by [`Breaker::report`].
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
    /// Nothing that anybody needs to know.
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
    /// Whether the last fault is one that only a person can mend.
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
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug)]
struct Inner {
    phase: Phase,
    /// From the first opening to the closing.
    trouble: Option<Trouble>,
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
            period: 0,
        }));
        Self { settings, inner }
    }

    /// Asks to make a call now.
    pub(crate) fn admit(&self, now: DateTime<Utc>) -> Admit {
        let mut inner = lock(&self.inner);
        if let Some(until) = inner.closed_to(now) {
            return Admit::Not { until };
        }
        let probe = !matches!(inner.phase, Phase::Closed { .. });
        if probe {
            inner.phase = Phase::HalfOpen { probing: true };
        }
        Admit::Yes(Ticket {
            period: inner.period,
            probe,
            inner: Arc::clone(&self.inner),
        })
    }

    /// Until when [`Self::admit`] would refuse; `None` if it would not. Changes nothing.
    pub(crate) fn refuses_until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        lock(&self.inner).closed_to(now)
    }

    /// Tells what came of a call.
    pub(crate) fn report(&self, ticket: Ticket, outcome: &Outcome, now: DateTime<Utc>) -> Change {
        let mut inner = lock(&self.inner);
        // A call begun before it opened says nothing of whether the account works now.
        if ticket.period != inner.period {
            return Change::None;
        }
        let change = match (inner.phase, fault(outcome)) {
            (Phase::Closed { .. }, None) => {
                inner.phase = Phase::Closed { failures: 0 };
                Change::None
            }
            (Phase::HalfOpen { .. }, None) => {
                inner.trouble = None;
                inner.turn(Phase::Closed { failures: 0 });
                Change::Closed
            }
            (Phase::Closed { failures }, Some(Fault::Passing))
                if failures + 1 < self.settings.failures =>
            {
                inner.phase = Phase::Closed {
                    failures: failures + 1,
                };
                Change::None
            }
            (Phase::Closed { .. } | Phase::HalfOpen { .. }, Some(fault)) => {
                let until = self.until(fault, outcome, now);
                let since = inner.trouble.map_or(now, |before| before.since);
                let lasting = matches!(fault, Fault::Lasting);
                inner.trouble = Some(Trouble { lasting, since });
                inner.turn(Phase::Open { until });
                Change::Opened { until }
            }
            // Opening raises the period, so no ticket of it exists.
            (Phase::Open { .. }, _) => Change::None,
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
        TimeDelta::from_std(self.settings.open_for / 4).unwrap_or(LONGEST)
    }

    fn until(&self, fault: Fault, outcome: &Outcome, now: DateTime<Utc>) -> DateTime<Utc> {
        let own = match fault {
            Fault::Passing => self.settings.open_for,
            Fault::Lasting => self.settings.misconfigured_for,
        };
        let wait = own.max(outcome.retry_after.unwrap_or_default());
        let wait = TimeDelta::from_std(wait).unwrap_or(LONGEST).min(LONGEST);
        now.checked_add_signed(wait).unwrap_or(now)
    }
}

impl Inner {
    fn closed_to(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self.phase {
            Phase::Open { until } if now < until => Some(until),
            Phase::HalfOpen { probing: true } => Some(now + PROBE_TAKES),
            Phase::Closed { .. } | Phase::Open { .. } | Phase::HalfOpen { probing: false } => None,
        }
    }

    fn turn(&mut self, phase: Phase) {
        self.phase = phase;
        self.period += 1;
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

#[derive(Clone, Copy)]
enum Fault {
    Passing,
    Lasting,
}

/// What an answer says against the account; `None` proves that it works.
fn fault(outcome: &Outcome) -> Option<Fault> {
    match (outcome.kind, outcome.blame) {
        (OutcomeKind::Delivered, _) | (_, Blame::Addressee) => None,
        (OutcomeKind::Misconfigured, Blame::Account) => Some(Fault::Lasting),
        (
            OutcomeKind::Retry
            | OutcomeKind::Ambiguous
            | OutcomeKind::AddressGone
            | OutcomeKind::Rejected,
            Blame::Account,
        ) => Some(Fault::Passing),
    }
}

fn lock(inner: &Mutex<Inner>) -> MutexGuard<'_, Inner> {
    inner.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
#[path = "breaker_tests.rs"]
mod tests;
