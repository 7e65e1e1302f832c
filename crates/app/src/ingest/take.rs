//! A message that came to an address becomes a notification like any other.

use std::sync::Arc;

use campanile_domain::{
    Clock, FanoutId, IngestAddress, IngestGroup, NotificationId, TopicKey, UserId,
};
use campanile_ingest::{Group, Message, Occasion};
use campanile_intake::{Intake, IntakeError, SendRequest, TopicError, TopicRequest};
use campanile_storage::{Storage, StorageError};
use chrono::{DateTime, SubsecRound, Utc};

use crate::inbox::Inboxes;

/// What became of a message.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Taken {
    /// A notification for each user.
    pub notifications: Vec<NotificationId>,
    /// The send to a topic.
    pub fanout: Option<FanoutId>,
    /// Whether it repeats an earlier call: nothing new was sent.
    pub repeated: bool,
    /// Earlier notifications of its group that were closed.
    pub closed: u64,
}

/// Why a message was not taken.
#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    /// Neither the address nor the caller names a topic that there can be.
    #[error("the topic must start with a letter or a digit")]
    NoTopic,
    /// All users of the address were erased.
    #[error("all recipients of the ingest address were erased")]
    NoRecipients,
    /// It was not accepted.
    #[error(transparent)]
    NotAccepted(#[from] TopicError),
    /// The group of alerts cannot be read or kept. The notification may have been sent; a repetition of the call is safe.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<IntakeError> for TakeError {
    fn from(error: IntakeError) -> Self {
        Self::NotAccepted(error.into())
    }
}

/// Takes messages; cheap to clone.
#[derive(Clone)]
pub struct IngestTaker {
    pub(super) storage: Arc<dyn Storage>,
    pub(super) intake: Intake,
    pub(super) inboxes: Inboxes,
    pub(super) clock: Arc<dyn Clock>,
}

