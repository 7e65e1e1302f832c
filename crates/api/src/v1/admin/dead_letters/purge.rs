//! `POST /api/v1/admin/dead-letters/purge`: what died is removed.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use campanile_domain::Clock;
use campanile_storage::Storage;
use http::HeaderMap;

use super::answer::Purged;
use super::bounds;
use super::choice::choice;
use super::choice_body::ChoiceBody;
use super::sweep::{SweepAct, sweep_dead_letters};
use crate::RequestLimits;
use crate::identity::Operator;
use crate::problem::Problem;
use crate::v1::json_body::read_json;
use crate::v1::responses::{Guarded, ReadsBody};

/// Removes dead letters for good, the oldest first; their deliveries stay `dead` in the timeline.
///
/// What dies after the request came is kept. A large choice is worked off in batches for at most half
/// the time of a request; `more` then says to come again.
#[utoipa::path(
    post,
    operation_id = "purge_dead_letters",
    path = "/api/v1/admin/dead-letters/purge",
    tag = "operators",
    security(("bearer" = ["admin"])),
    request_body(content = ChoiceBody, content_type = "application/json",
        example = json!({"channel": "webhook", "from": "2026-01-31T08:00:00Z"})),
    responses(
        (status = 200, description = "Gone", body = Purged),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn purge(
    operator: Operator,
    State(storage): State<Arc<dyn Storage>>,
    State(clock): State<Arc<dyn Clock>>,
    State(limits): State<RequestLimits>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Purged>, Problem> {
    let bounds = bounds(limits);
    let body = read_json(&headers, body, limits).await?;
    let now = clock.now();
    let filter = choice(&body, now)?;
    let tenant = operator.tenant();
    let mut purged = 0;
    let swept = sweep_dead_letters(
        storage.as_ref(),
        tenant,
        &filter,
        SweepAct::Purge,
        bounds,
        |so_far| purged = so_far,
    )
    .await;
    // Also when it broke off: what was done until then is done.
    tracing::info!(tenant.id = %tenant, count = purged, "purged dead letters");
    let swept = swept?;
    Ok(Json(Purged {
        purged: swept.count,
        more: swept.more,
    }))
}
