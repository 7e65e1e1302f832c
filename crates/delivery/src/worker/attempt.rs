//! One call, and whatever forbids it at the last moment.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use campanile_channels::{Envelope, Rendered};
use campanile_domain::{Channel, DeliveryState, Lane, MAX_UNFINISHED_STARTS, Outcome, OutcomeKind};
use campanile_storage::{FinishedDelivery, FinishedVariant, InboxFilter, Job, Start, StorageError};
use campanile_telemetry::{OpenSpan, metrics};
use campanile_wording::Worded;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt;
use tracing::Instrument;

use super::conclude::finished;
use super::dispatch_to_accounts::{Turn, asking};
use super::held_message::HeldMessage;
use super::hold_back::waits_for_a_person;
use super::run::Worker;
use crate::account::Account;
use crate::trouble::Trouble;

static TROUBLE: Trouble = Trouble::of(
    "recording the start of attempts",
    "deliveries are left to other workers",
);
static LOOK_TROUBLE: Trouble = Trouble::of(
    "checking deliveries again before the call",
    "deliveries are left to other workers",
);

static WORDS_TROUBLE: Trouble = Trouble::of(
    "reading the words of notifications",
    "deliveries are left to other workers",
);

/// From this number of unfinished starts on, a delivery is processed alone.
const ALONE_FROM: u32 = 2;

/// How old the last check of a delivery may be when its call begins. In the meantime its user may have read it, or
/// another user may have signed in on its device. It waits that long for a permit only if its account is slow, so
/// hardly any call needs a separate check.
const LOOK_AGAIN_AFTER: TimeDelta = TimeDelta::milliseconds(500);

/// A delivery on its way to its call.
pub(crate) struct Begun {
    pub(crate) job: Job,
    pub(crate) lane: Lane,
    /// When it was last checked whether the call is still to be made.
    pub(crate) seen_at: DateTime<Utc>,
}

impl Worker {
    /// Processes a delivery that a worker may have begun before. One that was started and not finished before is
    /// processed alone, so that a process that dies of it leaves no mark on other deliveries.
    pub(crate) async fn attempt_suspect(
        &self,
        begun: Begun,
        turn: Turn,
        message: &Arc<HeldMessage>,
    ) {
        let _alone = if begun.job.unfinished_starts >= ALONE_FROM {
            self.alone.acquire().await.ok()
        } else {
            None
        };
        self.attempt(begun, turn, message, true).await;
    }

