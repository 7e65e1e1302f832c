//! Writes one batch and answers everyone in it.

use std::collections::BTreeSet;
use std::sync::Arc;

use campanile_cache::{Bus, InboxCache, Mailbox, Wake};
use campanile_domain::{Clock, ItemTexts, Notification, NotificationId, Random};
use campanile_storage::{
    AcceptItem, AcceptOutcome, IdempotencyKey, KeptAnswer, Storage, StorageError,
};
use campanile_telemetry::{Stage, metrics};
use campanile_wording::{Group, Wording};
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use crate::batcher::QueuedRequest;
use crate::unknown::ask_after;
use crate::{IntakeError, Sent, SentToUsers, answer};

/// What a write needs.
pub(crate) struct Writer {
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) wording: Wording,
    pub(crate) bus: Arc<dyn Bus>,
    pub(crate) inboxes: Arc<dyn InboxCache>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Random,
    /// Tasks that find out whether a commit succeeded; the next write does not wait for them.
    pub(crate) settling: TaskTracker,
}

impl Writer {
    /// Writes a batch. If the database refuses it, or a kept answer cannot be read, the batch is split until the
    /// faulty request is alone.
    pub(crate) async fn write(self: Arc<Self>, batch: Vec<QueuedRequest>) {
        let mut batches = vec![batch];
        while let Some(mut batch) = batches.pop() {
            metrics().accept_batch_requests.observe(batch.len() as f64);
            // Ids are stamped here, not on arrival: however long a request waited, its id is fresh.
            let mut items: Vec<_> = batch.iter().map(|waiting| self.prepare(waiting)).collect();
            if let Err(error) = self.write_texts(&mut items).await {
                refuse(batch, &error);
                continue;
            }
            let items: Arc<[_]> = items.into();
            let (begun, timer) = (
                Instant::now(),
                metrics().accept_commit_seconds.start_timer(),
            );
            let stage = Stage::begin("intake.write");
            let result = stage.run(self.storage.accept(Arc::clone(&items))).await;
            timer.observe_duration();
            stage.end(items.iter().filter_map(|item| item.trace));
            match result {
                Ok(outcomes) => self.accepted(batch, &items, outcomes).await,
                Err(error @ StorageError::CommitUnknown(_)) => {
                    let writer = Arc::clone(&self);
                    self.settling.spawn(async move {
                        match ask_after(begun, || writer.settle(&items)).await {
                            Some(outcomes) => {
                                writer.accepted(batch, &items, outcomes).await;
                            }
                            None => refuse(batch, &error),
                        }
                    });
                }
                Err(error) if error.is_lasting() && batch.len() > 1 => {
                    let second = batch.split_off(batch.len() / 2);
                    batches.push(second);
                    batches.push(batch);
                }
                Err(error) => refuse(batch, &error),
            }
        }
    }

    /// What users see is part of the rows: a stream shows it as soon as they are committed. While the database does not
    /// say what it is, nothing is accepted.
    async fn write_texts(&self, items: &mut [AcceptItem]) -> Result<(), StorageError> {
        let asked: Vec<_> = items
            .iter()
            .filter_map(|item| Group::of(&item.notifications))
            .collect();
        let written = self.wording.items(&asked).await?;
        let with_rows = items
            .iter_mut()
            .filter(|item| !item.notifications.is_empty());
        for (item, texts) in with_rows.zip(written) {
            for (notification, texts) in item.notifications.iter_mut().zip(texts) {
                notification.item = texts;
            }
        }
        Ok(())
    }

    fn prepare(&self, waiting: &QueuedRequest) -> AcceptItem {
        let (request, now) = (&waiting.request, self.clock.now());
        let item = Arc::new(ItemTexts {
            link: request.link.clone(),
            actions: request.actions.clone(),
            ..ItemTexts::default()
        });
        let notifications: Vec<_> = request
            .recipients
            .iter()
            .map(|user_id| Notification {
                id: NotificationId::new(now, &self.random),
                tenant: waiting.tenant.clone(),
                user_id: user_id.clone(),
                notification_type: request.notification_type.clone(),
                priority: request.priority,
                title: request.title.clone(),
                body: request.body.clone(),
                content: request.content.clone(),
                item: Arc::clone(&item),
                channels: request.channels.clone(),
                send_at: request.send_at,
                expires_at: request.expires_at,
                collapse_key: request.collapse_key.clone(),
                correlation_id: waiting.correlation_id.clone(),
                created_at: now,
            })
            .collect();
        let idempotency = waiting
            .idempotency
            .clone()
            .map(|(key, fingerprint)| IdempotencyKey {
                key,
                fingerprint,
                answer: KeptAnswer::Notifications(ids(&notifications).collect()),
            });
        let by_priority = request.priority.lane(notifications.len());
        let lane = request.lane.unwrap_or(by_priority);
        AcceptItem {
            tenant: waiting.tenant.clone(),
            notifications,
            lane,
            idempotency,
            trace: waiting.trace,
        }
    }

