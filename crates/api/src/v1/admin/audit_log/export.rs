//! `GET /api/v1/admin/audit-log/export`: entries as JSON lines, oldest first.

use std::sync::Arc;

use axum::extract::State;
use axum::response::IntoResponse;
use campanile_domain::AuditId;
use campanile_fields::{FieldCode, Query};
use campanile_storage::Storage;
use http::{Uri, header};
use uuid::Uuid;

use super::entry::Entry;
use crate::identity::Operator;
use crate::problem::Problem;
use crate::v1::responses::{Guarded, ReadsQuery};

/// Lines of an export unless the caller says otherwise.
const DEFAULT_LIMIT: u32 = 100;
/// Lines of an export at most: with the largest entries it is some 16 MiB.
const MAX_LIMIT: u32 = 500;
/// JSON lines; the type is in wide use, and not registered.
const NDJSON: &str = "application/x-ndjson";

/// Exports the audit log as JSON lines, oldest first: one entry per line, with the fields of the list.
///
/// To continue, pass the `id` of the last line as `after`. An empty response means that there is no newer entry yet, so
/// the same call also follows the log. `before` and `after` of an entry are written byte by byte as they were hashed.
#[utoipa::path(
    get,
    operation_id = "export_audit_log",
    path = "/api/v1/admin/audit-log/export",
    tag = "operators",
    security(("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(
        ("after" = Option<Uuid>, Query, description = "The `id` of the last entry that you have"),
        ("limit" = Option<u32>, Query, description = "Maximum number of lines to return (default 100)", minimum = 1, maximum = 500),
    ),
    responses(
        (status = 200, description = "Entries, one per line", body = String, content_type = "application/x-ndjson"),
        Guarded,
        ReadsQuery,
    ),
)]
pub(super) async fn export(
    operator: Operator,
    State(storage): State<Arc<dyn Storage>>,
    uri: Uri,
) -> Result<impl IntoResponse, Problem> {
    let (after, limit) = export_query(&uri)?;
    let rows = storage
        .audit_rows_after(operator.tenant(), after, limit)
        .await?;
    let mut lines = String::new();
    for row in rows {
        let line = serde_json::to_string(&Entry::from(row)).map_err(|error| {
            tracing::error!(%error, "an entry of the audit log cannot be written");
            Problem::internal()
        })?;
        lines.push_str(&line);
        lines.push('\n');
    }
    Ok(([(header::CONTENT_TYPE, NDJSON)], lines))
}

fn export_query(uri: &Uri) -> Result<(AuditId, u32), Problem> {
    let mut query = Query::of(uri.query());
    let limit = query.number("limit", 1, MAX_LIMIT).unwrap_or(DEFAULT_LIMIT);
    let after = query.text("after").and_then(|text| {
        let id = Uuid::parse_str(&text);
        id.map_err(|_| {
            query.wrong(
                "after",
                FieldCode::WrongFormat,
                "must be the id of an entry",
            )
        })
        .ok()
    });
    query.finish()?;
    Ok((AuditId(after.unwrap_or(Uuid::nil())), limit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_begins_with_the_oldest_unless_it_continues() {
        let asked = |query: &str| {
            let uri: Uri = format!("/?{query}").parse().expect("a URI");
            export_query(&uri)
        };
        assert_eq!(asked("").expect("valid"), (AuditId(Uuid::nil()), 100));
        let id = Uuid::from_u128(7);
        let found = asked(&format!("after={id}&limit=1")).expect("valid");
        assert_eq!(found, (AuditId(id), 1));
        for wrong in ["after=x", "limit=0", "limit=501", "from=1"] {
            assert!(asked(wrong).is_err(), "{wrong}");
        }
    }
}
