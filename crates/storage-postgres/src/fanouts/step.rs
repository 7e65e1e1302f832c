//! What a step reads and writes.

use std::borrow::Cow;
use std::sync::Arc;

use campanile_domain::{
    ItemTexts, NotificationId, NotificationType, TopicKey, UserId, assignments_to_stored,
};
use campanile_sealing::{KeyRing, Place, RowTexts, RowToStore};
use campanile_storage::{FanoutInHand, FanoutRequest, FanoutSays};
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Row};

use crate::accept::write::{sealed, texts};
use crate::error::Fault;
use crate::rows::{Reader, content_of};

/// What the caller wrote is copied within the database, unless it is sealed for each notification.
const INSERT: &str = "
    INSERT INTO notifications (tenant, id, user_id, notification_type, priority, title, body,
        content, channels, in_inbox, expires_at, collapse_key, correlation_id, created_at, updated_at,
        item_title, item_body, link, actions, template_version, locale, variants, sealed)
    SELECT f.tenant, x.id, x.user_id, f.notification_type, f.priority,
        CASE WHEN x.sealed IS NULL THEN f.title END, CASE WHEN x.sealed IS NULL THEN f.body END,
        CASE WHEN x.sealed IS NULL THEN f.content ELSE '{}' END, f.channels, f.in_inbox, f.expires_at, f.collapse_key, f.correlation_id, $5, $5,
        x.item_title, x.item_body, x.link, x.actions::json, x.template_version, x.locale,
        x.variants::json, x.sealed
    FROM fanouts f CROSS JOIN UNNEST($3::uuid[], $4::text[], $6::text[], $7::text[], $8::text[],
        $9::text[], $10::bigint[], $11::text[], $12::text[], $13::bytea[])
        AS x (id, user_id, item_title, item_body, link, actions, template_version, locale, variants, sealed)
    WHERE f.tenant = $1 AND f.id = $2";

pub(super) async fn request(
    connection: &mut PgConnection,
    keys: &KeyRing,
    fanout: &FanoutInHand,
) -> Result<FanoutRequest, Fault> {
    let row = sqlx::query(
        "SELECT topic, as_of, in_inbox, expires_at, notification_type, title, body, content::text,
             link, actions::text, sealed
         FROM fanouts WHERE tenant = $1 AND id = $2",
    )
    .bind(fanout.tenant.as_str())
    .bind(fanout.id.0)
    .fetch_one(connection)
    .await?;
    let mut reader = Reader::new(&row, "fanouts").opening_all(keys);
    let topic = reader.parse("topic", TopicKey::parse)?;
    let (as_of, in_inbox) = (reader.next("as_of")?, reader.next("in_inbox")?);
    let expires_at = reader.next("expires_at")?;
    let notification_type = reader.parse("notification_type", NotificationType::parse)?;
    let texts = RowTexts {
        title: reader.text("title")?,
        body: reader.text("body")?,
        content: reader.text("content")?,
        link: reader.text("link")?,
        actions: reader.text("actions")?,
        ..RowTexts::default()
    };
    let texts = reader.opened(&fanout.tenant, Place::Fanout(fanout.id.0), texts)?;
    Ok(FanoutRequest {
        topic,
        as_of,
        in_inbox,
        expires_at,
        says: FanoutSays {
            notification_type,
            link: reader.link(&texts)?,
            actions: reader.actions(&texts)?,
            title: texts.title.map(Cow::into_owned),
            body: texts.body.map(Cow::into_owned),
            content: content_of(texts.content),
        },
        is_sealed: row.try_get::<Option<&[u8]>, _>("sealed")?.is_some(),
    })
}

/// What is stored of the texts of each notification.
pub(super) fn rows<'a>(
    keys: &KeyRing,
    fanout: &FanoutInHand,
    request: &'a FanoutRequest,
    ids: &[NotificationId],
    items: &'a [Arc<ItemTexts>],
) -> Result<Vec<RowToStore<'a>>, Fault> {
    let says = &request.says;
    let own = (says.title.as_deref(), says.body.as_deref(), &*says.content);
    let row = |(id, item): (&NotificationId, &'a Arc<ItemTexts>)| {
        let (place, texts) = (Place::Notification(id.0), RowTexts::of_item(own, item));
        match request.is_sealed {
            true => keys.sealed_row(&fanout.tenant, place, &texts),
            false => keys.row(&fanout.tenant, place, texts),
        }
    };
    Ok(ids.iter().zip(items).map(row).collect::<Result<_, _>>()?)
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
    (items, rows): (&[Arc<ItemTexts>], &[RowToStore<'_>]),
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    sqlx::query(INSERT)
        .bind(fanout.tenant.as_str())
        .bind(fanout.id.0)
        .bind(ids.iter().map(|id| id.0).collect::<Vec<_>>())
        .bind(users.iter().map(UserId::as_str).collect::<Vec<_>>())
        .bind(now)
        .bind(texts(rows, |t| &t.item_title))
        .bind(texts(rows, |t| &t.item_body))
        .bind(texts(rows, |t| &t.link))
        .bind(texts(rows, |t| &t.actions))
        .bind(column(items, |item| item.version))
        .bind(column(items, |item| item.locale.as_deref()))
        .bind(column(items, |item| assignments_to_stored(&item.variants)))
        .bind(sealed(rows))
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