    /// Before the caller gets 202: what recipients see next must show what was accepted.
    async fn accepted(
        &self,
        batch: Vec<QueuedRequest>,
        items: &[AcceptItem],
        outcomes: Vec<AcceptOutcome>,
    ) {
        self.raise(items, &outcomes).await;
        self.answer(batch, items, outcomes);
    }

    /// What became of a commit, if that can be said now.
    async fn settle(&self, items: &Arc<[AcceptItem]>) -> Option<Vec<AcceptOutcome>> {
        self.try_to_settle(items).await.ok()
    }

    /// One transaction: one row of it stands for all. Items with a key settle themselves, since
    /// accepting them again replays the answer that was committed.
    async fn try_to_settle(
        &self,
        items: &Arc<[AcceptItem]>,
    ) -> Result<Vec<AcceptOutcome>, StorageError> {
        let committed = match items.iter().find(|item| item.idempotency.is_none()) {
            Some(probe) => {
                self.storage
                    .was_accepted(&probe.tenant, probe.notifications[0].id)
                    .await?
            }
            None => false,
        };
        if !committed {
            return self.storage.accept(Arc::clone(items)).await;
        }
        let keyed: Arc<[_]> = items
            .iter()
            .filter(|i| i.idempotency.is_some())
            .cloned()
            .collect();
        let mut replays = if keyed.is_empty() {
            Vec::new()
        } else {
            self.storage.accept(keyed).await?
        }
        .into_iter();
        Ok(items
            .iter()
            .map(|item| match item.idempotency {
                Some(_) => replays.next().unwrap_or(AcceptOutcome::KeyBusy),
                None => AcceptOutcome::Accepted,
            })
            .collect())
    }

    /// Revokes the cached answers of the recipients' inboxes. A replay does so too, because the process that accepted
    /// it may have died before; for callers who never repeat the request, the relay does.
    async fn raise(&self, items: &[AcceptItem], outcomes: &[AcceptOutcome]) {
        let is_stored = |outcome: &AcceptOutcome| {
            matches!(
                outcome,
                AcceptOutcome::Accepted | AcceptOutcome::Replayed(_)
            )
        };
        let stored = items.iter().zip(outcomes).filter(|(_, o)| is_stored(o));
        let shown = stored
            .flat_map(|(item, _)| &item.notifications)
            .filter(|one| one.in_inbox());
        let whose: BTreeSet<_> = shown.map(|n| Mailbox::new(&n.tenant, &n.user_id)).collect();
        if !whose.is_empty() {
            self.inboxes
                .raise(&whose.into_iter().collect::<Vec<_>>())
                .await;
        }
    }

    fn answer(
        &self,
        batch: Vec<QueuedRequest>,
        items: &[AcceptItem],
        outcomes: Vec<AcceptOutcome>,
    ) {
        if outcomes.contains(&AcceptOutcome::Accepted) {
            self.bus.wake(Wake::Outbox);
        }
        for ((waiting, item), outcome) in batch.into_iter().zip(items).zip(outcomes) {
            let recipients = waiting.request.recipients;
            // Before the answer: what its caller does next finds the room.
            match outcome {
                AcceptOutcome::Accepted => waiting.places.keep(),
                _ => drop(waiting.places),
            }
            let answer = match outcome {
                AcceptOutcome::Accepted => {
                    metrics()
                        .notifications_accepted_total
                        .inc_by(item.notifications.len() as u64);
                    tracing::debug!(
                        tenant.id = %waiting.tenant, request.id = waiting.correlation_id,
                        notifications = item.notifications.len(), "accepted"
                    );
                    Ok(Sent {
                        answer: SentToUsers::new(ids(&item.notifications), recipients),
                        replayed: false,
                    })
                }
                AcceptOutcome::Replayed(kept) => answer::repeated(kept, recipients),
                AcceptOutcome::KeyReused => Err(IntakeError::KeyReused),
                AcceptOutcome::KeyBusy => Err(IntakeError::KeyBusy),
            };
            // A caller that disconnected gets no answer; its rows stay.
            let _ = waiting.reply.send(answer);
        }
    }
}

fn ids(notifications: &[Notification]) -> impl Iterator<Item = NotificationId> {
    notifications.iter().map(|one| one.id)
}

fn refuse(batch: Vec<QueuedRequest>, error: &StorageError) {
    let answer = IntakeError::from(error);
    not_accepted(batch.len(), error);
    for waiting in batch {
        match error {
            StorageError::CommitUnknown(_) => waiting.places.keep(),
            _ => drop(waiting.places),
        }
        let _ = waiting.reply.send(Err(answer.clone()));
    }
}

/// Logs the error, unless the back end has: an outage must not cost a line for each request.
pub(crate) fn not_accepted(requests: usize, error: &StorageError) {
    if error.is_connection() {
        tracing::debug!(requests, %error, "not accepted");
    } else {
        tracing::error!(requests, %error, "could not store requests; their callers got an error");
    }
}
