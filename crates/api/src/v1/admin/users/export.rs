//! `GET /api/v1/admin/users/{user_id}/export`: everything that is stored about a person.

use std::sync::Arc;

use axum::extract::State;
use axum::response::IntoResponse;
use campanile_app::user_export::{self, ExportCursor, PAGE_BYTES};
use campanile_fields::{FieldCode, Query};
use campanile_storage::Storage;
use http::{Uri, header};

use crate::identity::Operator;
use crate::problem::{Problem, ProblemDocument};
use crate::v1::responses::{Guarded, ReadsQuery};
use crate::v1::users::{UserPath, not_found};

/// JSON lines; the type is in wide use, and not registered.
const NDJSON: &str = "application/x-ndjson";

/// Exports everything that is stored about a user as JSON lines, a page of about 1 MiB at a time.
///
/// Each line has a `kind`. The first page begins with `user`, `suppression`, `device`, `preferences` and `ingest_address`, as
/// far as there are any. Then each `topic` follows, and each `notification` with its content and deliveries, oldest first. Those that the user has
/// deleted are included until retention removes them. To continue, pass the `id` of the last line as `after`. The line
/// `{"kind": "end"}` is the last one of all.
///
/// The addresses of devices are complete, and they allow pushing to the devices: hand the export only to the person.
#[utoipa::path(
    get,
    operation_id = "export_user",
    path = "/api/v1/admin/users/{user_id}/export",
    tag = "operators",
    security(("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(
        ("user_id" = String, Path, description = "The tenant's id of the user", example = "u1"),
        ("after" = Option<String>, Query, description = "The `id` of the last line that you have, of a topic or a notification"),
    ),
    responses(
        (status = 200, description = "What is stored, one object per line", body = String, content_type = "application/x-ndjson"),
        (status = 404, description = "There is no data of this user", body = ProblemDocument, content_type = "application/problem+json"),
        Guarded,
        ReadsQuery,
    ),
)]
pub(super) async fn export(
    operator: Operator,
    UserPath(user): UserPath,
    State(storage): State<Arc<dyn Storage>>,
    uri: Uri,
) -> Result<impl IntoResponse, Problem> {
    let after = export_query(&uri)?;
    let (storage, tenant) = (storage.as_ref(), operator.tenant());
    let page = user_export::page(storage, tenant, &user, after.as_ref(), PAGE_BYTES).await?;
    let page = page.ok_or_else(not_found)?;
    // Every page is recorded: a caller can begin with any page, so recording only the first would miss an export.
    user_export::record(storage, tenant, &user, operator.act()).await?;
    Ok(([(header::CONTENT_TYPE, NDJSON)], page.lines))
}

fn export_query(uri: &Uri) -> Result<Option<ExportCursor>, Problem> {
    let mut query = Query::of(uri.query());
    let after = query.text("after").and_then(|text| {
        let cursor = ExportCursor::parse(&text);
        if cursor.is_none() {
            let detail = "must be the id of a line: of a topic or a notification";
            query.wrong("after", FieldCode::WrongFormat, detail);
        }
        cursor
    });
    query.finish()?;
    Ok(after)
}

#[cfg(test)]
mod tests {
    use campanile_domain::{NotificationId, TopicKey};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_export_begins_with_the_person_unless_it_continues() {
        let asked = |query: &str| {
            let uri: Uri = format!("/?{query}").parse().expect("a URI");
            export_query(&uri)
        };
        assert_eq!(asked("").expect("valid"), None);
        let id = Uuid::from_u128(7);
        assert_eq!(
            asked(&format!("after={id}")).expect("valid"),
            Some(ExportCursor::Notification(NotificationId(id)))
        );
        let topic = TopicKey::parse("a:b").expect("a topic");
        assert_eq!(
            asked("after=topic:a:b").expect("valid"),
            Some(ExportCursor::Topic(topic))
        );
        for wrong in ["after=x", "after=topic:", "limit=1"] {
            assert!(asked(wrong).is_err(), "{wrong}");
        }
    }
}
