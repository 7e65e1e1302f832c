//! A tenant's list of addresses that are not to be used.

use async_trait::async_trait;
use campanile_domain::{Channel, SuppressedAddress, Suppression, SuppressionKey, TenantId};

use crate::StorageError;

/// Which entries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SuppressionFilter {
    /// Only this channel.
    pub channel: Option<Channel>,
    /// Only this address, with the channel.
    pub address: Option<SuppressedAddress>,
}

/// A page, by channel, address and type, in the order in which they are stored: of addresses that are sealed, that is any.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuppressionPage {
    /// Its entries.
    pub items: Vec<Suppression>,
    /// After which entry the others follow, if there are any: its key as it is stored.
    pub next: Option<SuppressionKey>,
}

/// Reads the list of one tenant. It is consulted with users' addresses ([`crate::PeopleRows`]) and with deliveries that
/// fall due.
#[async_trait]
pub trait Suppressions: Send + Sync {
    /// A page of entries, after the one that the page before named as [`SuppressionPage::next`].
    ///
    /// # Errors
    /// [`StorageError`].
    async fn suppressions(
        &self,
        tenant: &TenantId,
        filter: &SuppressionFilter,
        after: Option<&SuppressionKey>,
        limit: u32,
    ) -> Result<SuppressionPage, StorageError>;
}
