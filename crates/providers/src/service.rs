//! Where tenants' accounts are set, listed and removed.

use std::sync::Arc;

use campanile_channels::SenderFactory;
use campanile_domain::{
    Act, AuditAction, Channel, ProviderName, Random, TenantId, UserAddressText,
};
use campanile_fields::{FieldCode, FieldError, JsonText};
use campanile_pipeline::{
    AuditEntry, Audited, ProviderLook, PutProvider, RemoveProvider, put_provider_and,
    remove_provider, resume_account,
};
use campanile_sealing::{MasterKey, TenantKeys};
use campanile_storage::{Provider, Storage, StorageError};
use chrono::{DateTime, SubsecRound, Utc};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use crate::body::Body;
use crate::shown::Kept;
use crate::{Account, BuildError, ProviderError, ProviderShown, TROUBLE_COUNTS_FOR};
use crate::{body, failover, read, rotation, sender, standing, user_addresses, vault, web_push};

/// How often a change is checked anew because another came in between.
const TRIES: usize = 5;
/// Accounts of one tenant; every worker holds them in memory.
const MOST_PROVIDERS: usize = 100;

/// Sets, lists and removes tenants' accounts. Cheap to clone.
#[derive(Clone)]
pub struct ProviderService {
    storage: Arc<dyn Storage>,
    master: Option<Arc<MasterKey>>,
    sender_factory: Arc<SenderFactory>,
    random: Random,
}

impl ProviderService {
    /// Without a master key accounts can be listed and removed, but not set.
    pub fn new(
        storage: Arc<dyn Storage>,
        master: Option<Arc<MasterKey>>,
        sender_factory: Arc<SenderFactory>,
        random: Random,
    ) -> Self {
        Self {
            storage,
            master,
            sender_factory,
            random,
        }
    }

    /// Creates an account or replaces it. `body` is `{channel, settings, weight?, failover_to?}`; a
    /// secret left out is kept from before where it would go nowhere else than before.
    ///
    /// # Errors
    /// [`ProviderError`].
    pub async fn put(
        &self,
        tenant: &TenantId,
        name: &ProviderName,
        body: &JsonText,
        act: &Act,
    ) -> Result<ProviderShown, ProviderError> {
        let now = act.at;
        let body = body::read(body).map_err(ProviderError::Fields)?;
        let master = self.master.as_deref().ok_or(ProviderError::NotConfigured)?;
        let entry = of(AuditAction::ProviderSet, tenant, name, act);
        let audited = Audited::new(self.storage.as_ref(), entry);
        for _ in 0..TRIES {
            let others = self.storage.providers(tenant).await?;
            // After the accounts: what has sealed them is among the keys.
            let key = vault::tenant_keys(self.storage.as_ref(), master, tenant, now).await?;
            let (provider, also) = self.checked(tenant, name, &body, &others, &key, now)?;
            let seen: Vec<Uuid> = others.iter().map(|one| one.version).collect();
            match put_provider_and(&audited, &provider, &also, &seen).await? {
                PutProvider::Created | PutProvider::Replaced => return Ok(provider.into()),
                // Another change came in between: what was checked may be wrong by now.
                PutProvider::Outdated => {}
            }
        }
        Err(ProviderError::Busy)
    }

    /// Checks an address that a user or a service registers for a channel: by the rules of its recipe, and if it is called, by where
    /// it leads at this moment.
    ///
    /// # Errors
    /// The wrong field, `/channel` or `/address`, and what it must be.
    pub async fn check_user_address(
        &self,
        channel: Channel,
        address: &str,
    ) -> Result<UserAddressText, FieldError> {
        user_addresses::check(&self.sender_factory, channel, address).await
    }

    /// Encrypts another secret of a tenant under its key, for a purpose that no account has, such as `ingest/<id>`.
    ///
    /// # Errors
    /// [`ProviderError::NotConfigured`], [`ProviderError::Key`], [`ProviderError::Storage`].
    pub async fn seal(
        &self,
        tenant: &TenantId,
        purpose: &str,
        secret: &SecretString,
        now: DateTime<Utc>,
    ) -> Result<Vec<u8>, ProviderError> {
        let master = self.master.as_deref().ok_or(ProviderError::NotConfigured)?;
        let key = vault::tenant_keys(self.storage.as_ref(), master, tenant, now).await?;
        key.seal(purpose, secret.expose_secret().as_bytes())
            .map_err(ProviderError::Key)
    }

    /// Decrypts what [`Self::seal`] encrypted.
    ///
    /// # Errors
    /// As [`Self::seal`].
    pub async fn open(
        &self,
        tenant: &TenantId,
        purpose: &str,
        sealed: &[u8],
        now: DateTime<Utc>,
    ) -> Result<SecretString, ProviderError> {
        let master = self.master.as_deref().ok_or(ProviderError::NotConfigured)?;
        let key = vault::tenant_keys(self.storage.as_ref(), master, tenant, now).await?;
        let plain = key.open(purpose, sealed).map_err(ProviderError::Key)?;
        Ok(String::from_utf8_lossy(plain.expose_secret())
            .into_owned()
            .into())
    }

