//! Searching: opens the newest notifications one after the other and keeps the ids of those that say it.

use campanile_domain::NotificationId;
use campanile_sealing::{Place, RowTexts};
use campanile_storage::{InboxItem, Opened, Search, SearchHit};
use futures_util::TryStreamExt;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, QueryBuilder, Row};
use uuid::Uuid;

use super::Question;
use super::answer::{LINES, read, states};
use super::shown::{TenantFrom, push_where};
use crate::error::Fault;
use crate::rows::{Reader, bounds};

/// All that say it, newest first. Asks for some at a time: of an answer that is not read to its end,
/// the server would still send all.
pub(super) async fn found(
    connection: &mut PgConnection,
    question: &Question<'_>,
    search: &Search,
) -> Result<Vec<SearchHit>, Fault> {
    let (mut opened, mut found, mut before) = (Opened::default(), Vec::new(), None::<Uuid>);
    loop {
        let asked = opened.next_rows();
        let mut query = QueryBuilder::new(concat!(
            "SELECT n.id, coalesce(n.item_title, n.title), coalesce(n.item_body, n.body), ",
            "n.content::text, n.sealed FROM notifications n"
        ));
        let before_id = before.map(NotificationId);
        push_where(&mut query, question, TenantFrom::Bound, before_id);
        query
            .push(" ORDER BY n.id DESC LIMIT ")
            .push_bind(i64::from(asked));
        let (mut rows, mut came) = (query.build().fetch(&mut *connection), 0);
        while let Some(row) = rows.try_next().await? {
            came += 1;
            let id: Uuid = row.try_get(0)?;
            before = Some(id);
            // The rest of what was asked for is read past, not opened.
            if opened.is_over() {
                continue;
            }
            let texts = shown_texts(&row, id, question)?;
            let (title, body) = (texts.title.as_deref(), texts.body.as_deref());
            let before = opened.bytes();
            let content = texts.content.as_deref().unwrap_or_default();
            if opened.open(search, title, body, content).await {
                found.push(SearchHit {
                    id: NotificationId(id),
                    bytes: opened.bytes() - before,
                });
            }
        }
        if came < asked || opened.is_over() {
            return Ok(found);
        }
    }
}

/// The lines of those that a page shows.
pub(super) async fn items(
    connection: &mut PgConnection,
    question: &Question<'_>,
    ids: &[NotificationId],
) -> Result<Vec<InboxItem>, Fault> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let (low, high) = bounds(ids.iter().copied());
    let mut query = QueryBuilder::new(LINES);
    query.push(concat!(states!("n"), " FROM notifications n"));
    push_where(&mut query, question, TenantFrom::Bound, None);
    query.push(" AND n.id = ANY (").push_bind(ids).push(")");
    query.push(" AND n.id >= ").push_bind(low);
    query.push(" AND n.id <= ").push_bind(high);
    query.push(" ORDER BY n.id DESC");
    let rows = query.build().fetch_all(connection).await?;
    rows.iter().map(|row| read(row, 0, question.keys)).collect()
}

/// Title and text as the user sees them, and the content.
fn shown_texts<'r>(
    row: &'r PgRow,
    id: Uuid,
    question: &Question<'r>,
) -> Result<RowTexts<'r>, Fault> {
    let mut reader = Reader::new(row, "notifications")
        .skip(1)
        .opening(question.keys);
    let texts = RowTexts {
        title: reader.text("title")?,
        body: reader.text("body")?,
        content: reader.text("content")?,
        ..RowTexts::default()
    };
    let texts = reader.opened(question.tenant, Place::Notification(id), texts)?;
    Ok(RowTexts {
        title: texts.item_title.or(texts.title),
        body: texts.item_body.or(texts.body),
        content: texts.content,
        ..RowTexts::default()
    })
}
