//! One account at one provider.

use std::sync::Arc;

use campanile_channels::ChannelSender;
use campanile_domain::{Channel, Platform, TenantId, UserAddressText};
use chrono::{DateTime, Utc};
use tokio::sync::Semaphore;

use super::part::Part;
use super::pause::Pausing;
use super::spec::{AccountFault, AccountSpec, Addresses, Share};
use super::state::{AccountState, HeldPlatform};
use super::suspicion::Suspicion;

/// One account at one provider, running.
pub struct Account {
    pub(super) name: String,
    pub(super) tenant: TenantId,
    pub(super) version: String,
    pub(super) own_address: Option<String>,
    pub(super) share: Share,
    pub(super) fault: Option<AccountFault>,
    pub(super) sender: Arc<dyn ChannelSender>,
    /// The account as a whole.
    pub(super) whole: Part,
    /// Its credentials for platforms that need a separate one.
    pub(super) platforms: [(Platform, Part); 2],
    pub(super) suspicion: Suspicion,
    pub(super) pausing: Pausing,
    pub(super) permits: Arc<Semaphore>,
}

impl Account {
    pub(super) fn new(spec: &AccountSpec) -> Self {
        Self {
            name: spec.name.clone(),
            tenant: spec.tenant.clone(),
            version: spec.version.clone(),
            own_address: match &spec.addresses {
                Addresses::OfUsers => None,
                Addresses::OfTenant(address) => Some(address.clone()),
            },
            share: spec.share.clone(),
            fault: spec.fault.clone(),
            sender: Arc::clone(&spec.sender),
            whole: Part::new(spec.breaker),
            platforms: [Platform::Ios, Platform::Web]
                .map(|platform| (platform, Part::new(spec.breaker))),
            suspicion: Suspicion::new(spec.breaker.failures),
            pausing: Pausing::default(),
            permits: Arc::new(Semaphore::new(spec.sender.concurrency().max(1))),
        }
    }

    /// Whether a specification describes this very account, unchanged.
    pub(super) fn is(&self, spec: &AccountSpec) -> bool {
        self.name == spec.name && self.version == spec.version && self.tenant == spec.tenant
    }

    /// Its name among the tenant's providers.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whose it is.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// What distinguishes it from an earlier account of the same name.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }

    /// Which channel it serves.
    pub fn channel(&self) -> Channel {
        self.sender.channel()
    }

    /// How it stands.
    pub fn state(&self) -> AccountState {
        let whole = self.whole.breaker.trouble();
        let mut since: Vec<DateTime<Utc>> = whole.iter().map(|trouble| trouble.since).collect();
        since.extend(self.fault.as_ref().map(|fault| fault.since));
        let paused = self.pausing.pause();
        since.extend(paused.as_ref().map(|pause| pause.since));
        let mut held = Vec::new();
        for (platform, part) in &self.platforms {
            if let Some((trouble, failure)) = part.breaker.trouble().zip(part.last_failure()) {
                since.push(trouble.since);
                held.push(HeldPlatform {
                    platform: *platform,
                    failure,
                });
            }
        }
        AccountState {
            breaker: self.whole.breaker.state(),
            misconfigured: self.fault.is_some()
                || paused.is_some()
                || !held.is_empty()
                || whole.is_some_and(|trouble| trouble.lasting),
            fault: self.fault.as_ref().map(|fault| fault.detail.clone()),
            paused,
            held,
            since: since.into_iter().min(),
            last_failure: self.whole.last_failure(),
        }
    }

    /// The address that a delivery goes to through this account: an account with its own address uses that, even if
    /// the delivery was planned for another account's. What was planned for an address of the user goes nowhere else: the
    /// tenant's may be read by others.
    pub(crate) fn address<'a>(&'a self, planned: &'a str) -> &'a str {
        self.own_address_for(planned).unwrap_or(planned)
    }

    /// The account's own address, if a delivery that was planned for this one goes there.
    pub(super) fn own_address_for(&self, planned: &str) -> Option<&str> {
        let own = self.own_address.as_deref();
        own.filter(|_| UserAddressText::of_delivery(planned).is_none())
    }

    pub(crate) fn sender(&self) -> &dyn ChannelSender {
        self.sender.as_ref()
    }

    pub(crate) fn pausing(&self) -> &Pausing {
        &self.pausing
    }

    /// Gives out no more permits, not even to deliveries that wait for one.
    pub(super) fn retire(&self) {
        self.permits.close();
    }

    pub(crate) fn permits(&self) -> Arc<Semaphore> {
        Arc::clone(&self.permits)
    }
}
