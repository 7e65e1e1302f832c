//! `GET /api/v1/admin/dead-letters`: a page of what died.

use std::str::FromStr;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::dead_letters::decode_cursor;
use campanile_domain::Channel;
use campanile_fields::{FieldCode, Query};
use campanile_storage::{DeadLetterCursor, DeadLetterFilter, Storage};
use http::Uri;

use super::MAX_CODE_BYTES;
use super::page_body::DeadLetterList;
use crate::identity::Viewer;
use crate::problem::Problem;
use crate::v1::responses::{Guarded, ReadsQuery};

/// Lines of a page unless the caller says otherwise.
const DEFAULT_LIMIT: u32 = 20;
/// Lines of a page at most.
const MAX_LIMIT: u32 = 100;

struct DeadLettersQuery {
    filter: DeadLetterFilter,
    after: Option<DeadLetterCursor>,
    limit: u32,
}

fn dead_letters_query(uri: &Uri) -> Result<DeadLettersQuery, Problem> {
    let mut query = Query::of(uri.query());
    let limit = query.number("limit", 1, MAX_LIMIT).unwrap_or(DEFAULT_LIMIT);
    let after = query.text("cursor").and_then(|text| {
        let place = decode_cursor(&text);
        if place.is_none() {
            let detail = "is not a cursor of this list";
            query.wrong("cursor", FieldCode::WrongFormat, detail);
        }
        place
    });
    let channel = query.text("channel").and_then(|text| {
        Channel::from_str(&text)
            .map_err(|error| query.wrong("channel", FieldCode::UnknownValue, error.to_string()))
            .ok()
    });
    let code = query.text("code").filter(|code| {
        let fits = (1..=MAX_CODE_BYTES).contains(&code.len()) && !code.contains(char::is_control);
        if !fits {
            let detail = format!("must be 1 to {MAX_CODE_BYTES} bytes without control characters");
            query.wrong("code", FieldCode::WrongFormat, detail);
        }
        fits
    });
    let (from, to) = (query.moment("from"), query.moment("to"));
    if let (Some(from), Some(to)) = (from, to)
        && from >= to
    {
        query.wrong(
            "from",
            FieldCode::Contradictory,
            "must be earlier than `to`",
        );
    }
    query.finish()?;
    let filter = DeadLetterFilter {
        ids: None,
        channel,
        code,
        from,
        to,
    };
    Ok(DeadLettersQuery {
        filter,
        after,
        limit,
    })
}

/// Lists the tenant's dead letters, most recent first.
#[utoipa::path(
    get,
    operation_id = "list_dead_letters",
    path = "/api/v1/admin/dead-letters",
    tag = "operators",
    security(("bearer" = ["admin:read"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(
        ("limit" = Option<u32>, Query, description = "Maximum number of dead letters to return (default 20)", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the previous page"),
        ("channel" = Option<String>, Query, description = "Only deliveries of this channel"),
        ("code" = Option<String>, Query, description = "Only dead letters with exactly this code"),
        ("from" = Option<chrono::DateTime<chrono::Utc>>, Query, description = "Only deliveries that died at or after this time"),
        ("to" = Option<chrono::DateTime<chrono::Utc>>, Query, description = "Only deliveries that died before this time"),
    ),
    responses(
        (status = 200, description = "One page of the list", body = DeadLetterList),
        Guarded,
        ReadsQuery,
    ),
)]
pub(super) async fn list(
    operator: Viewer,
    State(storage): State<Arc<dyn Storage>>,
    uri: Uri,
) -> Result<Json<DeadLetterList>, Problem> {
    let query = dead_letters_query(&uri)?;
    let page = storage
        .dead_letters(operator.tenant(), &query.filter, query.after, query.limit)
        .await?;
    Ok(Json(page.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_parameters_the_newest_twenty_are_wanted() {
        let uri = Uri::from_static("/api/v1/admin/dead-letters");
        let query = dead_letters_query(&uri).expect("valid");
        assert_eq!((query.limit, query.after), (20, None));
        assert_eq!(query.filter, DeadLetterFilter::default());
    }

    #[test]
    fn wrong_parameters_are_refused() {
        for query in [
            "limit=0",
            "limit=101",
            "cursor=forged",
            "cursor=",
            "channel=pigeon",
            "code=",
            "code=a%00b",
            "from=yesterday",
            "from=2026-01-01T00:00:00Z&to=2026-01-01T00:00:00Z",
            "offset=2",
            "ids=1",
        ] {
            let uri: Uri = format!("/?{query}").parse().expect("a URI");
            assert!(dead_letters_query(&uri).is_err(), "{query}");
        }
    }
}
