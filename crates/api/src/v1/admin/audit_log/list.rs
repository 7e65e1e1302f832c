//! `GET /api/v1/admin/audit-log`: a page of what operators did.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_storage::Storage;
use http::Uri;

use super::entry::EntryList;
use super::query::list_query;
use crate::identity::Operator;
use crate::problem::Problem;
use crate::v1::responses::{Guarded, ReadsQuery};

/// Lists what operators did, most recent first.
///
/// Every change by an operator is in the log, whether it came through this API or the command line. An entry and the change
/// that it is about are one transaction. Entries never change, and are removed only when their retention period ends.
///
/// A page looks at 2,000 entries at most. If few of them match, it is short or empty although `next_cursor` is set.
#[utoipa::path(
    get,
    operation_id = "list_audit_log",
    path = "/api/v1/admin/audit-log",
    tag = "operators",
    security(("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(
        ("limit" = Option<u32>, Query, description = "Maximum number of entries to return (default 20)", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the previous page"),
        ("actor" = Option<String>, Query, description = "Only acts of this actor"),
        ("action" = Option<String>, Query, description = "Only this action, e.g. `provider.set`"),
        ("target" = Option<String>, Query, description = "Only acts on this target, e.g. `provider/main`"),
        ("from" = Option<chrono::DateTime<chrono::Utc>>, Query, description = "Only acts at or after this time"),
        ("to" = Option<chrono::DateTime<chrono::Utc>>, Query, description = "Only acts before this time"),
    ),
    responses(
        (status = 200, description = "One page of the log", body = EntryList),
        Guarded,
        ReadsQuery,
    ),
)]
pub(super) async fn list(
    operator: Operator,
    State(storage): State<Arc<dyn Storage>>,
    uri: Uri,
) -> Result<Json<EntryList>, Problem> {
    let query = list_query(&uri)?;
    let page = storage
        .audit_page(operator.tenant(), &query.filter, query.before, query.limit)
        .await?;
    Ok(Json(page.into()))
}
