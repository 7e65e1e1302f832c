//! Endpoints without authentication: probes and metrics for the operators of the installation.

mod healthz;
mod metrics;
mod readyz;

use std::sync::Arc;

use axum::extract::FromRef;
use campanile_storage::Storage;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Draining;

/// The probes and the scrape; the same for a process with the whole API and for one without.
pub(crate) fn router<S>() -> OpenApiRouter<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<dyn Storage>: FromRef<S>,
    Draining: FromRef<S>,
{
    OpenApiRouter::default()
        .routes(routes!(healthz::healthz))
        .routes(routes!(readyz::readyz))
        .routes(routes!(metrics::metrics))
}
