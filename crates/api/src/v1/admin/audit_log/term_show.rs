//! `GET /api/v1/admin/audit-log/retention`: for how long the tenant's audit rows are kept.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::audit;
use campanile_storage::Storage;

use super::term_body::TermBody;
use crate::identity::Operator;
use crate::problem::Problem;
use crate::state::DefaultAuditDays;
use crate::v1::responses::Guarded;

/// Retrieves the retention period of the tenant's audit log.
#[utoipa::path(
    get,
    operation_id = "show_audit_retention",
    path = "/api/v1/admin/audit-log/retention",
    tag = "operators",
    security(("bearer" = ["admin"]), ("bearer" = ["platform"])),
    responses(
        (status = 200, description = "The retention period in effect", body = TermBody),
        Guarded,
    ),
)]
pub(super) async fn show(
    operator: Operator,
    State(storage): State<Arc<dyn Storage>>,
    State(DefaultAuditDays(default)): State<DefaultAuditDays>,
) -> Result<Json<TermBody>, Problem> {
    let term = audit::term(storage.as_ref(), operator.tenant(), default).await?;
    Ok(Json(term.into()))
}
