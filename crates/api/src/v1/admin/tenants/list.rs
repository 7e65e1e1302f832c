//! `GET /api/v1/admin/tenants`: the tenants of the installation, page by page.

use axum::Json;
use axum::extract::State;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use campanile_app::tenants::TenantBook;
use campanile_domain::TenantId;
use campanile_fields::{FieldCode, Query};
use campanile_links::Links;
use http::Uri;
use serde::Serialize;
use utoipa::ToSchema;

use super::item::Item;
use crate::identity::Platform;
use crate::problem::Problem;
use crate::v1::responses::{Guarded, ReadsQuery};

/// Tenants of a page unless the caller says otherwise.
const DEFAULT_LIMIT: u32 = 50;
/// Tenants of a page at most.
const MAX_LIMIT: u32 = 100;

/// A page of tenants.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TenantPage)]
pub(super) struct PageBody {
    /// The tenants, by name.
    tenants: Vec<Item>,
    /// Pass this as `cursor` to get the next page; `null` on the last page.
    next_cursor: Option<String>,
}

fn page_query(uri: &Uri) -> Result<(u32, Option<TenantId>), Problem> {
    let mut query = Query::of(uri.query());
    let limit = query.number("limit", 1, MAX_LIMIT).unwrap_or(DEFAULT_LIMIT);
    let after = query.text("cursor").and_then(|text| {
        let bytes = URL_SAFE_NO_PAD.decode(text.as_bytes()).ok();
        let name = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        let place = name.and_then(|name| TenantId::parse(&name).ok());
        if place.is_none() {
            let detail = "is not a cursor of this list";
            query.wrong("cursor", FieldCode::WrongFormat, detail);
        }
        place
    });
    query.finish()?;
    Ok((limit, after))
}

/// Lists the tenants of the installation, by name.
#[utoipa::path(
    get,
    operation_id = "list_tenants",
    path = "/api/v1/admin/tenants",
    tag = "platform",
    security(("bearer" = ["platform"])),
    params(
        ("limit" = Option<u32>, Query, description = "Maximum number of tenants to return (default 50)", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the previous page"),
    ),
    responses(
        (status = 200, description = "One page of the list", body = PageBody),
        Guarded,
        ReadsQuery,
    ),
)]
pub(super) async fn list(
    _: Platform,
    State(book): State<TenantBook>,
    State(links): State<Links>,
    uri: Uri,
) -> Result<Json<PageBody>, Problem> {
    let (limit, after) = page_query(&uri)?;
    let (tenants, has_more) = book.page(after.as_ref(), limit).await?;
    let last = tenants.last().filter(|_| has_more);
    let next_cursor = last.map(|last| URL_SAFE_NO_PAD.encode(last.id.as_str()));
    Ok(Json(PageBody {
        tenants: tenants
            .into_iter()
            .map(|tenant| Item::of(tenant, &links))
            .collect(),
        next_cursor,
    }))
}
