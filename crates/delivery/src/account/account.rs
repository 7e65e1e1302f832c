//! One account at one provider.

use std::sync::{Arc, Mutex, PoisonError};

use campanile_channels::ChannelSender;
use campanile_domain::{Blame, Channel, Outcome, OutcomeKind, TenantId};
use chrono::{DateTime, Utc};
use tokio::sync::Semaphore;

use super::breaker::{Admit, Breaker, BreakerSettings, BreakerState, Change, Ticket};

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
}

/// Where the addresses of an account's deliveries come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Addresses {
    /// The users' own.
    OfUsers,
    /// One of the tenant's: a webhook's URL.
    OfTenant(String),
}

/// One account at one provider, running.
pub struct Account {
    name: String,
    tenant: TenantId,
    version: String,
    sender: Arc<dyn ChannelSender>,
    breaker: Breaker,
    hands: Arc<Semaphore>,
    last_failure: Mutex<Option<LastFailure>>,
}

/// What operators are told about an account.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountState {
    /// Whether calls are made.
    pub breaker: BreakerState,
    /// The last answer that was held against it.
    pub last_failure: Option<LastFailure>,
}

/// An answer that was held against an account.
#[derive(Debug, Clone, PartialEq)]
pub struct LastFailure {
    /// When it came.
    pub at: DateTime<Utc>,
    /// The provider's own code.
    pub code: String,
    /// One readable sentence.
    pub detail: String,
}

impl Account {
    pub(super) fn new(spec: &AccountSpec) -> Self {
        Self {
            name: spec.name.clone(),
            tenant: spec.tenant.clone(),
            version: spec.version.clone(),
            sender: Arc::clone(&spec.sender),
            breaker: Breaker::new(spec.breaker),
            hands: Arc::new(Semaphore::new(spec.sender.concurrency().max(1))),
            last_failure: Mutex::new(None),
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

    /// Which channel it serves.
    pub fn channel(&self) -> Channel {
        self.sender.channel()
    }

    /// How it stands.
    pub fn state(&self) -> AccountState {
        AccountState {
            breaker: self.breaker.state(),
            last_failure: self.failure().clone(),
        }
    }

    pub(crate) fn sender(&self) -> &dyn ChannelSender {
        self.sender.as_ref()
    }

    /// Gives out no hand any more, not even to those who wait for one.
    pub(super) fn retire(&self) {
        self.hands.close();
    }

    pub(crate) fn hands(&self) -> Arc<Semaphore> {
        Arc::clone(&self.hands)
    }

    pub(crate) fn admit(&self, now: DateTime<Utc>) -> Admit {
        self.breaker.admit(now)
    }

    pub(super) fn refuses_until(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.breaker.refuses_until(now)
    }

    /// Takes an answer into account; says so when the breaker opens or closes.
    pub(crate) fn report(&self, ticket: Ticket, outcome: &Outcome, now: DateTime<Utc>) {
        if outcome.blame == Blame::Account && outcome.kind != OutcomeKind::Delivered {
            *self.failure() = Some(LastFailure {
                at: now,
                code: outcome.code.clone(),
                detail: outcome.detail.clone(),
            });
        }
        let channel = self.channel();
        match self.breaker.report(ticket, outcome, now) {
            Change::None => {}
            Change::Opened { until } => tracing::warn!(
                tenant.id = %self.tenant, %channel, account = self.name,
                outcome = outcome.kind.name(), code = outcome.code, %until,
                "the account fails; its deliveries wait"
            ),
            Change::Closed => tracing::info!(
                tenant.id = %self.tenant, %channel, account = self.name,
                "the account works again"
            ),
        }
    }

    fn failure(&self) -> std::sync::MutexGuard<'_, Option<LastFailure>> {
        self.last_failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
