//! `POST /api/v1/admin/dead-letters/replay`: what died is delivered again.

use axum::Json;
use campanile_app::dead_letters::Sweep;

use super::answer::Replayed;
use super::choice::ChoiceBody;
use super::wish::Wish;
use crate::problem::Problem;
use crate::v1::responses::{Guarded, ReadsBody};

/// Replays dead letters, oldest first. Each delivery is due immediately, keeps its id and starts its retry schedule
/// from the beginning. Earlier attempts stay in the timeline.
///
/// A dead letter with the code `unreadable_message` names no delivery, so it cannot be replayed. It is not counted
/// and stays in the list until it is purged.
///
/// Deliveries that die after the request arrived are not replayed. A large selection is processed in batches for at
/// most half of the request timeout. If `more` is `true`, repeat the request to replay the rest.
#[utoipa::path(
    post,
    operation_id = "replay_dead_letters",
    path = "/api/v1/admin/dead-letters/replay",
    tag = "operators",
    security(("bearer" = ["deliveries:write"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    request_body(content = ChoiceBody, content_type = "application/json",
        example = json!({"channel": "webhook", "from": "2026-01-31T08:00:00Z"})),
    responses(
        (status = 200, description = "The deliveries are scheduled again", body = Replayed),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn replay(wish: Wish) -> Result<Json<Replayed>, Problem> {
    let act = Sweep::Replay(wish.now);
    let swept = wish.carry_out(act).await?;
    Ok(Json(Replayed {
        replayed: swept.count,
        more: swept.more,
    }))
}
