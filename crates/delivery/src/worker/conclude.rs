//! What follows from an outcome, and what is logged about it.

use campanile_domain::{
    AddressFate, Attempt, Decision, DeliveryState, Lane, Outcome, Tried, decide, is_of_user,
};
use campanile_storage::{FinishedDelivery, Job};
use campanile_telemetry::{metrics, observe};
use chrono::{DateTime, Utc};

use super::run::Worker;

impl Worker {
    pub(super) fn conclude(
        &self,
        job: &Job,
        lane: Lane,
        outcome: &Outcome,
        started_at: DateTime<Utc>,
        duration_ms: u64,
    ) -> FinishedDelivery {
        let number = job.attempts_made + 1;
        let tried = Tried {
            attempts: number.saturating_sub(job.ladder_from),
            ladder: &job.ladder,
            since: job.since(),
            expires_at: job.notification.expires_at,
        };
        let decision = decide(outcome, &tried, self.clock.now(), self.random.fraction());
        let (state, reason, retry_at) = match decision {
            Decision::Sent => (DeliveryState::Sent, None, None),
            Decision::RetryAt(at) => (DeliveryState::Retrying, None, Some(at)),
            Decision::Expired => (DeliveryState::Expired, Some("deadline_passed"), None),
            Decision::Dead(reason) => (DeliveryState::Dead, Some(reason), None),
        };
        FinishedDelivery {
            next_attempt_at: retry_at,
            attempt: Some(Attempt {
                number,
                started_at,
                duration_ms,
                outcome: outcome.kind.name().to_owned(),
                code: outcome.code.clone(),
                detail: outcome.detail.clone(),
                retry_at,
                provider: None,
                texts: None,
            }),
            address: outcome.address,
            address_as_of: outcome.address_as_of,
            ..finished(job, lane, state, reason)
        }
    }

    pub(super) fn observe(
        &self,
        job: &Job,
        lane: Lane,
        outcome: &Outcome,
        started_at: DateTime<Utc>,
        duration_ms: u64,
    ) {
        let (notification, channel) = (&job.notification, self.channel.name());
        let metrics = metrics();
        metrics
            .attempts_total
            .with_label_values(&[channel, lane.name(), outcome.kind.name()])
            .inc();
        let seconds = duration_ms as f64 / 1_000.0;
        let trace = job.trace;
        observe(
            &metrics.attempt_duration_seconds,
            &[channel],
            seconds,
            trace,
        );
        if job.attempts_made == 0 && notification.send_at.is_none() {
            let waited = (started_at - notification.created_at).as_seconds_f64();
            observe(
                &metrics.accept_to_attempt_seconds,
                &[channel],
                waited,
                trace,
            );
        }
        tracing::info!(
            tenant.id = %notification.tenant,
            request.id = notification.correlation_id,
            notification.id = %notification.id,
            delivery.id = %job.delivery_id,
            channel,
            attempt = job.attempts_made + 1,
            outcome = outcome.kind.name(),
            code = outcome.code,
            duration_ms,
            "attempt"
        );
    }
}

pub(crate) fn finished(
    job: &Job,
    lane: Lane,
    state: DeliveryState,
    reason: Option<&'static str>,
) -> FinishedDelivery {
    FinishedDelivery {
        tenant: job.notification.tenant.clone(),
        notification_id: job.notification.id,
        delivery_id: job.delivery_id,
        user_id: job.notification.user_id.clone(),
        channel: job.channel,
        is_to_user: is_of_user(job.channel, &job.address),
        lane,
        state,
        reason: reason.map(str::to_owned),
        next_attempt_at: None,
        attempt: None,
        unfinished_starts: 0,
        address: AddressFate::Kept,
        variant: None,
        address_as_of: None,
    }
}
