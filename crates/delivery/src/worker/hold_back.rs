//! What waits for its account, with no attempt used up, and what is not wanted any more.

use campanile_domain::{Blame, DeliveryState, Lane, Outcome, OutcomeKind, Withdrawal};
use campanile_storage::{FinishedDelivery, Job};
use campanile_telemetry::metrics;
use chrono::TimeDelta;

use super::conclude::finished;
use super::run::Worker;
use crate::account::{Choice, Deferral};

/// What waited for the same moment comes back spread over so much, at least, and over a quarter of
/// the time it waited: what came meanwhile must not crowd out what comes then.
const LEAST_SPREAD: TimeDelta = TimeDelta::seconds(2);
/// And at most.
const LONGEST_SPREAD: TimeDelta = TimeDelta::seconds(60);

/// Whether an answer tells that only a person can mend the account: this delivery has not been
/// tried in any sense that should count against it.
pub(super) fn is_the_accounts_to_mend(outcome: &Outcome) -> bool {
    outcome.kind == OutcomeKind::Misconfigured && outcome.blame == Blame::Account
}

impl Worker {
    /// The user was done with it while it was planned, so nobody is called.
    pub(super) fn called_back(&self, job: &Job, lane: Lane, why: Withdrawal) -> FinishedDelivery {
        metrics()
            .deliveries_cancelled_total
            .with_label_values(&[self.channel.name(), why.name()])
            .inc();
        finished(job, lane, DeliveryState::Cancelled, Some(why.name()))
    }

    /// A delivery waits, unless its deadline would pass meanwhile.
    pub(super) fn hold_back(&self, job: &Job, lane: Lane, why: Deferral) -> FinishedDelivery {
        let now = self.clock.now();
        let until = why.until.max(now);
        let spread = ((until - now) / 4).clamp(LEAST_SPREAD, LONGEST_SPREAD);
        let spread = TimeDelta::milliseconds(rand::random_range(0..spread.num_milliseconds()));
        let at = until + spread;
        let deadline = job.notification.expires_at;
        if deadline.is_some_and(|deadline| deadline <= at) {
            return finished(job, lane, DeliveryState::Expired, Some("deadline_passed"));
        }
        metrics()
            .deliveries_deferred_total
            .with_label_values(&[self.channel.name(), why.reason])
            .inc();
        FinishedDelivery {
            next_attempt_at: Some(at),
            unfinished_starts: job.unfinished_starts,
            ..finished(job, lane, DeliveryState::Deferred, Some(why.reason))
        }
    }

    /// Until the account's next probe, or at once where another account may be asked.
    pub(super) fn until_mended(&self, job: &Job) -> Deferral {
        let until = match self.choose(job) {
            Choice::Call(_) => self.clock.now(),
            Choice::Wait(deferral) => deferral.until,
        };
        Deferral {
            until,
            reason: "misconfigured",
        }
    }
}
