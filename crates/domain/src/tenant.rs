//! An organisation as it is stored.

use chrono::{DateTime, Utc};

use crate::{RetentionDays, RetryLadder, TenantId};

/// An organisation; owns users, providers, limits and data.
#[derive(Debug, Clone, PartialEq)]
pub struct Tenant {
    /// Its name.
    pub id: TenantId,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// Its own ladder, where it set one.
    pub retry_ladder: Option<RetryLadder>,
    /// For how long it keeps its notifications, where it said so.
    pub retention: Option<RetentionDays>,
}
