//! `GET /api/v1/notifications`: a page of the caller's inbox.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::Response;
use campanile_domain::{Clock, DeliveryState};
use campanile_fields::{FieldCode, Query};
use campanile_storage::{InboxFilter, InboxItem, PageSize, PageStart, Search, Storage};
use chrono::{DateTime, Utc};
use http::Uri;
use serde::Serialize;
use utoipa::ToSchema;

use super::cursor;
use super::item::Item;
use crate::identity::InboxUser;
use crate::inbox_answers::{Answered, InboxAnswers, Question};
use crate::problem::Problem;
use crate::state::Searches;
use crate::v1::responses::{Guarded, ReadsQuery};

/// Entries of a page unless the caller says otherwise.
const DEFAULT_LIMIT: u32 = 20;
/// Entries of a page at most.
const MAX_LIMIT: u32 = 100;

/// How long a page is cached while one of its notifications has pending or dead deliveries, because
/// their status may change without a write to the inbox.
const UNDER_WAY: Duration = Duration::from_secs(5);

/// A page of an inbox, newest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NotificationPage)]
pub(super) struct Page {
    notifications: Vec<Item>,
    /// Number of notifications that match, over all pages.
    total: u64,
    /// Whether older notifications follow.
    has_more: bool,
    /// Pass this as `cursor` to get the next page.
    next_cursor: Option<String>,
}

struct InboxQuery {
    filter: InboxFilter,
    start: PageStart,
    limit: u32,
}

impl InboxQuery {
    /// All that the page depends on; nothing where it is not worth keeping.
    fn question(&self) -> Option<String> {
        if !self.filter.recurs() {
            return None;
        }
        let InboxFilter {
            unread_only,
            notification_type,
            archived,
            from: _,
            to: _,
            search: _,
        } = &self.filter;
        let kind = notification_type.as_ref().map_or("", |kind| kind.as_str());
        let start = match self.start {
            PageStart::Offset(rows) => format!("offset {rows}"),
            PageStart::After(id) => format!("after {}", id.0),
        };
        Some(format!(
            "{unread_only} {archived} `{kind}` {start} {}",
            self.limit
        ))
    }
}

fn inbox_query(uri: &Uri) -> Result<InboxQuery, Problem> {
    let mut query = Query::of(uri.query());
    let limit = query.number("limit", 1, MAX_LIMIT).unwrap_or(DEFAULT_LIMIT);
    let offset = query.number("offset", 0, i32::MAX.unsigned_abs());
    let start = match (query.text("cursor"), offset) {
        (Some(_), Some(_)) => {
            query.wrong(
                "cursor",
                FieldCode::Conflict,
                "give either offset or cursor",
            );
            PageStart::Offset(0)
        }
        (Some(text), None) => cursor::decode(&text).map_or_else(
            || {
                query.wrong(
                    "cursor",
                    FieldCode::WrongFormat,
                    "is not a cursor of this list",
                );
                PageStart::Offset(0)
            },
            PageStart::After,
        ),
        (None, offset) => PageStart::Offset(offset.unwrap_or(0)),
    };
    let filter = InboxFilter {
        unread_only: query.flag("unread_only"),
        notification_type: query.notification_type("notification_type"),
        from: query.moment("from"),
        to: query.moment("to"),
        archived: query.flag("archived"),
        search: search(&mut query),
    };
    if let (Some(from), Some(to)) = (filter.from, filter.to)
        && from >= to
    {
        query.wrong(
            "from",
            FieldCode::Contradictory,
            "must be earlier than `to`",
        );
    }
    query.finish()?;
    Ok(InboxQuery {
        filter,
        start,
        limit,
    })
}

fn search(query: &mut Query) -> Option<Search> {
    let text = query.text("q")?;
    let search = Search::of(&text);
    if search.is_none() {
        let code = if text.len() > Search::MAX_BYTES {
            FieldCode::TooLong
        } else {
            FieldCode::TooShort
        };
        let detail = format!(
            "must be 1 to {} bytes and not only white space",
            Search::MAX_BYTES
        );
        query.wrong("q", code, detail);
    }
    search
}

