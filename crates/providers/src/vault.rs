//! Seals the secret half of an account, and opens it again.

use std::collections::BTreeMap;

use campanile_domain::{Channel, ProviderName, TenantId};
use campanile_sealing::{DataKey, MasterKey, SealError};
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

/// Opens an account with the wrapped key of its tenant.
///
/// # Errors
/// [`OpenError`].
pub fn open(master: &MasterKey, provider: &Provider, wrapped: &[u8]) -> Result<Account, OpenError> {
    unseal(&master.unwrap(&provider.tenant, wrapped)?, provider)
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

pub(crate) fn unseal(key: &DataKey, provider: &Provider) -> Result<Account, OpenError> {
    let plain = key.open(&purpose(&provider.name), &provider.sealed)?;
    let secrets: BTreeMap<String, SecretString> =
        serde_json::from_slice(plain.expose_secret()).map_err(|_| OpenError::Unreadable)?;
    let kept = Kept::parse(&provider.settings).ok_or(OpenError::Unreadable)?;
    Account::of(kept.settings, secrets).ok_or(OpenError::Unreadable)
}

pub(crate) fn seal(
    key: &DataKey,
    name: &ProviderName,
    account: &Account,
) -> Result<Vec<u8>, SealError> {
    let plain = account.secrets_json();
    key.seal(&purpose(name), plain.expose_secret().as_bytes())
}

/// The tenant's key; made with its first account.
pub(crate) async fn tenant_key(
    storage: &dyn Storage,
    master: &MasterKey,
    tenant: &TenantId,
    now: DateTime<Utc>,
) -> Result<DataKey, ProviderError> {
    let wrapped = match storage.tenant_key(tenant).await? {
        Some(wrapped) => wrapped,
        None => {
            let made = master.new_data_key(tenant).map_err(ProviderError::Key)?;
            // Another process may have been quicker; what is stored counts.
            storage.put_tenant_key(tenant, &made, now).await?
        }
    };
    master.unwrap(tenant, &wrapped).map_err(ProviderError::Key)
}

/// A secret moved under another name is no secret of that name.
fn purpose(name: &ProviderName) -> String {
    format!("provider/{name}")
}
