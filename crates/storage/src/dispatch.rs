//! Dispatches: deliveries that share a message, in the queue or with a worker.
//!
//! A dispatch row exists from the plan until all its deliveries are recorded. Its message only signals that it is
//! ready: whenever `publish_after` passes and no live worker holds it, it is published again under the next epoch,
//! and messages of older epochs are void.

use async_trait::async_trait;
use campanile_domain::{
    ADDRESS_GONE, ADDRESS_MOVED, AddressFate, Assigned, Attempt, Channel, DeliveryId,
    DeliveryState, DispatchId, Lane, LostAddress, Notification, NotificationId, NotificationType,
    Platform, RetryLadder, TenantId, TraceParent, UserId, Withdrawal, WorkerId,
};
use chrono::{DateTime, TimeDelta, Utc};

use crate::StorageError;

/// A dispatch row as the queue needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispatch {
    /// The row.
    pub id: DispatchId,
    /// Whose.
    pub tenant: TenantId,
    /// Through which channel all its deliveries go.
    pub channel: Channel,
    /// In which lane.
    pub lane: Lane,
    /// How often it was published again.
    pub epoch: i32,
    /// How many deliveries it holds.
    pub size: usize,
    /// When it is published again unless it is done or held by a living worker.
    pub publish_after: DateTime<Utc>,
    /// Whether a worker may have begun its calls: it was held when it was published again.
    pub suspect: bool,
}

impl Dispatch {
    /// A dispatch that is not done so long after it was published, and that no living worker
    /// holds, is published again.
    pub const WINDOW: TimeDelta = TimeDelta::seconds(30);
    /// Windows double with each redelivery up to this factor: a dispatch that waits long in a healthy queue is not
    /// published over and over.
    pub const WINDOWS: i32 = 8;

    /// How long after its publication under an epoch it is published again.
    pub fn window(epoch: i32) -> TimeDelta {
        Self::WINDOW * (1 << epoch.clamp(0, 30)).min(Self::WINDOWS)
    }
}

/// What a message says of a dispatch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DispatchRef {
    /// Whose.
    pub tenant: TenantId,
    /// The row.
    pub id: DispatchId,
    /// The message's epoch.
    pub epoch: i32,
}

/// A dispatch with everything a worker needs to send it.
#[derive(Debug, Clone)]
pub struct LoadedDispatch {
    /// The row.
    pub dispatch: Dispatch,
    /// Its deliveries that are still open and do not wait for their next try: what was recorded
    /// already is left out.
    pub jobs: Vec<Job>,
}

/// One open delivery of a dispatch.
#[derive(Debug, Clone)]
pub struct Job {
    /// The delivery.
    pub delivery_id: DeliveryId,
    /// Through which channel.
    pub channel: Channel,
    /// To which address.
    pub address: String,
    /// What the app at the address runs on, where it is a device of the address book.
    pub platform: Option<Platform>,
    /// The locale of the app at the address, if the device named one.
    pub device_locale: Option<String>,
    /// Finished attempts so far.
    pub attempts_made: u32,
    /// How many of them were made before it was last replayed; the ladder begins anew after them.
    pub ladder_from: u32,
    /// Starts that were marked ([`Dispatches::start`]) and never finished.
    pub unfinished_starts: u32,
    /// The account that the last of them was to call.
    pub started_account: Option<String>,
    /// The account of its last ambiguous attempt, if there was one; empty if the attempt does not name it.
    pub ambiguous_at: Option<String>,
    /// What to deliver.
    pub notification: Notification,
    /// What keeps it from being delivered after all.
    pub standing: Standing,
    /// The tenant's ladder, or the default.
    pub ladder: RetryLadder,
    /// The span that the notification was accepted in, if its trace is recorded.
    pub trace: Option<TraceParent>,
}

impl Job {
    /// When it could leave first: as it was accepted, or at the moment that its sender chose.
    pub fn since(&self) -> DateTime<Utc> {
        let accepted = self.notification.created_at;
        self.notification.send_at.unwrap_or(accepted).max(accepted)
    }
}

/// What keeps an open delivery from being delivered after all, by what is stored at this moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// The user is done with it.
    pub withdrawn: Option<Withdrawal>,
    /// Its address is not its user's any more.
    pub lost_address: Option<LostAddress>,
}

/// The answer to "may I start this delivery again".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// Yes; it was started and not finished so often, this time included.
    Started {
        /// How often.
        unfinished: u32,
    },
    /// No; it is not open any more, or waits for its next try.
    NotOpen,
}

/// The result of one attempt, decided.
#[derive(Debug, Clone)]
pub struct FinishedDelivery {
    /// Whose.
    pub tenant: TenantId,
    /// What was delivered.
    pub notification_id: NotificationId,
    /// The delivery.
    pub delivery_id: DeliveryId,
    /// To whom.
    pub user_id: UserId,
    /// Through which channel.
    pub channel: Channel,
    /// Whether it went to an address of its user: a device, a mailbox, a chat. All others are the tenant's.
    pub is_to_user: bool,
    /// In which lane a retry waits.
    pub lane: Lane,
    /// Its state from now on: `Retrying` and `Deferred` need `next_attempt_at`.
    pub state: DeliveryState,
    /// Why, as a code.
    pub reason: Option<String>,
    /// When its next attempt is due.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// The call, if there was one (an expired or deferred delivery has none).
    pub attempt: Option<Attempt>,
    /// How many starts stay unfinished: none after a call. What was held back without one has as
    /// many as before it was loaded, so that what made processes die is not innocent for having
    /// waited in between.
    pub unfinished_starts: u32,
    /// What the call says of the address: one of a user that is gone leaves the address book, one
    /// that is detached stays there unused. Refreshed since the call began, it stays as it is.
    pub address: AddressFate,
    /// For which moment that holds, where the provider said it: Apple knows since when an app is gone.
    pub address_as_of: Option<DateTime<Utc>>,
    /// The variant whose words it had, if wordings are compared.
    pub variant: Option<FinishedVariant>,
}

