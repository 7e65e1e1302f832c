//! An editor returns to an earlier version.

use async_trait::async_trait;
use campanile_domain::{NotificationType, ShownVersion, TemplateHead, TemplateVersion, TenantId};
use campanile_storage::{Scope, StorageError, Transaction, UnitOfWork, Work, transact};
use chrono::{DateTime, Utc};

use super::make_current::{Types, make_current};

/// To which version.
#[derive(Debug, Clone)]
pub struct RollBack {
    /// The type.
    pub notification_type: NotificationType,
    /// The version.
    pub version: u64,
    /// Why, in the editor's words.
    pub comment: Option<String>,
    /// The latest version that the editor has seen, if they say so.
    pub seen: Option<u64>,
    /// Who.
    pub by: String,
    /// When.
    pub now: DateTime<Utc>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RolledBack {
    /// There is a new version that holds what the earlier one held. Layouts, partials and brand are those of today.
    Version(ShownVersion),
    /// There is no such version, or it waits for its time.
    NoVersion,
    /// All versions in use would be so many bytes, which is more than they may be.
    TooLarge(u64),
    /// Another version was made since the editor looked.
    Outdated {
        /// The latest version.
        latest: u64,
    },
}

/// Publishes what an earlier version holds as a new version. The drafts stay as they are.
///
/// # Errors
/// Nothing is changed, except after [`StorageError::CommitUnknown`].
pub async fn roll_back<S: UnitOfWork + ?Sized>(
    storage: &S,
    tenant: &TenantId,
    to: RollBack,
) -> Result<RolledBack, StorageError> {
    let work = Return {
        tenant: tenant.clone(),
        to,
    };
    transact(storage, Scope::caller(tenant), work).await
}

struct Return {
    tenant: TenantId,
    to: RollBack,
}

#[async_trait]
impl Work for Return {
    type Done = RolledBack;

    async fn run(&self, tx: &mut dyn Transaction) -> Result<RolledBack, StorageError> {
        let (tenant, to) = (&self.tenant, &self.to);
        let name = &to.notification_type;
        let types = Types::hold(tx, tenant).await?;
        let latest = types.get(name).map_or(0, |one| one.latest_version);
        if to.seen.is_some_and(|seen| seen != latest) {
            tx.nothing_written();
            return Ok(RolledBack::Outdated { latest });
        }
        let found = tx.version_of(tenant, name, to.version).await?;
        let found = found.filter(|found| found.head.due_at.is_none());
        let (Some(found), Some(one)) = (found, types.get(name).cloned()) else {
            tx.nothing_written();
            return Ok(RolledBack::NoVersion);
        };
        let bytes = found.snapshot.bytes();
        if let Some(all) = types.excess(name, bytes) {
            tx.nothing_written();
            return Ok(RolledBack::TooLarge(all));
        }
        let current = match one.current_version {
            Some(current) => tx.version_of(tenant, name, current).await?,
            None => None,
        };
        // What was stopped since stays stopped.
        let snapshot = found.snapshot.clone();
        let snapshot = snapshot.going_on(current.as_ref().map(|one| &one.snapshot));
        let number = one.latest_version + 1;
        let usual = || format!("rolled back to version {}", to.version);
        let head = TemplateHead {
            version: number,
            content_version: number,
            shared_version: types.shared_for(name),
            comment: Some(to.comment.clone().unwrap_or_else(usual)),
            made_by: to.by.clone(),
            made_at: to.now,
            due_at: None,
            published_at: Some(to.now),
        };
        let version = TemplateVersion {
            head: head.clone(),
            snapshot,
        };
        tx.insert_version(tenant, name, &version).await?;
        let it = (number, version.snapshot.bytes());
        make_current(tx, tenant, &types, one, it, &to.by, to.now).await?;
        let shown = ShownVersion::of(head, Some(number));
        Ok(RolledBack::Version(shown))
    }
}
