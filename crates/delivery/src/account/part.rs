//! What of an account can fail by itself: the account as a whole, or its credential for one platform.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use campanile_domain::Outcome;
use campanile_telemetry::{Episodes, Report};
use chrono::{DateTime, Utc};

use super::breaker::{Breaker, BreakerSettings, Change, Ticket};
use super::heard::Heard;
use super::state::LastFailure;

/// A breaker, and the last answer that was held against what it guards.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) breaker: Breaker,
    last_failure: Mutex<Option<LastFailure>>,
    /// Which of its failures are logged.
    episodes: Mutex<Episodes>,
}

impl Part {
    pub(super) fn new(settings: BreakerSettings) -> Self {
        Self {
            breaker: Breaker::new(settings),
            last_failure: Mutex::new(None),
            episodes: Mutex::default(),
        }
    }

    pub(super) fn last_failure(&self) -> Option<LastFailure> {
        self.failure().clone()
    }

    /// Takes an answer into account.
    pub(super) fn report(
        &self,
        ticket: Ticket,
        heard: Heard,
        outcome: &Outcome,
        now: DateTime<Utc>,
    ) -> Change {
        if !matches!(heard, Heard::Works | Heard::Nothing) {
            *self.failure() = Some(LastFailure {
                at: now,
                code: outcome.code.clone(),
                detail: outcome.detail.clone(),
                remedy: outcome.remedy,
            });
        }
        self.breaker.report(ticket, heard, now)
    }

    /// What of a change is to be said now.
    pub(super) fn to_log(&self, change: Change) -> Option<Report> {
        let mut episodes = self.episodes.lock().unwrap_or_else(PoisonError::into_inner);
        match change {
            Change::None => None,
            Change::Opened { .. } => episodes.failed(Instant::now()),
            Change::Closed => episodes.worked(Instant::now()),
        }
    }

    fn failure(&self) -> MutexGuard<'_, Option<LastFailure>> {
        self.last_failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
