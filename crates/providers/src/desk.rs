//! Where tenants' accounts are set, listed and removed.

use std::sync::Arc;

use campanile_domain::{Channel, ProviderName, TenantId};
use campanile_intake::FieldError;
use campanile_sealing::MasterKey;
use campanile_storage::{Provider, Storage, StorageError};
use chrono::{DateTime, SubsecRound, Utc};
use serde_json::Value;
use uuid::Uuid;

use crate::shown::Kept;
use crate::{BuildError, DeskError, ProviderShown, Workshop, body, read, vault};

/// Sets, lists and removes tenants' accounts. Cheap to clone.
#[derive(Clone)]
pub struct ProviderDesk {
    storage: Arc<dyn Storage>,
    master: Option<Arc<MasterKey>>,
    workshop: Arc<Workshop>,
}

impl ProviderDesk {
    /// Without a master key accounts can be listed and removed, but not set.
    pub fn new(
        storage: Arc<dyn Storage>,
        master: Option<Arc<MasterKey>>,
        workshop: Arc<Workshop>,
    ) -> Self {
        Self {
            storage,
            master,
            workshop,
        }
    }

    /// Creates an account or replaces it. `body` is `{channel, settings}`; a secret left out is
    /// kept from before where it would go nowhere else than before.
    ///
    /// # Errors
    /// [`DeskError`].
    pub async fn put(
        &self,
        tenant: &TenantId,
        name: &ProviderName,
        body: &Value,
        now: DateTime<Utc>,
    ) -> Result<ProviderShown, DeskError> {
        let (channel, settings) = body::read(body).map_err(DeskError::Fields)?;
        let master = self.master.as_deref().ok_or(DeskError::NotConfigured)?;
        let others = self.storage.providers(tenant).await?;
        refuse_second(&others, name, channel)?;
        let key = vault::tenant_key(self.storage.as_ref(), master, tenant, now).await?;
        let before = others
            .iter()
            .find(|one| one.name == *name && one.channel == channel);
        // What cannot be opened any more can still be replaced, secrets included.
        let before = before.and_then(|one| vault::unseal(&key, one).ok());
        let account = read::read(channel, settings, before.as_ref()).map_err(DeskError::Fields)?;
        self.workshop
            .build(channel, &account)
            .map_err(|error| match error {
                BuildError::Field(field) => DeskError::Fields(vec![field]),
                other => DeskError::Client(other.to_string()),
            })?;
        let provider = Provider {
            tenant: tenant.clone(),
            name: name.clone(),
            channel,
            settings: Kept::of(&account),
            sealed: vault::seal(&key, name, &account).map_err(DeskError::Key)?,
            weight: 1,
            failover_to: None,
            version: Uuid::new_v4(),
            // What is told now is what the databases keep and a list tells later.
            updated_at: now.trunc_subsecs(6),
        };
        self.storage.put_provider(&provider).await?;
        Ok(provider.into())
    }

    /// A tenant's accounts by name.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn list(&self, tenant: &TenantId) -> Result<Vec<ProviderShown>, StorageError> {
        let all = self.storage.providers(tenant).await?;
        Ok(all.into_iter().map(ProviderShown::from).collect())
    }

    /// Removes an account; `false` if there is none of this name.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn remove(
        &self,
        tenant: &TenantId,
        name: &ProviderName,
    ) -> Result<bool, StorageError> {
        self.storage.remove_provider(tenant, name).await
    }
}

/// A second account of a channel would be the failover of the first.
fn refuse_second(
    others: &[Provider],
    name: &ProviderName,
    channel: Channel,
) -> Result<(), DeskError> {
    let other = others
        .iter()
        .find(|one| one.channel == channel && one.name != *name);
    other.map_or(Ok(()), |other| {
        Err(DeskError::Fields(vec![FieldError {
            field: "/channel".into(),
            code: "not_supported",
            detail: format!(
                "{channel} is served by {}; this version serves a channel by one provider",
                other.name
            ),
        }]))
    })
}
