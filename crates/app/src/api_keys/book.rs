//! A tenant's API keys.

use std::sync::Arc;
use std::time::Duration;

use campanile_domain::{
    Act, ApiKey, ApiKeyId, ApiKeyText, AuditAction, Clock, Random, Scope, ScopeSet, Tenant,
    TenantId,
};
use campanile_pipeline::{AuditEntry, Audited, put_api_key, revoke_api_key};
use campanile_storage::{Handover, PutApiKey, Storage};
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{ApiKeyError, NewKey};
use crate::templates::Announcer;

/// Who manages keys.
#[derive(Debug, Clone, Copy)]
pub struct Manager<'a> {
    /// Who, from where and when.
    pub act: &'a Act,
    /// Whether they manage the installation, and so may hand out the scope `platform`.
    pub is_platform: bool,
}

impl Manager<'_> {
    /// Fails where the key grants more than its manager has.
    fn check(self, scopes: ScopeSet) -> Result<(), ApiKeyError> {
        if scopes.has(Scope::Platform) && !self.is_platform {
            return Err(ApiKeyError::Beyond(Scope::Platform));
        }
        Ok(())
    }
}

/// A key that was just created. Its text is shown once.
#[derive(Debug)]
pub struct CreatedKey {
    /// What is stored of it.
    pub key: ApiKey,
    /// The whole key.
    pub text: ApiKeyText,
}

/// A page of keys.
#[derive(Debug)]
pub struct ApiKeyPage {
    /// The keys, newest first.
    pub keys: Vec<ApiKey>,
    /// Whether there are older ones.
    pub has_more: bool,
    /// How many of the tenant's keys can be used.
    pub active: u64,
    /// How many may be.
    pub most: u32,
}

/// Creates, lists, rotates and revokes keys; cheap to clone.
#[derive(Clone)]
pub struct ApiKeyBook {
    storage: Arc<dyn Storage>,
    announcer: Announcer,
    clock: Arc<dyn Clock>,
    random: Random,
}

impl ApiKeyBook {
    /// Keeps keys in `storage` and announces their end through `announcer`.
    pub fn new(
        storage: Arc<dyn Storage>,
        announcer: Announcer,
        clock: Arc<dyn Clock>,
        random: Random,
    ) -> Self {
        Self {
            storage,
            announcer,
            clock,
            random,
        }
    }

    /// Announces through another announcer.
    #[must_use]
    pub fn with_announcer(self, announcer: Announcer) -> Self {
        Self { announcer, ..self }
    }

    /// Creates a key.
    ///
    /// # Errors
    /// [`ApiKeyError`]; nothing is stored.
    pub async fn create(
        &self,
        tenant: &TenantId,
        wanted: NewKey,
        by: Manager<'_>,
    ) -> Result<CreatedKey, ApiKeyError> {
        let now = self.now();
        let key = ApiKey {
            tenant: tenant.clone(),
            id: ApiKeyId::new(now, &self.random),
            name: wanted.name,
            scopes: wanted.scopes,
            user: wanted.user,
            networks: wanted.networks,
            created_at: now,
            created_by: by.act.actor.subject.clone(),
            expires_at: wanted.expires_at,
            revoked_at: None,
            last_used_at: None,
            replaces: None,
        };
        by.check(key.scope_set())?;
        let target = (key.id, AuditAction::ApiKeyCreate);
        let entry = entry(&key, target, by, shown(&key));
        self.store(key, None, entry).await
    }

    /// Creates a key that may do what another one may, which ends after `overlap`.
    ///
    /// # Errors
    /// [`ApiKeyError`]; nothing is changed.
    pub async fn rotate(
        &self,
        tenant: &TenantId,
        id: ApiKeyId,
        overlap: Duration,
        by: Manager<'_>,
    ) -> Result<CreatedKey, ApiKeyError> {
        let old = self.key(tenant, id).await?;
        by.check(old.scope_set())?;
        let now = self.now();
        let overlap = TimeDelta::from_std(overlap).unwrap_or(TimeDelta::zero());
        let key = ApiKey {
            id: ApiKeyId::new(now, &self.random),
            created_at: now,
            created_by: by.act.actor.subject.clone(),
            last_used_at: None,
            replaces: Some(id),
            ..old
        };
        let handover = Handover {
            from: id,
            ends_at: now + overlap,
        };
        let details = json!({"by": shown(&key), "ends_at": handover.ends_at});
        let entry = entry(&key, (id, AuditAction::ApiKeyRotate), by, details);
        let created = self.store(key, Some(handover), entry).await?;
        self.announcer.access_changed();
        Ok(created)
    }

