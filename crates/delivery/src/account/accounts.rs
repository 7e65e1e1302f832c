//! Every tenant's accounts, replaceable while deliveries go on.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use campanile_domain::{Channel, TenantId, Ways};
use chrono::{DateTime, Utc};

use super::account::{Account, AccountSpec, Addresses};
use super::breaker::BreakerState;
use super::choice::{Choice, LastTry, choose};

/// Every tenant's accounts. A reader sees the old set or the new one, never a mixture.
#[derive(Default)]
pub struct Accounts(RwLock<Arc<Table>>);

#[derive(Default)]
struct Table {
    accounts: HashMap<(TenantId, Channel), Vec<Arc<Account>>>,
    ways: Arc<Ways>,
}

impl Accounts {
    /// Accounts in the order in which they are asked: of several for one tenant and channel the
    /// first is used, the next is its failover.
    pub fn new(specs: &[AccountSpec]) -> Self {
        let accounts = Self::default();
        accounts.replace(specs);
        accounts
    }

    /// Puts another set in the place of this one. An account whose name and version are in both
    /// keeps its breaker and its hands. Calls of one that is gone come to their end; deliveries that
    /// waited for its hands choose again.
    pub fn replace(&self, specs: &[AccountSpec]) {
        let mut place = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let mut table = Table::default();
        let mut ways = Ways::default();
        for spec in specs {
            let (tenant, channel) = (spec.tenant.clone(), spec.sender.channel());
            let there = place.of(&tenant, channel).iter().find(|a| a.is(spec));
            let account = there.map_or_else(|| Arc::new(Account::new(spec)), Arc::clone);
            let key = (tenant.clone(), channel);
            let group = table.accounts.entry(key).or_default();
            // The failover serves the addresses of the first: a second way would send twice.
            if group.is_empty() {
                match &spec.addresses {
                    Addresses::OfUsers => ways.add_for_users(tenant, channel),
                    Addresses::OfTenant(address) => ways.add(tenant, channel, address.clone()),
                }
            }
            group.push(account);
        }
        table.ways = Arc::new(ways);
        let old = std::mem::replace(&mut *place, Arc::new(table));
        for account in old.accounts.values().flatten() {
            let key = (account.tenant().clone(), account.channel());
            let kept = place.accounts.get(&key).into_iter().flatten();
            if !kept.into_iter().any(|a| Arc::ptr_eq(a, account)) {
                account.retire();
            }
        }
    }

    /// The ways that tenants' notifications can take by these accounts.
    pub fn ways(&self) -> Arc<Ways> {
        Arc::clone(&self.table().ways)
    }

    /// Who makes the next call of a delivery of this tenant and channel.
    pub(crate) fn choose(
        &self,
        tenant: &TenantId,
        channel: Channel,
        last: &LastTry,
        now: DateTime<Utc>,
    ) -> Choice {
        choose(self.table().of(tenant, channel), last, now)
    }

    /// How many calls at once the accounts of a tenant and channel make together.
    pub(crate) fn concurrency(&self, tenant: &TenantId, channel: Channel) -> usize {
        let table = self.table();
        let accounts = table.of(tenant, channel).iter();
        accounts.map(|a| a.sender().concurrency()).sum()
    }

    /// Whether a tenant has more than one account for a channel.
    pub(crate) fn has_failover(&self, tenant: &TenantId, channel: Channel) -> bool {
        self.table().of(tenant, channel).len() > 1
    }

    /// Every account, for health pages.
    pub fn all(&self) -> Vec<Arc<Account>> {
        let table = self.table();
        table.accounts.values().flatten().cloned().collect()
    }

    /// How many accounts of a channel are left alone now, or are being tried out.
    pub fn breakers_open(&self, channel: Channel) -> usize {
        let open = |account: &Arc<Account>| account.state().breaker != BreakerState::Closed;
        let all = self.all();
        all.iter()
            .filter(|a| a.channel() == channel && open(a))
            .count()
    }

    fn table(&self) -> Arc<Table> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
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
