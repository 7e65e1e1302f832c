//! What a step reads and writes.

use std::sync::Arc;

use campanile_domain::{
    Action, ItemTexts, Link, NotificationId, NotificationType, TopicKey, UserId,
    assignments_to_stored,
};
use campanile_storage::{FanoutInHand, FanoutRequest, FanoutSays, StorageError};
use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use crate::error::{storage_error, undecodable};
use crate::rows::{actions, get, get_moment, link, micros};
use crate::topics::subscriber;

pub(super) async fn request(
    connection: &mut SqliteConnection,
    fanout: &FanoutInHand,
) -> Result<FanoutRequest, StorageError> {
    let row = sqlx::query(
        "SELECT topic, as_of, in_inbox, expires_at, notification_type, title, body, content, link, \
         actions FROM fanouts WHERE tenant = ? AND id = ?",
    )
    .bind(fanout.tenant.as_str())
    .bind(fanout.id.0)
    .fetch_one(connection)
    .await
    .map_err(storage_error)?;
    Ok(FanoutRequest {
        topic: TopicKey::parse(get(&row, "topic")?)
            .map_err(|error| undecodable("fanouts", "topic", error))?,
        as_of: get(&row, "as_of")?,
        in_inbox: get(&row, "in_inbox")?,
        expires_at: get_moment(&row, "expires_at")?,
        says: FanoutSays {
            notification_type: NotificationType::parse(get(&row, "notification_type")?)
                .map_err(|error| undecodable("fanouts", "notification_type", error))?,
            title: get(&row, "title")?,
            body: get(&row, "body")?,
            content: get::<&str>(&row, "content")?.into(),
            link: link(&row, "fanouts")?,
            actions: actions(&row, "fanouts")?,
        },
    })
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

/// What the caller wrote is copied within the database.
pub(super) async fn notifications(
    connection: &mut SqliteConnection,
    fanout: &FanoutInHand,
    ids: &[NotificationId],
    users: &[UserId],
    items: &[Arc<ItemTexts>],
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let mut query = QueryBuilder::<Sqlite>::new(
        "WITH x (id, user_id, item_title, item_body, link, actions, template_version, locale, variants) AS (",
    );
    let rows = ids.iter().zip(users).zip(items);
    query.push_values(rows, |mut row, ((id, user), item)| {
        row.push_bind(id.0)
            .push_bind(user.as_str())
            .push_bind(item.title.as_deref())
            .push_bind(item.body.as_deref())
            .push_bind(item.link.as_ref().map(Link::as_str))
            .push_bind(Action::to_stored(&item.actions))
            .push_bind(item.version)
            .push_bind(item.locale.as_deref())
            .push_bind(assignments_to_stored(&item.variants));
    });
    query.push(
        ") INSERT INTO notifications (tenant, id, user_id, notification_type, priority, title, body, \
         content, channels, in_inbox, expires_at, collapse_key, correlation_id, created_at, \
         updated_at, item_title, item_body, link, actions, template_version, locale, variants) \
         SELECT f.tenant, x.id, x.user_id, f.notification_type, f.priority, f.title, f.body, \
         f.content, f.channels, f.in_inbox, f.expires_at, f.collapse_key, f.correlation_id, ",
    );
    query.push_bind(micros(now)).push(", ");
    query.push_bind(micros(now));
    query.push(
        ", x.item_title, x.item_body, x.link, x.actions, x.template_version, x.locale, x.variants",
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
