//! What a store of stream tickets must do.

use async_trait::async_trait;
use campanile_domain::{ApiKeyId, TenantId, TokenKeyPrint, UserId};
use chrono::{DateTime, Utc};

/// The SHA-256 of a ticket.
pub type TicketHash = [u8; 32];

/// What a ticket grants: a stream of this user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamGrant {
    /// The owner of everything about it.
    pub tenant: TenantId,
    /// The user for whom it was issued.
    pub user: UserId,
    /// When the token ends with which it was issued; no stream may last longer.
    pub valid_until: DateTime<Utc>,
    /// The API key with which it was issued, if it was one; no stream may last longer than the key.
    pub api_key: Option<ApiKeyId>,
    /// The tenant's own key that verified the token; no stream may last longer than the tenant has it.
    pub token_key: Option<TokenKeyPrint>,
}

/// Why there are no tickets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TicketsUnavailable {
    /// The server that keeps them does not answer.
    #[error("the store of stream tickets does not answer")]
    Away,
    /// This installation has several nodes and nothing that they share.
    #[error("stream tickets require Redis (REDIS_URL)")]
    NotShared,
}

/// Keeps the tickets that are issued and not used yet.
#[async_trait]
pub trait StreamTickets: Send + Sync + 'static {
    /// Keeps a grant until it is taken or `expires_at` has come.
    ///
    /// # Errors
    /// [`TicketsUnavailable`]: it is not kept.
    async fn put(
        &self,
        hash: &TicketHash,
        grant: &StreamGrant,
        expires_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), TicketsUnavailable>;

    /// Takes a grant of this tenant out. Of callers at once, on all nodes, one gets it; one that has expired is not found.
    ///
    /// # Errors
    /// [`TicketsUnavailable`]: whether there is one is unknown.
    async fn take(
        &self,
        tenant: &TenantId,
        hash: &TicketHash,
        now: DateTime<Utc>,
    ) -> Result<Option<StreamGrant>, TicketsUnavailable>;
}
