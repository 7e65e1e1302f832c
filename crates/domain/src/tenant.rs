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
    /// The waiting times between attempts, if the tenant has set them.
    pub retry_ladder: Option<RetryLadder>,
    /// How long its notifications are kept, if the tenant has set it.
    pub retention: Option<RetentionDays>,
    /// Schemes besides https that links may have: those of the tenant's apps.
    pub link_schemes: Vec<LinkScheme>,
    /// The locale of users who have none.
    pub locale: Option<String>,
    /// Whether its pushes tell apps how many notifications are unread.
    pub push_badge: bool,
}
