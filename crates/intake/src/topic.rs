//! Accepting a send to a topic: one row, whatever the number of its subscribers.

use std::sync::Arc;

use campanile_cache::{Bus, Wake};
use campanile_domain::{Clock, Fanout, FanoutId, Random, TenantId};
use campanile_pipeline::start_fanout;
use campanile_storage::{FanoutStart, NewFanout, Storage, StorageError};
use tokio::time::Instant;

use crate::answer::repeated_to_topic;
use crate::fingerprint::{key_digest, topic_fingerprint};
use crate::intake::shed;
use crate::tally::Places;
use crate::unknown::ask_after;
use crate::write::not_accepted;
use crate::{Intake, IntakeError, Sent, SentToTopic, TopicRequest};

/// Why a send to a topic was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TopicError {
    /// The tenant has no topic of that name.
    #[error("the tenant has no such topic")]
    NotFound,
    /// The tenant has too many fan-outs in progress; retry later.
    #[error("the tenant has too many fan-outs in progress")]
    TooManyOpen,
    /// What may keep any request from being accepted.
    #[error(transparent)]
    Intake(#[from] IntakeError),
}

/// What accepting for topics needs.
#[derive(Clone)]
pub(crate) struct TopicIntake {
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) bus: Arc<dyn Bus>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Random,
}

impl TopicIntake {
    async fn send(self, new: NewFanout, places: Places) -> Result<Sent<SentToTopic>, TopicError> {
        let (id, new) = (new.fanout.id, Arc::new(new));
        match self.start(&new).await {
            Ok(FanoutStart::Started { subscribers }) => {
                places.keep();
                self.bus.wake(Wake::Outbox);
                tracing::debug!(
                    tenant.id = %new.fanout.tenant, request.id = new.fanout.correlation_id,
                    fanout.id = %id, subscribers, "accepted a fan-out"
                );
                Ok(Sent {
                    answer: SentToTopic {
                        fanout_id: id,
                        subscribers,
                    },
                    replayed: false,
                })
            }
            Ok(FanoutStart::Replayed(kept)) => Ok(repeated_to_topic(kept)?),
            Ok(FanoutStart::KeyReused) => Err(IntakeError::KeyReused.into()),
            Ok(FanoutStart::KeyBusy) => Err(IntakeError::KeyBusy.into()),
            Ok(FanoutStart::NoTopic) => Err(TopicError::NotFound),
            Ok(FanoutStart::TooMany) => {
                shed("fanouts_full");
                Err(TopicError::TooManyOpen)
            }
            Err(error) => {
                if matches!(error, StorageError::CommitUnknown(_)) {
                    places.keep();
                }
                not_accepted(1, &error);
                Err(IntakeError::from(&error).into())
            }
        }
    }

    /// Starts it, and settles a commit whose outcome is unknown by looking for its row.
    async fn start(&self, new: &Arc<NewFanout>) -> Result<FanoutStart, StorageError> {
        let begun = Instant::now();
        let error = match start_fanout(&self.storage, Arc::clone(new)).await {
            Err(error @ StorageError::CommitUnknown(_)) => error,
            other => return other,
        };
        let settled = ask_after(begun, || self.settle(new)).await;
        settled.ok_or(error)
    }

    /// What became of it, if that can be said now.
    async fn settle(&self, new: &Arc<NewFanout>) -> Option<FanoutStart> {
        let found = self.storage.fanout(&new.fanout.tenant, new.fanout.id);
        match found.await.ok()? {
            Some(found) => Some(FanoutStart::Started {
                subscribers: found.accepted,
            }),
            // The same id again: should the first commit be under way after all, this is refused and the next
            // question finds the row.
            None => start_fanout(&self.storage, Arc::clone(new)).await.ok(),
        }
    }
}

impl Intake {
    /// Accepts one request to a topic durably. It goes on when its caller goes away. A late one is
    /// answered as before, or refused.
    ///
    /// # Errors
    /// [`TopicError`].
    pub async fn send_to_topic(
        &self,
        tenant: &TenantId,
        correlation_id: &str,
        request: TopicRequest,
        idempotency_key: Option<&str>,
    ) -> Result<Sent<SentToTopic>, TopicError> {
        let idempotency = idempotency_key.map(|key| (key_digest(key), topic_fingerprint(&request)));
        if request.message.is_late {
            let kept = self.earlier.answer(tenant, idempotency).await?;
            return Ok(repeated_to_topic(kept)?);
        }
        self.check_links(tenant, &request.message).await?;
        self.check_content(tenant, &request.message).await?;
        // How many subscribers there are is seen with the next count.
        let places = match self.take_room(tenant, 1).await {
            Ok(places) => places,
            Err(full) => match self.earlier.find(tenant, idempotency).await? {
                Some(kept) => return Ok(repeated_to_topic(kept)?),
                None => return Err(full.into()),
            },
        };
        let now = self.topics.clock.now();
        let message = request.message;
        let new = NewFanout {
            fanout: Fanout {
                id: FanoutId::new(now, &self.topics.random),
                tenant: tenant.clone(),
                topic: request.topic,
                notification_type: message.notification_type,
                priority: message.priority,
                title: message.title,
                body: message.body,
                content: message.content,
                link: message.link,
                actions: message.actions,
                channels: message.channels,
                send_at: message.send_at,
                expires_at: message.expires_at,
                collapse_key: message.collapse_key,
                correlation_id: correlation_id.to_owned(),
                created_at: now,
            },
            idempotency,
        };
        // A separate task, so that its wake follows its commit even if the caller disconnects.
        let sending = tokio::spawn(self.topics.clone().send(new, places));
        sending.await.map_err(|_| IntakeError::Unavailable)?
    }
}
