//! `GET /api/v1/admin/suppressions`: a page of the list.

use std::str::FromStr;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use campanile_app::suppressions::decode_cursor;
use campanile_domain::{Channel, SuppressedAddress, SuppressionKey};
use campanile_fields::{FieldCode, Query};
use campanile_storage::{Storage, SuppressionFilter};
use http::Uri;

use super::page_body::SuppressionList;
use crate::identity::Viewer;
use crate::problem::Problem;
use crate::v1::responses::{Guarded, ReadsQuery};

/// Entries of a page unless the caller says otherwise.
const DEFAULT_LIMIT: u32 = 20;
/// Entries of a page at most.
const MAX_LIMIT: u32 = 100;

struct ListQuery {
    filter: SuppressionFilter,
    after: Option<SuppressionKey>,
    limit: u32,
}

fn list_query(uri: &Uri) -> Result<ListQuery, Problem> {
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
    let address = query.text("address").and_then(|text| {
        SuppressedAddress::parse(channel.unwrap_or(Channel::Email), &text)
            .map_err(|why| query.wrong("address", FieldCode::Invalid, why))
            .ok()
    });
    query.finish()?;
    // An address is looked up by its channel.
    let channel = channel.or(address.as_ref().map(|_| Channel::Email));
    Ok(ListQuery {
        filter: SuppressionFilter { channel, address },
        after,
        limit,
    })
}

/// Lists addresses that are not used, in the order in which they are stored: by channel, and encrypted ones not by address.
///
/// While a rotation of the tenant's data key, or the encryption of what was stored before, changes how entries are stored, a reader of several
/// pages may miss an entry or get it twice. Asking for one `address` always finds it.
#[utoipa::path(
    get,
    operation_id = "list_suppressions",
    path = "/api/v1/admin/suppressions",
    tag = "operators",
    security(("bearer" = ["admin:read"]), ("bearer" = ["admin"]), ("bearer" = ["platform"])),
    params(
        ("limit" = Option<u32>, Query, description = "Maximum number of entries to return (default 20)", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the previous page"),
        ("channel" = Option<String>, Query, description = "Only this channel"),
        ("address" = Option<String>, Query, description = "Only this address; of `email` unless `channel` is given"),
    ),
    responses(
        (status = 200, description = "One page of the list", body = SuppressionList),
        Guarded,
        ReadsQuery,
    ),
)]
pub(super) async fn list(
    operator: Viewer,
    State(storage): State<Arc<dyn Storage>>,
    uri: Uri,
) -> Result<Json<SuppressionList>, Problem> {
    let ListQuery {
        filter,
        after,
        limit,
    } = list_query(&uri)?;
    let tenant = operator.tenant();
    let page = storage.suppressions(tenant, &filter, after.as_ref(), limit);
    Ok(Json(page.await?.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_of_mail_unless_a_channel_is_named() {
        let asked = |query: &str| {
            let uri: Uri = format!("/?{query}").parse().expect("a URI");
            list_query(&uri).map(|query| query.filter)
        };
        assert_eq!(asked("").expect("valid"), SuppressionFilter::default());
        let mail = asked("address=Ada@example.com").expect("valid");
        assert_eq!(mail.channel, Some(Channel::Email));
        assert_eq!(mail.address.expect("asked").as_str(), "ada@example.com");
        assert!(asked("address=token:A&channel=push").is_ok());
        for wrong in ["address=x", "channel=pigeon", "cursor=x", "limit=0", "q=1"] {
            assert!(asked(wrong).is_err(), "{wrong}");
        }
    }
}
