//! What a use case can do to fan-outs inside a transaction.

use std::sync::Arc;

use async_trait::async_trait;
use campanile_domain::{
    Fanout, FanoutId, FanoutStatus, ItemTexts, Lane, NotificationId, TenantId, TopicKey, UserId,
};
use campanile_storage::{
    AcceptOutcome, FanoutInHand, FanoutProgress, FanoutRequest, FanoutRows, IdempotencyKey,
    OpenFanouts, StorageError, TopicAudience, TurnOfFanouts,
};
use chrono::{DateTime, Utc};

use super::{batch, claim, end, failure, forget, progress, start, step};
use crate::accept::{claim_key, clock};
use crate::error::Fault;
use crate::named::named;
use crate::transaction::PostgresTransaction;

#[async_trait]
impl FanoutRows for PostgresTransaction<'_> {
    async fn hold_audience(
        &mut self,
        tenant: &TenantId,
        topic: &TopicKey,
    ) -> Result<Option<TopicAudience>, StorageError> {
        let done = named(
            "hold_audience",
            start::audience(self.connection, tenant, topic),
        )
        .await;
        self.keep(done)
    }

    async fn open_fanouts(
        &mut self,
        tenant: &TenantId,
        now: DateTime<Utc>,
    ) -> Result<OpenFanouts, StorageError> {
        let done = named("open_fanouts", start::open(self.connection, tenant, now)).await;
        self.keep(done)
    }

    async fn claim_key(
        &mut self,
        tenant: &TenantId,
        key: &IdempotencyKey,
        may_claim: bool,
        _now: DateTime<Utc>,
    ) -> Result<AcceptOutcome, StorageError> {
        match claim_key(self.connection, tenant, key, may_claim).await {
            Err(Fault::LockTimeout) => Ok(AcceptOutcome::KeyBusy),
            claimed => self.keep(claimed),
        }
    }

    async fn insert_fanout(
        &mut self,
        fanout: &Fanout,
        audience: TopicAudience,
    ) -> Result<(), StorageError> {
        let database = start::insert(self.connection, self.keys, fanout, audience).await;
        clock::check_stamp(self.keep(database)?, fanout.created_at)
    }

    async fn turns_of_fanouts(
        &mut self,
        backlog: u32,
        after: Option<&TenantId>,
        now: DateTime<Utc>,
    ) -> Result<Vec<TurnOfFanouts>, StorageError> {
        let done = named(
            "turns_of_fanouts",
            claim::turns(self.connection, backlog, after, now),
        )
        .await;
        self.keep(done)
    }

    async fn lock_fanout(
        &mut self,
        tenant: &TenantId,
        lane: Lane,
        now: DateTime<Utc>,
    ) -> Result<Option<FanoutInHand>, StorageError> {
        let done = named(
            "lock_fanout",
            claim::next(self.connection, tenant, lane, now),
        )
        .await;
        self.keep(done)
    }

    async fn fanout_request(
        &mut self,
        fanout: &FanoutInHand,
    ) -> Result<FanoutRequest, StorageError> {
        let done = named(
            "fanout_request",
            step::request(self.connection, self.keys, fanout),
        )
        .await;
        self.keep(done)
    }

    async fn next_subscribers(
        &mut self,
        fanout: &FanoutInHand,
        request: &FanoutRequest,
        limit: u32,
    ) -> Result<Vec<(UserId, bool)>, StorageError> {
        let done = named(
            "next_subscribers",
            step::subscribers(self.connection, fanout, request, limit),
        )
        .await;
        self.keep(done)
    }

    async fn insert_fanout_batch(
        &mut self,
        fanout: &FanoutInHand,
        request: &FanoutRequest,
        ids: &[NotificationId],
        users: &[UserId],
        items: &[Arc<ItemTexts>],
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let rows = step::rows(self.keys, fanout, request, ids, items);
        let rows = self.keep(rows)?;
        let made = named(
            "insert_fanout_batch",
            step::notifications(self.connection, fanout, ids, users, (items, &rows), now),
        )
        .await;
        self.keep(made)?;
        let done = named(
            "insert_fanout_batch",
            batch::insert(self.connection, &fanout.tenant, fanout.id, ids),
        )
        .await;
        self.keep(done)
    }

    async fn advance_fanout(
        &mut self,
        fanout: &FanoutInHand,
        cursor: &UserId,
        expanded: u64,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let done = named(
            "advance_fanout",
            step::advance(self.connection, fanout, cursor, expanded, now),
        )
        .await;
        self.keep(done)
    }

    async fn end_fanout(
        &mut self,
        tenant: &TenantId,
        id: FanoutId,
        status: FanoutStatus,
        made: u64,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        let done = named(
            "end_fanout",
            end::end(self.connection, tenant, id, status, made, now),
        )
        .await;
        self.keep(done)
    }

    async fn mark_fanout_cancelled(
        &mut self,
        tenant: &TenantId,
        id: FanoutId,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let done = named(
            "mark_fanout_cancelled",
            end::mark_cancelled(self.connection, tenant, id, now),
        )
        .await;
        self.keep(done)
    }

    async fn fanout_progress(
        &mut self,
        tenant: &TenantId,
        id: FanoutId,
    ) -> Result<Option<FanoutProgress>, StorageError> {
        let found = named("fanout_progress", progress::of(self.connection, tenant, id)).await;
        self.keep(found)
    }

    async fn count_failed_step(
        &mut self,
        tenant: &TenantId,
        id: FanoutId,
        stepped_at: DateTime<Utc>,
    ) -> Result<Option<u32>, StorageError> {
        let done = named(
            "count_failed_step",
            failure::count(self.connection, &failure::WORK, tenant, id, stepped_at),
        )
        .await;
        self.keep(done)
    }

    async fn put_off_fanout(
        &mut self,
        tenant: &TenantId,
        id: FanoutId,
        due_at: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        let done = named(
            "put_off_fanout",
            failure::put_off(self.connection, &failure::WORK, tenant, id, due_at),
        )
        .await;
        self.keep(done)
    }

    async fn remove_batches(
        &mut self,
        tenant: &TenantId,
        before: DateTime<Utc>,
    ) -> Result<u64, StorageError> {
        let done = named(
            "remove_batches",
            forget::batches(self.connection, tenant, before),
        )
        .await;
        self.keep(done)
    }

    async fn remove_fanouts(
        &mut self,
        tenant: &TenantId,
        before: DateTime<Utc>,
    ) -> Result<u64, StorageError> {
        let done = named(
            "remove_fanouts",
            forget::fanouts(self.connection, tenant, before),
        )
        .await;
        self.keep(done)
    }
}