    /// Makes one call, unless the deadline, the lease or the account's breaker forbid it. The call is marked first if
    /// a worker may have begun it before, or if the weights alone would not show which account an interrupted call
    /// used.
    pub(crate) async fn attempt(
        &self,
        begun: Begun,
        mut turn: Turn,
        message: &Arc<HeldMessage>,
        suspect: bool,
    ) {
        let Begun {
            job,
            lane,
            mut seen_at,
        } = begun;
        // Making the words may query the database, so it comes before the checks below: they notice if it took long.
        let (worded, extras) = match turn {
            Turn::Call { .. } => match WORDS_TROUBLE.note(self.words(&job).await) {
                Ok(worded) => {
                    let extras = self.extras(&job, worded.as_ref()).await;
                    (worded, extras)
                }
                // Other words than these would stay wrong, so another worker tries again.
                Err(_) => return message.give_up(1).await,
            },
            Turn::Wait(_) => (None, Extras::default()),
        };
        let mut marked = None::<Arc<Account>>;
        let (account, permit, leave, started_at) = loop {
            let now = self.clock.now();
            let deadline = job.notification.expires_at;
            if deadline.is_some_and(|deadline| deadline <= now) {
                let late = finished(&job, lane, DeliveryState::Expired, Some("deadline_passed"));
                return self
                    .recorder
                    .submit(late, job.trace, Arc::clone(message))
                    .await;
            }
            // A clock that was set back does not show how long it took.
            if (now - seen_at).abs() >= LOOK_AGAIN_AFTER {
                if !self.is_still_to_be_called(&job, lane, message).await {
                    return;
                }
                // As of its end: a look at a slow database must not call for the next one.
                seen_at = self.clock.now();
                continue;
            }
            // The last check before the call: another worker may own this row by now.
            if !self.heartbeat.is_fresh() || !message.is_ours() {
                return message.give_up(1).await;
            }
            let (account, permit, by_weight) = match turn {
                Turn::Call {
                    account,
                    permit,
                    by_weight,
                } => (account, permit, by_weight),
                Turn::Wait(deferral) => {
                    let held_back = self.hold_back(&job, lane, deferral);
                    return self
                        .recorder
                        .submit(held_back, job.trace, Arc::clone(message))
                        .await;
                }
            };
            let is_marked = marked
                .as_ref()
                .is_some_and(|one| Arc::ptr_eq(one, &account));
            // A mark that names another account would be wrong, too: a retry would use that account.
            if (suspect || !by_weight || marked.is_some()) && !is_marked {
                if !self.mark(&job, lane, account.name(), message).await {
                    return;
                }
                marked = Some(Arc::clone(&account));
                // Storing the mark took time, so everything is checked again.
                turn = Turn::Call {
                    account,
                    permit,
                    by_weight,
                };
                continue;
            }
            // While it waited for its permit the breaker may have opened.
            match account.admit(&asking(&job), now) {
                Some(leave) => break (account, permit, leave, now),
                None => drop(permit),
            }
            let Some(next) = self.turn(&job).await else {
                return message.give_up(1).await;
            };
            turn = next;
        };
        let clock = Instant::now();
        let answer = tokio::select! {
            () = self.stop_now.cancelled() => return message.give_up(1).await,
            answer = self.call(&job, &account, worded.as_ref(), extras) => answer,
        };
        drop(permit);
        let duration_ms = u64::try_from(clock.elapsed().as_millis()).unwrap_or(u64::MAX);
        let was_probe = leave.is_probe();
        let outcome = match answer {
            Some(outcome) => account.report(leave, &asking(&job), outcome, self.clock.now()),
            // This message failed; the failure does not count against the account.
            None => {
                drop(leave);
                let detail = "the channel panicked on this message";
                Outcome::new(OutcomeKind::Ambiguous, "panic", detail)
            }
        };
        self.observe(&job, lane, &outcome, started_at, duration_ms);
        let result = if waits_for_a_person(&outcome, was_probe) {
            FinishedDelivery {
                // The call came to its end, whatever it answered.
                unfinished_starts: 0,
                ..self.hold_back(&job, lane, self.until_mended(&job, &outcome))
            }
        } else {
            let outcome = if outcome.spares_delivery() {
                self.not_before_the_account(&job, outcome)
            } else {
                outcome
            };
            let mut result = self.conclude(&job, lane, &outcome, started_at, duration_ms);
            if let Some(attempt) = &mut result.attempt {
                attempt.provider = Some(account.name().to_owned());
                attempt.texts = worded.as_ref().map(Worded::used);
            }
            result.variant = worded.and_then(|worded| variant(&job, worded));
            result
        };
        self.recorder
            .submit(result, job.trace, Arc::clone(message))
            .await;
    }

    /// Looks whether a delivery is still open, wanted, and at an address of its user; if it is not, that
    /// is its end.
    async fn is_still_to_be_called(
        &self,
        job: &Job,
        lane: Lane,
        message: &Arc<HeldMessage>,
    ) -> bool {
        let (tenant, notification) = (&job.notification.tenant, job.notification.id);
        let look = self
            .storage
            .look_again(tenant, notification, job.delivery_id);
        match LOOK_TROUBLE.note(look.await) {
            Ok(Some(standing)) => match self.end_without_call(job, lane, standing) {
                None => return true,
                Some(ended) => {
                    self.recorder
                        .submit(ended, job.trace, Arc::clone(message))
                        .await
                }
            },
            Ok(None) => self.recorder.skip(Arc::clone(message)).await,
            Err(_) => message.give_up(1).await,
        }
        false
    }

    /// Marks that a delivery is about to be called through an account; whether it may be.
    async fn mark(&self, job: &Job, lane: Lane, account: &str, message: &Arc<HeldMessage>) -> bool {
        let notification = &job.notification;
        let (tenant, id) = (&notification.tenant, notification.id);
        match self
            .storage
            .start(tenant, id, job.delivery_id, account)
            .await
        {
            Ok(Start::Started { unfinished }) if unfinished > MAX_UNFINISHED_STARTS => {
                tracing::error!(
                    tenant.id = %tenant, delivery.id = %job.delivery_id,
                    request.id = notification.correlation_id, unfinished,
                    "the delivery is dead (poison): workers started it repeatedly and never finished it"
                );
                let parked = finished(job, lane, DeliveryState::Dead, Some("poison"));
                self.recorder
                    .submit(parked, job.trace, Arc::clone(message))
                    .await;
                false
            }
            Ok(Start::Started { .. }) => true,
            Ok(Start::NotOpen) => {
                self.recorder.skip(Arc::clone(message)).await;
                false
            }
            Err(error) => {
                TROUBLE.failed(error);
                message.give_up(1).await;
                false
            }
        }
    }

