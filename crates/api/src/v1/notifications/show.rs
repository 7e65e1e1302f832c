//! `GET /api/v1/notifications/{id}`: one notification, as a list shows it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_domain::{Clock, NotificationId};
use campanile_storage::Storage;

use super::item::Item;
use crate::identity::Reader;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::id_path::{IdPath, PathId};
use crate::v1::responses::Guarded;

/// Retrieves one notification, for example to open it when its push is tapped.
///
/// Users find their own notifications, wherever they are: in the inbox, archived, snoozed, or sent through other
/// channels only. Services and operators find those of all users of the tenant, including scheduled ones. A deleted
/// notification is not found.
#[utoipa::path(
    get,
    operation_id = "get_notification",
    path = "/api/v1/notifications/{id}",
    tag = "users",
    security(("bearer" = ["inbox"]), ("bearer" = ["notifications:send"]), ("bearer" = ["admin:read"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(("id" = Uuid, Path, description = "Id of the notification")),
    responses(
        (status = 200, description = "The notification", body = Item),
        (status = 404, description = "The caller has no notification with this id", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
    ),
)]
pub(super) async fn show(
    reader: Reader,
    State(storage): State<Arc<dyn Storage>>,
    State(clock): State<Arc<dyn Clock>>,
    IdPath(id): IdPath<NotificationId>,
) -> Result<Json<Item>, Problem> {
    let now = clock.now();
    let found = storage
        .notification(reader.tenant(), reader.user(), id)
        .await?
        .filter(|found| reader.user().is_none() || found.is_shown(now))
        .ok_or_else(NotificationId::not_found)?;
    let item = Item::of(found.item, found.cancelled_at, now).map_err(|error| {
        tracing::error!(%error, "the stored content of a notification is not JSON; the caller got 500");
        Problem::internal()
    })?;
    Ok(Json(item))
}
