//! The front of the intake: one call per request.

use std::sync::Arc;
use std::time::Duration;

use campanile_cache::{Bus, InboxCache, Part, Share, Shares};
use campanile_domain::{Clock, Random, TenantId, TenantLimits};
use campanile_fields::{FieldCode, FieldError, FieldErrors};
use campanile_storage::{Storage, StorageError};
use campanile_wording::{ContentVerdict, Wording};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;

use crate::batcher::{self, QueuedRequest};
use crate::fingerprint::{fingerprint, key_digest};
use crate::late::Earlier;
use crate::tally::{Places, Tallies};
use crate::topic::TopicIntake;
use crate::write::Writer;
use crate::{SendRequest, Sent, SentToUsers, answer};

/// Requests that wait to be written; beyond it the service sheds.
const QUEUE: usize = 4_096;
/// Bytes of texts and recipients that wait to be written, about; beyond it the service sheds.
const ROOM_BYTES: usize = 64 * 1_024 * 1_024;
/// Of these, one tenant's: the rest is for others, whatever one sends.
const TENANT_ROOM_BYTES: usize = ROOM_BYTES / 4 * 3;
/// A request counts for as much at least, so that a tenant has its part of the queue too.
const LEAST_BYTES: usize = ROOM_BYTES / QUEUE;
/// A request that waited longer is shed: its caller is about to give up.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why a request was not accepted. Nothing of it is stored, save perhaps after
/// [`IntakeError::Unavailable`]: a caller with an idempotency key learns which on its retry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IntakeError {
    /// The idempotency key was used for another request.
    #[error("this Idempotency-Key was already used for a different request")]
    KeyReused,
    /// It is to be void already, and was not accepted under its key before.
    #[error("{}: {}", .0.field, .0.detail)]
    Late(FieldError),
    /// Fields that only the tenant's settings show to be wrong.
    #[error("the tenant's settings do not allow it")]
    Refused(FieldErrors),
    /// Another request with this key is being accepted.
    #[error("another request with this Idempotency-Key is in progress")]
    KeyBusy,
    /// As much of the tenant waits to be delivered as may.
    #[error("the tenant has {used} of {most} notifications and deliveries waiting")]
    QueueFull {
        /// How much waits.
        used: u64,
        /// How much may.
        most: u64,
    },
    /// The tenant has as many notifications stored as it may.
    #[error("the tenant has {used} of {most} notifications stored")]
    StorageFull {
        /// How many there are.
        used: u64,
        /// How many there may be.
        most: u64,
    },
    /// Too much waits already.
    #[error("too many requests are waiting to be stored")]
    Overloaded,
    /// The database does not answer, or not in time.
    #[error("the database cannot be reached")]
    Unavailable,
    /// An internal error.
    #[error("the request could not be stored: {0}")]
    Internal(String),
}

impl From<&StorageError> for IntakeError {
    fn from(error: &StorageError) -> Self {
        match error {
            StorageError::Away(_)
            | StorageError::Unavailable(_)
            | StorageError::CommitUnknown(_)
            | StorageError::ClockSkew { .. } => Self::Unavailable,
            StorageError::Refused(_) | StorageError::Undecodable { .. } => {
                Self::Internal(error.to_string())
            }
        }
    }
}

/// Accepts requests; cheap to clone.
#[derive(Clone)]
pub struct Intake {
    door: Arc<tokio::sync::Mutex<Option<mpsc::Sender<QueuedRequest>>>>,
    sender: mpsc::WeakSender<QueuedRequest>,
    room: Shares,
    batcher: Arc<tokio::sync::Mutex<Option<JoinHandle<()>>>>,
    pub(crate) topics: TopicIntake,
    pub(crate) earlier: Earlier,
    wording: Wording,
    tallies: Tallies,
}

