//! `GET /api/v1/admin/api-keys`: the tenant's keys, page by page.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::api_keys::ApiKeyBook;
use campanile_domain::{ApiKeyId, Clock};
use campanile_fields::{FieldCode, Query};
use http::Uri;
use serde::Serialize;
use utoipa::ToSchema;

use super::cursor;
use super::item::Item;
use crate::identity::Viewer;
use crate::problem::Problem;
use crate::v1::responses::{Guarded, ReadsQuery};

/// Keys of a page unless the caller says otherwise.
const DEFAULT_LIMIT: u32 = 50;
/// Keys of a page at most.
const MAX_LIMIT: u32 = 100;

/// A page of API keys.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ApiKeyPage)]
pub(super) struct PageBody {
    /// The keys, newest first. Of those that were revoked or have expired, the newest 100 are kept.
    api_keys: Vec<Item>,
    /// Pass this as `cursor` to get the next page; `null` on the last page.
    next_cursor: Option<String>,
    /// How many keys are active.
    active: u64,
    /// How many active keys the tenant can have.
    #[schema(example = 100)]
    max_active: u32,
}

fn page_query(uri: &Uri) -> Result<(u32, Option<ApiKeyId>), Problem> {
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
    Ok((limit, after))
}

/// Lists the tenant's API keys, newest first, without their secrets.
#[utoipa::path(
    get,
    operation_id = "list_api_keys",
    path = "/api/v1/admin/api-keys",
    tag = "operators",
    security(("bearer" = ["admin:read"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(
        ("limit" = Option<u32>, Query, description = "Maximum number of keys to return (default 50)", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the previous page"),
    ),
    responses(
        (status = 200, description = "One page of the list", body = PageBody),
        Guarded,
        ReadsQuery,
    ),
)]
pub(super) async fn list(
    viewer: Viewer,
    State(book): State<ApiKeyBook>,
    State(clock): State<Arc<dyn Clock>>,
    uri: Uri,
) -> Result<Json<PageBody>, Problem> {
    let (limit, after) = page_query(&uri)?;
    let page = book.page(viewer.tenant(), after, limit).await?;
    let last = page.keys.last().filter(|_| page.has_more);
    let next_cursor = last.map(|last| cursor::encode(last.id));
    let now = clock.now();
    let items = page.keys.into_iter().map(|key| Item::new(key, now));
    Ok(Json(PageBody {
        api_keys: items.collect(),
        next_cursor,
        active: page.active,
        max_active: page.most,
    }))
}
