//! An organisation as it is stored.

use chrono::{DateTime, Utc};

use crate::{ApiKey, LinkScheme, RetentionDays, RetryLadder, TenantId, TenantLimits, TokenKeys};

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
    /// Whether it counts which of its mails are opened.
    pub track_opens: bool,
    /// Whether it counts in which of its mails a link is opened.
    pub track_clicks: bool,
    /// Since when it is suspended: it accepts and delivers nothing.
    pub suspended_at: Option<DateTime<Utc>>,
    /// Since when it is being removed: for callers it does not exist.
    pub removing_since: Option<DateTime<Utc>>,
    /// How many API keys it may have, where that was set.
    pub max_api_keys: Option<u32>,
    /// What else it may take.
    pub limits: TenantLimits,
    /// The tenant's public keys, which verify the tokens that it signs; none unless `platform` has set them.
    pub token_keys: Option<TokenKeys>,
}

impl Tenant {
    /// A tenant for which nothing is set.
    pub fn new(id: TenantId, created_at: DateTime<Utc>) -> Self {
        Self {
            id,
            created_at,
            retry_ladder: None,
            retention: None,
            link_schemes: Vec::new(),
            locale: None,
            push_badge: false,
            track_opens: false,
            track_clicks: false,
            suspended_at: None,
            removing_since: None,
            max_api_keys: None,
            limits: TenantLimits::default(),
            token_keys: None,
        }
    }

    /// `active`, `suspended` or `removing`.
    pub const fn status(&self) -> &'static str {
        match (self.removing_since, self.suspended_at) {
            (Some(_), _) => "removing",
            (None, Some(_)) => "suspended",
            (None, None) => "active",
        }
    }

    /// How many recipients one of its requests may name.
    pub fn most_recipients(&self) -> u32 {
        let most = TenantLimits::MOST_RECIPIENTS;
        self.limits.recipients.map_or(most, |own| own.min(most))
    }

    /// How many API keys that can be used it may have.
    pub fn most_api_keys(&self) -> u32 {
        self.max_api_keys.unwrap_or(ApiKey::DEFAULT_MOST)
    }
}
