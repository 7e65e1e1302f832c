//! What a tenant's own operators do, a folder per resource.

pub(crate) mod api_keys;
pub(crate) mod audit_log;
pub(crate) mod brand;
pub(crate) mod dead_letters;
pub(crate) mod ingest_addresses;
pub(crate) mod master_key;
pub(crate) mod preferences;
pub(crate) mod providers;
pub(crate) mod retention;
pub(crate) mod suppressions;
pub(crate) mod templates;
pub(crate) mod tenants;
pub(crate) mod types;
pub(crate) mod users;

use utoipa_axum::router::OpenApiRouter;

use crate::ApiState;

/// All calls under `/api/v1/admin`.
pub(crate) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .merge(api_keys::router())
        .merge(audit_log::router())
        .merge(brand::router())
        .merge(dead_letters::router())
        .merge(ingest_addresses::router())
        .merge(master_key::router())
        .merge(preferences::router())
        .merge(providers::router())
        .merge(retention::router())
        .merge(suppressions::router())
        .merge(templates::router())
        .merge(tenants::router())
        .merge(types::router())
        .merge(users::router())
}
