//! What operators set: accounts at providers, the retention period, and which dead letters are given up.

use async_trait::async_trait;
use campanile_domain::{ProviderName, RetentionDays, TenantId};
use campanile_storage::{
    DeadLetterFilter, Provider, Scope, StorageError, Transaction, UnitOfWork, Work, transact,
};
use uuid::Uuid;

/// What came of setting an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PutProvider {
    /// It is new.
    Created,
    /// It stands in the place of another.
    Replaced,
    /// Nothing is stored: the tenant's accounts are not those any more that it was checked against.
    Outdated,
}

/// What came of removing an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemoveProvider {
    /// It is gone.
    Removed,
    /// There is none of this name.
    Absent,
    /// It stays: another one fails over to it.
    InUse,
}

/// Creates or replaces an account, and resumes it. `seen` are the versions, in any order, of all accounts of the tenant
/// that it was checked against; of two changes at once one is outdated.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`].
pub async fn put_provider<S: UnitOfWork + ?Sized>(
    storage: &S,
    provider: &Provider,
    seen: &[Uuid],
) -> Result<PutProvider, StorageError> {
    put_provider_and(storage, provider, &[], seen).await
}

/// The same, and replaces other accounts of the tenant that change with it.
///
/// # Errors
/// As [`put_provider`].
pub async fn put_provider_and<S: UnitOfWork + ?Sized>(
    storage: &S,
    provider: &Provider,
    others: &[Provider],
    seen: &[Uuid],
) -> Result<PutProvider, StorageError> {
    let mut seen = seen.to_vec();
    seen.sort_unstable();
    let put = Put {
        provider: provider.clone(),
        others: others.to_vec(),
        seen,
    };
    transact(storage, Scope::caller(&provider.tenant), put).await
}

struct Put {
    provider: Provider,
    others: Vec<Provider>,
    seen: Vec<Uuid>,
}

#[async_trait]
impl Work for Put {
    type Done = PutProvider;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<PutProvider, StorageError> {
        let one = &self.provider;
        tx.hold_providers(&one.tenant).await?;
        let all = tx.providers_of(&one.tenant).await?;
        let mut versions: Vec<_> = all.iter().map(|one| one.version).collect();
        versions.sort_unstable();
        if versions != self.seen {
            tx.nothing_written();
            return Ok(PutProvider::Outdated);
        }
        tx.put_provider(one).await?;
        for other in &self.others {
            tx.put_provider(other).await?;
        }
        tx.resume_account(&one.tenant, one.name.as_str()).await?;
        Ok(match all.iter().any(|other| other.name == one.name) {
            true => PutProvider::Replaced,
            false => PutProvider::Created,
        })
    }
}

/// Removes an account that no other one of the tenant fails over to.
///
/// # Errors
/// As [`put_provider`].
pub async fn remove_provider<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    name: &ProviderName,
) -> Result<RemoveProvider, StorageError> {
    let remove = Remove {
        tenant: tenant.clone(),
        name: name.clone(),
    };
    transact(storage, Scope::caller(tenant), remove).await
}

struct Remove {
    tenant: TenantId,
    name: ProviderName,
}

#[async_trait]
impl Work for Remove {
    type Done = RemoveProvider;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<RemoveProvider, StorageError> {
        let (tenant, name) = (&self.tenant, &self.name);
        tx.hold_providers(tenant).await?;
        let all = tx.providers_of(tenant).await?;
        let targets = all.iter().filter(|one| one.name != *name);
        let in_use = targets.filter_map(|one| one.failover_to.as_ref());
        let refused = if in_use.into_iter().any(|target| target == name) {
            Some(RemoveProvider::InUse)
        } else if !all.iter().any(|one| one.name == *name) {
            Some(RemoveProvider::Absent)
        } else {
            None
        };
        if let Some(refused) = refused {
            tx.nothing_written();
            return Ok(refused);
        }
        tx.remove_provider(tenant, name).await?;
        tx.resume_account(tenant, name.as_str()).await?;
        Ok(RemoveProvider::Removed)
    }
}

/// Resumes an account whose receiver wanted no more calls, for every channel; whether any was paused under the name.
///
/// # Errors
/// As [`put_provider`].
pub async fn resume_account<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    name: &str,
) -> Result<bool, StorageError> {
    let resume = Resume {
        tenant: tenant.clone(),
        name: name.to_owned(),
    };
    transact(storage, Scope::caller(tenant), resume).await
}

struct Resume {
    tenant: TenantId,
    name: String,
}

#[async_trait]
impl Work for Resume {
    type Done = bool;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<bool, StorageError> {
        let resumed = tx.resume_account(&self.tenant, &self.name).await?;
        if !resumed {
            tx.nothing_written();
        }
        Ok(resumed)
    }
}

/// Sets a tenant's own retention period, or clears it (the installation's holds again); `false` if there is no such
/// tenant.
///
/// # Errors
/// As [`put_provider`].
pub async fn set_retention<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    days: Option<RetentionDays>,
) -> Result<bool, StorageError> {
    let set = SetRetention {
        tenant: tenant.clone(),
        days,
    };
    transact(storage, Scope::caller(tenant), set).await
}

struct SetRetention {
    tenant: TenantId,
    days: Option<RetentionDays>,
}

#[async_trait]
impl Work for SetRetention {
    type Done = bool;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<bool, StorageError> {
        let is_set = tx.set_retention(&self.tenant, self.days).await?;
        if !is_set {
            tx.nothing_written();
        }
        Ok(is_set)
    }
}

/// Removes up to `limit` of a tenant's dead letters for good, oldest first; their deliveries stay `dead` in the timeline.
/// Says how many.
///
/// # Errors
/// As [`put_provider`].
pub async fn purge_dead_letters<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    filter: &DeadLetterFilter,
    limit: u32,
) -> Result<u64, StorageError> {
    let purge = Purge {
        tenant: tenant.clone(),
        filter: filter.clone(),
        limit,
    };
    transact(storage, Scope::caller(tenant), purge).await
}

struct Purge {
    tenant: TenantId,
    filter: DeadLetterFilter,
    limit: u32,
}

#[async_trait]
impl Work for Purge {
    type Done = u64;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<u64, StorageError> {
        let purged = tx.purge_dead_letters(&self.tenant, &self.filter, self.limit);
        let purged = purged.await?;
        if purged == 0 {
            tx.nothing_written();
        }
        Ok(purged)
    }
}
