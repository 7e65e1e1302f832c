//! `DELETE /api/v1/admin/suppressions`: an address may be used again.

use std::sync::Arc;

use axum::extract::State;
use campanile_app::suppressions::{self, SuppressionRemoveBody, read_remove};
use campanile_storage::Storage;
use http::StatusCode;

use crate::identity::Operator;
use crate::problem::{Problem, ProblemCode, ProblemDocument};
use crate::v1::json_body::JsonBody;
use crate::v1::responses::{Guarded, ReadsBody};

/// Removes an address from the suppression list. What was suppressed before is not sent.
///
/// The address is in the body, not in the URL, so that it does not appear in the logs of proxies.
#[utoipa::path(
    delete,
    operation_id = "remove_suppression",
    path = "/api/v1/admin/suppressions",
    tag = "operators",
    security(("bearer" = ["admin"]), ("bearer" = ["platform"])),
    request_body(content = SuppressionRemoveBody, content_type = "application/json",
        example = json!({"address": "ada@example.com"})),
    responses(
        (status = 204, description = "The address may be used again"),
        (status = 404, description = "The address is not on the list", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn remove(
    operator: Operator,
    State(storage): State<Arc<dyn Storage>>,
    body: JsonBody,
) -> Result<StatusCode, Problem> {
    let request = body.read(read_remove).await??;
    let tenant = operator.tenant();
    let removed = suppressions::remove(storage.as_ref(), tenant, &request, operator.act());
    if !removed.await? {
        let detail = "The address is not on the suppression list";
        return Err(Problem::new(ProblemCode::SuppressionNotFound, detail));
    }
    tracing::info!(tenant.id = %tenant, "removed an address from the suppression list");
    Ok(StatusCode::NO_CONTENT)
}
