//! Who may call: API keys and tenants are created, changed and ended.

use async_trait::async_trait;
use campanile_domain::{ApiKey, ApiKeyId, KeyHash, Tenant, TenantId};
use campanile_storage::{
    Handover, PutApiKey, Scope, StorageError, TenantChange, Transaction, UnitOfWork, Work, transact,
};
use chrono::{DateTime, Utc};

/// Stores a key, unless the tenant has `most` keys or more that can be used. With a [`Handover`] the other key is given its
/// end.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`].
pub async fn put_api_key<S: UnitOfWork + ?Sized>(
    storage: &S,
    key: &ApiKey,
    hash: &KeyHash,
    most: u32,
    handover: Option<Handover>,
) -> Result<PutApiKey, StorageError> {
    let put = PutKey {
        key: key.clone(),
        hash: *hash,
        most,
        handover,
    };
    transact(storage, Scope::caller(&key.tenant), put).await
}

struct PutKey {
    key: ApiKey,
    hash: KeyHash,
    most: u32,
    handover: Option<Handover>,
}

#[async_trait]
impl Work for PutKey {
    type Done = PutApiKey;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<PutApiKey, StorageError> {
        let put = tx.put_api_key(&self.key, &self.hash, self.most, self.handover);
        let put = put.await?;
        if put != PutApiKey::Stored {
            tx.nothing_written();
        }
        Ok(put)
    }
}

/// Revokes a key; one that is revoked stays so since then. `false`: the tenant has no such key.
///
/// # Errors
/// As [`put_api_key`]; a repetition is harmless.
pub async fn revoke_api_key<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    id: ApiKeyId,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let revoke = RevokeKey {
        tenant: tenant.clone(),
        id,
        now,
    };
    transact(storage, Scope::caller(tenant), revoke).await
}

struct RevokeKey {
    tenant: TenantId,
    id: ApiKeyId,
    now: DateTime<Utc>,
}

#[async_trait]
impl Work for RevokeKey {
    type Done = bool;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<bool, StorageError> {
        let revoked = tx.revoke_api_key(&self.tenant, self.id, self.now).await?;
        if !revoked {
            tx.nothing_written();
        }
        Ok(revoked)
    }
}

/// Creates a tenant; `false` if there is one of that name, which stays as it is.
///
/// # Errors
/// As [`put_api_key`].
pub async fn create_tenant<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &Tenant,
) -> Result<bool, StorageError> {
    let create = Create(tenant.clone());
    transact(storage, Scope::caller(&tenant.id), create).await
}

struct Create(Tenant);

#[async_trait]
impl Work for Create {
    type Done = bool;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<bool, StorageError> {
        let added = tx.add_tenant(&self.0).await?;
        if !added {
            tx.nothing_written();
        }
        Ok(added)
    }
}

/// What became of a change of a tenant.
#[derive(Debug)]
pub enum ChangedTenant {
    /// What the tenant is now.
    Is(Box<Tenant>),
    /// There is none, or it is being removed.
    Absent,
    /// It cannot be resumed, since its import is not finished.
    BeingImported,
}

/// Changes a tenant.
///
/// # Errors
/// As [`put_api_key`]; a repetition is harmless.
pub async fn change_tenant<S: UnitOfWork + ?Sized>(
    storage: &S,
    id: &TenantId,
    change: &TenantChange,
) -> Result<ChangedTenant, StorageError> {
    let change = Change {
        id: id.clone(),
        change: change.clone(),
    };
    transact(storage, Scope::caller(id), change).await
}

struct Change {
    id: TenantId,
    change: TenantChange,
}

#[async_trait]
impl Work for Change {
    type Done = ChangedTenant;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<ChangedTenant, StorageError> {
        let resumes = self.change.suspended_at == Some(None);
        // It would accept and deliver with half of what it has.
        if resumes && tx.is_being_imported(&self.id).await? {
            tx.nothing_written();
            return Ok(ChangedTenant::BeingImported);
        }
        let changed = tx.change_tenant(&self.id, &self.change).await?;
        if changed.is_none() {
            tx.nothing_written();
        }
        Ok(changed.map_or(ChangedTenant::Absent, |changed| {
            ChangedTenant::Is(Box::new(changed))
        }))
    }
}

/// Begins to remove a tenant and gives what it is then; `None` if there is none. `log` is the tenant whose audit log
/// records it: that of the removed one goes with it.
///
/// # Errors
/// As [`put_api_key`]; a repetition is harmless.
pub async fn begin_tenant_removal<S: UnitOfWork + ?Sized>(
    storage: &S,
    id: &TenantId,
    log: &TenantId,
    now: DateTime<Utc>,
) -> Result<Option<Tenant>, StorageError> {
    let begin = Begin {
        id: id.clone(),
        now,
    };
    transact(storage, Scope::callers([id, log]), begin).await
}

struct Begin {
    id: TenantId,
    now: DateTime<Utc>,
}

#[async_trait]
impl Work for Begin {
    type Done = Option<Tenant>;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<Option<Tenant>, StorageError> {
        if tx.begin_tenant_removal(&self.id, self.now).await? {
            return tx.tenant_row(&self.id).await;
        }
        tx.nothing_written();
        Ok(None)
    }
}
