//! `POST /api/v1/admin/dead-letters/purge`: what died is removed.

use axum::Json;
use campanile_app::dead_letters::Sweep;

use super::answer::Purged;
use super::choice::ChoiceBody;
use super::wish::Wish;
use crate::problem::Problem;
use crate::v1::responses::{Guarded, ReadsBody};

/// Permanently removes dead letters, oldest first. The deliveries stay `dead` in the timeline.
///
/// Deliveries that die after the request arrived are not purged. A large selection is processed in batches for at
/// most half of the request timeout. If `more` is `true`, repeat the request to purge the rest.
#[utoipa::path(
    post,
    operation_id = "purge_dead_letters",
    path = "/api/v1/admin/dead-letters/purge",
    tag = "operators",
    security(("bearer" = ["deliveries:write"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    request_body(content = ChoiceBody, content_type = "application/json",
        example = json!({"ids": ["019a2f00-0000-7000-8000-000000000001"]})),
    responses(
        (status = 200, description = "The dead letters were purged", body = Purged),
        Guarded,
        ReadsBody,
    ),
)]
pub(super) async fn purge(wish: Wish) -> Result<Json<Purged>, Problem> {
    let swept = wish.carry_out(Sweep::Purge).await?;
    Ok(Json(Purged {
        purged: swept.count,
        more: swept.more,
    }))
}
