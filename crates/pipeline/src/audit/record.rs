//! The row of an act, in the transaction of the act.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use campanile_domain::AuditRow;
use campanile_storage::{
    RunInTransaction, Scope, StorageError, Transaction, UnitOfWork, Work, transact,
};
use campanile_telemetry::metrics;

use super::entry::AuditEntry;

/// A storage whose transactions are recorded as one act.
pub struct Audited<'s, S: UnitOfWork + ?Sized> {
    storage: &'s S,
    entry: AuditEntry,
}

impl<'s, S: UnitOfWork + ?Sized> Audited<'s, S> {
    /// Records each transaction that writes as this act.
    pub const fn new(storage: &'s S, entry: AuditEntry) -> Self {
        Self { storage, entry }
    }
}

#[async_trait]
impl<S: UnitOfWork + ?Sized> UnitOfWork for Audited<'_, S> {
    async fn run(&self, scope: Scope, work: Arc<dyn RunInTransaction>) -> Result<(), StorageError> {
        let recorded = Arc::new(Recorded {
            entry: self.entry.clone(),
            work,
            has_row: AtomicBool::new(false),
        });
        self.storage.run(scope, Arc::clone(&recorded) as _).await?;
        if recorded.has_row.load(Ordering::Relaxed) {
            let rows = &metrics().audit_rows_total;
            rows.with_label_values(&[self.entry.action.name()]).inc();
        }
        Ok(())
    }
}

/// Records an act that changes nothing in a transaction of the database, such as a test of a template.
///
/// # Errors
/// Nothing is recorded, except after [`StorageError::CommitUnknown`].
pub async fn record_act<S: UnitOfWork + ?Sized>(
    storage: &S,
    entry: AuditEntry,
) -> Result<(), StorageError> {
    let scope = Scope::caller(&entry.tenant);
    transact(&Audited::new(storage, entry), scope, Nothing).await
}

struct Nothing;

#[async_trait]
impl Work for Nothing {
    type Done = ();

    async fn run(&self, _tx: &mut dyn Transaction) -> Result<(), StorageError> {
        Ok(())
    }
}

/// Work with its row.
struct Recorded {
    entry: AuditEntry,
    work: Arc<dyn RunInTransaction>,
    has_row: AtomicBool,
}

#[async_trait]
impl RunInTransaction for Recorded {
    async fn run(&self, tx: &mut dyn Transaction) -> Result<(), StorageError> {
        self.has_row.store(false, Ordering::Relaxed);
        let entry = &self.entry;
        let tenant = &entry.tenant;
        // Before everything else: what is looked at now is not changed by another act until the commit, and acts never
        // wait for each other in a circle.
        let head = tx.lock_audit_head(tenant).await?;
        let before = match &entry.look {
            Some(look) => look.look(tenant, tx).await?,
            None => None,
        };
        self.work.run(tx).await?;
        if !tx.is_written() {
            return Ok(());
        }
        let after = match &entry.look {
            Some(look) => look.look(tenant, tx).await?,
            None => entry.details.clone(),
        };
        let row = AuditRow::next(
            tenant,
            &head,
            &entry.act,
            (entry.action, &entry.target),
            (before.as_ref(), after.as_ref()),
            tx.random(),
        );
        tx.append_audit(tenant, &row).await?;
        self.has_row.store(true, Ordering::Relaxed);
        Ok(())
    }
}