    /// What a person reads of it, in the device's locale if it has one. Programs read webhooks: their words are those
    /// of the item.
    async fn words(&self, job: &Job) -> Result<Option<Worded>, StorageError> {
        if job.channel == Channel::Webhook {
            return Ok(None);
        }
        let device = job.device_locale.as_deref();
        let worded = self.wording.message(&job.notification, job.channel, device);
        worded.await.map(Some)
    }

    /// What goes along with the words.
    async fn extras(&self, job: &Job, worded: Option<&Worded>) -> Extras {
        let html = worded.and_then(|worded| worded.message.html.as_deref());
        Extras {
            badge: self.badge(job).await,
            unsubscribe: self.unsubscribing.url(job).await,
            html: match html {
                Some(html) => self.tracked.page(&self.wording, job, html).await,
                None => None,
            },
            stamp: self.unsubscribing.stamp(job).await,
        }
    }

    /// How many notifications the user has not read, if the tenant wants pushes to say so. A push that cannot know it
    /// leaves the app's badge as it is.
    async fn badge(&self, job: &Job) -> Option<u64> {
        let one = &job.notification;
        if !job.channel.is_push() || !self.wording.push_badge(&one.tenant).await {
            return None;
        }
        let unread = InboxFilter {
            unread_only: true,
            ..InboxFilter::default()
        };
        let now = self.clock.now();
        let counted = self
            .storage
            .inbox_count(&one.tenant, &one.user_id, &unread, now);
        Some(counted.await.ok()?.count)
    }

    /// A panic in one message is a failure of that message only: `None`.
    async fn call(
        &self,
        job: &Job,
        account: &Account,
        worded: Option<&Worded>,
        extras: Extras,
    ) -> Option<Outcome> {
        let channel = self.channel.name();
        let in_flight = metrics().attempts_in_flight.with_label_values(&[channel]);
        in_flight.inc();
        let rendered = worded.map(|worded| rendered(worded, extras));
        let rendered = rendered.unwrap_or_default();
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
        let recorded = OpenSpan::of_call("delivery.attempt", job.trace);
        let answer = AssertUnwindSafe(account.sender().send(envelope))
            .catch_unwind()
            .instrument(span.clone())
            .await;
        in_flight.dec();
        let outcome = answer.ok()?;
        span.record("outcome", outcome.kind.name());
        recorded.end_with(|| {
            [
                ("tenant.id", job.notification.tenant.to_string().into()),
                ("request.id", job.notification.correlation_id.clone().into()),
                ("notification.id", job.notification.id.to_string().into()),
                ("delivery.id", job.delivery_id.to_string().into()),
                ("channel", channel.into()),
                ("account", account.name().to_owned().into()),
                ("attempt", i64::from(job.attempts_made + 1).into()),
                ("outcome", outcome.kind.name().into()),
            ]
        });
        Some(outcome)
    }
}

/// The variant whose words a call has sent, to be counted.
fn variant(job: &Job, worded: Worded) -> Option<FinishedVariant> {
    Some(FinishedVariant {
        notification_type: job.notification.notification_type.clone(),
        assigned: worded.assigned?,
    })
}

/// What goes along with the words.
#[derive(Default)]
struct Extras {
    badge: Option<u64>,
    unsubscribe: Option<String>,
    /// The page of a mail with links that are counted.
    html: Option<String>,
    stamp: Option<String>,
}

fn rendered(worded: &Worded, extras: Extras) -> Rendered {
    let message = &worded.message;
    Rendered {
        title: message.title.clone(),
        text: message.text.clone(),
        html: extras.html.or_else(|| message.html.clone()),
        image: message.image.clone(),
        badge: extras.badge,
        unsubscribe: extras.unsubscribe,
        stamp: extras.stamp,
    }
}