impl Intake {
    /// Starts the batcher. `wording` makes what users see. After the 202, the notification is in the inbox, whatever `inboxes` had cached.
    pub fn start(
        storage: Arc<dyn Storage>,
        wording: Wording,
        bus: Arc<dyn Bus>,
        inboxes: Arc<dyn InboxCache>,
        clock: Arc<dyn Clock>,
        random: Random,
    ) -> Self {
        let (sender, receiver) = mpsc::channel(QUEUE);
        let tallies = Tallies::new(Arc::clone(&storage));
        let earlier = Earlier::new(Arc::clone(&storage), Arc::clone(&clock));
        let topics = TopicIntake {
            storage: Arc::clone(&storage),
            bus: Arc::clone(&bus),
            clock: Arc::clone(&clock),
            random: random.clone(),
        };
        let batcher = tokio::spawn(batcher::run(
            receiver,
            Writer {
                storage,
                wording: wording.clone(),
                bus,
                inboxes,
                clock,
                random,
                settling: TaskTracker::new(),
            },
        ));
        Self {
            sender: sender.downgrade(),
            room: Shares::new(ROOM_BYTES),
            door: Arc::new(tokio::sync::Mutex::new(Some(sender))),
            batcher: Arc::new(tokio::sync::Mutex::new(Some(batcher))),
            topics,
            earlier,
            wording,
            tallies,
        }
    }

