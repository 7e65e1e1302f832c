//! What this process remembers of deliveries' last attempts, for the choice of the next account.
//!
//! Rows do not name the account of an attempt yet, so another process, or this one after a restart,
//! finds [`LastTry::Unknown`]. Once `Job` carries the account and outcome of its attempts,
//! [`LastTries::of`] reads them there and the rest of this file goes.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use campanile_domain::{Blame, DeliveryId, Outcome, OutcomeKind};
use campanile_storage::Job;

use super::choice::LastTry;

/// The oldest are forgotten beyond this; about 1 MB.
const MOST: usize = 10_000;

/// Last attempts of this process.
#[derive(Default)]
pub(crate) struct LastTries(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    tries: HashMap<DeliveryId, LastTry>,
    order: VecDeque<DeliveryId>,
}

impl LastTries {
    /// What is known of a job's last attempt.
    pub(crate) fn of(&self, job: &Job) -> LastTry {
        if job.attempts_made == 0 {
            return LastTry::None;
        }
        let known = self.inner().tries.get(&job.delivery_id).cloned();
        known.unwrap_or(LastTry::Unknown)
    }

    /// Remembers an attempt after which another follows. What may have been taken once may have
    /// been taken for good, whatever is answered later.
    pub(crate) fn remember(&self, delivery: DeliveryId, account: &str, outcome: &Outcome) {
        let account = account.to_owned();
        let last = match (outcome.kind, outcome.blame) {
            (OutcomeKind::Ambiguous, _) => LastTry::Ambiguous { account },
            (_, Blame::Account) => LastTry::Refused { account },
            (_, Blame::Addressee) => LastTry::None,
        };
        let mut inner = self.inner();
        match inner.tries.get_mut(&delivery) {
            Some(LastTry::Ambiguous { .. }) => {}
            Some(there) => *there = last,
            None => {
                inner.tries.insert(delivery, last);
                inner.order.push_back(delivery);
            }
        }
        while inner.order.len() > MOST {
            if let Some(oldest) = inner.order.pop_front() {
                inner.tries.remove(&oldest);
            }
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
