//! What a list of the audit log is asked for.

use campanile_app::audit::decode_cursor;
use campanile_domain::AuditId;
use campanile_fields::{FieldCode, Query};
use campanile_storage::AuditFilter;
use http::Uri;

use crate::problem::Problem;

/// Entries of a page unless the caller says otherwise.
const DEFAULT_LIMIT: u32 = 20;
/// Entries of a page at most.
const MAX_LIMIT: u32 = 100;
/// Bytes of a text to compare with: no actor, action or target is longer.
const MAX_TEXT_BYTES: usize = 300;

pub(super) struct ListQuery {
    pub(super) filter: AuditFilter,
    pub(super) before: Option<AuditId>,
    pub(super) limit: u32,
}

pub(super) fn list_query(uri: &Uri) -> Result<ListQuery, Problem> {
    let mut query = Query::of(uri.query());
    let limit = query.number("limit", 1, MAX_LIMIT).unwrap_or(DEFAULT_LIMIT);
    let before = query.text("cursor").and_then(|text| {
        let place = decode_cursor(&text);
        if place.is_none() {
            let detail = "is not a cursor of this list";
            query.wrong("cursor", FieldCode::WrongFormat, detail);
        }
        place
    });
    let [actor, action, target] = ["actor", "action", "target"].map(|name| text(&mut query, name));
    let (from, to) = (query.moment("from"), query.moment("to"));
    if let (Some(from), Some(to)) = (from, to)
        && from >= to
    {
        let detail = "must be earlier than `to`";
        query.wrong("from", FieldCode::Contradictory, detail);
    }
    query.finish()?;
    let filter = AuditFilter {
        actor,
        action,
        target,
        from,
        to,
    };
    Ok(ListQuery {
        filter,
        before,
        limit,
    })
}

fn text(query: &mut Query, name: &str) -> Option<String> {
    query.text(name).filter(|text| {
        let fits = (1..=MAX_TEXT_BYTES).contains(&text.len());
        if !fits {
            let detail = format!("must be 1 to {MAX_TEXT_BYTES} bytes");
            query.wrong(name, FieldCode::OutOfRange, detail);
        }
        fits
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> Result<ListQuery, Problem> {
        let uri: Uri = format!("/?{query}").parse().expect("a URI");
        list_query(&uri)
    }

    #[test]
    fn without_parameters_the_newest_twenty_are_wanted() {
        let query = asked("").expect("valid");
        assert_eq!((query.limit, query.before), (20, None));
        assert_eq!(query.filter, AuditFilter::default());
    }

    #[test]
    fn wrong_parameters_are_refused() {
        for query in [
            "limit=0",
            "limit=101",
            "cursor=forged",
            "cursor=",
            "actor=",
            "action=a&action=b",
            "from=yesterday",
            "from=2026-01-01T00:00:00Z&to=2026-01-01T00:00:00Z",
            "offset=2",
        ] {
            assert!(asked(query).is_err(), "{query}");
        }
    }
}