    /// The account as it would be stored beside the others, and those of them that change with it.
    fn checked(
        &self,
        tenant: &TenantId,
        name: &ProviderName,
        body: &Body,
        others: &[Provider],
        key: &TenantKeys,
        now: DateTime<Utc>,
    ) -> Result<(Provider, Vec<Provider>), ProviderError> {
        let channel = body.channel;
        failover::check(others, name, channel, body.failover_to.as_ref())
            .map_err(|error| ProviderError::Fields(error.into()))?;
        let is_new = others.iter().all(|one| one.name != *name);
        if is_new && others.len() >= MOST_PROVIDERS {
            let detail = format!("a tenant can have at most {MOST_PROVIDERS} providers");
            let many = FieldError::new("/channel", FieldCode::TooMany, detail);
            return Err(ProviderError::Fields(many.into()));
        }
        let before = others
            .iter()
            .find(|one| one.name == *name && one.channel == channel);
        // What cannot be opened any more can still be replaced, secrets included.
        let before = before.and_then(|one| vault::unseal(key, one).ok());
        let mut account =
            read::read(channel, &body.settings, before.as_ref()).map_err(ProviderError::Fields)?;
        let rotates = web_push::begin_rotation(&mut account, &body.settings);
        web_push::complete(channel, &mut account)
            .map_err(|error| ProviderError::Fields(error.into()))?;
        let also = match rotates {
            true => self.with_its_key(others, name, &account, key, now)?,
            false => {
                web_push::check_key(others, name, channel, &account, before.as_ref())
                    .map_err(|error| ProviderError::Fields(error.into()))?;
                Vec::new()
            }
        };
        rotation::carry_over(&mut account, before.as_ref(), now)
            .map_err(|error| ProviderError::Fields(error.into()))?;
        sender::check_addresses(self.sender_factory.guard(), channel, &account)
            .map_err(|error| ProviderError::Fields(error.into()))?;
        sender::build(&self.sender_factory, channel, &account).map_err(|error| match error {
            BuildError::Field(field) => ProviderError::Fields(field.into()),
            other => ProviderError::Client(other.to_string()),
        })?;
        let provider = Provider {
            tenant: tenant.clone(),
            name: name.clone(),
            channel,
            settings: Kept::of(&account),
            sealed: vault::seal(key, name, &account).map_err(ProviderError::Key)?,
            weight: body.weight,
            failover_to: body.failover_to.clone(),
            version: self.random.uuid(),
            // The precision that the databases store, so that a later list shows the same.
            updated_at: now.trunc_subsecs(6),
        };
        Ok((provider, also))
    }

    /// The tenant's other accounts of Web Push, with the key of this one.
    fn with_its_key(
        &self,
        others: &[Provider],
        name: &ProviderName,
        account: &Account,
        key: &TenantKeys,
        now: DateTime<Utc>,
    ) -> Result<Vec<Provider>, ProviderError> {
        let is_other = |one: &&Provider| one.channel == Channel::WebPush && one.name != *name;
        let changed = others.iter().filter(is_other).map(|one| {
            let theirs = vault::unseal(key, one)
                .map_err(|_| ProviderError::Fields(web_push::cannot_be_opened(&one.name).into()))?;
            let theirs = web_push::with_key_of(theirs, account);
            Ok(Provider {
                settings: Kept::of(&theirs),
                sealed: vault::seal(key, &one.name, &theirs).map_err(ProviderError::Key)?,
                version: self.random.uuid(),
                updated_at: now.trunc_subsecs(6),
                ..one.clone()
            })
        });
        changed.collect()
    }

    /// A tenant's accounts by name, and how they stand.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn list(
        &self,
        tenant: &TenantId,
        now: DateTime<Utc>,
    ) -> Result<Vec<ProviderShown>, StorageError> {
        let all = self.storage.providers(tenant).await?;
        let alive_since = now - TROUBLE_COUNTS_FOR;
        let troubles = self.storage.troubles(Some(tenant), alive_since).await?;
        let paused = self.storage.account_pauses(Some(tenant)).await?;
        let shown = all.into_iter().map(|one| {
            let version = one.version.to_string();
            let mut shown = ProviderShown::from(one);
            standing::add(&mut shown, &troubles);
            standing::add_pause(&mut shown, &version, &paused);
            shown.forget_expired(now);
            shown
        });
        Ok(shown.collect())
    }

    /// Resumes an account whose receiver wanted no more calls: workers call it again within seconds.
    /// `false` if none of this name is paused. The accounts of the operator's settings have the name
    /// `settings`.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn resume(
        &self,
        tenant: &TenantId,
        name: &ProviderName,
        act: &Act,
    ) -> Result<bool, StorageError> {
        let target = target(name);
        let entry = AuditEntry::new(tenant, act, AuditAction::ProviderResume, target);
        let audited = Audited::new(self.storage.as_ref(), entry);
        resume_account(&audited, tenant, name.as_str()).await
    }

    /// Removes an account that no other one fails over to; `false` if there is none of this name.
    ///
    /// # Errors
    /// [`ProviderError::InUse`], [`ProviderError::Storage`].
    pub async fn remove(
        &self,
        tenant: &TenantId,
        name: &ProviderName,
        act: &Act,
    ) -> Result<bool, ProviderError> {
        let entry = of(AuditAction::ProviderRemove, tenant, name, act);
        let audited = Audited::new(self.storage.as_ref(), entry);
        match remove_provider(&audited, tenant, name).await? {
            RemoveProvider::Removed => Ok(true),
            RemoveProvider::Absent => Ok(false),
            RemoveProvider::InUse => Err(ProviderError::InUse),
        }
    }
}

/// What the audit log has of a change of an account.
fn of(action: AuditAction, tenant: &TenantId, name: &ProviderName, act: &Act) -> AuditEntry {
    let entry = AuditEntry::new(tenant, act, action, target(name));
    entry.looking(ProviderLook(name.clone()))
}

fn target(name: &ProviderName) -> String {
    format!("provider/{name}")
}
