//! A user's inbox in memory: what is shown, and what users do with it.

use async_trait::async_trait;
use campanile_domain::{
    InboxChange, InboxMarks, Notification, NotificationId, NotificationType, TenantId, UserId,
};
use campanile_storage::{
    Cancelled, Found, Inbox, InboxCount, InboxFilter, InboxItem, InboxPage, InboxWrites, PageSize,
    PageStart, ReadStep, StorageError, Unread, page_of,
};
use chrono::{DateTime, Utc};
use std::sync::atomic::Ordering;

use super::MemoryStorage;

impl MemoryStorage {
    fn marks_of(&self, id: NotificationId) -> InboxMarks {
        let marks = self.marks.lock().unwrap();
        marks.get(&id).copied().unwrap_or_default()
    }

    /// Newest first.
    fn matching(
        &self,
        tenant: &TenantId,
        user: &UserId,
        filter: &InboxFilter,
        now: DateTime<Utc>,
    ) -> Vec<Notification> {
        self.inbox_questions.fetch_add(1, Ordering::Relaxed);
        let wanted = filter.notification_type.as_ref();
        let says = |n: &Notification| {
            let search = filter.search.as_ref();
            search.is_none_or(|s| s.finds(n.title.as_deref(), n.body.as_deref(), &n.content))
        };
        let mut rows: Vec<_> = self
            .rows
            .lock()
            .unwrap()
            .iter()
            .filter(|n| n.tenant == *tenant && n.user_id == *user && n.in_inbox())
            .filter(|n| n.send_at.is_none_or(|at| at <= now))
            .filter(|n| wanted.is_none_or(|t| n.notification_type == *t))
            .filter(|n| filter.from.is_none_or(|from| n.created_at >= from))
            .filter(|n| filter.to.is_none_or(|to| n.created_at < to))
            .filter(|n| {
                let marks = self.marks_of(n.id);
                !marks.is_snoozed(now)
                    && marks.archived_at.is_some() == filter.archived
                    && !(filter.unread_only && marks.read_at.is_some())
            })
            .filter(|n| says(n))
            .cloned()
            .collect();
        rows.sort_by_key(|n| std::cmp::Reverse(n.id));
        rows
    }
}

#[async_trait]
impl Inbox for MemoryStorage {
    async fn inbox_page(
        &self,
        tenant: &TenantId,
        user: &UserId,
        filter: &InboxFilter,
        start: PageStart,
        size: PageSize,
        now: DateTime<Utc>,
    ) -> Result<InboxPage, StorageError> {
        self.up()?;
        let all = self.matching(tenant, user, filter, now);
        let found = all.iter().map(|n| Found {
            id: n.id,
            bytes: n.content.len(),
        });
        let (ids, has_more) = page_of(&found.collect::<Vec<_>>(), start, size);
        let shown = all.iter().filter(|n| ids.contains(&n.id));
        Ok(InboxPage {
            total: all.len() as u64,
            has_more,
            changes_at: self.changes_at(tenant, user, now),
            items: shown
                .map(|n| InboxItem {
                    notification: n.clone(),
                    marks: self.marks_of(n.id),
                    updated_at: n.created_at,
                    delivery_states: Vec::new(),
                })
                .collect(),
        })
    }

    async fn inbox_count(
        &self,
        tenant: &TenantId,
        user: &UserId,
        filter: &InboxFilter,
        now: DateTime<Utc>,
    ) -> Result<InboxCount, StorageError> {
        self.up()?;
        assert!(!self.panics.load(Ordering::Relaxed), "a secret of ours");
        if self.hangs.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
        Ok(InboxCount {
            count: self.matching(tenant, user, filter, now).len() as u64,
            changes_at: self.changes_at(tenant, user, now),
        })
    }
}

impl MemoryStorage {
    fn changes_at(
        &self,
        tenant: &TenantId,
        user: &UserId,
        now: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        let rows = self.rows.lock().unwrap();
        let theirs = rows
            .iter()
            .filter(|n| n.tenant == *tenant && n.user_id == *user && n.in_inbox());
        theirs
            .flat_map(|n| [n.send_at, self.marks_of(n.id).snoozed_until])
            .flatten()
            .filter(|at| *at > now)
            .min()
    }
}

#[async_trait]
impl InboxWrites for MemoryStorage {
    async fn change_notification(
        &self,
        tenant: &TenantId,
        user: &UserId,
        id: NotificationId,
        change: InboxChange,
        now: DateTime<Utc>,
    ) -> Result<Option<Cancelled>, StorageError> {
        self.up()?;
        let rows = self.rows.lock().unwrap();
        let is_it = |n: &Notification| n.tenant == *tenant && n.user_id == *user && n.id == id;
        if !rows.iter().any(is_it) {
            return Ok(None);
        }
        let mut marks = self.marks.lock().unwrap();
        let entry = marks.entry(id).or_default();
        *entry = entry.after(change, now);
        Ok(Some(Cancelled::default()))
    }

    async fn delete_notification(
        &self,
        tenant: &TenantId,
        user: &UserId,
        id: NotificationId,
        _now: DateTime<Utc>,
    ) -> Result<Option<Cancelled>, StorageError> {
        self.up()?;
        let mut rows = self.rows.lock().unwrap();
        let before = rows.len();
        rows.retain(|n| !(n.tenant == *tenant && n.user_id == *user && n.id == id));
        Ok((rows.len() < before).then(Cancelled::default))
    }

    async fn unread_since(
        &self,
        tenant: &TenantId,
        user: &UserId,
        notification_type: Option<&NotificationType>,
        since: NotificationId,
        now: DateTime<Utc>,
        limit: usize,
    ) -> Result<Vec<NotificationId>, StorageError> {
        self.up()?;
        let filter = InboxFilter {
            unread_only: true,
            notification_type: notification_type.cloned(),
            ..InboxFilter::default()
        };
        let rows = self.matching(tenant, user, &filter, now);
        Ok(rows
            .iter()
            .map(|n| n.id)
            .filter(|id| *id >= since)
            .take(limit)
            .collect())
    }

    async fn read_step(
        &self,
        tenant: &TenantId,
        user: &UserId,
        _notification_type: Option<&NotificationType>,
        which: Unread,
        now: DateTime<Utc>,
    ) -> Result<ReadStep, StorageError> {
        let Unread::These(ids) = which else {
            return Ok(ReadStep::default());
        };
        for id in &ids {
            let read = self.change_notification(tenant, user, *id, InboxChange::Read, now);
            read.await?;
        }
        Ok(ReadStep {
            updated: ids.len() as u64,
            ..ReadStep::default()
        })
    }
}
