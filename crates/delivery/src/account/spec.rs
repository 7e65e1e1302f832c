//! How an account is to be set up.

use std::sync::Arc;

use campanile_channels::ChannelSender;
use campanile_domain::TenantId;

use chrono::{DateTime, Utc};

use super::BreakerSettings;

/// How an account is to be set up.
#[derive(Clone)]
pub struct AccountSpec {
    /// Its name among the tenant's providers.
    pub name: String,
    /// Whose.
    pub tenant: TenantId,
    /// Changes whenever its settings do, e.g. a digest: an account of the same name and version
    /// keeps its breaker and its calls in flight.
    pub version: String,
    /// Where the addresses come from.
    pub addresses: Addresses,
    /// Makes the calls; says for which channel, and how many at once.
    pub sender: Arc<dyn ChannelSender>,
    /// When it is left alone.
    pub breaker: BreakerSettings,
    /// What of the tenant's deliveries it takes.
    pub share: Share,
    /// Why no call can be made by it at all: its deliveries wait, or go to its failover.
    pub fault: Option<AccountFault>,
}

/// Why an account cannot be used at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountFault {
    /// When that was found out.
    pub since: DateTime<Utc>,
    /// In one sentence without secrets and addresses.
    pub detail: String,
}

/// What of a tenant's deliveries an account takes, beside its others of the channel.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Share {
    /// Deliveries fall to accounts in proportion to it. Where none is said it is 1, or nothing for an
    /// account that others fail over to.
    pub weight: Option<u32>,
    /// The name of the account that takes over while this one makes no calls.
    pub failover_to: Option<String>,
}

/// Where the addresses of an account's deliveries come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Addresses {
    /// The users' own.
    OfUsers,
    /// One of the tenant's: a webhook's URL.
    OfTenant(String),
}
