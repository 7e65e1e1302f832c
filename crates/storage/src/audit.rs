//! Reading the audit log. Rows are added in the transactions of the acts ([`crate::AuditRows`]).

use async_trait::async_trait;
use campanile_domain::{AuditDays, AuditHead, AuditId, AuditRow, TenantId};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::StorageError;

/// Rows that a page looks at, at most: a filter that matches little is answered by several pages.
pub const AUDIT_ROWS_LOOKED_AT: u32 = 2_000;

/// Which rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Only acts of this actor.
    pub actor: Option<String>,
    /// Only this action.
    pub action: Option<String>,
    /// Only acts on this target.
    pub target: Option<String>,
    /// Only acts at or after this time.
    pub from: Option<DateTime<Utc>>,
    /// Only acts before this time.
    pub to: Option<DateTime<Utc>>,
}

/// A page, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditPage {
    /// Its rows. There may be none although [`Self::next`] is set: the rows that were looked at did not match.
    pub rows: Vec<AuditRow>,
    /// Before which id the next page begins; `None` on the last one.
    pub next: Option<AuditId>,
}

/// Reads the audit log of one tenant.
#[async_trait]
pub trait AuditLog: Send + Sync {
    /// Where the chain begins and ends.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn audit_head(&self, tenant: &TenantId) -> Result<AuditHead, StorageError>;

    /// A page of rows with ids below `before`, newest first. Looks at [`AUDIT_ROWS_LOOKED_AT`] rows at most.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn audit_page(
        &self,
        tenant: &TenantId,
        filter: &AuditFilter,
        before: Option<AuditId>,
        limit: u32,
    ) -> Result<AuditPage, StorageError>;

    /// Rows with greater ids than `after`, oldest first.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn audit_rows_after(
        &self,
        tenant: &TenantId,
        after: AuditId,
        limit: u32,
    ) -> Result<Vec<AuditRow>, StorageError>;

    /// For how long the tenant keeps its rows, if it has set that.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn audit_days(&self, tenant: &TenantId) -> Result<Option<AuditDays>, StorageError>;
}

impl AuditFilter {
    /// The ids among which matching rows are: from the first to before the second. `at` of a row is the time of its id,
    /// more precisely.
    pub fn ids(&self, before: Option<AuditId>) -> (AuditId, AuditId) {
        let last = AuditId(Uuid::max());
        let first = self.from.map_or(AuditId(Uuid::nil()), AuditId::floor);
        let end = self.to.map_or(last, |to| {
            AuditId::floor(
                to.checked_add_signed(TimeDelta::milliseconds(1))
                    .unwrap_or(to),
            )
        });
        (first, end.min(before.unwrap_or(last)))
    }
}

impl AuditPage {
    /// A page of the rows that were found, one more than `limit` if there are more; `edge` is the first that was not
    /// looked at.
    pub fn of(mut rows: Vec<AuditRow>, limit: u32, edge: Option<AuditId>) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let next = if rows.len() > limit {
            rows.truncate(limit);
            rows.last().map(|row| row.id)
        } else {
            edge.map(AuditId::next)
        };
        Self { rows, next }
    }
}
