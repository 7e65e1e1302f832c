//! `GET /api/v1/fanouts`: the tenant's sends to topics, page by page.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::fanouts;
use campanile_domain::{FanoutId, FanoutStatus};
use campanile_fields::{FieldCode, Query};
use campanile_storage::Storage;
use http::Uri;
use serde::Serialize;
use utoipa::ToSchema;

use super::cursor;
use super::fanout_body::FanoutBody;
use crate::identity::Sender;
use crate::problem::Problem;
use crate::v1::responses::{Guarded, ReadsQuery};

/// Fan-outs of a page unless the caller says otherwise.
const DEFAULT_LIMIT: u32 = 20;
/// Fan-outs of a page at most.
const MAX_LIMIT: u32 = 100;

/// A page of fan-outs.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FanoutPage)]
pub(super) struct PageBody {
    /// The fan-outs, newest first.
    fanouts: Vec<FanoutBody>,
    /// Pass this as `cursor` to get the next page; `null` on the last page.
    next_cursor: Option<String>,
}

#[derive(Debug, PartialEq, Eq)]
struct FanoutsQuery {
    limit: u32,
    after: Option<FanoutId>,
    status: Option<FanoutStatus>,
}

fn fanouts_query(uri: &Uri) -> Result<FanoutsQuery, Problem> {
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
    let status = query.text("status").and_then(|text| {
        text.parse()
            .map_err(|_| {
                let names = FanoutStatus::ALL.map(FanoutStatus::name).join(", ");
                query.wrong(
                    "status",
                    FieldCode::UnknownValue,
                    format!("must be one of {names}"),
                );
            })
            .ok()
    });
    query.finish()?;
    Ok(FanoutsQuery {
        limit,
        after,
        status,
    })
}

/// Lists the tenant's fan-outs (sends to topics), newest first.
#[utoipa::path(
    get,
    operation_id = "list_fanouts",
    path = "/api/v1/fanouts",
    tag = "services",
    security(("bearer" = ["notifications:send"])),
    params(
        ("limit" = Option<u32>, Query, description = "Maximum number of fan-outs to return (default 20)", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the previous page"),
        ("status" = Option<String>, Query, description = "Only fan-outs in this state: `pending`, `running`, `done`, `cancelled` or `expired`"),
    ),
    responses(
        (status = 200, description = "One page of the list", body = PageBody),
        Guarded,
        ReadsQuery,
    ),
)]
pub(super) async fn list(
    sender: Sender,
    State(storage): State<Arc<dyn Storage>>,
    uri: Uri,
) -> Result<Json<PageBody>, Problem> {
    let FanoutsQuery {
        limit,
        after,
        status,
    } = fanouts_query(&uri)?;
    let page = fanouts::page(storage.as_ref(), sender.tenant(), status, after, limit).await?;
    let last = page.fanouts.last().filter(|_| page.has_more);
    Ok(Json(PageBody {
        next_cursor: last.map(|last| cursor::encode(last.id)),
        fanouts: page.fanouts.into_iter().map(FanoutBody::from).collect(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_parameters_the_newest_twenty_are_wanted() {
        let wanted = fanouts_query(&Uri::from_static("/api/v1/fanouts")).expect("valid");
        let expected = FanoutsQuery {
            limit: 20,
            after: None,
            status: None,
        };
        assert_eq!(wanted, expected);
    }

    #[test]
    fn wrong_parameters_are_refused() {
        for query in [
            "limit=0",
            "limit=101",
            "cursor=forged",
            "cursor=",
            "status=over",
            "status=",
            "status=done&status=done",
            "topic=news",
        ] {
            let uri: Uri = format!("/?{query}").parse().expect("a URI");
            assert!(fanouts_query(&uri).is_err(), "{query}");
        }
    }
}
