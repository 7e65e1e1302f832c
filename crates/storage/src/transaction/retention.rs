//! Rows that are past their retention period.

use std::collections::BTreeSet;

use async_trait::async_trait;
use campanile_domain::{DeliveryId, NotificationId, TenantId, UserId};

use crate::{NotificationRange, Removed, StorageError};

/// A notification that is past its retention period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpiredNotification {
    /// Which.
    pub id: NotificationId,
    /// Whose inbox it is in; `None` for a name that cannot be read, which has no inbox.
    pub user: Option<UserId>,
}

/// Operations of retention.
#[async_trait]
pub trait RetentionRows: Send {
    /// Takes the lock of the whole database under which rows are removed; `false` if another process has it.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn lock_retention(&mut self) -> Result<bool, StorageError>;

    /// The oldest notifications of a tenant between two ids, both left out; at most `limit`.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn oldest_between(
        &mut self,
        tenant: &TenantId,
        after: NotificationId,
        before: NotificationId,
        limit: usize,
    ) -> Result<Vec<ExpiredNotification>, StorageError>;

    /// Locks the deliveries of notifications in a range.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn lock_deliveries(
        &mut self,
        tenant: &TenantId,
        range: NotificationRange,
    ) -> Result<Vec<(NotificationId, DeliveryId)>, StorageError>;

    /// The notifications in a range on which work is pending: they are to be planned, in the queue, with a worker,
    /// or due later.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn pending_in(
        &mut self,
        tenant: &TenantId,
        range: NotificationRange,
    ) -> Result<BTreeSet<NotificationId>, StorageError>;

    /// Removes the notifications in a range but for some, with their deliveries, and the dead letters of these
    /// deliveries.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn remove_in(
        &mut self,
        tenant: &TenantId,
        range: NotificationRange,
        except: &BTreeSet<NotificationId>,
        dead_letters: &[DeliveryId],
    ) -> Result<Removed, StorageError>;
}
