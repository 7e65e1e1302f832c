//! Rows of sends to topics.

use std::sync::Arc;

use async_trait::async_trait;
use campanile_domain::{
    Action, Fanout, FanoutId, FanoutStatus, ItemTexts, Lane, Link, NotificationId,
    NotificationType, TenantId, TopicKey, UserId,
};
use chrono::{DateTime, Utc};

use crate::{AcceptOutcome, FanoutProgress, IdempotencyKey, StorageError};

/// The subscribers of a topic at one moment.
#[derive(Debug, Clone, Copy)]
pub struct TopicAudience {
    /// How many.
    pub subscribers: u64,
    /// The topic's revision: users who subscribe later have a higher one.
    pub revision: i64,
}

/// How many of a tenant's fan-outs are not over.
#[derive(Debug, Clone, Copy)]
pub struct OpenFanouts {
    /// All, those that wait for their `send_at` among them.
    pub all: u64,
    /// Those that are due, or failed when they were.
    pub due: u64,
}

/// A tenant whose turn it is.
#[derive(Debug)]
pub struct TurnOfFanouts {
    /// Whose.
    pub tenant: TenantId,
    /// The most urgent lane in which a fan-out is due.
    pub lane: Lane,
    /// Whether so little waits to be planned that a step may add to it.
    pub has_room: bool,
}

/// A fan-out that this transaction has locked, and where it goes on.
#[derive(Debug, Clone)]
pub struct FanoutInHand {
    /// Whose.
    pub tenant: TenantId,
    /// Which.
    pub id: FanoutId,
    /// How urgent.
    pub lane: Lane,
    /// Notifications made so far.
    pub expanded: u64,
    /// The name of the last subscriber that was looked at.
    pub cursor: Option<String>,
    /// When it was last stepped.
    pub updated_at: DateTime<Utc>,
}

/// What a step has to know of its fan-out.
#[derive(Debug, Clone)]
pub struct FanoutRequest {
    /// Whose subscribers.
    pub topic: TopicKey,
    /// The topic's revision when the fan-out was accepted.
    pub as_of: i64,
    /// Whether its notifications are shown in inboxes.
    pub in_inbox: bool,
    /// Not after this moment.
    pub expires_at: Option<DateTime<Utc>>,
    /// What its notifications say.
    pub says: FanoutSays,
    /// Whether that was sealed; then its notifications are too.
    pub is_sealed: bool,
}

/// What the notifications of a fan-out say.
#[derive(Debug, Clone)]
pub struct FanoutSays {
    /// The event key.
    pub notification_type: NotificationType,
    /// A short headline, if the caller gave one.
    pub title: Option<String>,
    /// A text, if the caller gave one.
    pub body: Option<String>,
    /// The caller's JSON object, as text.
    pub content: Arc<str>,
    /// What a click opens, if the caller gave it.
    pub link: Option<Link>,
    /// Buttons, if the caller gave any.
    pub actions: Vec<Action>,
}

impl FanoutSays {
    /// The size of its texts, of which every notification has a copy.
    pub fn bytes(&self) -> u64 {
        let text = |given: &Option<String>| given.as_ref().map_or(0, String::len);
        let link = self.link.as_ref().map_or(0, |link| link.as_str().len());
        let actions: usize = self.actions.iter().map(Action::bytes).sum();
        (text(&self.title) + text(&self.body) + self.content.len() + link + actions) as u64
    }
}

