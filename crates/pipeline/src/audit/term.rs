//! How long audit rows are kept, and the removal of those past their term.

use async_trait::async_trait;
use campanile_domain::{Act, AuditAction, AuditDays, AuditId, AuditRow, TenantId, removal_record};
use campanile_storage::{
    AUDIT_REMOVED_AT_ONCE, AuditLog, Retention, Scope, StorageError, Transaction, UnitOfWork, Work,
    transact,
};
use chrono::{DateTime, Utc};

/// Sets for how long a tenant keeps its audit rows; `None`: as long as the installation says.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`]; a repetition is harmless.
pub async fn set_audit_days<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    days: Option<AuditDays>,
) -> Result<(), StorageError> {
    let set = Set {
        tenant: tenant.clone(),
        days,
    };
    transact(storage, Scope::caller(tenant), set).await
}

struct Set {
    tenant: TenantId,
    days: Option<AuditDays>,
}

#[async_trait]
impl Work for Set {
    type Done = ();

    async fn run(&self, tx: &mut dyn Transaction) -> Result<(), StorageError> {
        tx.lock_audit_head(&self.tenant).await?;
        tx.set_audit_days(&self.tenant, self.days).await
    }
}

/// The task in whose name removals are recorded.
const TASK: &str = "retention";

/// Removes the audit rows of all tenants that are past their term, in steps that are a transaction each; says how many.
/// The chain stays verifiable: the number and the hash of the last removed row are kept as its anchor, and a row of the chain
/// records them, so that an anchor that was moved by hand is seen. The last row of a
/// chain stays. Several processes may do this at once.
///
/// # Errors
/// What the steps before the failing one did stays done.
pub async fn remove_audit_rows<S: Retention + AuditLog + UnitOfWork + ?Sized>(
    storage: &S,
    default: AuditDays,
    now: DateTime<Utc>,
) -> Result<u64, StorageError> {
    let mut removed = 0;
    for (tenant, _) in storage.retention_terms().await? {
        let days = storage.audit_days(&tenant).await?.unwrap_or(default);
        let before = AuditId::floor(days.cutoff(now));
        loop {
            let step = Remove {
                tenant: tenant.clone(),
                before,
                now,
            };
            let done = transact(storage, Scope::worker_for(&tenant), step).await?;
            removed += done;
            if done < u64::from(AUDIT_REMOVED_AT_ONCE) {
                break;
            }
        }
    }
    Ok(removed)
}

struct Remove {
    tenant: TenantId,
    before: AuditId,
    now: DateTime<Utc>,
}

#[async_trait]
impl Work for Remove {
    type Done = u64;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<u64, StorageError> {
        let tenant = &self.tenant;
        // Most tenants have nothing to remove: no lock is taken to find that out.
        let limit = AUDIT_REMOVED_AT_ONCE;
        if tx
            .oldest_audit_rows(tenant, self.before, 1)
            .await?
            .is_empty()
        {
            tx.nothing_written();
            return Ok(0);
        }
        let head = tx.lock_audit_head(tenant).await?;
        let before = self.before.min(head.id);
        let oldest = tx.oldest_audit_rows(tenant, before, limit).await?;
        let Some(last) = oldest.last() else {
            tx.nothing_written();
            return Ok(0);
        };
        let removed = tx.remove_audit_rows(tenant, last).await?;
        let (_, seq, hash) = *last;
        let record = removal_record(removed, (seq, hash));
        let row = AuditRow::next(
            tenant,
            &head,
            &Act::of_system(TASK, self.now),
            (AuditAction::AuditRemove, "audit_log"),
            (None, Some(&record)),
            tx.random(),
        );
        tx.append_audit(tenant, &row).await?;
        Ok(removed)
    }
}
