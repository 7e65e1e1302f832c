//! Seals the secret half of an account, and opens it again.

use std::collections::BTreeMap;

use campanile_domain::{Channel, ProviderName, TenantId};
use campanile_sealing::{MasterKey, SealError, StoredKey, TenantKeys};
use campanile_storage::{Provider, Storage};
use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};

use crate::shown::Kept;
use crate::{Account, ProviderError, recipe};

/// Why a stored account cannot be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Wrong key, or not what was sealed.
    #[error("its secrets cannot be decrypted")]
    Seal(#[from] SealError),
    /// Another version wrote it.
    #[error("its settings cannot be read")]
    Unreadable,
}

/// Opens an account with the wrapped keys of its tenant, the current one first.
///
/// # Errors
/// [`OpenError`].
pub fn open(
    master: &MasterKey,
    provider: &Provider,
    wrapped: &[Vec<u8>],
) -> Result<Account, OpenError> {
    unseal(&keys(master, &provider.tenant, wrapped), provider)
}

/// The address of an account's deliveries, which no key is needed for: a webhook's URL, or what a recipe says. `None`
/// where its users have addresses.
pub fn public_url(provider: &Provider) -> Option<String> {
    let kept = Kept::parse(&provider.settings)?;
    if provider.channel != Channel::Webhook {
        return recipe::own_address(provider.channel, &kept.settings, &kept.secrets);
    }
    kept.settings.get("url")?.as_str().map(str::to_owned)
}

fn keys(master: &MasterKey, tenant: &TenantId, wrapped: &[Vec<u8>]) -> TenantKeys {
    let stored = wrapped.iter().enumerate().map(|(at, wrapped)| StoredKey {
        wrapped: wrapped.clone(),
        is_current: at == 0,
        // Nothing that these keys seal is looked up.
        age: std::time::Duration::ZERO,
    });
    TenantKeys::unwrapped(master, tenant, &stored.collect::<Vec<_>>())
}

pub(crate) fn unseal(keys: &TenantKeys, provider: &Provider) -> Result<Account, OpenError> {
    let plain = keys.open(&purpose(&provider.name), &provider.sealed)?;
    let secrets: BTreeMap<String, SecretString> =
        serde_json::from_slice(plain.expose_secret()).map_err(|_| OpenError::Unreadable)?;
    let kept = Kept::parse(&provider.settings).ok_or(OpenError::Unreadable)?;
    Account::of(kept.settings, secrets).ok_or(OpenError::Unreadable)
}

pub(crate) fn seal(
    keys: &TenantKeys,
    name: &ProviderName,
    account: &Account,
) -> Result<Vec<u8>, SealError> {
    let plain = account.secrets_json();
    keys.seal(&purpose(name), plain.expose_secret().as_bytes())
}

/// The tenant's keys; the first is made with its first account. What was read before can be opened with them.
pub(crate) async fn tenant_keys(
    storage: &dyn Storage,
    master: &MasterKey,
    tenant: &TenantId,
    now: DateTime<Utc>,
) -> Result<TenantKeys, ProviderError> {
    let mut wrapped = storage.tenant_keys(tenant).await?;
    if wrapped.is_empty() {
        let made = master.new_data_key(tenant).map_err(ProviderError::Key)?;
        // Another process may have been quicker; what is stored counts.
        wrapped.push(storage.put_tenant_key(tenant, &made, now).await?);
    }
    let keys = keys(master, tenant, &wrapped);
    keys.mark().map_err(ProviderError::Key)?;
    Ok(keys)
}

/// A secret moved under another name is no secret of that name.
fn purpose(name: &ProviderName) -> String {
    format!("provider/{name}")
}
