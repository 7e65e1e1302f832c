//! Keeps the accounts of this process up to date with what tenants have set.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use campanile_channels::{ChannelSender, SenderFactory};
use campanile_delivery::{
    AccountFault, AccountSpec, Accounts, Addresses, BreakerSettings, Share, Unusable,
};
use campanile_domain::{Channel, Clock, ProviderName, TenantId};
use campanile_providers::{OpenError, build, open, public_url};
use campanile_sealing::{MasterKey, SealError};
use campanile_storage::{Provider, Storage, StorageError};
use tokio::task::JoinHandle;
use uuid::Uuid;

/// An operator who sets an account looks for it no sooner.
const PERIOD: Duration = Duration::from_secs(5);

/// Accounts with their secrets that are read by one query.
const READ_AT_ONCE: usize = 256;

/// What was made of one account.
type Known = (Uuid, AccountSpec);

/// Loads tenants' accounts, and loads them again.
pub(crate) struct TenantsAccounts {
    storage: Arc<dyn Storage>,
    clock: Arc<dyn Clock>,
    master: Option<Arc<MasterKey>>,
    sender_factory: Arc<SenderFactory>,
    accounts: Arc<Accounts>,
    operators: Vec<AccountSpec>,
    known: HashMap<(TenantId, ProviderName), Known>,
}

impl TenantsAccounts {
    /// Beside the accounts of the operator's own settings, which are in `accounts` already.
    pub(crate) fn new(
        storage: Arc<dyn Storage>,
        clock: Arc<dyn Clock>,
        master: Option<Arc<MasterKey>>,
        sender_factory: Arc<SenderFactory>,
        accounts: Arc<Accounts>,
        operators: Vec<AccountSpec>,
    ) -> Self {
        Self {
            storage,
            clock,
            master,
            sender_factory,
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
                    tracing::warn!(%error, "cannot load the tenants' providers; continuing with those loaded before");
                }
                away = loaded.is_err();
            }
        }))
    }

    /// Looks at names and versions, which is cheap, and reads only what has changed.
    async fn refresh(&mut self) -> Result<(), StorageError> {
        let versions = self.storage.provider_versions().await?;
        let changed: Vec<_> = versions
            .iter()
            .filter(|(tenant, name, version)| {
                let key = (tenant.clone(), name.clone());
                self.known
                    .get(&key)
                    .is_none_or(|(known, _)| known != version)
            })
            .map(|(tenant, name, _)| (tenant.clone(), name.clone()))
            .collect();
        let there: HashSet<_> = versions.into_iter().map(|(t, n, _)| (t, n)).collect();
        let before = self.known.len();
        self.known.retain(|key, _| there.contains(key));
        let mut is_changed = self.known.len() != before;
        let mut sealed_off = 0;
        for names in changed.chunks(READ_AT_ONCE) {
            for (provider, wrapped) in self.storage.providers_with_keys(names).await? {
                let spec = self.made(&provider, &wrapped, &mut sealed_off);
                let key = (provider.tenant, provider.name);
                self.known.insert(key, (provider.version, spec));
                is_changed = true;
            }
        }
        if sealed_off > 0 {
            // One line for all of them, however many: it is one setting that is wrong.
            tracing::error!(
                count = sealed_off,
                of = self.known.len(),
                "CAMPANILE_MASTER_KEY is not the key that encrypted these tenants' providers; their deliveries are \
                deferred, all others continue"
            );
        }
        if is_changed {
            self.replace();
        }
        Ok(())
    }

    /// A tenant's own take the place of the operator's, even where none of them can be used.
    fn replace(&self) {
        let mut specs: Vec<AccountSpec> =
            self.known.values().map(|(_, spec)| spec.clone()).collect();
        specs.sort_by(|a, b| (&a.tenant, &a.name).cmp(&(&b.tenant, &b.name)));
        let served: HashSet<(TenantId, Channel)> = specs
            .iter()
            .map(|spec| (spec.tenant.clone(), spec.sender.channel()))
            .collect();
        let is_free = |spec: &&AccountSpec| {
            let place = (spec.tenant.clone(), spec.sender.channel());
            !served.contains(&place)
        };
        specs.extend(self.operators.iter().filter(is_free).cloned());
        self.accounts.replace(&specs);
        tracing::info!(
            count = specs.len(),
            "the set of provider accounts has changed"
        );
    }

    /// An account that cannot be used is still listed, so that its deliveries are deferred or go to its failover
    /// target, and operators see it; its fault is logged once. Those encrypted with another key are only counted.
    fn made(
        &self,
        provider: &Provider,
        wrapped: &[Vec<u8>],
        sealed_off: &mut usize,
    ) -> AccountSpec {
        let made = made(
            self.master.as_deref(),
            &self.sender_factory,
            provider,
            wrapped,
        );
        made.unwrap_or_else(|error| {
            let fault = format!("{error:#}");
            if error.downcast_ref() == Some(&OpenError::Seal(SealError::AnotherKey)) {
                *sealed_off += 1;
            } else {
                tracing::error!(
                    tenant.id = %provider.tenant, provider = %provider.name,
                    channel = %provider.channel, error = fault,
                    "the provider cannot be used; its deliveries are deferred"
                );
            }
            let sender = Arc::new(Unusable(provider.channel));
            let addresses = match public_url(provider) {
                Some(url) => Addresses::OfTenant(url),
                None => Addresses::OfUsers,
            };
            let fault = AccountFault {
                since: self.clock.now(),
                detail: fault,
            };
            spec(provider, sender, addresses, Some(fault))
        })
    }
}

/// Opens an account and makes its sender.
pub(crate) fn made(
    master: Option<&MasterKey>,
    sender_factory: &SenderFactory,
    provider: &Provider,
    wrapped: &[Vec<u8>],
) -> anyhow::Result<AccountSpec> {
    anyhow::ensure!(
        provider.channel.is_served(),
        "this installation does not serve {}: add its recipe to CAMPANILE_RECIPES or CAMPANILE_RECIPE_CHANNELS",
        provider.channel
    );
    let master = master.ok_or_else(|| anyhow::anyhow!("CAMPANILE_MASTER_KEY is not set"))?;
    let account = open(master, provider, wrapped)?;
    let built = build(sender_factory, provider.channel, &account)?;
    let addresses = built.url.map_or(Addresses::OfUsers, Addresses::OfTenant);
    Ok(spec(provider, built.sender, addresses, None))
}

fn spec(
    provider: &Provider,
    sender: Arc<dyn ChannelSender>,
    addresses: Addresses,
    fault: Option<AccountFault>,
) -> AccountSpec {
    AccountSpec {
        name: provider.name.to_string(),
        tenant: provider.tenant.clone(),
        version: provider.version.to_string(),
        addresses,
        sender,
        breaker: BreakerSettings::default(),
        share: Share {
            weight: provider.weight,
            failover_to: provider.failover_to.as_ref().map(ToString::to_string),
        },
        fault,
    }
}
