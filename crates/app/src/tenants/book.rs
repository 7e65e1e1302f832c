//! The tenants of the installation.

use std::sync::Arc;

use campanile_domain::{Act, AuditAction, Clock, Tenant, TenantId};
use campanile_pipeline::{
    AuditEntry, Audited, ChangedTenant, TenantLook, begin_tenant_removal, change_tenant,
    create_tenant,
};
use campanile_storage::{CountStep, Storage, TenantChange, TenantUsage};
use chrono::SubsecRound;

use super::TenantError;
use crate::templates::Announcer;

/// The tenant that every installation has.
pub(crate) const DEFAULT: &str = "default";

/// However high a limit is, what it limits is counted no further for people.
const MOST_COUNTED: u32 = 1_000_000;

/// How much a tenant has. What waits and what is stored is counted up to the limit, at least up to
/// [`TenantUsage::COUNTED`].
#[derive(Debug)]
pub struct Usage {
    /// The tenant, with its limits.
    pub tenant: Tenant,
    /// What it has of each kind.
    pub has: TenantUsage,
    /// How much of it waits to be planned, sent or retried.
    pub queued: u64,
    /// How many notifications are stored.
    pub notifications: u64,
}

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
        let entry = entry(&tenant.id, &tenant.id, act, AuditAction::TenantCreate);
        let audited = Audited::new(self.storage.as_ref(), entry);
        if !create_tenant(&audited, &tenant).await? {
            return Err(TenantError::Exists(tenant.id));
        }
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
        // A name that no tenant has gets no audit log.
        self.tenant(name).await?;
        let entry = entry(name, name, act, AuditAction::TenantChange);
        let audited = Audited::new(self.storage.as_ref(), entry);
        let changed = change_tenant(&audited, name, &change).await?;
        let changed = match changed {
            ChangedTenant::Is(changed) => *changed,
            ChangedTenant::Absent => return Err(TenantError::NotFound(name.clone())),
            ChangedTenant::BeingImported => return Err(TenantError::BeingImported(name.clone())),
        };
        let is_known_to_servers = change.suspended_at.is_some()
            || change.max_requests.is_some()
            || change.max_sends.is_some()
            || change.max_streams.is_some()
            || change.token_keys.is_some();
        if is_known_to_servers {
            self.announcer.access_changed();
        }
        Ok(changed)
    }

    /// How much a tenant has.
    ///
    /// # Errors
    /// [`TenantError`].
    pub async fn usage(&self, name: &TenantId) -> Result<Usage, TenantError> {
        let tenant = self.tenant(name).await?;
        let has = self.storage.tenant_usage(name, self.clock.now()).await?;
        let most =
            |limit: Option<u32>| limit.unwrap_or(0).clamp(TenantUsage::COUNTED, MOST_COUNTED);
        let queued_most = most(tenant.limits.queued);
        let queued = self.storage.queued_of(name, queued_most).await?;
        let (most, mut after) = (u64::from(most(tenant.limits.notifications)), None);
        let mut notifications = 0;
        while notifications < most {
            let step = self
                .storage
                .count_notifications(name, after, TenantUsage::COUNTED);
            let CountStep { counted, last } = step.await?;
            notifications += u64::from(counted);
            after = last;
            if last.is_none() {
                break;
            }
        }
        Ok(Usage {
            queued: queued.min(u64::from(queued_most)),
            notifications: notifications.min(most),
            tenant,
            has,
        })
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
        let entry = entry(&log, name, act, AuditAction::TenantDelete);
        let audited = Audited::new(self.storage.as_ref(), entry);
        let removed = begin_tenant_removal(&audited, name, &log, now).await?;
        let removed = removed.ok_or_else(|| TenantError::NotFound(name.clone()))?;
        self.announcer.access_changed();
        Ok(removed)
    }
}

/// The entry of an act on a tenant.
fn entry(log: &TenantId, tenant: &TenantId, act: &Act, action: AuditAction) -> AuditEntry {
    let target = format!("tenant/{tenant}");
    AuditEntry::new(log, act, action, target).looking(TenantLook(tenant.clone()))
}
