//! The key that seals tenants' secrets.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, bail, ensure};
use campanile_config::Settings;
use campanile_sealing::{KeyRing, MasterKey};
use campanile_storage::Storage;
use campanile_telemetry::metrics;
use secrecy::{ExposeSecret, SecretString};

use super::data_dir::DataDir;
use super::kms::{self, Kms};

/// Tenants whose unreadable texts are logged, once each.
const MOST_TOLD: usize = 1_000;
/// Data keys that are looked at when a process starts: a wrong master key opens none of them.
const LOOKED_AT: u32 = 1_000;

/// The settings' key, if there is one.
pub(crate) async fn of_settings(settings: &Settings) -> anyhow::Result<Option<Arc<MasterKey>>> {
    let previous = settings.security.master_key_previous.as_ref();
    let Some(key) = &settings.security.master_key else {
        ensure!(
            previous.is_none(),
            "CAMPANILE_MASTER_KEY_PREVIOUS: needs CAMPANILE_MASTER_KEY, which encrypts"
        );
        return Ok(None);
    };
    let kms = kms::of_settings(settings)?;
    let key = clear(kms.as_deref(), key, CURRENT).await?;
    let previous = match previous {
        Some(previous) => Some(clear(kms.as_deref(), previous, PREVIOUS).await?),
        None => None,
    };
    both(&key, previous.as_ref()).map(Arc::new).map(Some)
}

/// The settings' key, else the one that `up` makes in its data directory. None is made for a database that has keys of another.
pub(crate) async fn of_up(
    settings: &Settings,
    data_dir: &DataDir,
    storage: &dyn Storage,
) -> anyhow::Result<Arc<MasterKey>> {
    if let Some(key) = there(settings, data_dir).await? {
        return Ok(key);
    }
    let has_keys = !storage.some_tenant_keys(1).await?.is_empty();
    ensure!(
        !has_keys,
        "the database has encrypted texts or secrets, and the file master-key is missing in the data directory: restore it, or \
         set CAMPANILE_MASTER_KEY. If the key is lost for good, so is what it encrypted; make a new one with `openssl rand \
         -base64 32` in that file to go on without"
    );
    let new = data_dir.master_key_or_new()?;
    Ok(Arc::new(parsed(&new, FILE)?))
}

/// The key that fits the database in hand, for a command; none is made.
pub(crate) async fn there(
    settings: &Settings,
    data_dir: &DataDir,
) -> anyhow::Result<Option<Arc<MasterKey>>> {
    if settings.database.is_server() {
        return of_settings(settings).await;
    }
    if settings.security.master_key.is_some() {
        return of_settings(settings).await;
    }
    let Some(own) = data_dir.master_key()? else {
        return of_settings(settings).await;
    };
    let previous = match &settings.security.master_key_previous {
        Some(previous) => {
            let kms = kms::of_settings(settings)?;
            Some(clear(kms.as_deref(), previous, PREVIOUS).await?)
        }
        None => data_dir.previous_master_key()?,
    };
    both(&own, previous.as_ref()).map(Arc::new).map(Some)
}

/// Says so if stored data keys are not encrypted with a master key of this process.
pub(crate) async fn check(master: Option<&Arc<MasterKey>>, storage: &dyn Storage) {
    let Some(master) = master else {
        return;
    };
    let keys = match storage.some_tenant_keys(LOOKED_AT).await {
        Ok(keys) => keys,
        Err(error) => {
            tracing::warn!(%error, "cannot look whether the master key decrypts the data keys");
            return;
        }
    };
    let strange: Vec<_> = keys
        .iter()
        .filter(|(_, wrapped)| !master.knows(wrapped))
        .collect();
    if let Some((first, _)) = strange.first() {
        tracing::error!(
            tenant.id = %first, count = strange.len(), of = keys.len(),
            "data keys of tenants are encrypted with neither CAMPANILE_MASTER_KEY nor CAMPANILE_MASTER_KEY_PREVIOUS: what they \
             encrypted cannot be read; set the master key that encrypted them"
        );
    }
}

/// The data keys of tenants. Texts are sealed where the settings say so, or say nothing and the role does by itself.
pub(crate) fn ring(
    settings: &Settings,
    master: Option<&Arc<MasterKey>>,
    seals_by_itself: bool,
) -> anyhow::Result<Arc<KeyRing>> {
    let seals = settings.security.seal_texts;
    ensure!(
        seals != Some(true) || master.is_some(),
        "CAMPANILE_SEAL_TEXTS: texts can only be encrypted with a master key; set CAMPANILE_MASTER_KEY as well"
    );
    let ring = KeyRing::new(master.map(Arc::clone), seals.unwrap_or(seals_by_itself));
    let told = Mutex::new(HashSet::new());
    Ok(Arc::new(ring.watched(move |tenant, error| {
        metrics().texts_unreadable_total.inc();
        let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.len() < MOST_TOLD && told.insert(tenant.clone()) {
            tracing::error!(
                tenant.id = %tenant, %error,
                "texts of this tenant cannot be decrypted: they are shown empty and are not sent; set the \
                 CAMPANILE_MASTER_KEY that they were encrypted with"
            );
        }
    })))
}

const CURRENT: &str = "CAMPANILE_MASTER_KEY";
const PREVIOUS: &str = "CAMPANILE_MASTER_KEY_PREVIOUS";
const FILE: &str = "the file master-key in the data directory";

/// A key as it is used: the service that has encrypted it is asked.
async fn clear(
    kms: Option<&dyn Kms>,
    key: &SecretString,
    name: &'static str,
) -> anyhow::Result<SecretString> {
    match (kms, kms::is_encrypted(key)) {
        (Some(kms), true) => kms.decrypt(key).await.context(name),
        (None, true) => {
            bail!("{name}: is encrypted; set CAMPANILE_MASTER_KEY_KMS, which decrypts it")
        }
        // The key from before the service was used.
        (_, false) if kms.is_none() || name == PREVIOUS => Ok(key.clone()),
        (_, false) => bail!(
            "{name}: is not encrypted, and CAMPANILE_MASTER_KEY_KMS is set; encrypt it with the transit key"
        ),
    }
}

fn both(key: &SecretString, previous: Option<&SecretString>) -> anyhow::Result<MasterKey> {
    let current = parsed(key, CURRENT)?;
    let Some(previous) = previous else {
        return Ok(current);
    };
    ensure!(
        is_other(previous, key),
        "{PREVIOUS}: is the same key as {CURRENT}; remove it"
    );
    Ok(current.and_previous(parsed(previous, PREVIOUS)?))
}

fn is_other(one: &SecretString, other: &SecretString) -> bool {
    one.expose_secret().trim() != other.expose_secret().trim()
}

fn parsed(key: &SecretString, whence: &'static str) -> anyhow::Result<MasterKey> {
    MasterKey::parse(key).context(whence)
}
