//! What waits for its account, with no attempt used up, and what is not to be called any more.

use campanile_domain::{ACCOUNT_PATIENCE, Blame, DeliveryState, Lane, Outcome, OutcomeKind};
use campanile_storage::{FinishedDelivery, Job, Standing};
use campanile_telemetry::metrics;
use chrono::{DateTime, TimeDelta, Utc};

use super::conclude::finished;
use super::run::Worker;
use crate::account::{Choice, Deferral, ENDPOINT_GONE, PLATFORM_MISCONFIGURED};

/// What waited for the same moment comes back spread over so much, at least.
const LEAST_SPREAD: TimeDelta = TimeDelta::seconds(2);

/// Whether a delivery is deferred without an attempt, because an outcome says that its account needs an operator. The
/// delivery that probed the account follows the retry schedule instead: else the same delivery might probe for ever,
/// and never end if the fault is its own.
pub(super) fn waits_for_a_person(outcome: &Outcome, was_probe: bool) -> bool {
    outcome.kind == OutcomeKind::Misconfigured && outcome.spares_delivery() && !was_probe
}

impl Worker {
    /// The end of a delivery that needs no call: its user has handled the notification, or its address is no longer
    /// theirs.
    pub(super) fn end_without_call(
        &self,
        job: &Job,
        lane: Lane,
        standing: Standing,
    ) -> Option<FinishedDelivery> {
        let (counter, state, reason) = match (standing.withdrawn, standing.lost_address) {
            (Some(why), _) => {
                let counter = &metrics().deliveries_cancelled_total;
                (counter, DeliveryState::Cancelled, why.name())
            }
            (None, Some(why)) => {
                let counter = &metrics().deliveries_suppressed_total;
                (counter, DeliveryState::Suppressed, why.reason())
            }
            (None, None) => return None,
        };
        counter
            .with_label_values(&[self.channel.name(), reason])
            .inc();
        Some(finished(job, lane, state, Some(reason)))
    }

    /// A delivery waits, unless its deadline would pass meanwhile.
    pub(super) fn hold_back(&self, job: &Job, lane: Lane, why: Deferral) -> FinishedDelivery {
        let spread = self.random.up_to(why.spread.max(LEAST_SPREAD));
        let now = self.clock.now();
        // A receiver that is gone may never be resumed, and a dead letter is kept.
        if why.reason == ENDPOINT_GONE && now - job.since() >= ACCOUNT_PATIENCE {
            return finished(job, lane, DeliveryState::Dead, Some("address_gone"));
        }
        let until = why.until.max(now);
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
    pub(super) fn until_mended(&self, job: &Job, outcome: &Outcome) -> Deferral {
        let reason = match outcome.blame {
            Blame::Platform => PLATFORM_MISCONFIGURED,
            _ => "misconfigured",
        };
        match self.choose(job) {
            Choice::Call { .. } => Deferral {
                until: self.clock.now(),
                spread: TimeDelta::zero(),
                reason,
            },
            Choice::Wait(deferral) => Deferral { reason, ..deferral },
        }
    }

    /// The same answer, with a floor that does not let the delivery come back before its account does:
    /// it would only be put off.
    pub(super) fn not_before_the_account(&self, job: &Job, outcome: Outcome) -> Outcome {
        let Choice::Wait(deferral) = self.choose(job) else {
            return outcome;
        };
        let wait = (deferral.until - self.clock.now()).to_std();
        let floor = outcome.floor.max(wait.ok());
        Outcome { floor, ..outcome }
    }
}
