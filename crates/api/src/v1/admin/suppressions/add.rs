//! `POST /api/v1/admin/suppressions`: addresses are not to be used any more.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::suppressions::{self, SuppressionAddBody, read_add};
use campanile_storage::Storage;
use serde::Serialize;
use utoipa::ToSchema;

use crate::identity::Operator;
use crate::problem::Problem;
use crate::v1::json_body::JsonBody;
use crate::v1::responses::{Guarded, ReadsBody};

/// The result of adding entries.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SuppressionsAdded)]
pub(super) struct Added {
    /// Number of entries that are new. One that was there stays as it was.
    #[schema(example = 2)]
    added: u64,
}

/// Adds addresses to the suppression list: nothing is sent to them, for all users who have them. Takes up to 1,000 addresses in one call.
///
/// Deliveries to these addresses that have not left end as `suppressed` with the reason `address_suppressed` when they fall
/// due. With `notification_type`, only notifications of that type are suppressed.
///
/// A mail address that a provider reports as unknown (SMTP 5.1.1) is added as `hard_bounce` by itself. Updating the user
/// with the same address removes that entry.
#[utoipa::path(
    post,
    operation_id = "add_suppressions",
    path = "/api/v1/admin/suppressions",
    tag = "operators",
    security(("bearer" = ["admin"]), ("bearer" = ["platform"])),
    request_body(content = SuppressionAddBody, content_type = "application/json",
        example = json!({"addresses": ["ada@example.com"], "reason": "complaint"})),
    responses(
        (status = 200, description = "The addresses are on the list", body = Added),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn add(
    operator: Operator,
    State(storage): State<Arc<dyn Storage>>,
    body: JsonBody,
) -> Result<Json<Added>, Problem> {
    let request = body.read(read_add).await??;
    let tenant = operator.tenant();
    let added = suppressions::add(storage.as_ref(), tenant, &request, operator.act()).await?;
    tracing::info!(tenant.id = %tenant, added, "added addresses to the suppression list");
    Ok(Json(Added { added }))
}
