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
use crate::accept;
use crate::transaction::SqliteTransaction;

#[async_trait]
impl FanoutRows for SqliteTransaction<'_> {
    async fn hold_audience(
        &mut self,
        tenant: &TenantId,
        topic: &TopicKey,
    ) -> Result<Option<TopicAudience>, StorageError> {
        start::audience(self.connection, tenant, topic).await
    }

    async fn open_fanouts(
        &mut self,
        tenant: &TenantId,
        now: DateTime<Utc>,
    ) -> Result<OpenFanouts, StorageError> {
        start::open(self.connection, tenant, now).await
    }

    async fn claim_key(
        &mut self,
        tenant: &TenantId,
        key: &IdempotencyKey,
        may_claim: bool,
        now: DateTime<Utc>,
    ) -> Result<AcceptOutcome, StorageError> {
        let earlier = if may_claim {
            accept::claim(self.connection, tenant, key, now).await?
        } else {
            accept::kept(self.connection, tenant, key).await?
        };
        Ok(earlier.unwrap_or(AcceptOutcome::Accepted))
    }

    async fn insert_fanout(
        &mut self,
        fanout: &Fanout,
        audience: TopicAudience,
    ) -> Result<(), StorageError> {
        start::insert(self.connection, &self.keys, fanout, audience).await
    }

    async fn turns_of_fanouts(
        &mut self,
        backlog: u32,
        after: Option<&TenantId>,
        now: DateTime<Utc>,
    ) -> Result<Vec<TurnOfFanouts>, StorageError> {
        claim::turns(self.connection, backlog, after, now).await
    }

    async fn lock_fanout(
        &mut self,
        tenant: &TenantId,
        lane: Lane,
        now: DateTime<Utc>,
    ) -> Result<Option<FanoutInHand>, StorageError> {
        claim::next(self.connection, tenant, lane, now).await
    }

    async fn fanout_request(
        &mut self,
        fanout: &FanoutInHand,
    ) -> Result<FanoutRequest, StorageError> {
        step::request(self.connection, &self.keys, fanout).await
    }

    async fn next_subscribers(
        &mut self,
        fanout: &FanoutInHand,
        request: &FanoutRequest,
        limit: u32,
    ) -> Result<Vec<(UserId, bool)>, StorageError> {
        step::subscribers(self.connection, fanout, request, limit).await
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
        let rows = step::rows(self.connection, &self.keys, fanout, request, (ids, items)).await?;
        step::notifications(self.connection, fanout, ids, users, (items, &rows), now).await?;
        batch::insert(self.connection, &fanout.tenant, fanout.id, ids).await
    }

    async fn advance_fanout(
        &mut self,
        fanout: &FanoutInHand,
        cursor: &UserId,
        expanded: u64,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        step::advance(self.connection, fanout, cursor, expanded, now).await
    }

    async fn end_fanout(
        &mut self,
        tenant: &TenantId,
        id: FanoutId,
        status: FanoutStatus,
        made: u64,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError> {
        end::end(self.connection, tenant, id, status, made, now).await
    }

    async fn mark_fanout_cancelled(
        &mut self,
        tenant: &TenantId,
        id: FanoutId,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        end::mark_cancelled(self.connection, tenant, id, now).await
    }

    async fn fanout_progress(
        &mut self,
        tenant: &TenantId,
        id: FanoutId,
    ) -> Result<Option<FanoutProgress>, StorageError> {
        progress::of(&mut *self.connection, tenant, id).await
    }

    async fn count_failed_step(
        &mut self,
        tenant: &TenantId,
        id: FanoutId,
        stepped_at: DateTime<Utc>,
    ) -> Result<Option<u32>, StorageError> {
        failure::count(self.connection, &failure::WORK, tenant, id, stepped_at).await
    }

    async fn put_off_fanout(
        &mut self,
        tenant: &TenantId,
        id: FanoutId,
        due_at: DateTime<Utc>,
    ) -> Result<(), StorageError> {
        failure::put_off(self.connection, &failure::WORK, tenant, id, due_at).await
    }

    async fn remove_batches(
        &mut self,
        tenant: &TenantId,
        before: DateTime<Utc>,
    ) -> Result<u64, StorageError> {
        forget::batches(self.connection, tenant, before).await
    }

    async fn remove_fanouts(
        &mut self,
        tenant: &TenantId,
        before: DateTime<Utc>,
    ) -> Result<u64, StorageError> {
        forget::fanouts(self.connection, tenant, before).await
    }
}