/// In the words of which variant a delivery was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinishedVariant {
    /// The type of its notification.
    pub notification_type: NotificationType,
    /// The variant; `fault`: its template failed, so the words were built in.
    pub assigned: Assigned,
}

impl FinishedDelivery {
    /// The moment for which the provider's word about the address holds. Never later than the beginning of the call: what
    /// happened since, it could not know.
    pub fn address_known_at(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let attempt = self.attempt.as_ref();
        let began = attempt.map_or(now, |attempt| attempt.started_at);
        self.address_as_of.map_or(began, |at| at.min(began))
    }

    /// Why and until when it is held back, if it is: what is added to its deferrals, of which a delivery
    /// has [`campanile_domain::Deferral::KEPT`] at most.
    pub fn held_back(&self) -> Option<(&str, DateTime<Utc>)> {
        let waits = self.state == DeliveryState::Deferred;
        let reported = self.reason.as_deref().zip(self.next_attempt_at);
        reported.filter(|_| waits)
    }

    /// Whether its address turned out not to be its user's, or not to be used any more: then the others
    /// that the user has take its place.
    pub fn lost_its_address(&self) -> bool {
        let is_lost = |reason: &str| matches!(reason, ADDRESS_MOVED | ADDRESS_GONE);
        let was_suppressed = self.state == DeliveryState::Suppressed;
        self.is_to_user
            && (self.address != AddressFate::Kept
                || (was_suppressed && self.reason.as_deref().is_some_and(is_lost)))
    }

    /// What a dead letter says of its end: the provider's code and a sentence, or the reason where
    /// there was no call.
    pub fn failure_summary(&self) -> (&str, &str) {
        match &self.attempt {
            Some(attempt) => (&attempt.code, &attempt.detail),
            None => (
                self.reason.as_deref().unwrap_or("dead"),
                "No call was made.",
            ),
        }
    }
}

/// A batch of results.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// Results of any tenants.
    pub deliveries: Vec<FinishedDelivery>,
    /// Dispatches whose every delivery is recorded with or before this batch.
    pub finished: Vec<(TenantId, DispatchId)>,
    /// When that is.
    pub at: DateTime<Utc>,
}

/// Loads, records and hands back dispatches.
#[async_trait]
pub trait Dispatches: Send + Sync {
    /// Loads dispatches; `None`, in order, for one that is done or whose epoch has moved on. Each job has the current
    /// state of its user's marks and its address.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn load(&self, refs: &[DispatchRef])
    -> Result<Vec<Option<LoadedDispatch>>, StorageError>;

    /// How a delivery that was loaded a while ago stands by now; `None` if it is not open any more. It
    /// takes a round trip, so it is asked only of what had to wait for its call.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn look_again(
        &self,
        tenant: &TenantId,
        notification: NotificationId,
        delivery: DeliveryId,
    ) -> Result<Option<Standing>, StorageError>;

    /// Marks that an attempt of a delivery through an account is about to start: if a worker may have started it
    /// before (redelivered messages), and if it is not the account that the weights select. `unfinished` counts
    /// starts without a recorded end and becomes [`FinishedDelivery::unfinished_starts`] by [`Dispatches::record`];
    /// if that is none, the account is cleared.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn start(
        &self,
        tenant: &TenantId,
        notification: NotificationId,
        delivery: DeliveryId,
        account: &str,
    ) -> Result<Start, StorageError>;

    /// Says that a living worker still holds these: they are not published again while its
    /// heartbeat is fresh.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn hold(
        &self,
        worker: WorkerId,
        dispatches: &[(TenantId, DispatchId)],
    ) -> Result<(), StorageError>;

    /// Reverts [`Dispatches::hold`] if `worker` is still the holder: they are published again when overdue, whether
    /// it is alive or not.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn let_go(
        &self,
        worker: WorkerId,
        dispatches: &[(TenantId, DispatchId)],
    ) -> Result<(), StorageError>;

    /// Makes dispatches due for publication at `at` (a publish failed, or a worker hands back).
    ///
    /// # Errors
    /// [`StorageError`].
    async fn redeliver_at(
        &self,
        dispatches: &[(TenantId, DispatchId)],
        at: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// Makes every dispatch due now, as one that a worker may have begun: the queue is known to be empty and its only
    /// worker gone (start of a single process).
    ///
    /// # Errors
    /// [`StorageError`].
    async fn ring_all(&self, now: DateTime<Utc>) -> Result<u64, StorageError>;

    /// Takes dispatches that are due and that no worker with a heartbeat since `alive_since`
    /// holds; raises their epoch, clears the holder (one that had any is [`Dispatch::suspect`]),
    /// sets `publish_after` to `now +` the epoch's [`Dispatch::window`].
    ///
    /// # Errors
    /// [`StorageError`].
    async fn take_due(
        &self,
        now: DateTime<Utc>,
        alive_since: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Dispatch>, StorageError>;
}
