//! A version whose time has come is published.

use async_trait::async_trait;
use campanile_domain::TemplateType;
use campanile_storage::{
    DueTemplate, Scope, StorageError, Transaction, UnitOfWork, Work, transact,
};
use chrono::{DateTime, Utc};

use super::make_current::{Types, make_current};

/// Publishes a version that waited for its time; says whether it did: another worker may have.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`]; a repetition is harmless.
pub async fn publish_due<S: UnitOfWork + ?Sized>(
    storage: &S,
    due: &DueTemplate,
    now: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let scope = Scope::worker_for(&due.tenant);
    let due = due.clone();
    transact(storage, scope, PublishDue { due, now }).await
}

struct PublishDue {
    due: DueTemplate,
    now: DateTime<Utc>,
}

#[async_trait]
impl Work for PublishDue {
    type Done = bool;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<bool, StorageError> {
        let (tenant, name) = (&self.due.tenant, &self.due.notification_type);
        let types = Types::hold(tx, tenant).await?;
        let found = tx.version_of(tenant, name, self.due.version).await?;
        let Some(found) = found.filter(|found| found.head.published_at.is_none()) else {
            tx.nothing_written();
            return Ok(false);
        };
        let version = self.due.version;
        let shared = types.shared_for(name);
        tx.mark_published(tenant, name, version, shared, self.now)
            .await?;
        let one = types.get(name).cloned();
        let one = one.unwrap_or_else(|| TemplateType::new(name.clone()));
        let by = found.head.made_by;
        make_current(tx, tenant, &types, one, version, &by, self.now).await?;
        Ok(true)
    }
}
