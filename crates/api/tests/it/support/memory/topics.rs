//! Topics, and sends to them that nobody works off.

use std::sync::Arc;

use async_trait::async_trait;
use campanile_domain::{FanoutId, FanoutStatus, TenantId, TopicKey, UserId};
use campanile_storage::{
    CancelFanout, FanoutDepth, FanoutProgress, FanoutRecalls, FanoutStart, FanoutTurn, Fanouts,
    NewFanout, RecallTurn, StepLimits, StorageError, Topic, Topics,
};
use chrono::{DateTime, Utc};

use super::{MemoryStorage, workers_only};

#[async_trait]
impl Topics for MemoryStorage {
    async fn subscribe(
        &self,
        tenant: &TenantId,
        topic: &TopicKey,
        users: &[UserId],
        _now: DateTime<Utc>,
    ) -> Result<u64, StorageError> {
        self.up()?;
        let mut topics = self.topics.lock().unwrap();
        let there = topics.entry((tenant.clone(), topic.clone())).or_default();
        there.extend(users.iter().cloned());
        Ok(there.len() as u64)
    }

    async fn unsubscribe(
        &self,
        tenant: &TenantId,
        topic: &TopicKey,
        users: &[UserId],
        _now: DateTime<Utc>,
    ) -> Result<Option<u64>, StorageError> {
        self.up()?;
        let mut topics = self.topics.lock().unwrap();
        let Some(there) = topics.get_mut(&(tenant.clone(), topic.clone())) else {
            return Ok(None);
        };
        there.retain(|user| !users.contains(user));
        Ok(Some(there.len() as u64))
    }

    async fn topic(
        &self,
        tenant: &TenantId,
        topic: &TopicKey,
    ) -> Result<Option<Topic>, StorageError> {
        self.up()?;
        let topics = self.topics.lock().unwrap();
        let there = topics.get(&(tenant.clone(), topic.clone()));
        Ok(there.map(|users| Topic {
            key: topic.clone(),
            subscribers: users.len() as u64,
            created_at: DateTime::UNIX_EPOCH,
            updated_at: DateTime::UNIX_EPOCH,
        }))
    }

    async fn subscribers(
        &self,
        tenant: &TenantId,
        topic: &TopicKey,
        after: Option<&UserId>,
        limit: u32,
    ) -> Result<Vec<UserId>, StorageError> {
        self.up()?;
        let topics = self.topics.lock().unwrap();
        let there = topics.get(&(tenant.clone(), topic.clone()));
        let users = there.into_iter().flatten();
        let users = users.filter(|user| after.is_none_or(|after| *user > after));
        Ok(users.take(limit as usize).cloned().collect())
    }
}

#[async_trait]
impl Fanouts for MemoryStorage {
    async fn start_fanout(&self, new: Arc<NewFanout>) -> Result<FanoutStart, StorageError> {
        let fanout = &new.fanout;
        let topic = self.topic(&fanout.tenant, &fanout.topic).await?;
        let Some(Topic { subscribers, .. }) = topic else {
            return Ok(FanoutStart::NoTopic);
        };
        let progress = FanoutProgress {
            id: fanout.id,
            topic: fanout.topic.clone(),
            status: FanoutStatus::Pending,
            accepted: subscribers,
            expanded: 0,
            recalled: 0,
            recalling: false,
            send_at: fanout.send_at,
            expires_at: fanout.expires_at,
            created_at: fanout.created_at,
            updated_at: fanout.created_at,
            finished_at: None,
        };
        let mut fanouts = self.fanouts.lock().unwrap();
        fanouts.push((fanout.tenant.clone(), progress));
        Ok(FanoutStart::Started { subscribers })
    }

    async fn fanout(
        &self,
        tenant: &TenantId,
        id: FanoutId,
    ) -> Result<Option<FanoutProgress>, StorageError> {
        self.up()?;
        let fanouts = self.fanouts.lock().unwrap();
        let found = fanouts
            .iter()
            .find(|(whose, one)| whose == tenant && one.id == id);
        Ok(found.map(|(_, one)| one.clone()))
    }

    async fn fanout_page(
        &self,
        tenant: &TenantId,
        status: Option<FanoutStatus>,
        after: Option<FanoutId>,
        limit: u32,
    ) -> Result<Vec<FanoutProgress>, StorageError> {
        self.up()?;
        let fanouts = self.fanouts.lock().unwrap();
        let wanted = |(whose, one): &&(TenantId, FanoutProgress)| {
            whose == tenant
                && status.is_none_or(|status| status == one.status)
                && after.is_none_or(|after| one.id < after)
        };
        let mut page: Vec<_> = fanouts
            .iter()
            .filter(wanted)
            .map(|(_, one)| one.clone())
            .collect();
        page.sort_by_key(|one| std::cmp::Reverse(one.id));
        page.truncate(limit as usize);
        Ok(page)
    }

    async fn cancel_fanout(
        &self,
        tenant: &TenantId,
        id: FanoutId,
        now: DateTime<Utc>,
    ) -> Result<Option<CancelFanout>, StorageError> {
        self.up()?;
        let mut fanouts = self.fanouts.lock().unwrap();
        let mut all = fanouts.iter_mut();
        let found = all.find(|(whose, one)| whose == tenant && one.id == id);
        Ok(found.map(|(_, one)| {
            let is_cancelled = one.status == FanoutStatus::Cancelled;
            // Nothing was made of it that could be called back.
            if one.status.is_final() && !is_cancelled && one.expanded == 0 {
                return CancelFanout::Finished(one.clone());
            }
            if !is_cancelled {
                one.status = FanoutStatus::Cancelled;
                one.finished_at = Some(now);
            }
            CancelFanout::Cancelled(one.clone())
        }))
    }

    async fn step_fanout(
        &self,
        _limits: StepLimits,
        _after: Option<&TenantId>,
        _now: DateTime<Utc>,
    ) -> Result<FanoutTurn, StorageError> {
        workers_only()
    }

    async fn fanout_depth(&self, _now: DateTime<Utc>) -> Result<FanoutDepth, StorageError> {
        workers_only()
    }

    async fn count_forgettable(
        &self,
        _tenant: &TenantId,
        _before: DateTime<Utc>,
    ) -> Result<u64, StorageError> {
        workers_only()
    }

    async fn forget_fanouts(
        &self,
        _tenant: &TenantId,
        _before: DateTime<Utc>,
    ) -> Result<u64, StorageError> {
        workers_only()
    }
}

#[async_trait]
impl FanoutRecalls for MemoryStorage {
    async fn recall_step(
        &self,
        _after: Option<&TenantId>,
        _now: DateTime<Utc>,
    ) -> Result<RecallTurn, StorageError> {
        workers_only()
    }
}
