//! A version whose time has come is published, unless a newer one was meanwhile.

use async_trait::async_trait;
use campanile_domain::TemplateType;
use campanile_storage::{
    DueTemplate, Scope, StorageError, Transaction, UnitOfWork, Work, transact,
};
use chrono::{DateTime, TimeDelta, Utc};

use super::make_current::{Types, make_current};

/// How long a version that failed waits for its next try, at first; each failure doubles it.
const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(10);
/// The longest pause.
const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(10);

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DuePublished {
    /// It is in use.
    Current,
    /// What it holds is older than what was published since it was scheduled, so that stays in use.
    Superseded,
    /// It waits no more: another worker has published it, or an editor has removed it.
    Gone,
}

/// Publishes a version that waited for its time.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`]; a repetition is harmless.
pub async fn publish_due<S: UnitOfWork + ?Sized>(
    storage: &S,
    due: &DueTemplate,
    now: DateTime<Utc>,
) -> Result<DuePublished, StorageError> {
    let scope = Scope::worker_for(&due.tenant);
    let due = due.clone();
    transact(storage, scope, PublishDue { due, now }).await
}

/// Notes that a version could not be published, so that it is tried again later and holds up no other; says when.
///
/// # Errors
/// As [`publish_due`].
pub async fn put_off_due<S: UnitOfWork + ?Sized>(
    storage: &S,
    due: &DueTemplate,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, StorageError> {
    let scope = Scope::worker_for(&due.tenant);
    let pause = FIRST_PAUSE * 2_i32.pow(due.failures.min(6));
    let until = now + pause.min(LONGEST_PAUSE);
    let due = due.clone();
    transact(storage, scope, PutOff { due, until }).await?;
    Ok(until)
}

struct PutOff {
    due: DueTemplate,
    until: DateTime<Utc>,
}

#[async_trait]
impl Work for PutOff {
    type Done = ();

    async fn run(&self, tx: &mut dyn Transaction) -> Result<(), StorageError> {
        let DueTemplate {
            tenant,
            notification_type,
            version,
            ..
        } = &self.due;
        tx.put_off_version(tenant, notification_type, *version, self.until)
            .await
    }
}

struct PublishDue {
    due: DueTemplate,
    now: DateTime<Utc>,
}

#[async_trait]
impl Work for PublishDue {
    type Done = DuePublished;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<DuePublished, StorageError> {
        let (tenant, name) = (&self.due.tenant, &self.due.notification_type);
        let types = Types::hold(tx, tenant).await?;
        let found = tx.version_of(tenant, name, self.due.version).await?;
        let Some(found) = found.filter(|found| found.head.due_at.is_some()) else {
            tx.nothing_written();
            return Ok(DuePublished::Gone);
        };
        let version = self.due.version;
        let current = types.get(name).and_then(|one| one.current_version);
        let current = match current {
            Some(current) => tx.version_of(tenant, name, current).await?,
            None => None,
        };
        if let Some(current) = &current
            && current.head.content_version > version
        {
            tx.supersede_version(tenant, name, version).await?;
            return Ok(DuePublished::Superseded);
        }
        // What is compared meanwhile, and what was stopped, is not what it was when the version was scheduled.
        let waiting = found.snapshot.clone().unnumbered();
        let snapshot = waiting.numbered(version, current.as_ref().map(|one| &one.snapshot));
        if snapshot != found.snapshot {
            tx.replace_scheduled(tenant, name, version, &snapshot)
                .await?;
        }
        let shared = types.shared_for(name);
        tx.mark_published(tenant, name, version, shared, self.now)
            .await?;
        let one = types.get(name).cloned();
        let one = one.unwrap_or_else(|| TemplateType::new(name.clone()));
        let by = found.head.made_by;
        let it = (version, snapshot.bytes());
        make_current(tx, tenant, &types, one, it, &by, self.now).await?;
        Ok(DuePublished::Current)
    }
}
