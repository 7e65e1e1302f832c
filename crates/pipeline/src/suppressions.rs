//! The list of addresses that are not to be used is changed.

use async_trait::async_trait;
use campanile_domain::{Remembered, RememberedKey, Suppression, SuppressionKey, TenantId};
use campanile_storage::{Scope, StorageError, Transaction, UnitOfWork, Work, transact};
use chrono::{DateTime, TimeDelta, Utc};

/// Adds entries to a tenant's list; one that is there stays as it is. Says how many are new. Deliveries to these addresses
/// that have not left end as suppressed when they fall due.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`]; a repetition is harmless.
pub async fn add_suppressions<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    entries: Vec<Suppression>,
) -> Result<u64, StorageError> {
    let add = Add {
        tenant: tenant.clone(),
        entries,
    };
    transact(storage, Scope::caller(tenant), add).await
}

struct Add {
    tenant: TenantId,
    entries: Vec<Suppression>,
}

#[async_trait]
impl Work for Add {
    type Done = u64;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<u64, StorageError> {
        let added = tx.add_suppressions(&self.tenant, &self.entries).await?;
        if added == 0 {
            tx.nothing_written();
        }
        Ok(added)
    }
}

/// For so long it is remembered that an address was taken off the list: a mail is reported within days.
const LIFTED_KEPT: TimeDelta = TimeDelta::days(90);

/// What became of an entry that a report about a mail leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reported {
    /// It is new.
    Added,
    /// It was there.
    Known,
    /// The address was taken off the list after the mail was sent.
    Outdated,
}

/// Adds an entry that a report about a mail of that moment leads to, unless the address was taken off the list since.
///
/// # Errors
/// As [`add_suppressions`].
pub async fn add_reported<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    entry: &Suppression,
    sent_at: DateTime<Utc>,
) -> Result<Reported, StorageError> {
    let all = add_all_reported(storage, tenant, vec![(entry.clone(), sent_at)]).await?;
    Ok(all.into_iter().next().unwrap_or(Reported::Known))
}

/// [`add_reported`] for several entries, in one transaction; what became of each, in their order.
///
/// # Errors
/// As [`add_suppressions`].
pub async fn add_all_reported<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    entries: Vec<(Suppression, DateTime<Utc>)>,
) -> Result<Vec<Reported>, StorageError> {
    let report = Report {
        tenant: tenant.clone(),
        entries,
    };
    transact(storage, Scope::caller(tenant), report).await
}

struct Report {
    tenant: TenantId,
    entries: Vec<(Suppression, DateTime<Utc>)>,
}

#[async_trait]
impl Work for Report {
    type Done = Vec<Reported>;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<Vec<Reported>, StorageError> {
        let mut all = Vec::with_capacity(self.entries.len());
        for (entry, sent_at) in &self.entries {
            all.push(self.one(tx, entry, *sent_at).await?);
        }
        if !all.contains(&Reported::Added) {
            tx.nothing_written();
        }
        Ok(all)
    }
}

impl Report {
    async fn one(
        &self,
        tx: &mut dyn Transaction,
        entry: &Suppression,
        sent_at: DateTime<Utc>,
    ) -> Result<Reported, StorageError> {
        let lifted = RememberedKey::lifted(&entry.key.address);
        let lifted_at = tx.remembered(&self.tenant, &lifted).await?;
        if lifted_at.is_some_and(|at| at >= sent_at) {
            return Ok(Reported::Outdated);
        }
        let entry = std::slice::from_ref(entry);
        Ok(match tx.add_suppressions(&self.tenant, entry).await? {
            0 => Reported::Known,
            _ => Reported::Added,
        })
    }
}

/// Removes an entry; `false` if there is none. What was suppressed stays so. That it was removed is remembered, so that a late
/// report about an earlier mail does not add it again.
///
/// # Errors
/// As [`add_suppressions`].
pub async fn remove_suppression<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    key: &SuppressionKey,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let remove = Remove {
        tenant: tenant.clone(),
        key: key.clone(),
        now,
    };
    transact(storage, Scope::caller(tenant), remove).await
}

struct Remove {
    tenant: TenantId,
    key: SuppressionKey,
    now: DateTime<Utc>,
}

#[async_trait]
impl Work for Remove {
    type Done = bool;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<bool, StorageError> {
        let removed = tx.remove_suppression(&self.tenant, &self.key).await?;
        if !removed {
            tx.nothing_written();
            return Ok(false);
        }
        let lifted = Remembered {
            key: RememberedKey::lifted(&self.key.address),
            at: self.now,
            expires_at: self.now + LIFTED_KEPT,
        };
        tx.remember(&self.tenant, &lifted).await?;
        Ok(true)
    }
}
