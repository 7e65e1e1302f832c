//! Rows of variants: which wordings are compared, and what became of each.

use async_trait::async_trait;
use campanile_domain::{
    Assignments, Channel, NotificationId, NotificationType, TenantId, UserId, VariantCount,
    VariantDraft, VariantKey,
};

use crate::StorageError;

/// A notification whose user was given variants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignedNotification {
    /// Which.
    pub id: NotificationId,
    /// Its user.
    pub user: UserId,
    /// Its type.
    pub notification_type: NotificationType,
    /// The variants.
    pub variants: Assignments,
    /// How many of its deliveries in a channel were sent in the words of a variant; channels without any are left out.
    pub sent: Vec<(Channel, i64)>,
}

/// Operations on variants.
#[async_trait]
pub trait VariantRows: Send {
    /// The variants of a type that are being edited, by channel and name.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn variants_of(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
    ) -> Result<Vec<VariantDraft>, StorageError>;

    /// Stores a variant as it is given.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn put_variant(
        &mut self,
        tenant: &TenantId,
        variant: &VariantDraft,
    ) -> Result<(), StorageError>;

    /// Removes a variant, if there is one.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn remove_variant(
        &mut self,
        tenant: &TenantId,
        key: &VariantKey,
    ) -> Result<(), StorageError>;

    /// Adds to what is counted, in the order given, none of them twice.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn add_variant_counts(&mut self, counts: &[VariantCount]) -> Result<(), StorageError>;

    /// Those of a tenant's notifications whose users were given variants.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn assigned(
        &mut self,
        tenant: &TenantId,
        ids: &[NotificationId],
    ) -> Result<Vec<AssignedNotification>, StorageError>;

    /// Removes what was counted of comparisons that began in versions below this one.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn forget_variant_counts(
        &mut self,
        tenant: &TenantId,
        of: &NotificationType,
        below: u64,
    ) -> Result<(), StorageError>;
}
