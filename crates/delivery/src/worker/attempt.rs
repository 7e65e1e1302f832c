//! One call and what follows from its answer.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use campanile_channels::{Envelope, Rendered};
use campanile_domain::{
    AddressFate, Attempt, Channel, Decision, DeliveryState, Lane, MAX_UNFINISHED_STARTS,
    Notification, Outcome, OutcomeKind, decide,
};
use campanile_storage::{FinishedDelivery, Job, Start};
use campanile_telemetry::metrics;
use campanile_templates::{Form, Message, render};
use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use tracing::Instrument;

use super::bundle::Bundle;
use super::run::Worker;

/// So many starts without an end are no accident.
const ALONE_FROM: u32 = 2;

impl Worker {
    /// Works a delivery that somebody may have begun before: first it is marked as started. One
    /// that was started and not finished before goes alone, so that a process that dies of it
    /// leaves no mark on its neighbours.
    pub(crate) async fn attempt_suspect(&self, job: Job, lane: Lane, bundle: &Arc<Bundle>) {
        let _alone = if job.unfinished_starts >= ALONE_FROM {
            self.alone.acquire().await.ok()
        } else {
            None
        };
        let notification = &job.notification;
        match self
            .storage
            .start(&notification.tenant, notification.id, job.delivery_id)
            .await
        {
            Ok(Start::Started { unfinished }) if unfinished > MAX_UNFINISHED_STARTS => {
                tracing::error!(
                    tenant.id = %notification.tenant, delivery.id = %job.delivery_id,
                    request.id = notification.correlation_id, unfinished,
                    "parked: it was started again and again and never finished"
                );
                let parked = finished(&job, lane, DeliveryState::Dead, Some("poison"));
                self.recorder.submit(parked, Arc::clone(bundle)).await;
            }
            Ok(Start::Started { .. }) => self.attempt(job, lane, bundle).await,
            Ok(Start::NotOpen) => self.recorder.skip(Arc::clone(bundle)).await,
            Err(error) => {
                tracing::warn!(%error, "could not mark the start; left for somebody else");
                bundle.give_up(1).await;
            }
        }
    }

    /// Makes one call, unless the deadline or the lease forbid it.
    pub(crate) async fn attempt(&self, job: Job, lane: Lane, bundle: &Arc<Bundle>) {
        let started_at = self.clock.now();
        if job
            .notification
            .expires_at
            .is_some_and(|deadline| deadline <= started_at)
        {
            let late = finished(&job, lane, DeliveryState::Expired, Some("deadline_passed"));
            return self.recorder.submit(late, Arc::clone(bundle)).await;
        }
        // The last look before the outside: somebody else may own this row by now.
        if !self.heartbeat.is_fresh() || !bundle.is_ours() {
            return bundle.give_up(1).await;
        }
        let clock = Instant::now();
        let outcome = tokio::select! {
            () = self.stop_now.cancelled() => return bundle.give_up(1).await,
            outcome = self.call(&job) => outcome,
        };
        let duration_ms = u64::try_from(clock.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.observe(&job, &outcome, started_at, duration_ms);
        let result = self.conclude(&job, lane, &outcome, started_at, duration_ms);
        self.recorder.submit(result, Arc::clone(bundle)).await;
    }

    /// A panic in one message is that message's failure and nobody else's.
    async fn call(&self, job: &Job) -> Outcome {
        let channel = self.channel.channel().name();
        let in_flight = metrics().attempts_in_flight.with_label_values(&[channel]);
        in_flight.inc();
        let rendered = rendered(&job.notification, job.channel);
        let envelope = Envelope {
            delivery_id: job.delivery_id,
            address: &job.address,
            notification: &job.notification,
            rendered: &rendered,
        };
        let span = tracing::info_span!(
            "delivery.attempt",
            tenant.id = %job.notification.tenant,
            request.id = job.notification.correlation_id,
            notification.id = %job.notification.id,
            delivery.id = %job.delivery_id,
            channel,
            attempt = job.attempts_made + 1,
            outcome = tracing::field::Empty,
        );
        let outcome = AssertUnwindSafe(self.channel.send(envelope))
            .catch_unwind()
            .instrument(span.clone())
            .await;
        if let Ok(outcome) = &outcome {
            span.record("outcome", outcome.kind.name());
        }
        in_flight.dec();
        outcome.unwrap_or_else(|_panic| {
            Outcome::new(
                OutcomeKind::Ambiguous,
                "panic",
                "the channel failed on this message",
            )
        })
    }

    fn conclude(
        &self,
        job: &Job,
        lane: Lane,
        outcome: &Outcome,
        started_at: DateTime<Utc>,
        duration_ms: u64,
    ) -> FinishedDelivery {
        let number = job.attempts_made + 1;
        let deadline = job.notification.expires_at;
        let decision = decide(
            outcome,
            number.saturating_sub(job.ladder_from),
            &job.ladder,
            self.clock.now(),
            deadline,
            rand::random(),
        );
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
            }),
            address: outcome.address,
            ..finished(job, lane, state, reason)
        }
    }

    fn observe(&self, job: &Job, outcome: &Outcome, started_at: DateTime<Utc>, duration_ms: u64) {
        let (notification, channel) = (&job.notification, self.channel.channel().name());
        let metrics = metrics();
        metrics
            .attempts_total
            .with_label_values(&[channel, outcome.kind.name()])
            .inc();
        metrics
            .attempt_duration_seconds
            .with_label_values(&[channel])
            .observe(duration_ms as f64 / 1_000.0);
        if job.attempts_made == 0 && notification.send_at.is_none() {
            let waited = (started_at - notification.created_at).as_seconds_f64();
            metrics
                .accept_to_attempt_seconds
                .with_label_values(&[channel])
                .observe(waited);
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

fn finished(
    job: &Job,
    lane: Lane,
    state: DeliveryState,
    reason: Option<&'static str>,
) -> FinishedDelivery {
    FinishedDelivery {
        tenant: job.notification.tenant.clone(),
        notification_id: job.notification.id,
        delivery_id: job.delivery_id,
        channel: job.channel,
        lane,
        state,
        reason: reason.map(str::to_owned),
        next_attempt_at: None,
        attempt: None,
        address: AddressFate::Kept,
    }
}

/// What a person reads of it, as far as the channel shows it.
fn rendered(notification: &Notification, channel: Channel) -> Rendered {
    let form = match channel {
        // Programs read it, not people.
        Channel::Webhook => return Rendered::default(),
        Channel::Email => Form::Mail,
        _ => Form::Short,
    };
    let Message { title, text, html } = render(notification, form);
    Rendered { title, text, html }
}
