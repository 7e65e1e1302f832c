//! `POST /api/v1/admin/dead-letters/purge`: what died is removed.

use axum::Json;

use super::answer::Purged;
use super::choice_body::ChoiceBody;
use super::sweep::SweepAct;
use super::wish::Wish;
use crate::problem::Problem;
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
    security(("bearer" = ["admin"]), ("bearer" = ["platform"])),
    request_body(content = ChoiceBody, content_type = "application/json",
        example = json!({"channel": "webhook", "from": "2026-01-31T08:00:00Z"})),
    responses(
        (status = 200, description = "Gone", body = Purged),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn purge(wish: Wish) -> Result<Json<Purged>, Problem> {
    let swept = wish.carry_out(SweepAct::Purge).await?;
    Ok(Json(Purged {
        purged: swept.count,
        more: swept.more,
    }))
}
