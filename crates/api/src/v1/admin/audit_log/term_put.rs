//! `PUT /api/v1/admin/audit-log/retention`: the tenant sets for how long its audit rows are kept.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::audit;
use campanile_storage::Storage;

use super::term_body::{PutBody, TermBody, days};
use crate::identity::Operator;
use crate::problem::Problem;
use crate::state::DefaultAuditDays;
use crate::v1::json_body::JsonBody;
use crate::v1::responses::{Guarded, ReadsBody};

/// Sets the retention period of the tenant's audit log, or resets it to the installation's default.
///
/// Older entries are permanently removed within a day. The period is at least 30 days, and the change is itself an entry.
/// The entries that are left stay verifiable.
#[utoipa::path(
    put,
    operation_id = "put_audit_retention",
    path = "/api/v1/admin/audit-log/retention",
    tag = "operators",
    security(("bearer" = ["admin"]), ("bearer" = ["platform"])),
    request_body(content = PutBody, content_type = "application/json", example = json!({"days": 730})),
    responses(
        (status = 200, description = "The retention period was set", body = TermBody),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn put(
    operator: Operator,
    State(storage): State<Arc<dyn Storage>>,
    State(DefaultAuditDays(default)): State<DefaultAuditDays>,
    body: JsonBody,
) -> Result<Json<TermBody>, Problem> {
    let own = body.read(days).await??;
    let (storage, tenant) = (storage.as_ref(), operator.tenant());
    let term = audit::set_term(storage, tenant, own, default, operator.act()).await?;
    let days = own.map(|days| days.get());
    tracing::info!(tenant.id = %tenant, days, "set a retention period of the audit log");
    Ok(Json(term.into()))
}