/// Lists the caller's notifications, newest first.
///
/// Page by `cursor`, which is stable while new notifications arrive, or by `offset`. A page ends early when its
/// titles, bodies and contents reach 1 MiB; `has_more` and `next_cursor` account for that. Snoozed notifications are
/// listed again when their time comes; archived ones only with `archived=true`.
#[utoipa::path(
    get,
    operation_id = "list_notifications",
    path = "/api/v1/notifications",
    tag = "users",
    security(("bearer" = ["inbox"])),
    params(
        ("limit" = Option<u32>, Query, description = "Maximum number of notifications to return (default 20)", minimum = 1, maximum = 100),
        ("offset" = Option<u32>, Query, description = "Number of notifications to skip, counted from the newest"),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the previous page"),
        ("unread_only" = Option<bool>, Query, description = "Only unread notifications"),
        ("notification_type" = Option<String>, Query, description = "Only notifications of this type"),
        ("from" = Option<chrono::DateTime<chrono::Utc>>, Query, description = "Only notifications accepted at or after this time"),
        ("to" = Option<chrono::DateTime<chrono::Utc>>, Query, description = "Only notifications accepted before this time"),
        ("archived" = Option<bool>, Query, description = "`true` lists the archive instead of the inbox"),
        ("q" = Option<String>, Query, description = "Full-text filter: only notifications that contain this text in title, body or content, ignoring case. \
            Searches the newest 1,000 notifications that match the other filters, and at most 16 MiB of text", min_length = 1, max_length = 256),
    ),
    responses(
        (status = 200, description = "One page of the list", body = Page,
            links(
                ("read" = (operation_id = "read_notification", parameters(("id" = "$response.body#/notifications/0/id")))),
                ("unread" = (operation_id = "unread_notification", parameters(("id" = "$response.body#/notifications/0/id")))),
                ("seen" = (operation_id = "see_notification", parameters(("id" = "$response.body#/notifications/0/id")))),
                ("archive" = (operation_id = "archive_notification", parameters(("id" = "$response.body#/notifications/0/id")))),
                ("unarchive" = (operation_id = "unarchive_notification", parameters(("id" = "$response.body#/notifications/0/id")))),
                ("snooze" = (operation_id = "snooze_notification", parameters(("id" = "$response.body#/notifications/0/id")))),
                ("unsnooze" = (operation_id = "unsnooze_notification", parameters(("id" = "$response.body#/notifications/0/id")))),
                ("remove" = (operation_id = "delete_notification", parameters(("id" = "$response.body#/notifications/0/id")))),
            )),
        Guarded,
        ReadsQuery,
    ),
)]
pub(super) async fn list(
    caller: InboxUser,
    State(storage): State<Arc<dyn Storage>>,
    State(clock): State<Arc<dyn Clock>>,
    State(answers): State<InboxAnswers>,
    State(Searches(searches)): State<Searches>,
    uri: Uri,
) -> Result<Response, Problem> {
    let query = inbox_query(&uri)?;
    let _room = match query.filter.search {
        Some(_) => Some(searches.take(caller.tenant(), Some(caller.user())).await?),
        None => None,
    };
    let now = clock.now();
    let question = Question {
        kind: "list",
        text: query.question(),
        now,
    };
    let page = page(&caller, storage.as_ref(), &query, answers.lives.lists, now);
    answers.answer(&caller, question, page).await
}

/// The page, and how long it may be kept.
async fn page(
    caller: &InboxUser,
    storage: &dyn Storage,
    query: &InboxQuery,
    longest: Duration,
    now: DateTime<Utc>,
) -> Result<Answered<Page>, Problem> {
    let page = storage
        .inbox_page(
            caller.tenant(),
            caller.user(),
            &query.filter,
            query.start,
            PageSize::rows(query.limit),
            now,
        )
        .await?;
    let life = if page.items.iter().any(is_under_way) {
        longest.min(UNDER_WAY)
    } else {
        longest
    };
    let next_cursor = page
        .items
        .last()
        .filter(|_| page.has_more)
        .map(|last| cursor::encode(last.notification.id));
    let notifications = page
        .items
        .into_iter()
        .map(|line| Item::new(line, now))
        .collect::<Result<_, _>>()
        .map_err(|error| {
            tracing::error!(%error, "the stored content of a notification is not JSON; the caller got 500");
            Problem::internal()
        })?;
    Ok(Answered {
        answer: Page {
            notifications,
            total: page.total,
            has_more: page.has_more,
            next_cursor,
        },
        life,
        unused: life,
        changes_at: page.changes_at,
    })
}

/// Whether its status may change without a write to the inbox: deliveries are pending, or an operator may
/// replay dead ones.
fn is_under_way(line: &InboxItem) -> bool {
    line.delivery_states
        .iter()
        .any(|state| state.is_open() || *state == DeliveryState::Dead)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_parameters_the_newest_twenty_are_wanted() {
        let query = inbox_query(&Uri::from_static("/api/v1/notifications")).expect("valid");
        assert_eq!(query.limit, 20);
        assert_eq!(query.start, PageStart::Offset(0));
        assert_eq!(query.filter, InboxFilter::default());
    }

    #[test]
    fn wrong_parameters_are_refused() {
        for query in [
            "limit=0",
            "limit=101",
            "limit=-1",
            "limit=",
            "limit=1&limit=2",
            "offset=-1",
            "offset=99999999999",
            "cursor=forged",
            "cursor=",
            "unread_only=maybe",
            "notification_type=No%20Type",
            "from=2026-13-01T00:00:00Z",
            "to=now",
            "page=2",
            "archived=perhaps",
            "q=",
            "q=%20",
            "q=%00",
            "q=%ED%A0%80",
        ] {
            let uri: Uri = format!("/?{query}").parse().expect("a URI");
            assert!(inbox_query(&uri).is_err(), "{query}");
        }
    }
}
