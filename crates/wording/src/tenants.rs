//! What tenants have set about texts.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use campanile_domain::{LinkScheme, Tenant, TenantId, TenantLimits};
use campanile_storage::{Storage, StorageError};

use crate::look_up::LookUp;

/// Looks up tenants.
pub(crate) struct Tenants(pub(crate) Arc<dyn Storage>);

/// What a tenant has set.
#[derive(Debug, Default)]
pub(crate) struct Set {
    /// Schemes besides https that links may have.
    pub(crate) link_schemes: Vec<LinkScheme>,
    /// The same as the engine takes them.
    pub(crate) scheme_names: Arc<[String]>,
    /// The locale of users who have none.
    pub(crate) locale: Option<String>,
    /// Whether its pushes tell apps how many notifications are unread.
    pub(crate) push_badge: bool,
    /// What it counts of its mails.
    pub(crate) tracking: Tracking,
    /// How much it may take.
    pub(crate) limits: TenantLimits,
}

/// What a tenant counts of its mails.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tracking {
    /// Which are opened.
    pub opens: bool,
    /// In which a link is opened.
    pub clicks: bool,
}

impl Set {
    fn of(tenant: Tenant) -> Self {
        let names = tenant.link_schemes.iter().map(LinkScheme::as_str);
        Self {
            scheme_names: names.map(str::to_owned).collect(),
            link_schemes: tenant.link_schemes,
            locale: tenant.locale,
            push_badge: tenant.push_badge,
            tracking: Tracking {
                opens: tenant.track_opens,
                clicks: tenant.track_clicks,
            },
            limits: tenant.limits,
        }
    }
}

#[async_trait]
impl LookUp for Tenants {
    type Key = TenantId;
    type Value = Arc<Set>;

    const WHAT: &'static str = "the settings of a tenant";
    /// About 10,000 tenants.
    const MOST_BYTES: u64 = 4 * 1024 * 1024;

    fn bytes(_: &TenantId, set: Option<&Arc<Set>>) -> usize {
        let schemes = set.map_or(0, |set| set.link_schemes.len());
        300 + 120 * schemes
    }

    async fn many(
        &self,
        tenants: &BTreeSet<TenantId>,
    ) -> Result<HashMap<TenantId, Arc<Set>>, StorageError> {
        let found = self.0.tenants_of(&tenants.iter().collect()).await?;
        Ok(found
            .into_iter()
            .map(|tenant| (tenant.id.clone(), Arc::new(Set::of(tenant))))
            .collect())
    }
}
