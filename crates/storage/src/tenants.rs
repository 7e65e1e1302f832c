//! Tenants: the one table that the installation's operator reads whole.

use std::collections::BTreeSet;

use async_trait::async_trait;
use campanile_domain::{LinkScheme, RetryLadder, Tenant, TenantId};
use chrono::{DateTime, Utc};

use crate::StorageError;

/// Keeps tenants.
#[async_trait]
pub trait Tenants: Send + Sync {
    /// Creates a tenant with the default retry schedule, as [`Self::create_tenant_with`].
    ///
    /// # Errors
    /// [`StorageError`].
    async fn create_tenant(&self, id: &TenantId, now: DateTime<Utc>) -> Result<bool, StorageError> {
        self.create_tenant_with(id, None, now).await
    }

    /// Creates a tenant, with its own retry schedule if one is given; `false` if there is one of that name (which stays
    /// as it is).
    ///
    /// # Errors
    /// [`StorageError`].
    async fn create_tenant_with(
        &self,
        id: &TenantId,
        ladder: Option<&RetryLadder>,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError>;

    /// Sets or clears a tenant's own retry ladder; `false` if there is no such tenant.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn set_retry_ladder(
        &self,
        id: &TenantId,
        ladder: Option<&RetryLadder>,
    ) -> Result<bool, StorageError>;

    /// Replaces the schemes besides https that a tenant's links may have; `false` if there is no such tenant.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn set_link_schemes(
        &self,
        id: &TenantId,
        schemes: &[LinkScheme],
    ) -> Result<bool, StorageError>;

    /// Sets or clears the locale of a tenant's users who have none; `false` if there is no such tenant.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn set_locale(&self, id: &TenantId, locale: Option<&str>) -> Result<bool, StorageError>;

    /// Says whether a tenant's pushes tell apps how many notifications are unread; `false` if there is no such tenant.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn set_push_badge(&self, id: &TenantId, is_on: bool) -> Result<bool, StorageError>;

    /// One tenant.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn tenant(&self, id: &TenantId) -> Result<Option<Tenant>, StorageError>;

    /// These tenants, in one query by key; those that do not exist are left out.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn tenants_of(&self, ids: &BTreeSet<&TenantId>) -> Result<Vec<Tenant>, StorageError>;

    /// All tenants by name.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn tenants(&self) -> Result<Vec<Tenant>, StorageError>;
}