impl IngestTaker {
    /// Sends through `intake`, and closes what is over through `inboxes`.
    pub fn new(
        storage: Arc<dyn Storage>,
        intake: Intake,
        inboxes: Inboxes,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            storage,
            intake,
            inboxes,
            clock,
        }
    }

    /// Sends what came in, unless it is a repetition. A message about a group takes the place of the one before; the end of
    /// a group closes it.
    ///
    /// Each step may be repeated: a caller who got no answer calls again, and nothing is sent twice.
    ///
    /// # Errors
    /// [`TakeError`].
    pub async fn take(
        &self,
        address: &IngestAddress,
        message: Message,
        request_id: &str,
    ) -> Result<Taken, TakeError> {
        let now = self.clock.now().trunc_subsecs(6);
        let Some(group) = message.group.clone() else {
            return self.send(address, message, None, request_id, now).await;
        };
        let (tenant, id) = (&address.tenant, address.id);
        let earlier = self.storage.ingest_group(tenant, id, &group.digest).await?;
        let state = earlier.as_ref().map(|earlier| earlier.state);
        let changes = earlier.as_ref().map_or(0, |earlier| earlier.changes);
        if let (Some(earlier), Some(_)) = (&earlier, group.state)
            && state == group.state
        {
            return Ok(self.repeated(address, earlier, now).await?);
        }
        let is_told = !group.is_over || address.settings.notify_resolved;
        let mut taken = match is_told {
            true => {
                let change = group.change_from(state.as_ref(), changes);
                self.send(address, message, change, request_id, now).await?
            }
            false => Taken::default(),
        };
        if taken.repeated
            && earlier
                .as_ref()
                .is_some_and(|earlier| is_older(&taken, earlier))
        {
            return Ok(taken);
        }
        // The same occasion in other words: what was sent for it stands, and the group stays as it is.
        if taken.repeated && taken.notifications.is_empty() && taken.fanout.is_none() {
            return Ok(taken);
        }
        let next = next(address, &group, &taken, changes, now);
        if let Some(earlier) = &earlier {
            taken.closed = self.close(tenant, earlier, &next).await?;
        }
        // Last: until it is kept, a repetition does all of the above again.
        self.storage.put_ingest_group(tenant, &next).await?;
        Ok(taken)
    }

    /// The same state again: it is only noted that the group still exists.
    async fn repeated(
        &self,
        address: &IngestAddress,
        earlier: &IngestGroup,
        now: DateTime<Utc>,
    ) -> Result<Taken, StorageError> {
        let still = IngestGroup {
            updated_at: now,
            ..earlier.clone()
        };
        self.storage
            .put_ingest_group(&address.tenant, &still)
            .await?;
        Ok(Taken {
            notifications: still.notifications,
            fanout: still.fanout,
            repeated: true,
            closed: 0,
        })
    }

    async fn send(
        &self,
        address: &IngestAddress,
        mut message: Message,
        change: Option<Occasion>,
        request_id: &str,
        now: DateTime<Utc>,
    ) -> Result<Taken, TakeError> {
        let recipients = message.recipients(address).ok_or(TakeError::NoTopic)?;
        if recipients.as_ref().is_ok_and(Vec::is_empty) {
            return Err(TakeError::NoRecipients);
        }
        let key = message.occasion.take().or(change);
        let key = key.map(|occasion| occasion.key(address.id));
        let own_schemes = match message.has_own_schemes() {
            true => self.intake.wording().link_schemes(&address.tenant).await?,
            false => Vec::new(),
        };
        let request = message.request(address, &own_schemes, now);
        let sent = match recipients {
            Ok(users) => {
                self.to_users(address, users, request, key, request_id)
                    .await
            }
            Err(topic) => {
                self.to_topic(address, topic, request, key, request_id)
                    .await
            }
        };
        match sent {
            // The same occasion in other words: it was told before.
            Err(TakeError::NotAccepted(TopicError::Intake(IntakeError::KeyReused))) => Ok(Taken {
                repeated: true,
                ..Taken::default()
            }),
            sent => sent,
        }
    }

    async fn to_users(
        &self,
        address: &IngestAddress,
        users: Vec<UserId>,
        mut request: SendRequest,
        key: Option<String>,
        request_id: &str,
    ) -> Result<Taken, TakeError> {
        request.recipients = users;
        let sent = self
            .intake
            .send(&address.tenant, request_id, request, key.as_deref());
        let sent = sent.await?;
        let notifications = sent.answer.notifications.into_iter();
        Ok(Taken {
            notifications: notifications.map(|(id, _)| id).collect(),
            repeated: sent.replayed,
            ..Taken::default()
        })
    }

    async fn to_topic(
        &self,
        address: &IngestAddress,
        topic: TopicKey,
        message: SendRequest,
        key: Option<String>,
        request_id: &str,
    ) -> Result<Taken, TakeError> {
        let request = TopicRequest { topic, message };
        let sent = self
            .intake
            .send_to_topic(&address.tenant, request_id, request, key.as_deref());
        let sent = sent.await?;
        Ok(Taken {
            fanout: Some(sent.answer.fanout_id),
            repeated: sent.replayed,
            ..Taken::default()
        })
    }
}

/// Whether an answer that was given before is about less than what was sent last: others came since.
fn is_older(taken: &Taken, earlier: &IngestGroup) -> bool {
    let older = |taken: Option<&NotificationId>, last: Option<&NotificationId>| {
        taken.is_some_and(|taken| last.is_some_and(|last| taken < last))
    };
    older(taken.notifications.first(), earlier.notifications.first())
        || taken
            .fanout
            .is_some_and(|taken| earlier.fanout.is_some_and(|last| taken < last))
}

/// What is kept of a group after a message. After its end, there is nothing to close.
fn next(
    address: &IngestAddress,
    group: &Group,
    taken: &Taken,
    changes: u64,
    now: DateTime<Utc>,
) -> IngestGroup {
    let (notifications, fanout) = match group.is_over {
        true => (Vec::new(), None),
        false => (taken.notifications.clone(), taken.fanout),
    };
    IngestGroup {
        address: address.id,
        digest: group.digest,
        state: group.state.unwrap_or_default(),
        notifications,
        fanout,
        changes: changes + 1,
        updated_at: now,
    }
}
