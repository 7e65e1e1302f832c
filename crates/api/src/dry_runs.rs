//! Plans that nobody carries out.

use std::collections::BTreeSet;
use std::sync::Arc;

use campanile_domain::{TenantId, Ways};
use campanile_intake::{Rehearsal, SendRequest, dry_run};
use campanile_providers::public_url;
use campanile_storage::{Storage, StorageError};
use chrono::{DateTime, Utc};

use crate::problem::Problem;
use crate::seats::Seats;

/// Tells what would become of requests.
#[derive(Clone)]
pub(crate) struct DryRuns {
    storage: Arc<dyn Storage>,
    /// The ways of the operator's own settings, which a tenant's own providers stand before.
    operator_ways: Arc<Ways>,
    seats: Seats,
}

impl DryRuns {
    /// Without the ways of anybody's settings.
    pub(crate) fn new(storage: Arc<dyn Storage>) -> Self {
        Self {
            storage,
            operator_ways: Arc::default(),
            seats: Seats::dry_runs(),
        }
    }

    /// With these.
    pub(crate) fn with_operator_ways(self, operator_ways: Arc<Ways>) -> Self {
        Self {
            operator_ways,
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
        let ways = self.ways(tenant).await?;
        Ok(dry_run(self.storage.as_ref(), &ways, tenant, request, now).await?)
    }

    /// What a relay would plan by now: as workers do it, one way for each channel.
    async fn ways(&self, tenant: &TenantId) -> Result<Ways, StorageError> {
        let (mut ways, mut served) = (Ways::default(), BTreeSet::new());
        for provider in self.storage.providers(tenant).await? {
            if served.insert(provider.channel) {
                match public_url(&provider) {
                    Some(url) => ways.add(tenant.clone(), provider.channel, url),
                    None => ways.add_for_users(tenant.clone(), provider.channel),
                }
            }
        }
        ways.add_missing(tenant, &self.operator_ways);
        Ok(ways)
    }
}
