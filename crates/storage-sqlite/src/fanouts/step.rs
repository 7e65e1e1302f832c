//! What a step reads and writes.

use std::borrow::Cow;
use std::sync::Arc;

use campanile_domain::{
    ItemTexts, NotificationId, NotificationType, TopicKey, UserId, assignments_to_stored,
};
use campanile_sealing::{KeyRing, Place, RowTexts, RowToStore};
use campanile_storage::{FanoutInHand, FanoutRequest, FanoutSays, StorageError};
use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use crate::error::{storage_error, undecodable};
use crate::keys::{self, text};
use crate::rows::{actions, content_of, get, get_moment, link, micros};
use crate::topics::subscriber;

pub(super) async fn request(
    connection: &mut SqliteConnection,
    ring: &KeyRing,
    fanout: &FanoutInHand,
) -> Result<FanoutRequest, StorageError> {
    let opening = keys::opening(ring, connection, &fanout.tenant)
        .await?
        .strict();
    let row = sqlx::query(
        "SELECT topic, as_of, in_inbox, expires_at, notification_type, title, body, content, link, \
         actions, sealed FROM fanouts WHERE tenant = ? AND id = ?",
    )
    .bind(fanout.tenant.as_str())
    .bind(fanout.id.0)
    .fetch_one(connection)
    .await
    .map_err(storage_error)?;
    let texts = RowTexts {
        title: text(&row, "title")?,
        body: text(&row, "body")?,
        content: text(&row, "content")?,
        link: text(&row, "link")?,
        actions: text(&row, "actions")?,
        ..RowTexts::default()
    };
    let texts = opening.texts(&row, Place::Fanout(fanout.id.0), texts)?;
    Ok(FanoutRequest {
        topic: TopicKey::parse(get(&row, "topic")?)
            .map_err(|error| undecodable("fanouts", "topic", error))?,
        as_of: get(&row, "as_of")?,
        in_inbox: get(&row, "in_inbox")?,
        expires_at: get_moment(&row, "expires_at")?,
        says: FanoutSays {
            notification_type: NotificationType::parse(get(&row, "notification_type")?)
                .map_err(|error| undecodable("fanouts", "notification_type", error))?,
            link: link(&texts, "fanouts")?,
            actions: actions(&texts, "fanouts")?,
            title: texts.title.map(Cow::into_owned),
            body: texts.body.map(Cow::into_owned),
            content: content_of(texts.content),
        },
        is_sealed: get::<Option<&[u8]>>(&row, "sealed")?.is_some(),
    })
}

/// What is stored of the texts of each notification.
pub(super) async fn rows<'a>(
    connection: &mut SqliteConnection,
    ring: &KeyRing,
    fanout: &FanoutInHand,
    request: &'a FanoutRequest,
    (ids, items): (&[NotificationId], &'a [Arc<ItemTexts>]),
) -> Result<Vec<RowToStore<'a>>, StorageError> {
    let says = &request.says;
    let own = (says.title.as_deref(), says.body.as_deref(), &*says.content);
    let keys = keys::to_seal(ring, connection, &fanout.tenant, request.is_sealed).await?;
    let row = |(id, item): (&NotificationId, &'a Arc<ItemTexts>)| {
        let texts = RowTexts::of_item(own, item);
        match &keys {
            Some(keys) => keys
                .row(Place::Notification(id.0), &texts)
                .map_err(keys::cannot_seal),
            None => Ok(RowToStore {
                texts,
                sealed: None,
            }),
        }
    };
    ids.iter().zip(items).map(row).collect()
}

pub(super) async fn subscribers(
    connection: &mut SqliteConnection,
    fanout: &FanoutInHand,
    request: &FanoutRequest,
    limit: u32,
) -> Result<Vec<(UserId, bool)>, StorageError> {
    let rows = sqlx::query(
        "SELECT user_id, revision <= ? AS was_subscribed FROM topic_subscribers \
         WHERE tenant = ? AND topic = ? AND user_id > ? ORDER BY user_id LIMIT ?",
    )
    .bind(request.as_of)
    .bind(fanout.tenant.as_str())
    .bind(request.topic.as_str())
    .bind(fanout.cursor.as_deref().unwrap_or_default())
    .bind(limit)
    .fetch_all(connection)
    .await
    .map_err(storage_error)?;
    let read = |row| Ok((subscriber(row)?, get(row, "was_subscribed")?));
    rows.iter().map(read).collect()
}

/// What the caller wrote is copied within the database, unless it is sealed for each notification.
pub(super) async fn notifications(
    connection: &mut SqliteConnection,
    fanout: &FanoutInHand,
    ids: &[NotificationId],
    users: &[UserId],
    (items, rows): (&[Arc<ItemTexts>], &[RowToStore<'_>]),
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let mut query = QueryBuilder::<Sqlite>::new(
        "WITH x (id, user_id, item_title, item_body, link, actions, template_version, locale, variants, \
         sealed) AS (",
    );
    let all = ids.iter().zip(users).zip(items).zip(rows);
    query.push_values(
        all,
        |mut row, (((id, user), item), RowToStore { texts, sealed })| {
            row.push_bind(id.0)
                .push_bind(user.as_str())
                .push_bind(texts.item_title.as_deref())
                .push_bind(texts.item_body.as_deref())
                .push_bind(texts.link.as_deref())
                .push_bind(texts.actions.as_deref())
                .push_bind(item.version)
                .push_bind(item.locale.as_deref())
                .push_bind(assignments_to_stored(&item.variants))
                .push_bind(sealed.as_deref());
        },
    );
    query.push(
        ") INSERT INTO notifications (tenant, id, user_id, notification_type, priority, title, body, \
         content, channels, in_inbox, expires_at, collapse_key, correlation_id, created_at, \
         updated_at, item_title, item_body, link, actions, template_version, locale, variants, sealed) \
         SELECT f.tenant, x.id, x.user_id, f.notification_type, f.priority, \
         CASE WHEN x.sealed IS NULL THEN f.title END, CASE WHEN x.sealed IS NULL THEN f.body END, \
         CASE WHEN x.sealed IS NULL THEN f.content ELSE '{}' END, f.channels, f.in_inbox, f.expires_at, f.collapse_key, f.correlation_id, ",
    );
    query.push_bind(micros(now)).push(", ");
    query.push_bind(micros(now));
    query.push(
        ", x.item_title, x.item_body, x.link, x.actions, x.template_version, x.locale, x.variants, \
         x.sealed",
    );
    query.push(" FROM fanouts f CROSS JOIN x WHERE f.tenant = ");
    query.push_bind(fanout.tenant.as_str());
    query.push(" AND f.id = ").push_bind(fanout.id.0);
    let done = query.build().execute(&mut *connection).await;
    done.map(drop).map_err(storage_error)
}

pub(super) async fn advance(
    connection: &mut SqliteConnection,
    fanout: &FanoutInHand,
    cursor: &UserId,
    expanded: u64,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    sqlx::query(
        "UPDATE fanout_work SET cursor = ?3, expanded = ?4, failures = 0, updated_at = ?5 \
         WHERE tenant = ?1 AND id = ?2",
    )
    .bind(fanout.tenant.as_str())
    .bind(fanout.id.0)
    .bind(cursor.as_str())
    .bind(i64::try_from(expanded).unwrap_or(i64::MAX))
    .bind(micros(now))
    .execute(connection)
    .await
    .map(drop)
    .map_err(storage_error)
}
