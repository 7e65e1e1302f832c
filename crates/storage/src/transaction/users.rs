//! Rows of users and of what they and their tenants have chosen, for the use cases that change them.

use async_trait::async_trait;
use campanile_domain::{ErasedCounts, Preferences, TenantId, TenantPreferences, User, UserId};
use chrono::{DateTime, Utc};

use crate::StorageError;

/// What a user's row says before it is replaced.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserBefore {
    /// The time zone, if one is stored.
    pub timezone: Option<String>,
    /// Whether the user or the tenant has preferences, so that deliveries may be deferred by them.
    pub has_preferences: bool,
}

/// Operations on users, their preferences and those of their tenant.
#[async_trait]
pub trait UserRows: Send {
    /// Locks a user's row, if there is one, and reads what a change of it depends on.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn lock_user(
        &mut self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<UserBefore, StorageError>;

    /// Creates or replaces the row; `true` if it is new. `created_at` of an existing row stays, and `email_gone_at` is
    /// cleared.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn put_user(&mut self, user: &User) -> Result<bool, StorageError>;

    /// Keeps plans and changes of a tenant's preferences apart until the commit: waits for plans that defer by them;
    /// later plans wait and read what this transaction stored.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn lock_choices(&mut self, tenant: &TenantId) -> Result<(), StorageError>;

    /// Replaces a user's preferences; `false` if they were the same.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn put_choices(
        &mut self,
        tenant: &TenantId,
        user: &UserId,
        choices: &Preferences,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError>;

    /// Replaces a tenant's preferences.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn put_tenant_choices(
        &mut self,
        tenant: &TenantId,
        set: &TenantPreferences,
        now: DateTime<Utc>,
    ) -> Result<(), StorageError>;

    /// Makes deliveries due that a user's quiet hours defer, at most [`crate::RESCHEDULED_AT_ONCE`]; says how many.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn reschedule_user(
        &mut self,
        tenant: &TenantId,
        user: &UserId,
        now: DateTime<Utc>,
    ) -> Result<u64, StorageError>;

    /// Excludes plans of a tenant until the commit: waits for those that run; later ones leave the tenant out.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn exclude_plans(&mut self, tenant: &TenantId) -> Result<(), StorageError>;

    /// Deletes the rows of a user: their notifications with deliveries and dead letters, devices, preferences, marks,
    /// subscriptions and the user; says how many of each kind. Rows in the schedule that name the user may stay.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn erase_user(
        &mut self,
        tenant: &TenantId,
        user: &UserId,
    ) -> Result<ErasedCounts, StorageError>;

    /// What this transaction deletes must not remain in a log or in unused parts of a file.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn leave_no_trace(&mut self) -> Result<(), StorageError>;
}
