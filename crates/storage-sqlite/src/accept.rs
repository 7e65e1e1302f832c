//! Accepting: notifications, outbox rows and idempotency rows in one transaction.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use campanile_domain::{
    Notification, NotificationId, Random, TenantId, TraceParent, assignments_to_stored,
};
use campanile_sealing::{KeyRing, Place, RowTexts, RowToStore};
use campanile_storage::{
    Accept, AcceptItem, AcceptOutcome, IDEMPOTENCY_DAYS, IdempotencyKey, KeptAnswer, StorageError,
};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};

use crate::SqliteStorage;
use crate::clock;
use crate::error::storage_error;
use crate::keys::{self, committed};
use crate::rows::{channels_text, insert_outbox, micros};

/// Rows in one statement: 25 columns each, below SQLite's 32,766 parameters.
const ROWS_PER_STATEMENT: usize = 500;

#[async_trait]
impl Accept for SqliteStorage {
    async fn accept(&self, batch: Arc<[AcceptItem]>) -> Result<Vec<AcceptOutcome>, StorageError> {
        if self.keys.seals() {
            // The writer looks up only what is not known.
            for tenant in batch
                .iter()
                .map(|item| &item.tenant)
                .collect::<BTreeSet<_>>()
            {
                committed(&self.keys, &self.readers, tenant).await?;
            }
        }
        let (random, keys) = (self.random.clone(), Arc::clone(&self.keys));
        self.writer
            .write(move |connection| {
                Box::pin(async move { accept(connection, batch, &random, &keys).await })
            })
            .await
    }

    async fn was_accepted(
        &self,
        tenant: &TenantId,
        id: NotificationId,
    ) -> Result<bool, StorageError> {
        sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM notifications WHERE tenant = ? AND id = ?)",
        )
        .bind(tenant.as_str())
        .bind(id.0)
        .fetch_one(&self.readers)
        .await
        .map_err(storage_error)
    }

    async fn earlier_answer(
        &self,
        tenant: &TenantId,
        key: &str,
        fingerprint: &[u8; 32],
        now: DateTime<Utc>,
    ) -> Result<Option<KeptAnswer>, StorageError> {
        let found: Option<String> = sqlx::query_scalar(
            "SELECT response FROM idempotency_keys \
             WHERE tenant = ? AND key = ? AND fingerprint = ? AND expires_at > ?",
        )
        .bind(tenant.as_str())
        .bind(key)
        .bind(&fingerprint[..])
        .bind(micros(now))
        .fetch_optional(&self.readers)
        .await
        .map_err(storage_error)?;
        found.as_deref().map(KeptAnswer::from_stored).transpose()
    }
}

async fn accept(
    connection: &mut SqliteConnection,
    batch: Arc<[AcceptItem]>,
    random: &Random,
    ring: &KeyRing,
) -> Result<Vec<AcceptOutcome>, StorageError> {
    let mut outcomes = Vec::with_capacity(batch.len());
    let mut rows = Vec::new();
    let mut outbox: BTreeMap<(TenantId, i16), Vec<NotificationId>> = BTreeMap::new();
    let mut now = None;
    for item in &*batch {
        let item_now = item
            .notifications
            .first()
            .map_or_else(clock::now, |n| n.created_at);
        if let Some(key) = &item.idempotency
            && let Some(earlier) = claim(connection, &item.tenant, key, item_now).await?
        {
            outcomes.push(earlier);
            continue;
        }
        now = Some(item_now);
        for notification in &item.notifications {
            match notification.send_at {
                Some(at) if at > item_now => {
                    let (tenant, lane) = (&notification.tenant, item.lane.rank());
                    schedule(connection, tenant, notification.id, lane, at).await?;
                }
                _ => outbox
                    .entry((item.tenant.clone(), item.lane.rank()))
                    .or_default()
                    .push(notification.id),
            }
        }
        rows.extend(item.notifications.iter().map(|one| (one, item.trace)));
        outcomes.push(AcceptOutcome::Accepted);
    }
    let mut to_store = Vec::with_capacity(rows.len());
    for (one, trace) in rows {
        let (texts, place) = (
            RowTexts::of_notification(one),
            Place::Notification(one.id.0),
        );
        let row = match keys::to_seal(ring, connection, &one.tenant, false).await? {
            Some(keys) => keys.row(place, &texts).map_err(keys::cannot_seal)?,
            None => RowToStore {
                texts,
                sealed: None,
            },
        };
        to_store.push((one, trace, row));
    }
    for chunk in to_store.chunks(ROWS_PER_STATEMENT) {
        insert(connection, chunk).await?;
    }
    if let Some(now) = now {
        for ((tenant, lane), ids) in outbox {
            insert_outbox(connection, &tenant, lane, &ids, now, random).await?;
        }
    }
    Ok(outcomes)
}

