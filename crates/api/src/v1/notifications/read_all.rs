//! `PUT /api/v1/notifications/read-all`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_domain::Clock;
use campanile_storage::Storage;
use chrono::SubsecRound;
use http::Uri;
use serde::Serialize;
use utoipa::ToSchema;

use super::change::count;
use crate::identity::InboxUser;
use crate::inbox_answers::InboxAnswers;
use crate::problem::Problem;
use crate::v1::query::Query;
use crate::v1::responses::{Guarded, ReadsQuery};

/// What was done.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReadAll)]
pub(super) struct ReadAllBody {
    /// Always true: a call that fails answers with a problem.
    success: bool,
    /// How many were unread.
    #[schema(example = 3)]
    updated_count: u64,
    /// In words, for people.
    message: &'static str,
}

/// Marks everything as read that the caller's inbox shows unread.
///
/// What is archived or put off stays as it is, and so does what arrives after the call began. What
/// has not been handed to a provider yet is cancelled. If it fails half-way, what was marked stays
/// marked, and a repetition goes on with the rest.
#[utoipa::path(
    put,
    operation_id = "read_all_notifications",
    path = "/api/v1/notifications/read-all",
    tag = "users",
    security(("bearer" = ["inbox"])),
    params(
        ("notification_type" = Option<String>, Query, description = "Only this type"),
    ),
    responses(
        (status = 200, description = "All are read", body = ReadAllBody,
            example = json!({"success": true, "updated_count": 3, "message": "All notifications marked as read"})),
        Guarded,
        ReadsQuery,
    ),
)]
pub(super) async fn read_all(
    caller: InboxUser,
    State(storage): State<Arc<dyn Storage>>,
    State(clock): State<Arc<dyn Clock>>,
    State(answers): State<InboxAnswers>,
    uri: Uri,
) -> Result<Json<ReadAllBody>, Problem> {
    let mut query = Query::of(&uri);
    let notification_type = query.notification_type("notification_type");
    query.finish()?;
    let (tenant, user) = (caller.tenant().clone(), caller.user().clone());
    let now = clock.now().trunc_subsecs(6);
    let reading = async move {
        let kind = notification_type.as_ref();
        campanile_storage::read_all(storage.as_ref(), &tenant, &user, kind, now).await
    };
    let read = answers.change(caller.tenant(), caller.user(), reading);
    let read = read.await?;
    count("read_all", &read.cancelled);
    Ok(Json(ReadAllBody {
        success: true,
        updated_count: read.updated,
        message: "All notifications marked as read",
    }))
}
