//! Every tenant's accounts, replaceable while deliveries go on.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use campanile_domain::{Channel, Platform, Routes, TenantId};
use chrono::{DateTime, Utc};
use tokio::sync::Notify;

use super::account::Account;
use super::breaker::BreakerState;
use super::calls::Asking;
use super::choice::{Bound, Candidate, Deferral, choose, own};
use super::pause::Pause;
use super::spec::{AccountSpec, Addresses};
use super::state::AccountState;

/// Who makes a delivery's next call.
pub(crate) enum Choice {
    /// This account, if its breaker still admits when a permit is free.
    Call {
        /// Which.
        account: Arc<Account>,
        /// Whether it is the account that the delivery gets by weight, so that a worker that finds an interrupted
        /// call knows the account without a mark.
        by_weight: bool,
    },
    /// No account for now.
    Wait(Deferral),
}

/// Every tenant's accounts. A reader sees the old set or the new one, never a mixture.
#[derive(Default)]
pub struct Accounts {
    place: RwLock<Arc<Table>>,
    changed: Mutex<Changed>,
    has_changed: Notify,
}

/// Whose accounts have changed, of which channel.
pub(crate) type Changed = BTreeSet<(TenantId, Channel)>;

#[derive(Default)]
struct Table {
    accounts: HashMap<(TenantId, Channel), Vec<Arc<Account>>>,
    routes: Arc<Routes>,
}

impl Accounts {
    /// Several of one tenant and channel share its deliveries ([`super::Share`]).
    pub fn new(specs: &[AccountSpec]) -> Self {
        let accounts = Self::default();
        accounts.replace(specs);
        accounts
    }

    /// Puts another set in the place of this one. An account whose name and version are in both
    /// keeps its breaker and its permits. Calls of one that is gone come to their end; deliveries that
    /// waited for its permits choose again, and so do, within seconds, those that were deferred.
    pub fn replace(&self, specs: &[AccountSpec]) {
        let mut place = self.place.write().unwrap_or_else(PoisonError::into_inner);
        let (mut table, mut changed) = (Table::default(), Changed::new());
        let mut routes = Routes::default();
        for spec in specs {
            let (tenant, channel) = (spec.tenant.clone(), spec.sender.channel());
            let there = place.of(&tenant, channel).iter().find(|a| a.is(spec));
            let key = (tenant.clone(), channel);
            if there.is_none() {
                changed.insert(key.clone());
            }
            let account = there.map_or_else(|| Arc::new(Account::new(spec)), Arc::clone);
            let group = table.accounts.entry(key).or_default();
            // One way for all of them: a second one would send twice.
            if group.is_empty() {
                match &spec.addresses {
                    Addresses::OfUsers => routes.add_for_users(tenant, channel),
                    Addresses::OfTenant(address) => routes.add(tenant, channel, address.clone()),
                }
            }
            group.push(account);
        }
        for group in table.accounts.values_mut() {
            // The choice needs the same order in every process.
            group.sort_by(|one, other| one.name().cmp(other.name()));
        }
        table.routes = Arc::new(routes);
        let old = std::mem::replace(&mut *place, Arc::new(table));
        for account in old.accounts.values().flatten() {
            let key = (account.tenant().clone(), account.channel());
            let kept = place.accounts.get(&key).into_iter().flatten();
            if !kept.into_iter().any(|a| Arc::ptr_eq(a, account)) {
                account.retire();
                changed.insert(key);
            }
        }
        drop(place);
        self.lock_changed().append(&mut changed);
        self.has_changed.notify_one();
    }

    /// Waits until accounts have changed; each listener gets a change once.
    pub(crate) async fn changed(&self) -> Changed {
        loop {
            let changed = std::mem::take(&mut *self.lock_changed());
            if !changed.is_empty() {
                return changed;
            }
            self.has_changed.notified().await;
        }
    }

    /// The routes that these accounts open, by tenant.
    pub fn routes(&self) -> Arc<Routes> {
        Arc::clone(&self.table().routes)
    }

    /// Who makes the next call of a delivery of this tenant and channel.
    pub(crate) fn choose(
        &self,
        tenant: &TenantId,
        channel: Channel,
        asking: &Asking<'_>,
        bound: Bound<'_>,
        now: DateTime<Utc>,
    ) -> Choice {
        let table = self.table();
        let (group, delivery) = (table.of(tenant, channel), asking.delivery);
        let chosen = match group {
            // As nearly always: nothing to gather.
            [only] => {
                let all = [only.candidate(asking, now)];
                choose(&all, delivery, bound, now).map(|at| (at, true))
            }
            several => {
                let all: Vec<Candidate<'_>> =
                    several.iter().map(|a| a.candidate(asking, now)).collect();
                let chosen = choose(&all, delivery, bound, now);
                chosen.map(|at| (at, own(&all, delivery) == Some(at)))
            }
        };
        match chosen {
            Ok((place, by_weight)) => Choice::Call {
                account: Arc::clone(&group[place]),
                by_weight,
            },
            Err(deferral) => Choice::Wait(deferral),
        }
    }

    /// How many calls at once the accounts of a tenant and channel make together.
    pub(crate) fn concurrency(&self, tenant: &TenantId, channel: Channel) -> usize {
        let table = self.table();
        let accounts = table.of(tenant, channel).iter();
        accounts.map(|a| a.sender().concurrency()).sum()
    }

    /// Every account, for health pages.
    pub fn all(&self) -> Vec<Arc<Account>> {
        let table = self.table();
        table.accounts.values().flatten().cloned().collect()
    }

    /// Takes over which accounts are stored as paused. Deliveries that waited for one that is paused no
    /// more go on within seconds.
    pub(crate) fn take_over_pauses(&self, stored: impl Fn(&Account) -> Option<Pause>) {
        for account in self.all() {
            if account.pausing().take_over(stored(&account)) {
                let key = (account.tenant().clone(), account.channel());
                self.lock_changed().insert(key);
                self.has_changed.notify_one();
            }
        }
    }

    /// How many accounts of a channel are left alone now, or are being tried out.
    pub fn breakers_open(&self, channel: Channel) -> usize {
        self.count(channel, |state| state.breaker != BreakerState::Closed)
    }

    /// How many accounts of a channel need an operator.
    pub fn misconfigured(&self, channel: Channel) -> usize {
        self.count(channel, |state| state.misconfigured)
    }

    /// How many accounts of a channel have a receiver that wants no more calls.
    pub fn paused(&self, channel: Channel) -> usize {
        self.count(channel, |state| state.paused.is_some())
    }

    /// How many accounts hold back the messages to a platform.
    pub fn holding(&self, platform: Platform) -> usize {
        let holds = |state: &AccountState| state.held.iter().any(|one| one.platform == platform);
        self.count(Channel::Push, holds)
    }

    fn count(&self, channel: Channel, holds: impl Fn(&AccountState) -> bool) -> usize {
        let all = self.all();
        let of_channel = all.iter().filter(|account| account.channel() == channel);
        of_channel.filter(|account| holds(&account.state())).count()
    }

    fn table(&self) -> Arc<Table> {
        Arc::clone(&self.place.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn lock_changed(&self) -> MutexGuard<'_, Changed> {
        self.changed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn of(&self, tenant: &TenantId, channel: Channel) -> &[Arc<Account>] {
        let key = (tenant.clone(), channel);
        self.accounts.get(&key).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
#[path = "accounts_tests.rs"]
mod tests;
