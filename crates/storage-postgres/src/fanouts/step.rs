//! What a step reads and writes.

use std::sync::Arc;

use campanile_domain::{
    Action, ItemTexts, Link, NotificationId, NotificationType, TopicKey, UserId,
    assignments_to_stored,
};
use campanile_storage::{FanoutInHand, FanoutRequest, FanoutSays};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::error::Fault;
use crate::rows::Reader;

/// What the caller wrote is copied within the database.
const INSERT: &str = "
    INSERT INTO notifications (tenant, id, user_id, notification_type, priority, title, body,
        content, channels, in_inbox, expires_at, collapse_key, correlation_id, created_at, updated_at,
        item_title, item_body, link, actions, template_version, locale, variants)
    SELECT f.tenant, x.id, x.user_id, f.notification_type, f.priority, f.title, f.body,
        f.content, f.channels, f.in_inbox, f.expires_at, f.collapse_key, f.correlation_id, $5, $5,
        x.item_title, x.item_body, x.link, x.actions::json, x.template_version, x.locale, x.variants::json
    FROM fanouts f CROSS JOIN UNNEST($3::uuid[], $4::text[], $6::text[], $7::text[], $8::text[],
        $9::text[], $10::bigint[], $11::text[], $12::text[])
        AS x (id, user_id, item_title, item_body, link, actions, template_version, locale, variants)
    WHERE f.tenant = $1 AND f.id = $2";

pub(super) async fn request(
    connection: &mut PgConnection,
    fanout: &FanoutInHand,
) -> Result<FanoutRequest, Fault> {
    let row = sqlx::query(
        "SELECT topic, as_of, in_inbox, expires_at, notification_type, title, body, content::text,
             link, actions::text
         FROM fanouts WHERE tenant = $1 AND id = $2",
    )
    .bind(fanout.tenant.as_str())
    .bind(fanout.id.0)
    .fetch_one(connection)
    .await?;
    let mut reader = Reader::new(&row, "fanouts");
    Ok(FanoutRequest {
        topic: reader.parse("topic", TopicKey::parse)?,
        as_of: reader.next("as_of")?,
        in_inbox: reader.next("in_inbox")?,
        expires_at: reader.next("expires_at")?,
        says: FanoutSays {
            notification_type: reader.parse("notification_type", NotificationType::parse)?,
            title: reader.next("title")?,
            body: reader.next("body")?,
            content: reader.next::<&str>("content")?.into(),
            link: reader.parse_some("link", Link::parse)?,
            actions: reader.actions()?,
        },
    })
}

pub(super) async fn subscribers(
    connection: &mut PgConnection,
    fanout: &FanoutInHand,
    request: &FanoutRequest,
    limit: u32,
) -> Result<Vec<(UserId, bool)>, Fault> {
    let rows = sqlx::query(
        "SELECT user_id, revision <= $4 FROM topic_subscribers
         WHERE tenant = $1 AND topic = $2 AND user_id > $3 ORDER BY user_id LIMIT $5",
    )
    .bind(fanout.tenant.as_str())
    .bind(request.topic.as_str())
    .bind(fanout.cursor.as_deref().unwrap_or_default())
    .bind(request.as_of)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    let read = |row| {
        let mut reader = Reader::new(row, "topic_subscribers");
        let user = reader.parse("user_id", UserId::parse)?;
        Ok((user, reader.next("revision")?))
    };
    rows.iter().map(read).collect()
}

pub(super) async fn notifications(
    connection: &mut PgConnection,
    fanout: &FanoutInHand,
    ids: &[NotificationId],
    users: &[UserId],
    items: &[Arc<ItemTexts>],
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    sqlx::query(INSERT)
        .bind(fanout.tenant.as_str())
        .bind(fanout.id.0)
        .bind(ids.iter().map(|id| id.0).collect::<Vec<_>>())
        .bind(users.iter().map(UserId::as_str).collect::<Vec<_>>())
        .bind(now)
        .bind(column(items, |item| item.title.as_deref()))
        .bind(column(items, |item| item.body.as_deref()))
        .bind(column(items, |item| item.link.as_ref().map(Link::as_str)))
        .bind(column(items, |item| Action::to_stored(&item.actions)))
        .bind(column(items, |item| item.version))
        .bind(column(items, |item| item.locale.as_deref()))
        .bind(column(items, |item| assignments_to_stored(&item.variants)))
        .execute(connection)
        .await?;
    Ok(())
}

fn column<'a, T>(items: &'a [Arc<ItemTexts>], value: impl Fn(&'a ItemTexts) -> T) -> Vec<T> {
    items.iter().map(|item| value(item)).collect()
}

pub(super) async fn advance(
    connection: &mut PgConnection,
    fanout: &FanoutInHand,
    cursor: &UserId,
    expanded: u64,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    sqlx::query(
        "UPDATE fanout_work SET cursor = $3, expanded = $4, failures = 0, updated_at = $5
         WHERE tenant = $1 AND id = $2",
    )
    .bind(fanout.tenant.as_str())
    .bind(fanout.id.0)
    .bind(cursor.as_str())
    .bind(i64::try_from(expanded).unwrap_or(i64::MAX))
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}
