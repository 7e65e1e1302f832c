//! One call, and whatever forbids it at the last moment.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use campanile_channels::{Envelope, Rendered};
use campanile_domain::{
    Channel, DeliveryState, Lane, MAX_UNFINISHED_STARTS, Notification, Outcome, OutcomeKind,
};
use campanile_storage::{FinishedDelivery, Job, Start};
use campanile_telemetry::metrics;
use campanile_templates::{Form, Message, render};
use futures_util::FutureExt;
use tracing::Instrument;

use super::bundle::Bundle;
use super::conclude::finished;
use super::hand_out::Turn;
use super::hold_back::is_the_accounts_to_mend;
use super::run::Worker;
use crate::account::{Account, Admit};

/// So many starts without an end are no accident.
const ALONE_FROM: u32 = 2;

impl Worker {
    /// Works a delivery that somebody may have begun before: first it is marked as started. One
    /// that was started and not finished before goes alone, so that a process that dies of it
    /// leaves no mark on its neighbours.
    pub(crate) async fn attempt_suspect(
        &self,
        job: Job,
        lane: Lane,
        turn: Turn,
        bundle: &Arc<Bundle>,
    ) {
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
            Ok(Start::Started { .. }) => self.attempt(job, lane, turn, bundle).await,
            Ok(Start::NotOpen) => self.recorder.skip(Arc::clone(bundle)).await,
            Err(error) => {
                tracing::warn!(%error, "could not mark the start; left for somebody else");
                bundle.give_up(1).await;
            }
        }
    }

    /// Makes one call, unless the deadline, the lease or the account's breaker forbid it.
    pub(crate) async fn attempt(&self, job: Job, lane: Lane, mut turn: Turn, bundle: &Arc<Bundle>) {
        let (account, hand, ticket, started_at) = loop {
            let now = self.clock.now();
            let deadline = job.notification.expires_at;
            if deadline.is_some_and(|deadline| deadline <= now) {
                let late = finished(&job, lane, DeliveryState::Expired, Some("deadline_passed"));
                return self.recorder.submit(late, Arc::clone(bundle)).await;
            }
            // The last look before the outside: somebody else may own this row by now.
            if !self.heartbeat.is_fresh() || !bundle.is_ours() {
                return bundle.give_up(1).await;
            }
            let (account, hand) = match turn {
                Turn::Call(account, hand) => (account, hand),
                Turn::Wait(deferral) => {
                    let held_back = self.hold_back(&job, lane, deferral);
                    return self.recorder.submit(held_back, Arc::clone(bundle)).await;
                }
            };
            // While it waited for its hand the breaker may have opened.
            match account.admit(now) {
                Admit::Yes(ticket) => break (account, hand, ticket, now),
                Admit::Not { .. } => drop(hand),
            }
            let Some(next) = self.turn(&job).await else {
                return bundle.give_up(1).await;
            };
            turn = next;
        };
        let clock = Instant::now();
        let answer = tokio::select! {
            () = self.stop_now.cancelled() => return bundle.give_up(1).await,
            answer = self.call(&job, &account) => answer,
        };
        drop(hand);
        let duration_ms = u64::try_from(clock.elapsed().as_millis()).unwrap_or(u64::MAX);
        let outcome = match answer {
            Some(outcome) => {
                account.report(ticket, &outcome, self.clock.now());
                outcome
            }
            // The message's failure: nothing is held against the account.
            None => {
                drop(ticket);
                let detail = "the channel failed on this message";
                Outcome::new(OutcomeKind::Ambiguous, "panic", detail)
            }
        };
        self.observe(&job, &outcome, started_at, duration_ms);
        let result = if is_the_accounts_to_mend(&outcome) {
            FinishedDelivery {
                // The call came to its end, whatever it answered.
                unfinished_starts: 0,
                ..self.hold_back(&job, lane, self.until_mended(&job))
            }
        } else {
            let mut result = self.conclude(&job, lane, &outcome, started_at, duration_ms);
            if let Some(attempt) = &mut result.attempt {
                attempt.provider = Some(account.name().to_owned());
            }
            result
        };
        self.recorder.submit(result, Arc::clone(bundle)).await;
    }

    /// A panic in one message is that message's failure and nobody else's: `None`.
    async fn call(&self, job: &Job, account: &Account) -> Option<Outcome> {
        let channel = self.channel.name();
        let in_flight = metrics().attempts_in_flight.with_label_values(&[channel]);
        in_flight.inc();
        let rendered = rendered(&job.notification, job.channel);
        let envelope = Envelope {
            delivery_id: job.delivery_id,
            address: account.address(&job.address),
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
            account = account.name(),
            attempt = job.attempts_made + 1,
            outcome = tracing::field::Empty,
        );
        let answer = AssertUnwindSafe(account.sender().send(envelope))
            .catch_unwind()
            .instrument(span.clone())
            .await;
        in_flight.dec();
        let outcome = answer.ok()?;
        span.record("outcome", outcome.kind.name());
        Some(outcome)
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
