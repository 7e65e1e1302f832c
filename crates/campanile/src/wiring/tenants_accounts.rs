//! Keeps the accounts of this process up to date with what tenants have set.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use campanile_delivery::{AccountSpec, Accounts, Addresses, BreakerSettings};
use campanile_domain::{Channel, ProviderName, TenantId};
use campanile_providers::{Workshop, open};
use campanile_sealing::MasterKey;
use campanile_storage::{Provider, Storage, StorageError};
use tokio::task::JoinHandle;
use uuid::Uuid;

/// An operator who sets an account looks for it no sooner.
const PERIOD: Duration = Duration::from_secs(5);

/// What was made of one account; nothing if that is impossible.
type Known = (Uuid, Option<AccountSpec>);

/// Loads tenants' accounts, and loads them again.
pub(crate) struct TenantsAccounts {
    storage: Arc<dyn Storage>,
    master: Option<Arc<MasterKey>>,
    workshop: Arc<Workshop>,
    accounts: Arc<Accounts>,
    operators: Vec<AccountSpec>,
    known: HashMap<(TenantId, ProviderName), Known>,
}

impl TenantsAccounts {
    /// Beside the accounts of the operator's own settings, which are in `accounts` already.
    pub(crate) fn new(
        storage: Arc<dyn Storage>,
        master: Option<Arc<MasterKey>>,
        workshop: Arc<Workshop>,
        accounts: Arc<Accounts>,
        operators: Vec<AccountSpec>,
    ) -> Self {
        Self {
            storage,
            master,
            workshop,
            accounts,
            operators,
            known: HashMap::new(),
        }
    }

    /// Loads all now, then every few seconds until the task is aborted. While the database is away
    /// the accounts stay as they are.
    ///
    /// # Errors
    /// If the first time fails.
    pub(crate) async fn start(mut self) -> Result<JoinHandle<()>, StorageError> {
        self.refresh().await?;
        Ok(tokio::spawn(async move {
            let mut away = false;
            loop {
                tokio::time::sleep(PERIOD).await;
                let loaded = self.refresh().await;
                if let Err(error) = &loaded
                    && !away
                {
                    tracing::warn!(%error, "tenants' providers cannot be loaded; those known are used");
                }
                away = loaded.is_err();
            }
        }))
    }

    async fn refresh(&mut self) -> Result<(), StorageError> {
        let all = self.storage.all_providers().await?;
        let mut is_changed = false;
        let mut known = HashMap::with_capacity(all.len());
        let mut order = Vec::with_capacity(all.len());
        for (provider, wrapped) in &all {
            let key = (provider.tenant.clone(), provider.name.clone());
            let before = self.known.remove(&key);
            let one = match before.filter(|(version, _)| *version == provider.version) {
                Some(same) => same,
                None => {
                    is_changed = true;
                    (provider.version, self.made(provider, wrapped))
                }
            };
            known.insert(key.clone(), one);
            order.push(key);
        }
        is_changed |= !self.known.is_empty();
        self.known = known;
        if is_changed {
            order.sort();
            self.replace(&order);
        }
        Ok(())
    }

    /// One account per tenant and channel: several would be each other's failover, and a delivery
    /// does not remember yet which of them its ambiguous attempt went to. A tenant's own takes the
    /// place of the operator's.
    fn replace(&self, order: &[(TenantId, ProviderName)]) {
        let made = order
            .iter()
            .filter_map(|key| self.known.get(key)?.1.as_ref());
        let mut served: HashSet<(TenantId, Channel)> = HashSet::new();
        let mut specs = Vec::new();
        for spec in made.chain(&self.operators) {
            if served.insert((spec.tenant.clone(), spec.sender.channel())) {
                specs.push(spec.clone());
            }
        }
        self.accounts.replace(&specs);
        tracing::info!(count = specs.len(), "the providers' accounts have changed");
    }

    /// Says once what is wrong with an account that cannot be used.
    fn made(&self, provider: &Provider, wrapped: &[u8]) -> Option<AccountSpec> {
        let made = made(self.master.as_deref(), &self.workshop, provider, wrapped);
        made.map_err(|error| {
            tracing::error!(
                tenant.id = %provider.tenant, provider = %provider.name, channel = %provider.channel,
                error = format!("{error:#}"),
                "the provider cannot be used; its deliveries wait"
            );
        })
        .ok()
    }
}

/// Opens an account and makes its sender.
pub(crate) fn made(
    master: Option<&MasterKey>,
    workshop: &Workshop,
    provider: &Provider,
    wrapped: &[u8],
) -> anyhow::Result<AccountSpec> {
    let master = master.ok_or_else(|| anyhow::anyhow!("CAMPANILE_MASTER_KEY: not set"))?;
    let account = open(master, provider, wrapped)?;
    let built = workshop.build(provider.channel, &account)?;
    Ok(AccountSpec {
        name: provider.name.to_string(),
        tenant: provider.tenant.clone(),
        version: provider.version.to_string(),
        addresses: built.url.map_or(Addresses::OfUsers, Addresses::OfTenant),
        sender: built.sender,
        breaker: BreakerSettings::default(),
    })
}
