//! Plans that are not carried out.

use std::collections::BTreeSet;
use std::sync::Arc;

use campanile_domain::{Routes, TenantId};
use campanile_intake::{Rehearsal, SendRequest, dry_run};
use campanile_providers::public_url;
use campanile_storage::{Storage, StorageError};
use chrono::{DateTime, Utc};

use crate::problem::Problem;
use crate::seats::Seats;

/// Computes what requests would do.
#[derive(Clone)]
pub(crate) struct DryRuns {
    storage: Arc<dyn Storage>,
    /// The routes of the operator's own settings, which a tenant's own providers stand before.
    operator_routes: Arc<Routes>,
    seats: Seats,
}

impl DryRuns {
    /// Without accounts from the settings.
    pub(crate) fn new(storage: Arc<dyn Storage>) -> Self {
        Self {
            storage,
            operator_routes: Arc::default(),
            seats: Seats::dry_runs(),
        }
    }

    /// With these.
    pub(crate) fn with_operator_routes(self, operator_routes: Arc<Routes>) -> Self {
        Self {
            operator_routes,
            ..self
        }
    }

    /// What would become of a request.
    pub(crate) async fn of(
        &self,
        tenant: &TenantId,
        request: &SendRequest,
        now: DateTime<Utc>,
    ) -> Result<Vec<Rehearsal>, Problem> {
        let _seat = self.seats.take(tenant, None).await?;
        let routes = self.routes(tenant).await?;
        Ok(dry_run(self.storage.as_ref(), &routes, tenant, request, now).await?)
    }

    /// What a relay would plan by now: as workers do it, one way for each channel.
    async fn routes(&self, tenant: &TenantId) -> Result<Routes, StorageError> {
        let (mut routes, mut served) = (Routes::default(), BTreeSet::new());
        for provider in self.storage.providers(tenant).await? {
            if served.insert(provider.channel) {
                match public_url(&provider) {
                    Some(url) => routes.add(tenant.clone(), provider.channel, url),
                    None => routes.add_for_users(tenant.clone(), provider.channel),
                }
            }
        }
        routes.add_missing(tenant, &self.operator_routes);
        Ok(routes)
    }
}
