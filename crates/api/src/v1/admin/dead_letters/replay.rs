//! `POST /api/v1/admin/dead-letters/replay`: what died is delivered again.

use axum::Json;

use super::answer::Replayed;
use super::choice_body::ChoiceBody;
use super::sweep::SweepAct;
use super::wish::Wish;
use crate::problem::Problem;
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
    security(("bearer" = ["admin"]), ("bearer" = ["platform"])),
    request_body(content = ChoiceBody, content_type = "application/json",
        example = json!({"channel": "webhook", "from": "2026-01-31T08:00:00Z"})),
    responses(
        (status = 200, description = "On their way again", body = Replayed),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn replay(wish: Wish) -> Result<Json<Replayed>, Problem> {
    let act = SweepAct::Replay(wish.now);
    let swept = wish.carry_out(act).await?;
    Ok(Json(Replayed {
        replayed: swept.count,
        more: swept.more,
    }))
}
