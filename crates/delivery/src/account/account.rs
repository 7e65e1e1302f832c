//! One account at one provider.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use campanile_channels::ChannelSender;
use campanile_domain::{Blame, Channel, Outcome, OutcomeKind, TenantId};
use campanile_telemetry::{Episodes, Told};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Semaphore;

use super::breaker::{Admit, Breaker, BreakerSettings, BreakerState, Change, Ticket};
use super::choice::{Candidate, Deferral};

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
    /// Why no call can be made by it at all, in one sentence without secrets and addresses: its
    /// deliveries wait, or go to its failover.
    pub fault: Option<String>,
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

/// One account at one provider, running.
pub struct Account {
    name: String,
    tenant: TenantId,
    version: String,
    own_address: Option<String>,
    share: Share,
    fault: Option<Fault>,
    sender: Arc<dyn ChannelSender>,
    breaker: Breaker,
    hands: Arc<Semaphore>,
    last_failure: Mutex<Option<LastFailure>>,
    /// What of its failing is told.
    episodes: Mutex<Episodes>,
}

/// Why an account cannot be used at all.
struct Fault {
    since: DateTime<Utc>,
    detail: String,
}

/// How long deliveries wait for an account that cannot be used, before they look again.
const FAULT_PAUSE: TimeDelta = TimeDelta::minutes(5);

/// What operators are told about an account.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountState {
    /// Whether calls are made.
    pub breaker: BreakerState,
    /// Whether only a person can mend it.
    pub misconfigured: bool,
    /// Why no call can be made by it at all.
    pub fault: Option<String>,
    /// Since when it is left alone or cannot be used.
    pub since: Option<DateTime<Utc>>,
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
        let fault = spec.fault.clone().map(|detail| Fault {
            since: Utc::now(),
            detail,
        });
        Self {
            name: spec.name.clone(),
            tenant: spec.tenant.clone(),
            version: spec.version.clone(),
            own_address: match &spec.addresses {
                Addresses::OfUsers => None,
                Addresses::OfTenant(address) => Some(address.clone()),
            },
            share: spec.share.clone(),
            fault,
            sender: Arc::clone(&spec.sender),
            breaker: Breaker::new(spec.breaker),
            hands: Arc::new(Semaphore::new(spec.sender.concurrency().max(1))),
            last_failure: Mutex::new(None),
            episodes: Mutex::default(),
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
        let trouble = self.breaker.trouble();
        let (fault, since) = match &self.fault {
            Some(fault) => (Some(fault.detail.clone()), Some(fault.since)),
            None => (None, trouble.map(|trouble| trouble.since)),
        };
        AccountState {
            breaker: self.breaker.state(),
            misconfigured: fault.is_some() || trouble.is_some_and(|trouble| trouble.lasting),
            fault,
            since,
            last_failure: self.failure().clone(),
        }
    }

    /// Where a delivery goes by this account: an account with an address of its own calls that one,
    /// though the delivery may have been planned for another's.
    pub(crate) fn address<'a>(&'a self, planned: &'a str) -> &'a str {
        self.own_address.as_deref().unwrap_or(planned)
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

    pub(super) fn candidate(&self, now: DateTime<Utc>) -> Candidate<'_> {
        let refuses = match &self.fault {
            Some(_) => Some(Deferral {
                until: now + FAULT_PAUSE,
                spread: FAULT_PAUSE / 4,
                reason: "misconfigured",
            }),
            None => self.breaker.refuses_until(now).map(|until| Deferral {
                until,
                spread: self.breaker.spread(),
                reason: "breaker_open",
            }),
        };
        Candidate {
            name: &self.name,
            weight: self.share.weight,
            failover_to: self.share.failover_to.as_deref(),
            refuses,
        }
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
            // Each probe that fails opens it anew.
            Change::Opened { until } => match self.episodes().failed(Instant::now()) {
                None => {}
                Some(Told::Lasts { failures, lasting }) => tracing::warn!(
                    tenant.id = %self.tenant, %channel, account = self.name,
                    outcome = outcome.kind.name(), code = outcome.code, %until,
                    failures, lasting_s = lasting.as_secs(),
                    "the account still fails; its deliveries wait"
                ),
                Some(Told::Begins | Told::Over { .. }) => tracing::warn!(
                    tenant.id = %self.tenant, %channel, account = self.name,
                    outcome = outcome.kind.name(), code = outcome.code, %until,
                    "the account fails; its deliveries wait"
                ),
            },
            Change::Closed => {
                if let Some(Told::Over { lasted, .. }) = self.episodes().worked(Instant::now()) {
                    tracing::info!(
                        tenant.id = %self.tenant, %channel, account = self.name,
                        lasted_s = lasted.as_secs(), "the account works again"
                    );
                }
            }
        }
    }

    fn episodes(&self) -> std::sync::MutexGuard<'_, Episodes> {
        self.episodes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn failure(&self) -> std::sync::MutexGuard<'_, Option<LastFailure>> {
        self.last_failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
