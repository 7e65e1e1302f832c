//! Tenants: the one table that the installation's operator reads whole.

use std::collections::BTreeSet;

use async_trait::async_trait;
use campanile_domain::{
    LinkScheme, NotificationId, Rate, RetryLadder, Tenant, TenantId, TokenKeys,
};
use chrono::{DateTime, Utc};

use crate::StorageError;

/// What to change of a tenant; what is `None` stays.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct TenantChange {
    /// The retry schedule; without one the default applies.
    pub retry_ladder: Option<Option<RetryLadder>>,
    /// The schemes besides https that links may have.
    pub link_schemes: Option<Vec<LinkScheme>>,
    /// The locale of users who have none; without one English.
    pub locale: Option<Option<String>>,
    /// Whether pushes tell apps how many notifications are unread.
    pub push_badge: Option<bool>,
    /// Whether it counts which of its mails are opened.
    pub track_opens: Option<bool>,
    /// Whether it counts in which of its mails a link is opened.
    pub track_clicks: Option<bool>,
    /// Since when it is suspended; a tenant that is suspended already stays so since then.
    pub suspended_at: Option<Option<DateTime<Utc>>>,
    /// How many API keys that can be used it may have; without a number the default applies.
    pub max_api_keys: Option<Option<u32>>,
    /// How many requests it may make; without a rate the default applies.
    pub max_requests: Option<Option<Rate>>,
    /// How many of them may send.
    pub max_sends: Option<Option<Rate>>,
    /// How many streams it may have open on each server.
    pub max_streams: Option<Option<u32>>,
    /// How many notification types may have templates or a schema.
    pub max_types: Option<Option<u32>>,
    /// How many recipients one of its requests may name.
    pub max_recipients: Option<Option<u32>>,
    /// How much of it may wait to be delivered; without a number as much as there is.
    pub max_queued: Option<Option<u32>>,
    /// How many notifications it may have stored.
    pub max_notifications: Option<Option<u32>>,
    /// The tenant's public keys, which verify the tokens that it signs; none unless `platform` has set them.
    pub token_keys: Option<Option<TokenKeys>>,
}

/// How much a tenant has. Numbers are counted up to [`TenantUsage::COUNTED`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TenantUsage {
    /// API keys that can be used.
    pub api_keys: u64,
    /// Accounts at providers.
    pub providers: u64,
    /// Notification types with templates or a schema.
    pub types: u64,
    /// Users that services have told of.
    pub users: u64,
    /// Devices that receive pushes.
    pub devices: u64,
    /// Topics.
    pub topics: u64,
    /// Dead letters.
    pub dead_letters: u64,
}

impl TenantUsage {
    /// Counting goes no further: it would take as long as there are rows.
    pub const COUNTED: u32 = 10_000;
}

/// A part of a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountStep {
    /// How many were counted.
    pub counted: u32,
    /// The last of them, if there may be more.
    pub last: Option<NotificationId>,
}

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
    ) -> Result<bool, StorageError> {
        let tenant = Tenant {
            retry_ladder: ladder.cloned(),
            ..Tenant::new(id.clone(), now)
        };
        self.add_tenant(&tenant).await
    }

    /// Creates a tenant in one statement; `false` if there is one of that name (which stays as it is). A new tenant has
    /// the installation's retention period and is neither suspended nor being removed.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn add_tenant(&self, tenant: &Tenant) -> Result<bool, StorageError>;

    /// Changes a tenant in one statement and gives what it is then; `None` if there is no such tenant, or if it is being
    /// removed.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn change_tenant(
        &self,
        id: &TenantId,
        change: &TenantChange,
    ) -> Result<Option<Tenant>, StorageError>;

    /// Sets or clears a tenant's own retry ladder; `false` if there is no such tenant.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn set_retry_ladder(
        &self,
        id: &TenantId,
        ladder: Option<&RetryLadder>,
    ) -> Result<bool, StorageError> {
        let change = TenantChange {
            retry_ladder: Some(ladder.cloned()),
            ..TenantChange::default()
        };
        Ok(self.change_tenant(id, &change).await?.is_some())
    }

    /// Replaces the schemes besides https that a tenant's links may have; `false` if there is no such tenant.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn set_link_schemes(
        &self,
        id: &TenantId,
        schemes: &[LinkScheme],
    ) -> Result<bool, StorageError> {
        let change = TenantChange {
            link_schemes: Some(schemes.to_vec()),
            ..TenantChange::default()
        };
        Ok(self.change_tenant(id, &change).await?.is_some())
    }

    /// Sets or clears the locale of a tenant's users who have none; `false` if there is no such tenant.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn set_locale(&self, id: &TenantId, locale: Option<&str>) -> Result<bool, StorageError> {
        let change = TenantChange {
            locale: Some(locale.map(str::to_owned)),
            ..TenantChange::default()
        };
        Ok(self.change_tenant(id, &change).await?.is_some())
    }

    /// Says whether a tenant's pushes tell apps how many notifications are unread; `false` if there is no such tenant.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn set_push_badge(&self, id: &TenantId, is_on: bool) -> Result<bool, StorageError> {
        let change = TenantChange {
            push_badge: Some(is_on),
            ..TenantChange::default()
        };
        Ok(self.change_tenant(id, &change).await?.is_some())
    }

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

    /// Tenants by name, those after `after` in this order.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn tenant_page(
        &self,
        after: Option<&TenantId>,
        limit: u32,
    ) -> Result<Vec<Tenant>, StorageError>;

    /// How much a tenant has.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn tenant_usage(
        &self,
        id: &TenantId,
        now: DateTime<Utc>,
    ) -> Result<TenantUsage, StorageError>;

    /// How much of a tenant waits: notifications that have no plan yet or are sent later, and deliveries that are in the queue or
    /// due later. It visits `most` rows of each kind at most, so what is above `most` may be more.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn queued_of(&self, id: &TenantId, most: u32) -> Result<u64, StorageError>;

    /// Counts up to `limit` notifications of a tenant, those after `after` in the order of their ids. Deleted ones
    /// are counted until retention removes them.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn count_notifications(
        &self,
        id: &TenantId,
        after: Option<NotificationId>,
        limit: u32,
    ) -> Result<CountStep, StorageError>;

    /// Begins to remove a tenant: from now on it accepts and delivers nothing, and in the same transaction the key goes
    /// with which its secrets are encrypted. One that is being removed stays so since then. `false`: there is no such
    /// tenant.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn begin_tenant_removal(
        &self,
        id: &TenantId,
        now: DateTime<Utc>,
    ) -> Result<bool, StorageError>;

    /// Tenants that are being removed since before this moment.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn tenants_in_removal(
        &self,
        since_before: DateTime<Utc>,
    ) -> Result<Vec<Tenant>, StorageError>;

    /// Removes up to `limit` rows that a tenant in removal has in one table, whichever has some; gives their number. 0:
    /// it has nothing but its own row. Other tenants are left alone, whatever `id` names.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn remove_tenant_rows(&self, id: &TenantId, limit: u32) -> Result<u64, StorageError>;

    /// Removes the row of a tenant in removal, with whatever was added for it meanwhile. `false`: there is none.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn end_tenant_removal(&self, id: &TenantId) -> Result<bool, StorageError>;
}
