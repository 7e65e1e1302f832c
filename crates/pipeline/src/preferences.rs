//! Users and tenants change their preferences.

use async_trait::async_trait;
use campanile_domain::{Preferences, TenantId, TenantPreferences, UserId};
use campanile_storage::{
    RESCHEDULED_AT_ONCE, RescheduleCursor, Scope, StorageError, Transaction, UnitOfWork, Work,
    transact,
};
use chrono::{DateTime, Utc};

/// Statements for one user in one transaction. The deliveries beyond them wait for their time, and are decided on
/// then.
const STEPS_PER_USER: usize = 20;

/// Replaces a user's preferences and makes the deliveries due that their quiet hours defer, in one transaction. The
/// user need not have been created.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`]; a repetition is harmless.
pub async fn put_preferences<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    user: &UserId,
    choices: &Preferences,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let put = PutOwn {
        tenant: tenant.clone(),
        user: user.clone(),
        choices: choices.clone(),
        now,
    };
    transact(storage, Scope::caller(tenant), put).await
}

struct PutOwn {
    tenant: TenantId,
    user: UserId,
    choices: Preferences,
    now: DateTime<Utc>,
}

#[async_trait]
impl Work for PutOwn {
    type Done = ();

    async fn run(&self, tx: &mut dyn Transaction) -> Result<(), StorageError> {
        let (tenant, user, now) = (&self.tenant, &self.user, self.now);
        tx.lock_choices(tenant).await?;
        // The same preferences again move nothing: a repeated call costs a look.
        if tx.put_choices(tenant, user, &self.choices, now).await? {
            reschedule_user(tx, tenant, user, now).await?;
        }
        Ok(())
    }
}

/// Replaces a tenant's preferences and stores that all deliveries deferred by quiet hours must be rescheduled, which
/// [`crate::reschedule_all`] does. A rescheduling in progress starts again.
///
/// # Errors
/// As [`put_preferences`].
pub async fn put_tenant_preferences<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    set: &TenantPreferences,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let put = PutDefaults {
        tenant: tenant.clone(),
        set: set.clone(),
        now,
    };
    transact(storage, Scope::caller(tenant), put).await
}

struct PutDefaults {
    tenant: TenantId,
    set: TenantPreferences,
    now: DateTime<Utc>,
}

#[async_trait]
impl Work for PutDefaults {
    type Done = ();

    async fn run(&self, tx: &mut dyn Transaction) -> Result<(), StorageError> {
        let (tenant, now) = (&self.tenant, self.now);
        tx.lock_choices(tenant).await?;
        tx.put_tenant_choices(tenant, &self.set, now).await?;
        // From the first delivery, also where a rescheduling is in progress: what it has passed was decided by
        // preferences that no longer apply.
        tx.begin_reschedule(tenant, &RescheduleCursor::FIRST, now)
            .await
    }
}

/// Makes the deliveries due that a user's quiet hours defer.
pub(crate) async fn reschedule_user(
    tx: &mut dyn Transaction,
    tenant: &TenantId,
    user: &UserId,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    for _ in 0..STEPS_PER_USER {
        let rescheduled = tx.reschedule_user(tenant, user, now).await?;
        if rescheduled < RESCHEDULED_AT_ONCE as u64 {
            break;
        }
    }
    Ok(())
}
