//! A page or a count in one statement: on two cores under load its round trips cost more than what it does.

use campanile_domain::{DeliveryState, InvalidName};
use campanile_sealing::KeyRing;
use campanile_storage::{InboxCount, InboxItem, InboxPage, PageSize, PageStart};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Postgres, QueryBuilder, Row};

use super::Question;
use super::shown::{TenantFrom, push_where, push_whose_so_far};
use crate::connection::{Scope, count as number, limit as bound};
use crate::error::Fault;
use crate::rows::{Reader, marks_columns, notification_columns};

/// What a line of the inbox is read from, but for the [`states!`] of its deliveries.
pub(crate) const LINES: &str = concat!(
    "SELECT ",
    marks_columns!(),
    ", n.updated_at, ",
    notification_columns!()
);

/// A column with the states of the deliveries of a line. It is asked for outside of the subquery that has the lines of a
/// page: beside its cost, the planner would not see what the lines cost by one index and by another.
macro_rules! states {
    ($line:literal) => {
        concat!(
            ", ARRAY(SELECT d.state FROM deliveries d WHERE d.tenant = ",
            $line,
            ".tenant AND d.notification_id = ",
            $line,
            ".id ORDER BY d.created_at, d.id) AS states"
        )
    };
}
pub(crate) use states;

/// The beginning of a subquery for as many lines as fit, which are `p` and then `s`.
pub(crate) const FITTING: &str = concat!(
    "SELECT s.*",
    states!("s"),
    " FROM (SELECT p.*, count(*) OVER () AS matching, coalesce(sum(p.bytes) OVER (ORDER BY "
);

/// As [`InboxItem::bytes`] counts them, and some 40 more for a sealed row.
pub(crate) const TEXT_BYTES: &str = ", coalesce(octet_length(n.title), 0) + coalesce(octet_length(n.body), 0) \
     + octet_length(n.content::text) + coalesce(octet_length(n.item_title), 0) \
     + coalesce(octet_length(n.item_body), 0) + coalesce(octet_length(n.link), 0) \
     + coalesce(octet_length(n.actions::text), 0) + coalesce(octet_length(n.sealed), 0) AS bytes";

/// How many there are.
pub(super) async fn count(
    connection: &mut PgConnection,
    question: &Question<'_>,
) -> Result<InboxCount, Fault> {
    let mut query = Scope::one(question.tenant).head();
    query.push(" SELECT ");
    push_totals(&mut query, question);
    query.push(" FROM scope");
    totals(&query.build().fetch_one(connection).await?)
}

/// Some of them, and how many there are.
pub(super) async fn page(
    connection: &mut PgConnection,
    question: &Question<'_>,
    start: PageStart,
    size: PageSize,
) -> Result<InboxPage, Fault> {
    let mut query = Scope::one(question.tenant).head();
    // Counted once, not for each line.
    query.push(", totals (total, changes_at, tenants) AS MATERIALIZED (SELECT ");
    push_totals(&mut query, question);
    query
        .push(", scope.tenants FROM scope)")
        .push(" SELECT t.total, t.changes_at, i.id IS NOT NULL, i.* FROM totals t")
        .push(" LEFT JOIN LATERAL (");
    push_items(&mut query, question, start, size);
    query.push(") i ON true ORDER BY i.id DESC");
    let rows = query.build().fetch_all(connection).await?;
    let mut page = InboxPage {
        items: Vec::with_capacity(rows.len()),
        total: 0,
        has_more: false,
        changes_at: None,
    };
    let mut matching = 0_i64;
    for row in &rows {
        // They are the same in each row, and there is one though there be no lines.
        let InboxCount { count, changes_at } = totals(row)?;
        (page.total, page.changes_at) = (count, changes_at);
        if row.try_get(2)? {
            matching = row.try_get("matching")?;
            page.items.push(read(row, 3, question.keys)?);
        }
    }
    let shown = size.fit(page.items.iter().map(InboxItem::bytes));
    page.items.truncate(shown);
    page.has_more = number(matching) > shown as u64;
    Ok(page)
}

/// The two columns that [`totals`] reads. One statement for both: to begin one on all days costs about what it then does.
fn push_totals(query: &mut QueryBuilder<Postgres>, question: &Question<'_>) {
    let of_scope = TenantFrom::Column("scope.tenants");
    query.push("(SELECT count(*) FROM notifications n");
    push_where(query, question, of_scope, None);
    query.push("), ");
    if !question.filter.recurs() {
        query.push("NULL::timestamptz");
        return;
    }
    query.push("least(");
    for (place, (moment, of_inbox)) in [
        ("send_at", " AND n.in_inbox AND n.cancelled_at IS NULL"),
        ("snoozed_until", ""),
    ]
    .into_iter()
    .enumerate()
    {
        query
            .push(if place == 0 { "(" } else { ", (" })
            .push(format_args!("SELECT n.{moment} FROM notifications n"));
        push_whose_so_far(query, question, of_scope);
        query
            .push(format_args!("{of_inbox} AND n.{moment} > "))
            .push_bind(question.now)
            .push(format_args!(" ORDER BY n.{moment} LIMIT 1)"));
    }
    query.push(")");
}

fn totals(row: &PgRow) -> Result<InboxCount, Fault> {
    Ok(InboxCount {
        count: number(row.try_get(0)?),
        changes_at: row.try_get(1)?,
    })
}

/// The lines of a page, and how many there are up to one more than its size lets in (`matching`): whether
/// more follow. Lines behind those that reach its bytes stay where they are: a hundred of the largest
/// would be 25 MB on their way.
fn push_items(
    query: &mut QueryBuilder<Postgres>,
    question: &Question<'_>,
    start: PageStart,
    size: PageSize,
) {
    query
        .push(FITTING)
        .push("p.id DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before FROM (")
        .push(LINES)
        .push(TEXT_BYTES)
        .push(" FROM notifications n");
    let before = match start {
        PageStart::After(id) => Some(id),
        PageStart::Offset(_) => None,
    };
    push_where(query, question, TenantFrom::Column("t.tenants"), before);
    query
        .push(" ORDER BY n.id DESC LIMIT ")
        .push_bind(i64::from(size.rows) + 1);
    if let PageStart::Offset(rows) = start {
        query
            .push(" OFFSET ")
            .push_bind(bound(usize::try_from(rows).unwrap_or(usize::MAX)));
    }
    query
        .push(") p) s WHERE s.before < ")
        .push_bind(bound(size.bytes));
}

/// A line, which begins at this column.
pub(crate) fn read(row: &PgRow, at: usize, keys: &KeyRing) -> Result<InboxItem, Fault> {
    let mut reader = Reader::new(row, "notifications").skip(at).opening(keys);
    let (marks, updated_at) = (reader.marks()?, reader.next("updated_at")?);
    Ok(InboxItem {
        marks,
        updated_at,
        notification: reader.notification()?,
        delivery_states: states_of(row, &reader)?,
    })
}

/// The column of [`states!`].
fn states_of(row: &PgRow, reader: &Reader<'_>) -> Result<Vec<DeliveryState>, Fault> {
    let names: Vec<String> = row.try_get("states")?;
    let parsed = names.iter().map(|name| name.parse());
    parsed
        .map(|state| {
            state.map_err(|error: InvalidName| reader.undecodable("state", error.to_string()))
        })
        .collect()
}
