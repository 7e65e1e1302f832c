//! A user is stored, and is erased.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use campanile_domain::{ErasureReceipt, TenantId, User, UserId};
use campanile_storage::{Scope, StorageError, Transaction, UnitOfWork, Work, transact};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::audit::Look;
use crate::preferences::reschedule_user;

/// Creates or replaces a user; `true` if they are new. `created_at` of an existing user stays. `email_gone_at` is
/// cleared: a service that sets an address, even the same one, declares it valid. A new time zone makes the deliveries
/// due that the user's quiet hours defer, in the same transaction.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`]; a repetition is harmless.
pub async fn put_user<S: UnitOfWork + ?Sized>(
    storage: &S,
    user: &User,
) -> Result<bool, StorageError> {
    let put = Put { user: user.clone() };
    transact(storage, Scope::caller(&user.tenant), put).await
}

struct Put {
    user: User,
}

#[async_trait]
impl Work for Put {
    type Done = bool;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<bool, StorageError> {
        let user = &self.user;
        let before = tx.lock_user(&user.tenant, &user.id).await?;
        let is_new = tx.put_user(user).await?;
        tx.lift_bounce(user).await?;
        // Only preferences defer: where there are none, no plan is held up.
        if before.timezone != user.timezone && before.has_preferences {
            tx.lock_choices(&user.tenant).await?;
            reschedule_user(tx, &user.tenant, &user.id, user.updated_at).await?;
        }
        Ok(is_new)
    }
}

/// Erases a user: what is known of them, their devices, their notifications and everything that was to be delivered;
/// `false` if nothing of them was there. A plan under way leaves nothing of them either. A call that has begun is not
/// recalled.
///
/// # Errors
/// As [`put_user`].
pub async fn erase_user<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    user: &UserId,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let look = ErasureLook::default();
    let receipt = erase_with_receipt(storage, tenant, user, now, &look).await?;
    Ok(receipt.is_some())
}

/// As [`erase_user`], and gives the receipt; `None` if nothing of them was there. `look` is that of the audit entry, which gets
/// the same.
///
/// # Errors
/// As [`put_user`].
pub async fn erase_with_receipt<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    user: &UserId,
    now: DateTime<Utc>,
    look: &ErasureLook,
) -> Result<Option<ErasureReceipt>, StorageError> {
    let erase = Erase {
        tenant: tenant.clone(),
        user: user.clone(),
        now,
        look: look.clone(),
    };
    transact(storage, Scope::caller(tenant), erase).await
}

/// Shows the audit log the receipt of an erasure that was made in the same transaction.
#[derive(Clone, Default)]
pub struct ErasureLook(Arc<Mutex<Option<Value>>>);

impl ErasureLook {
    fn put(&self, receipt: &ErasureReceipt) {
        let shown = json!({"receipt": receipt.id, "erased": receipt.erased});
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(shown);
    }
}

#[async_trait]
impl Look for ErasureLook {
    async fn look(
        &self,
        _tenant: &TenantId,
        _tx: &mut dyn Transaction,
    ) -> Result<Option<Value>, StorageError> {
        // Taken, so that a transaction that is run again begins without one.
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).take())
    }
}

struct Erase {
    tenant: TenantId,
    user: UserId,
    now: DateTime<Utc>,
    look: ErasureLook,
}

#[async_trait]
impl Work for Erase {
    type Done = Option<ErasureReceipt>;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<Self::Done, StorageError> {
        let (tenant, user) = (&self.tenant, &self.user);
        tx.exclude_plans(tenant).await?;
        let erased = tx.erase_user(tenant, user).await?;
        // Rows that wait for their quiet hours have their name; due, they find no delivery and are removed.
        reschedule_user(tx, tenant, user, self.now).await?;
        if erased.is_nothing() {
            return Ok(None);
        }
        tx.leave_no_trace().await?;
        let receipt = ErasureReceipt {
            id: tx.random().uuid(),
            erased_at: self.now,
            erased,
        };
        self.look.put(&receipt);
        Ok(Some(receipt))
    }
}
