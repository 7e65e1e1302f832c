//! The tenants of the installation.

use std::sync::Arc;

use campanile_domain::{Act, AuditAction, Clock, Tenant, TenantId};
use campanile_pipeline::{AuditEntry, record_act};
use campanile_storage::{Storage, TenantChange, TenantUsage};
use chrono::SubsecRound;
use serde_json::json;

use super::{TenantError, ladder_texts};
use crate::templates::Announcer;

/// The tenant that every installation has.
const DEFAULT: &str = "default";

/// Creates, lists, changes and deletes tenants; cheap to clone.
#[derive(Clone)]
pub struct TenantBook {
    storage: Arc<dyn Storage>,
    announcer: Announcer,
    clock: Arc<dyn Clock>,
}

impl TenantBook {
    /// Keeps tenants in `storage` and announces through `announcer` who may not call any more.
    pub fn new(storage: Arc<dyn Storage>, announcer: Announcer, clock: Arc<dyn Clock>) -> Self {
        Self {
            storage,
            announcer,
            clock,
        }
    }

    /// Announces through another announcer.
    #[must_use]
    pub fn with_announcer(self, announcer: Announcer) -> Self {
        Self { announcer, ..self }
    }

    /// Creates a tenant.
    ///
    /// # Errors
    /// [`TenantError`]; nothing is stored.
    pub async fn create(&self, tenant: Tenant, act: &Act) -> Result<Tenant, TenantError> {
        if !self.storage.add_tenant(&tenant).await? {
            return Err(TenantError::Exists(tenant.id));
        }
        self.record(&tenant.id, &tenant, act, AuditAction::TenantCreate)
            .await?;
        Ok(tenant)
    }

    /// One tenant.
    ///
    /// # Errors
    /// [`TenantError::NotFound`], or what the database says.
    pub async fn tenant(&self, name: &TenantId) -> Result<Tenant, TenantError> {
        let tenant = self.storage.tenant(name).await?;
        tenant.ok_or_else(|| TenantError::NotFound(name.clone()))
    }

    /// Tenants by name, `limit` of those after `after`; and whether there are more.
    ///
    /// # Errors
    /// What the database says.
    pub async fn page(
        &self,
        after: Option<&TenantId>,
        limit: u32,
    ) -> Result<(Vec<Tenant>, bool), TenantError> {
        let mut tenants = self.storage.tenant_page(after, limit + 1).await?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = tenants.len() > limit;
        tenants.truncate(limit);
        Ok((tenants, has_more))
    }

    /// Changes, suspends or resumes a tenant. All processes know within five seconds.
    ///
    /// # Errors
    /// [`TenantError`]; nothing is changed.
    pub async fn change(
        &self,
        name: &TenantId,
        change: TenantChange,
        act: &Act,
    ) -> Result<Tenant, TenantError> {
        let changed = self.storage.change_tenant(name, &change).await?;
        let changed = changed.ok_or_else(|| TenantError::NotFound(name.clone()))?;
        let is_known_to_servers = change.suspended_at.is_some()
            || change.max_requests.is_some()
            || change.max_sends.is_some()
            || change.max_streams.is_some();
        if is_known_to_servers {
            self.announcer.access_changed();
        }
        self.record(name, &changed, act, AuditAction::TenantChange)
            .await?;
        Ok(changed)
    }

    /// How much a tenant has.
    ///
    /// # Errors
    /// [`TenantError`].
    pub async fn usage(&self, name: &TenantId) -> Result<(Tenant, TenantUsage), TenantError> {
        let tenant = self.tenant(name).await?;
        let usage = self.storage.tenant_usage(name, self.clock.now()).await?;
        Ok((tenant, usage))
    }

    /// Begins to remove a tenant with all that it has. Its secrets cannot be read any more; workers remove its rows, its
    /// audit log included, so the act is recorded in that of `home`, the tenant of who does it, or in that of the tenant
    /// `default` where that is the one that goes.
    ///
    /// # Errors
    /// [`TenantError`]; nothing is changed.
    pub async fn remove(
        &self,
        name: &TenantId,
        home: &TenantId,
        act: &Act,
    ) -> Result<Tenant, TenantError> {
        if name.as_str() == DEFAULT {
            return Err(TenantError::Permanent);
        }
        let log = if home == name {
            TenantId::parse(DEFAULT).map_err(|_| TenantError::Permanent)?
        } else {
            home.clone()
        };
        let now = self.clock.now().trunc_subsecs(6);
        if !self.storage.begin_tenant_removal(name, now).await? {
            return Err(TenantError::NotFound(name.clone()));
        }
        self.announcer.access_changed();
        let tenant = self.tenant(name).await?;
        self.record(&log, &tenant, act, AuditAction::TenantDelete)
            .await?;
        Ok(tenant)
    }

    /// Adds the entry of an act to an audit log.
    async fn record(
        &self,
        log: &TenantId,
        tenant: &Tenant,
        act: &Act,
        action: AuditAction,
    ) -> Result<(), TenantError> {
        let details = json!({
            "status": tenant.status(),
            "retry_ladder": tenant.retry_ladder.as_ref().map(ladder_texts),
            "link_schemes": tenant.link_schemes,
            "locale": tenant.locale,
            "push_badge": tenant.push_badge,
            "track_opens": tenant.track_opens,
            "track_clicks": tenant.track_clicks,
            "max_api_keys": tenant.max_api_keys,
            "max_requests": tenant.limits.requests.map(|rate| rate.to_string()),
            "max_sends": tenant.limits.sends.map(|rate| rate.to_string()),
            "max_streams": tenant.limits.streams,
            "max_types": tenant.limits.types,
        });
        let target = format!("tenant/{}", tenant.id);
        let entry = AuditEntry::new(log, act, action, target).with(details);
        Ok(record_act(self.storage.as_ref(), entry).await?)
    }
}
