//! What waits for its account, with no attempt used up, and what is not wanted any more.

use campanile_domain::{Blame, DeliveryState, Lane, Outcome, OutcomeKind, Withdrawal};
use campanile_storage::{FinishedDelivery, Job};
use campanile_telemetry::metrics;
use chrono::{DateTime, TimeDelta, Utc};

use super::conclude::finished;
use super::run::Worker;
use crate::account::{Choice, Deferral};

/// What waited for the same moment comes back spread over so much, at least.
const LEAST_SPREAD_MS: i64 = 2_000;

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
        let spread_ms = why.spread.num_milliseconds().max(LEAST_SPREAD_MS);
        let spread = TimeDelta::milliseconds(rand::random_range(0..spread_ms));
        let until = why.until.max(self.clock.now());
        let deadline = job.notification.expires_at;
        let in_time = |at: &DateTime<Utc>| deadline.is_none_or(|deadline| *at < deadline);
        let Some(at) = [until + spread, until].into_iter().find(in_time) else {
            return finished(job, lane, DeliveryState::Expired, Some("deadline_passed"));
        };
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
        let at_once = Deferral {
            until: self.clock.now(),
            spread: TimeDelta::zero(),
            reason: "misconfigured",
        };
        match self.choose(job) {
            Choice::Call { .. } => at_once,
            Choice::Wait(deferral) => Deferral {
                reason: "misconfigured",
                ..deferral
            },
        }
    }
}
