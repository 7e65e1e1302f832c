//! What the caller of a stream asks for.

use campanile_domain::{NotificationId, NotificationType};
use campanile_fields::{FieldCode, FieldError, Query};
use chrono::{DateTime, TimeDelta, Utc};
use http::{HeaderMap, Uri};
use uuid::Uuid;

use crate::problem::Problem;

/// The header that browsers send when they reconnect.
pub(super) const LAST_EVENT_ID: &str = "Last-Event-ID";

/// Names in `types` at most.
const MAX_TYPES: usize = 64;

/// The clock of the node that made an id may be ahead of this one's.
const AHEAD: TimeDelta = TimeDelta::minutes(1);

/// A stream as it is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct StreamQuery {
    /// After which notification to resume.
    pub(super) resume_after: Option<NotificationId>,
    /// The notification types that are wanted; `None`: all.
    pub(super) types: Option<Vec<NotificationType>>,
}

/// Reads `since`, `types` and `Last-Event-ID`. The header wins: a browser repeats the query as it was when the page
/// opened the stream.
pub(super) fn stream_query(
    uri: &Uri,
    headers: &HeaderMap,
    now: DateTime<Utc>,
) -> Result<StreamQuery, Problem> {
    let mut query = Query::of(uri.query());
    // The extractor has looked at it.
    let _ = query.text("ticket");
    let since = query.text("since").and_then(|text| {
        cursor(&text, now)
            .map_err(|(code, detail)| query.wrong("since", code, detail))
            .ok()
    });
    let types = types(&mut query);
    query.finish()?;
    let last = last_event_id(headers, now)?;
    Ok(StreamQuery {
        resume_after: last.or(since),
        types,
    })
}

fn last_event_id(
    headers: &HeaderMap,
    now: DateTime<Utc>,
) -> Result<Option<NotificationId>, FieldError> {
    let wrong = |code, detail| FieldError::new(LAST_EVENT_ID, code, detail);
    let mut all = headers.get_all(LAST_EVENT_ID).iter();
    let value = match (all.next(), all.next()) {
        (None, _) => return Ok(None),
        (Some(value), None) => value,
        (Some(_), Some(_)) => {
            return Err(wrong(FieldCode::Repeated, "must be given only once"));
        }
    };
    // A page that resets its event source sends an empty one.
    match value.to_str().unwrap_or("?") {
        "" => Ok(None),
        text => cursor(text, now)
            .map(Some)
            .map_err(|(code, detail)| wrong(code, detail)),
    }
}

/// An id of a notification, or the cursor of a connection. Whose it is does not matter: only its time is used, within
/// the caller's own inbox.
fn cursor(text: &str, now: DateTime<Utc>) -> Result<NotificationId, (FieldCode, &'static str)> {
    let id = Uuid::try_parse(text)
        .ok()
        .filter(|id| id.get_version_num() == 7);
    let made_at = id.and_then(|id| NotificationId(id).made_at());
    match (id, made_at) {
        (Some(_), Some(made_at)) if made_at > now + AHEAD => {
            Err((FieldCode::OutOfRange, "must not lie in the future"))
        }
        (Some(id), Some(_)) => Ok(NotificationId(id)),
        _ => Err((
            FieldCode::WrongFormat,
            "must be the id of a notification or the cursor of a connection event",
        )),
    }
}

fn types(query: &mut Query) -> Option<Vec<NotificationType>> {
    let text = query.text("types")?;
    let names: Vec<_> = text.split(',').take(MAX_TYPES + 1).collect();
    if names.len() > MAX_TYPES {
        let detail = format!("must be at most {MAX_TYPES} names");
        query.wrong("types", FieldCode::TooLong, detail);
        return None;
    }
    let types: Result<Vec<_>, _> = names.into_iter().map(NotificationType::parse).collect();
    types
        .map_err(|error| {
            let detail =
                format!("must be notification types separated by commas; one of them {error}");
            query.wrong("types", FieldCode::WrongFormat, detail);
        })
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str, header: Option<&str>) -> Result<StreamQuery, Problem> {
        let uri: Uri = format!("/?{query}").parse().expect("a URI");
        let mut headers = HeaderMap::new();
        if let Some(value) = header {
            headers.insert(LAST_EVENT_ID, value.parse().expect("a header value"));
        }
        stream_query(&uri, &headers, Utc::now())
    }

    #[test]
    fn the_header_of_a_reconnecting_browser_wins() {
        let (old, new) = (
            NotificationId::at(Utc::now()),
            NotificationId::at(Utc::now()),
        );
        let (since, header) = (format!("since={}", old.0), new.0.to_string());
        for (query, header, expected) in [
            ("", None, None),
            ("", Some(""), None),
            (since.as_str(), None, Some(old)),
            (since.as_str(), Some(header.as_str()), Some(new)),
            ("", Some(header.as_str()), Some(new)),
        ] {
            let wanted = read(query, header).expect("valid");
            assert_eq!(wanted.resume_after, expected, "{query} {header:?}");
        }
        let wanted = read("types=a,b.c", None).expect("valid");
        assert_eq!(wanted.types.map(|types| types.len()), Some(2));
    }

    #[test]
    fn wrong_parameters_are_refused() {
        let later = NotificationId::at(Utc::now() + TimeDelta::minutes(2)).0;
        let old_kind = Uuid::from_u128(0x4000 << 64 | 0x8000 << 48);
        let many = vec!["type"; MAX_TYPES + 1].join(",");
        for query in [
            format!("since={later}"),
            format!("since={old_kind}"),
            "since=".into(),
            "since=yesterday".into(),
            "types=".into(),
            "types=a,,b".into(),
            "types=No%20Type".into(),
            format!("types={many}"),
            "types=a&types=b".into(),
            "cursor=a".into(),
        ] {
            assert!(read(&query, None).is_err(), "{query}");
        }
        assert!(read("", Some("forged")).is_err());
        let most = vec!["type"; MAX_TYPES].join(",");
        assert!(read(&format!("types={most}"), None).is_ok());
    }
}
