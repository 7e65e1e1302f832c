//! `PUT /api/v1/admin/retention`: the tenant sets its own term.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::retention;
use campanile_storage::Storage;

use super::term_body::{PutBody, TermBody, days};
use crate::identity::Operator;
use crate::problem::Problem;
use crate::state::DefaultRetention;
use crate::v1::json_body::JsonBody;
use crate::v1::responses::{Guarded, ReadsBody};

/// Sets the tenant's retention period, or resets it to the installation's default.
///
/// Older notifications are permanently removed within a day, with their deliveries and dead letters. A notification
/// with pending deliveries is kept until they end. A longer period does not restore removed notifications.
#[utoipa::path(
    put,
    operation_id = "put_retention",
    path = "/api/v1/admin/retention",
    tag = "operators",
    security(("bearer" = ["admin"]), ("bearer" = ["platform"])),
    request_body(content = PutBody, content_type = "application/json", example = json!({"days": 30})),
    responses(
        (status = 200, description = "The retention period was set", body = TermBody),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn put(
    operator: Operator,
    State(storage): State<Arc<dyn Storage>>,
    State(DefaultRetention(default)): State<DefaultRetention>,
    body: JsonBody,
) -> Result<Json<TermBody>, Problem> {
    let own = body.read(days).await??;
    let tenant = operator.tenant();
    let set = retention::set(storage.as_ref(), tenant, own, default, operator.act());
    let Some(period) = set.await? else {
        // The credential proved the tenant a moment ago.
        tracing::error!(tenant.id = %tenant, "a retention period was not stored: the tenant no longer exists");
        return Err(Problem::internal());
    };
    tracing::info!(tenant.id = %tenant, days = own.map(|days| days.get()), "set a retention period");
    Ok(Json(period.into()))
}