/// Operations on fan-outs, their work and what they made.
#[async_trait]
pub trait FanoutRows: Send {
    /// The topic's subscribers, held as they are until the commit; `None` if the topic never had any.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn hold_audience(
        &mut self,
        tenant: &TenantId,
        topic: &TopicKey,
    ) -> Result<Option<TopicAudience>, StorageError>;

    /// How many of the tenant's fan-outs are open, counted up to [`crate::MOST_SCHEDULED_FANOUTS`]. Others that start
    /// at the same moment are not seen.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn open_fanouts(
        &mut self,
        tenant: &TenantId,
        now: DateTime<Utc>,
    ) -> Result<OpenFanouts, StorageError>;

    /// Claims an idempotency key; without `may_claim` only says whether another request has it. Waits up to 2 s for
    /// another transaction with this key, then [`AcceptOutcome::KeyBusy`]: after it, the transaction can only end.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn claim_key(
        &mut self,
        tenant: &TenantId,
        key: &IdempotencyKey,
        may_claim: bool,
        now: DateTime<Utc>,
    ) -> Result<AcceptOutcome, StorageError>;

    /// Stores a fan-out and its work.
    ///
    /// # Errors
    /// [`StorageError::ClockSkew`] if `created_at` is too far from the database's clock.
    async fn insert_fanout(
        &mut self,
        fanout: &Fanout,
        audience: TopicAudience,
    ) -> Result<(), StorageError>;

    /// Tenants with a fan-out that is due, in turn, beginning behind `after`. A tenant with `backlog` notifications
    /// to be planned, in this lane and more urgent ones, has no room.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn turns_of_fanouts(
        &mut self,
        backlog: u32,
        after: Option<&TenantId>,
        now: DateTime<Utc>,
    ) -> Result<Vec<TurnOfFanouts>, StorageError>;

    /// Locks the fan-out of this tenant and lane that has waited longest since its last step. `None` if other
    /// processes have those that are due, or a person of the tenant is being erased.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn lock_fanout(
        &mut self,
        tenant: &TenantId,
        lane: Lane,
        now: DateTime<Utc>,
    ) -> Result<Option<FanoutInHand>, StorageError>;

    /// What was asked for.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn fanout_request(
        &mut self,
        fanout: &FanoutInHand,
    ) -> Result<FanoutRequest, StorageError>;

    /// The next subscribers by name, at most `limit`, and whether each was subscribed when the fan-out was accepted.
    /// All subscribers are looked at, so that a step costs the same however many came later.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn next_subscribers(
        &mut self,
        fanout: &FanoutInHand,
        request: &FanoutRequest,
        limit: u32,
    ) -> Result<Vec<(UserId, bool)>, StorageError>;

    /// Makes notifications of a fan-out, each with what its user sees, and names their range as a batch. `ids` are
    /// consecutive.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn insert_fanout_batch(
        &mut self,
        fanout: &FanoutInHand,
        request: &FanoutRequest,
        ids: &[NotificationId],
        users: &[UserId],
        items: &[Arc<ItemTexts>],
        now: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// Stores where the next step begins, and how many notifications there are now.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn advance_fanout(
        &mut self,
        fanout: &FanoutInHand,
        cursor: &UserId,
        expanded: u64,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// Ends a fan-out that is open: its work goes, and its row says how it ended and that so many more were made.
    /// Waits for a step under way. `false` if it was over, or never existed.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn end_fanout(
        &mut self,
        tenant: &TenantId,
        id: FanoutId,
        status: FanoutStatus,
        made: u64,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError>;

    /// Gives a fan-out that ended in another way the status `cancelled`, from `now` on.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn mark_fanout_cancelled(
        &mut self,
        tenant: &TenantId,
        id: FanoutId,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// How a fan-out stands in this transaction.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn fanout_progress(
        &mut self,
        tenant: &TenantId,
        id: FanoutId,
    ) -> Result<Option<FanoutProgress>, StorageError>;

    /// Counts a failed step if the fan-out was last stepped at `stepped_at`; says how many failed since. `None` if
    /// it ended or went on meanwhile.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn count_failed_step(
        &mut self,
        tenant: &TenantId,
        id: FanoutId,
        stepped_at: DateTime<Utc>,
    ) -> Result<Option<u32>, StorageError>;

    /// A fan-out is not looked at again before `due_at`.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn put_off_fanout(
        &mut self,
        tenant: &TenantId,
        id: FanoutId,
        due_at: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// Removes at most [`crate::FORGOTTEN_BATCHES_AT_ONCE`] batches of fan-outs that were over before this moment;
    /// says how many.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn remove_batches(
        &mut self,
        tenant: &TenantId,
        before: DateTime<Utc>,
    ) -> Result<u64, StorageError>;

    /// Removes at most [`crate::FORGOTTEN_AT_ONCE`] fan-outs that were over before this moment; says how many.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn remove_fanouts(
        &mut self,
        tenant: &TenantId,
        before: DateTime<Utc>,
    ) -> Result<u64, StorageError>;
}