    async fn store(
        &self,
        key: ApiKey,
        handover: Option<Handover>,
        entry: AuditEntry,
    ) -> Result<CreatedKey, ApiKeyError> {
        let most = self.most(&key.tenant).await?;
        let text = ApiKeyText::new(key.id, &self.random);
        let hash = text.hash();
        let audited = Audited::new(self.storage.as_ref(), entry);
        match put_api_key(&audited, &key, &hash, most, handover).await? {
            PutApiKey::Stored => Ok(CreatedKey { key, text }),
            PutApiKey::TooMany => Err(ApiKeyError::TooMany { most }),
            PutApiKey::Ended => Err(ApiKeyError::Ended),
        }
    }

    /// One key.
    ///
    /// # Errors
    /// [`ApiKeyError::NotFound`], or what the database says.
    pub async fn key(&self, tenant: &TenantId, id: ApiKeyId) -> Result<ApiKey, ApiKeyError> {
        let key = self.storage.api_key(tenant, id).await?;
        key.ok_or(ApiKeyError::NotFound)
    }

    /// The tenant's keys, newest first, `limit` of those that are older than `after`.
    ///
    /// # Errors
    /// What the database says.
    pub async fn page(
        &self,
        tenant: &TenantId,
        after: Option<ApiKeyId>,
        limit: u32,
    ) -> Result<ApiKeyPage, ApiKeyError> {
        let mut keys = self.storage.api_keys(tenant, after, limit + 1).await?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = keys.len() > limit;
        keys.truncate(limit);
        Ok(ApiKeyPage {
            keys,
            has_more,
            active: self.storage.active_api_keys(tenant, self.now()).await?,
            most: self.most(tenant).await?,
        })
    }

    /// Revokes a key: every process rejects it within five seconds. Once revoked, it stays so.
    ///
    /// # Errors
    /// [`ApiKeyError`].
    pub async fn revoke(
        &self,
        tenant: &TenantId,
        id: ApiKeyId,
        by: Manager<'_>,
    ) -> Result<ApiKey, ApiKeyError> {
        let key = self.key(tenant, id).await?;
        by.check(key.scope_set())?;
        if key.revoked_at.is_some() {
            return Ok(key);
        }
        let now = self.now();
        let revoked = ApiKey {
            revoked_at: Some(now),
            ..key
        };
        let target = (id, AuditAction::ApiKeyRevoke);
        let entry = entry(&revoked, target, by, shown(&revoked));
        let audited = Audited::new(self.storage.as_ref(), entry);
        if !revoke_api_key(&audited, tenant, id, now).await? {
            return Err(ApiKeyError::NotFound);
        }
        self.announcer.access_changed();
        Ok(revoked)
    }

    /// How many keys that can be used the tenant may have.
    async fn most(&self, tenant: &TenantId) -> Result<u32, ApiKeyError> {
        let tenant = self.storage.tenant(tenant).await?;
        Ok(tenant
            .as_ref()
            .map_or(ApiKey::DEFAULT_MOST, Tenant::most_api_keys))
    }

    /// As precisely as it is stored.
    fn now(&self) -> DateTime<Utc> {
        self.clock.now().trunc_subsecs(6)
    }
}

/// The entry of an act on the key with this id.
fn entry(
    key: &ApiKey,
    (id, action): (ApiKeyId, AuditAction),
    by: Manager<'_>,
    details: Value,
) -> AuditEntry {
    let target = format!("api_key/{id}");
    AuditEntry::new(&key.tenant, by.act, action, target).with(details)
}

/// A key as the audit log shows it: everything but its hash.
fn shown(key: &ApiKey) -> Value {
    json!({
        "id": key.id,
        "name": key.name,
        "scopes": key.scopes.iter().map(|scope| scope.name()).collect::<Vec<_>>(),
        "user_id": key.user,
        "networks": key.networks.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "expires_at": key.expires_at,
        "revoked_at": key.revoked_at,
    })
}
