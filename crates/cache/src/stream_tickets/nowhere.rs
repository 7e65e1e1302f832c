//! No tickets at all.

use async_trait::async_trait;
use campanile_domain::TenantId;
use chrono::{DateTime, Utc};

use super::{StreamGrant, StreamTickets, TicketHash, TicketsUnavailable};

/// Keeps nothing; for a cluster without Redis, where a ticket would be known to one of several nodes.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoStreamTickets;

#[async_trait]
impl StreamTickets for NoStreamTickets {
    async fn put(
        &self,
        _: &TicketHash,
        _: &StreamGrant,
        _: DateTime<Utc>,
        _: DateTime<Utc>,
    ) -> Result<(), TicketsUnavailable> {
        Err(TicketsUnavailable::NotShared)
    }

    async fn take(
        &self,
        _: &TenantId,
        _: &TicketHash,
        _: DateTime<Utc>,
    ) -> Result<Option<StreamGrant>, TicketsUnavailable> {
        Err(TicketsUnavailable::NotShared)
    }
}
