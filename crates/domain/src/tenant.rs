//! An organisation as it is stored.

use chrono::{DateTime, Utc};

use crate::{LinkScheme, RetentionDays, RetryLadder, TenantId};

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
    /// Schemes besides https that links may have: those of its own apps.
    pub link_schemes: Vec<LinkScheme>,
    /// The locale of users who have none.
    pub locale: Option<String>,
    /// Whether its pushes tell apps how many notifications are unread.
    pub push_badge: bool,
}