/// Takes a key, or says what became of the request that has it.
pub(crate) async fn claim(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    key: &IdempotencyKey,
    now: DateTime<Utc>,
) -> Result<Option<AcceptOutcome>, StorageError> {
    let taken = sqlx::query(
        "INSERT INTO idempotency_keys (tenant, key, fingerprint, response, created_at, expires_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
         ON CONFLICT (tenant, key) DO UPDATE SET fingerprint = ?3, response = ?4, \
         created_at = ?5, expires_at = ?6 WHERE expires_at <= ?5",
    )
    .bind(tenant.as_str())
    .bind(&key.key)
    .bind(&key.fingerprint[..])
    .bind(key.answer.to_stored())
    .bind(micros(now))
    .bind(micros(now + TimeDelta::days(IDEMPOTENCY_DAYS)))
    .execute(&mut *connection)
    .await
    .map_err(storage_error)?;
    if taken.rows_affected() == 1 {
        return Ok(None);
    }
    kept(connection, tenant, key).await
}

/// What became of the request that has a key.
pub(crate) async fn kept(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    key: &IdempotencyKey,
) -> Result<Option<AcceptOutcome>, StorageError> {
    let earlier = sqlx::query(
        "SELECT fingerprint, response FROM idempotency_keys WHERE tenant = ? AND key = ?",
    )
    .bind(tenant.as_str())
    .bind(&key.key)
    .fetch_optional(connection)
    .await
    .map_err(storage_error)?;
    let Some(earlier) = earlier else {
        return Ok(None);
    };
    let fingerprint: &[u8] = earlier.try_get(0).map_err(storage_error)?;
    Ok(Some(if fingerprint == key.fingerprint {
        let answer: &str = earlier.try_get(1).map_err(storage_error)?;
        AcceptOutcome::Replayed(KeptAnswer::from_stored(answer)?)
    } else {
        AcceptOutcome::KeyReused
    }))
}

/// Plans a notification at its time; a second row for it moves the first.
pub(crate) async fn schedule(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    id: NotificationId,
    lane: i16,
    at: DateTime<Utc>,
) -> Result<(), StorageError> {
    sqlx::query(
        "INSERT INTO schedule (tenant, key, kind, notification_id, lane, due_at) \
         VALUES (?1, ?2, 'send', ?2, ?3, ?4) \
         ON CONFLICT (tenant, key) DO UPDATE SET due_at = excluded.due_at",
    )
    .bind(tenant.as_str())
    .bind(id.0)
    .bind(lane)
    .bind(micros(at))
    .execute(connection)
    .await
    .map(drop)
    .map_err(storage_error)
}

async fn insert(
    connection: &mut SqliteConnection,
    rows: &[(&Notification, Option<TraceParent>, RowToStore<'_>)],
) -> Result<(), StorageError> {
    let mut query = QueryBuilder::<Sqlite>::new(
        "INSERT INTO notifications (tenant, id, user_id, notification_type, priority, title, body, \
         content, channels, in_inbox, send_at, expires_at, collapse_key, correlation_id, \
         created_at, updated_at, item_title, item_body, link, actions, template_version, locale, \
         traceparent, variants, sealed) ",
    );
    query.push_values(rows, |mut row, (n, trace, RowToStore { texts, sealed })| {
        row.push_bind(n.tenant.as_str())
            .push_bind(n.id.0)
            .push_bind(n.user_id.as_str())
            .push_bind(n.notification_type.as_str())
            .push_bind(n.priority.name())
            .push_bind(texts.title.as_deref())
            .push_bind(texts.body.as_deref())
            .push_bind(texts.content.as_deref().unwrap_or("{}"))
            .push_bind(channels_text(n.channels.as_deref()))
            .push_bind(n.in_inbox())
            .push_bind(n.send_at.map(micros))
            .push_bind(n.expires_at.map(micros))
            .push_bind(n.collapse_key.as_deref())
            .push_bind(n.correlation_id.as_str())
            .push_bind(micros(n.created_at))
            .push_bind(micros(n.created_at))
            .push_bind(texts.item_title.as_deref())
            .push_bind(texts.item_body.as_deref())
            .push_bind(texts.link.as_deref())
            .push_bind(texts.actions.as_deref())
            .push_bind(n.item.version)
            .push_bind(n.item.locale.as_deref())
            .push_bind(trace.map(|trace| trace.to_string()))
            .push_bind(assignments_to_stored(&n.item.variants))
            .push_bind(sealed.as_deref());
    });
    query
        .build()
        .execute(connection)
        .await
        .map(drop)
        .map_err(storage_error)
}