    /// Accepts one request durably. A write that has begun goes on when its caller goes away; one
    /// that has not is dropped. A late request is answered as before, or refused.
    ///
    /// # Errors
    /// [`IntakeError`].
    pub async fn send(
        &self,
        tenant: &TenantId,
        correlation_id: &str,
        request: SendRequest,
        idempotency_key: Option<&str>,
    ) -> Result<Sent<SentToUsers>, IntakeError> {
        let idempotency = idempotency_key.map(|key| (key_digest(key), fingerprint(&request)));
        if request.is_late {
            let kept = self.earlier.answer(tenant, idempotency).await?;
            return answer::repeated(kept, request.recipients);
        }
        self.check_recipients(tenant, &request).await?;
        self.check_links(tenant, &request).await?;
        self.check_content(tenant, &request).await?;
        let places = match self.take_room(tenant, request.recipients.len()).await {
            Ok(places) => places,
            Err(full) => match self.earlier.find(tenant, idempotency).await? {
                Some(kept) => return answer::repeated(kept, request.recipients),
                None => return Err(full),
            },
        };
        let room = self.room(tenant, &request)?;
        let (reply, answer) = oneshot::channel();
        let waiting = QueuedRequest {
            tenant: tenant.clone(),
            correlation_id: correlation_id.to_owned(),
            idempotency,
            request,
            trace: campanile_telemetry::current_trace(),
            reply,
            places,
            _room: room,
        };
        let sender = self.sender.upgrade().ok_or(IntakeError::Unavailable)?;
        sender
            .try_send(waiting)
            .map_err(|full_or_closed| match full_or_closed {
                mpsc::error::TrySendError::Full(_) => {
                    shed("intake_full");
                    IntakeError::Overloaded
                }
                mpsc::error::TrySendError::Closed(_) => IntakeError::Unavailable,
            })?;
        drop(sender);
        match tokio::time::timeout(PATIENCE, answer).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_batcher_gone)) => Err(IntakeError::Unavailable),
            // It may still be written; a caller with an idempotency key learns which on its retry.
            Err(_elapsed) => {
                shed("intake_slow");
                Err(IntakeError::Unavailable)
            }
        }
    }

    /// Checks the schemes of a request's links against those that its tenant has allowed. Most requests have only
    /// https links, for which nothing is looked up.
    ///
    /// # Errors
    /// [`IntakeError::Refused`], or the tenant cannot be read.
    pub async fn check_links(
        &self,
        tenant: &TenantId,
        request: &SendRequest,
    ) -> Result<(), IntakeError> {
        if !request.has_own_schemes() {
            return Ok(());
        }
        let own = self.wording.link_schemes(tenant).await;
        let own = own.map_err(|error| IntakeError::from(&error))?;
        request.check_schemes(&own).map_err(IntakeError::Refused)
    }

    /// Compares the number of a request's recipients with the tenant's limit.
    ///
    /// # Errors
    /// [`IntakeError::Refused`], or the limit cannot be read.
    pub async fn check_recipients(
        &self,
        tenant: &TenantId,
        request: &SendRequest,
    ) -> Result<(), IntakeError> {
        // One is always allowed.
        if request.recipients.len() < 2 {
            return Ok(());
        }
        match self.limits(tenant).await?.recipients {
            Some(most) if request.recipients.len() > most as usize => {
                Err(too_many(most, "that is the limit of the tenant"))
            }
            _ => Ok(()),
        }
    }

    /// Whether a request would fit into the tenant's queue if that were empty.
    ///
    /// # Errors
    /// [`IntakeError::Refused`], or the limit cannot be read.
    pub async fn check_fits(
        &self,
        tenant: &TenantId,
        request: &SendRequest,
    ) -> Result<(), IntakeError> {
        fits(self.limits(tenant).await?, request.recipients.len())
    }

    /// Checks that the tenant may have one more notification waiting and stored, without taking the room.
    ///
    /// # Errors
    /// [`IntakeError::QueueFull`], [`IntakeError::StorageFull`], or the limits cannot be read.
    pub async fn check_room(&self, tenant: &TenantId) -> Result<(), IntakeError> {
        self.take_room(tenant, 1).await.map(drop)
    }

    /// Takes room below the limits of what a tenant may have waiting and stored.
    pub(crate) async fn take_room(
        &self,
        tenant: &TenantId,
        adds: usize,
    ) -> Result<Places, IntakeError> {
        let limits = self.limits(tenant).await?;
        fits(limits, adds)?;
        self.tallies.take(tenant, limits, adds).await
    }

    async fn limits(&self, tenant: &TenantId) -> Result<TenantLimits, IntakeError> {
        let limits = self.wording.limits(tenant).await;
        limits.map_err(|error| IntakeError::from(&error))
    }

    /// Compares a request's content with the schema of its type, if the tenant has set one and wants violations refused.
    ///
    /// # Errors
    /// [`IntakeError::Refused`], or the schema cannot be read.
    pub async fn check_content(
        &self,
        tenant: &TenantId,
        request: &SendRequest,
    ) -> Result<(), IntakeError> {
        let (of, content) = (&request.notification_type, &request.content);
        let verdict = self.wording.check_content(tenant, of, content).await;
        match verdict.map_err(|error| IntakeError::from(&error))? {
            ContentVerdict::Fits | ContentVerdict::Warned(_) => Ok(()),
            ContentVerdict::Unchecked => {
                campanile_telemetry::metrics().content_unchecked_total.inc();
                Ok(())
            }
            ContentVerdict::Refused(violations) => {
                let mut errors = FieldErrors::default();
                for violation in violations {
                    let field = format!("/content{}", violation.pointer);
                    errors.push(FieldError::new(field, FieldCode::Schema, violation.detail));
                }
                Err(IntakeError::Refused(errors))
            }
        }
    }

    /// What gives words to notifications.
    pub const fn wording(&self) -> &Wording {
        &self.wording
    }

    /// Ends when nothing is written any more: the process is no use.
    pub async fn failed(&self) {
        if let Some(sender) = self.sender.upgrade() {
            sender.closed().await;
        }
    }

    fn room(&self, tenant: &TenantId, request: &SendRequest) -> Result<Share, IntakeError> {
        let bytes = request.stored_bytes().max(LEAST_BYTES);
        let part = Part::new(tenant.as_str(), TENANT_ROOM_BYTES);
        self.room.take(vec![part], bytes).map_err(|_full| {
            shed("intake_full");
            IntakeError::Overloaded
        })
    }

    /// Stops taking and writes what waits.
    pub async fn close(&self) {
        self.door.lock().await.take();
        if let Some(batcher) = self.batcher.lock().await.take() {
            let _ = batcher.await;
        }
    }
}

/// What is larger than the whole limit would be refused however often it is sent.
fn fits(limits: TenantLimits, recipients: usize) -> Result<(), IntakeError> {
    match limits.queued {
        Some(most) if recipients > most as usize => Err(too_many(
            most,
            "no more of the tenant may wait (max_queued)",
        )),
        _ => Ok(()),
    }
}

fn too_many(most: u32, why: &str) -> IntakeError {
    let detail = format!("must have at most {most} entries: {why}");
    IntakeError::Refused(FieldError::new("/recipients", FieldCode::TooMany, detail).into())
}

pub(crate) fn shed(reason: &str) {
    campanile_telemetry::metrics()
        .requests_shed_total
        .with_label_values(&[reason])
        .inc();
}
