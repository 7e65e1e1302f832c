//! `GET /api/v1/notifications/count`: how many the caller has.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use campanile_domain::Clock;
use campanile_fields::Query;
use campanile_storage::{InboxFilter, Storage};
use http::Uri;
use serde::Serialize;
use utoipa::ToSchema;

use crate::identity::InboxUser;
use crate::inbox_answers::{InboxAnswers, Question};
use crate::problem::Problem;
use crate::v1::responses::{Guarded, ReadsQuery};

/// The exact count.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Count {
    #[schema(example = 3)]
    count: u64,
}

/// Counts the caller's notifications. The count is exact and has no upper limit.
#[utoipa::path(
    get,
    operation_id = "count_notifications",
    path = "/api/v1/notifications/count",
    tag = "users",
    security(("bearer" = ["inbox"])),
    params(
        ("unread_only" = Option<bool>, Query, description = "Only unread notifications"),
        ("notification_type" = Option<String>, Query, description = "Only notifications of this type"),
    ),
    responses(
        (status = 200, description = "The count", body = Count),
        Guarded,
        ReadsQuery,
    ),
)]
pub(super) async fn count(
    caller: InboxUser,
    State(storage): State<Arc<dyn Storage>>,
    State(clock): State<Arc<dyn Clock>>,
    State(answers): State<InboxAnswers>,
    uri: Uri,
) -> Result<Response, Problem> {
    let mut query = Query::of(uri.query());
    let filter = InboxFilter {
        unread_only: query.flag("unread_only"),
        notification_type: query.notification_type("notification_type"),
        ..InboxFilter::default()
    };
    query.finish()?;
    let now = clock.now();
    let kind = filter.notification_type.as_ref();
    let kind = kind.map_or("", |kind| kind.as_str());
    let question = Question {
        kind: "count",
        text: Some(format!("{} `{kind}`", filter.unread_only)),
        now,
    };
    let count = async {
        let count = storage
            .inbox_count(caller.tenant(), caller.user(), &filter, now)
            .await?;
        let answer = Count { count: count.count };
        Ok(answers.lives.count(answer, count.changes_at))
    };
    answers.answer(&caller, question, count).await
}
