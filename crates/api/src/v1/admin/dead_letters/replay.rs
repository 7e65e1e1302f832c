//! `POST /api/v1/admin/dead-letters/replay`: what died is delivered again.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use campanile_domain::Clock;
use campanile_storage::Storage;
use http::HeaderMap;

use super::answer::Replayed;
use super::bounds;
use super::choice::choice;
use super::choice_body::ChoiceBody;
use super::sweep::{SweepAct, sweep_dead_letters};
use crate::RequestLimits;
use crate::identity::Operator;
use crate::problem::Problem;
use crate::v1::json_body::read_json;
use crate::v1::responses::{Guarded, ReadsBody};

/// Delivers dead letters again, the oldest first: due at once, with the whole ladder of retries before
/// them, under the same ids. What was tried before stays in the timeline.
///
/// A message that no worker could read (`unreadable_message`) has nothing to deliver: it stays on the
/// list, and does not count, until it is purged.
///
/// What dies after the request came is not replayed by it. A large choice is worked off in batches
/// for at most half the time of a request; `more` then says to come again.
#[utoipa::path(
    post,
    operation_id = "replay_dead_letters",
    path = "/api/v1/admin/dead-letters/replay",
    tag = "operators",
    security(("bearer" = ["admin"])),
    request_body(content = ChoiceBody, content_type = "application/json",
        example = json!({"channel": "webhook", "from": "2026-01-31T08:00:00Z"})),
    responses(
        (status = 200, description = "On their way again", body = Replayed),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn replay(
    operator: Operator,
    State(storage): State<Arc<dyn Storage>>,
    State(clock): State<Arc<dyn Clock>>,
    State(limits): State<RequestLimits>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Replayed>, Problem> {
    let bounds = bounds(limits);
    let body = read_json(&headers, body, limits).await?;
    let now = clock.now();
    let filter = choice(&body, now)?;
    let tenant = operator.tenant();
    let mut replayed = 0;
    let swept = sweep_dead_letters(
        storage.as_ref(),
        tenant,
        &filter,
        SweepAct::Replay(now),
        bounds,
        |so_far| replayed = so_far,
    )
    .await;
    // Also when it broke off: what was done until then is done.
    tracing::info!(tenant.id = %tenant, count = replayed, "replayed dead letters");
    let swept = swept?;
    Ok(Json(Replayed {
        replayed: swept.count,
        more: swept.more,
    }))
}
