//! What holds for users who have not chosen, and what they cannot choose.

mod put;
mod show;

use campanile_domain::TenantPreferences;
use campanile_fields::{FieldErrors, JsonText};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ApiState;
use crate::v1::preferences::Chosen;

pub use crate::v1::preferences::PreferencesBody as PreferenceDefaults;

/// Reads what a tenant sets, as `PUT /api/v1/admin/preferences` does.
///
/// # Errors
/// Every wrong field.
pub fn read_preference_defaults(body: &JsonText) -> Result<TenantPreferences, FieldErrors> {
    Chosen::from_json(body).map(Chosen::of_tenant)
}

/// All calls under `/api/v1/admin/preferences`, all of them for operators.
pub(crate) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default().routes(routes!(show::show, put::put))
}
