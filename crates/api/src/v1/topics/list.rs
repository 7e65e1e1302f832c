//! `GET /api/v1/topics/{key}/subscribers`: who is subscribed, page by page.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::topics;
use campanile_domain::UserId;
use campanile_fields::{FieldCode, Query};
use campanile_storage::Storage;
use http::Uri;
use serde::Serialize;
use utoipa::ToSchema;

use super::cursor;
use super::topic_path::{TopicPath, not_found};
use crate::identity::Sender;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::responses::{Guarded, ReadsQuery};

/// Users of a page unless the caller says otherwise.
const DEFAULT_LIMIT: u32 = 100;
/// Users of a page at most.
const MAX_LIMIT: u32 = 1_000;

/// A page of subscribers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SubscriberPage)]
pub(super) struct PageBody {
    #[schema(value_type = Vec<String>, example = json!(["u1", "u2"]))]
    user_ids: Vec<UserId>,
    /// Number of subscribers of the topic, over all pages.
    subscribers: u64,
    /// Pass this as `cursor` to get the next page; `null` on the last page.
    next_cursor: Option<String>,
}

/// Lists the subscribers of a topic, ordered by user id (byte order).
#[utoipa::path(
    get,
    operation_id = "list_subscribers",
    path = "/api/v1/topics/{key}/subscribers",
    tag = "services",
    security(("bearer" = ["notifications:send"])),
    params(
        ("key" = String, Path, description = "The topic", example = "team:7"),
        ("limit" = Option<u32>, Query, description = "Maximum number of users to return (default 100)", minimum = 1, maximum = 1000),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the previous page"),
    ),
    responses(
        (status = 200, description = "One page of the list", body = PageBody),
        (status = 404, description = "The tenant has no topic with this key", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
        ReadsQuery,
    ),
)]
pub(super) async fn list(
    sender: Sender,
    TopicPath(topic): TopicPath,
    State(storage): State<Arc<dyn Storage>>,
    uri: Uri,
) -> Result<Json<PageBody>, Problem> {
    let mut query = Query::of(uri.query());
    let limit = query.number("limit", 1, MAX_LIMIT).unwrap_or(DEFAULT_LIMIT);
    let after = query.text("cursor").and_then(|text| {
        let place = cursor::decode(&text);
        if place.is_none() {
            let detail = "is not a cursor of this list";
            query.wrong("cursor", FieldCode::WrongFormat, detail);
        }
        place
    });
    query.finish()?;
    let (storage, after) = (storage.as_ref(), after.as_ref());
    let page = topics::subscribers(storage, sender.tenant(), &topic, after, limit).await?;
    let page = page.ok_or_else(not_found)?;
    let last = page.users.last().filter(|_| page.has_more);
    Ok(Json(PageBody {
        next_cursor: last.map(cursor::encode),
        user_ids: page.users,
        subscribers: page.subscribers,
    }))
}
