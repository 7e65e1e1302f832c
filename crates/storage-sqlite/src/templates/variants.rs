//! Variants, and what became of each.

use campanile_domain::{
    Channel, NotificationId, NotificationType, TenantId, UserId, VariantCount, VariantCounts,
    VariantDraft, VariantKey, assignments_from_stored,
};
use campanile_storage::{AssignedNotification, StorageError};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::versions::{instant, named, number, numbered};
use crate::error::{storage_error, undecodable};
use crate::rows::{channel, get, micros};

pub(super) async fn of(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    of: &NotificationType,
) -> Result<Vec<VariantDraft>, StorageError> {
    let rows = sqlx::query(
        "SELECT channel, variant, weight, templates, revision, updated_at, updated_by
         FROM template_variants WHERE tenant = ?1 AND notification_type = ?2
         ORDER BY channel, variant",
    )
    .bind(tenant.as_str())
    .bind(of.as_str())
    .fetch_all(connection)
    .await
    .map_err(storage_error)?;
    let read = |row| {
        let templates = serde_json::from_str(get(row, "templates")?);
        Ok(VariantDraft {
            key: VariantKey {
                notification_type: of.clone(),
                channel: channel(get(row, "channel")?)?,
                variant: get(row, "variant")?,
            },
            weight: get(row, "weight")?,
            templates: templates
                .map_err(|error| undecodable("template_variants", "templates", error))?,
            revision: numbered(get(row, "revision")?),
            updated_at: instant(row, "updated_at")?,
            updated_by: get(row, "updated_by")?,
        })
    };
    rows.iter().map(read).collect()
}

pub(super) async fn put(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    one: &VariantDraft,
) -> Result<(), StorageError> {
    sqlx::query(
        "INSERT INTO template_variants (tenant, notification_type, channel, variant, weight, templates,
             revision, updated_at, updated_by)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (tenant, notification_type, channel, variant) DO UPDATE SET
             weight = excluded.weight, templates = excluded.templates, revision = excluded.revision,
             updated_at = excluded.updated_at, updated_by = excluded.updated_by",
    )
    .bind(tenant.as_str())
    .bind(one.key.notification_type.as_str())
    .bind(one.key.channel.name())
    .bind(&one.key.variant)
    .bind(one.weight)
    .bind(serde_json::json!(one.templates).to_string())
    .bind(number(one.revision))
    .bind(micros(one.updated_at))
    .bind(&one.updated_by)
    .execute(connection)
    .await
    .map_err(storage_error)?;
    Ok(())
}

pub(super) async fn remove(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    key: &VariantKey,
) -> Result<(), StorageError> {
    sqlx::query(
        "DELETE FROM template_variants
         WHERE tenant = ?1 AND notification_type = ?2 AND channel = ?3 AND variant = ?4",
    )
    .bind(tenant.as_str())
    .bind(key.notification_type.as_str())
    .bind(key.channel.name())
    .bind(&key.variant)
    .execute(connection)
    .await
    .map_err(storage_error)?;
    Ok(())
}

pub(super) async fn remove_all(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    of: &NotificationType,
) -> Result<(), StorageError> {
    sqlx::query("DELETE FROM template_variants WHERE tenant = ?1 AND notification_type = ?2")
        .bind(tenant.as_str())
        .bind(of.as_str())
        .execute(connection)
        .await
        .map_err(storage_error)?;
    Ok(())
}

pub(super) async fn counts(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    of: &NotificationType,
    trials: &[(Channel, u64)],
) -> Result<Vec<VariantCount>, StorageError> {
    let mut rows = Vec::new();
    for (channel, trial) in trials {
        let of_trial = sqlx::query(
            "SELECT channel, trial, variant, bucket, delivered, failed, faults, read, opened, clicked
             FROM variant_counts
             WHERE tenant = ?1 AND notification_type = ?2 AND channel = ?3 AND trial = ?4
             ORDER BY variant, bucket",
        )
        .bind(tenant.as_str())
        .bind(of.as_str())
        .bind(channel.name())
        .bind(number(*trial))
        .fetch_all(&mut *connection)
        .await;
        rows.extend(of_trial.map_err(storage_error)?);
    }
    let read = |row| {
        Ok(VariantCount {
            tenant: tenant.clone(),
            notification_type: of.clone(),
            channel: channel(get(row, "channel")?)?,
            trial: numbered(get(row, "trial")?),
            variant: get(row, "variant")?,
            bucket: get(row, "bucket")?,
            counts: VariantCounts {
                delivered: get(row, "delivered")?,
                failed: get(row, "failed")?,
                faults: get(row, "faults")?,
                read: get(row, "read")?,
                opened: get(row, "opened")?,
                clicked: get(row, "clicked")?,
            },
        })
    };
    rows.iter().map(read).collect()
}

pub(super) async fn add(
    connection: &mut SqliteConnection,
    counts: &[VariantCount],
) -> Result<(), StorageError> {
    for one in counts {
        sqlx::query(
            "INSERT INTO variant_counts AS c (tenant, notification_type, channel, trial, variant,
                 bucket, delivered, failed, faults, read, opened, clicked)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
             ON CONFLICT (tenant, notification_type, channel, trial, variant, bucket) DO UPDATE SET
                 delivered = c.delivered + excluded.delivered, failed = c.failed + excluded.failed,
                 faults = c.faults + excluded.faults, read = c.read + excluded.read,
                 opened = c.opened + excluded.opened, clicked = c.clicked + excluded.clicked",
        )
        .bind(one.tenant.as_str())
        .bind(one.notification_type.as_str())
        .bind(one.channel.name())
        .bind(number(one.trial))
        .bind(&one.variant)
        .bind(one.bucket)
        .bind(one.counts.delivered)
        .bind(one.counts.failed)
        .bind(one.counts.faults)
        .bind(one.counts.read)
        .bind(one.counts.opened)
        .bind(one.counts.clicked)
        .execute(&mut *connection)
        .await
        .map_err(storage_error)?;
    }
    Ok(())
}

pub(super) async fn assigned(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    ids: &[NotificationId],
) -> Result<Vec<AssignedNotification>, StorageError> {
    let mut query = QueryBuilder::<Sqlite>::new(
        "SELECT id, user_id, notification_type, variants FROM notifications WHERE tenant = ",
    );
    query.push_bind(tenant.as_str());
    query.push(" AND variants IS NOT NULL AND id IN (");
    let mut list = query.separated(", ");
    for id in ids {
        list.push_bind(id.0);
    }
    query.push(")");
    let rows = query.build().fetch_all(&mut *connection).await;
    let mut found = Vec::new();
    for row in &rows.map_err(storage_error)? {
        let id = NotificationId(get(row, "id")?);
        found.push(AssignedNotification {
            id,
            user: UserId::parse(get(row, "user_id")?)
                .map_err(|error| undecodable("notifications", "user_id", error))?,
            notification_type: named(row)?,
            variants: assignments_from_stored(get(row, "variants")?)
                .map_err(|error| undecodable("notifications", "variants", error))?,
            sent: sent(connection, tenant, id).await?,
        });
    }
    Ok(found)
}

async fn sent(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    id: NotificationId,
) -> Result<Vec<(Channel, i64)>, StorageError> {
    let rows = sqlx::query(
        "SELECT channel, count(*) AS sent FROM deliveries
         WHERE tenant = ?1 AND notification_id = ?2 AND state = 'sent'
             AND json_extract(attempts, '$[#-1].texts.variant') IS NOT NULL
         GROUP BY channel",
    )
    .bind(tenant.as_str())
    .bind(id.0)
    .fetch_all(connection)
    .await
    .map_err(storage_error)?;
    let read = |row| Ok((channel(get(row, "channel")?)?, get(row, "sent")?));
    rows.iter().map(read).collect()
}

pub(super) async fn forget(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    of: &NotificationType,
    below: u64,
) -> Result<(), StorageError> {
    sqlx::query(
        "DELETE FROM variant_counts WHERE tenant = ?1 AND notification_type = ?2 AND trial < ?3",
    )
    .bind(tenant.as_str())
    .bind(of.as_str())
    .bind(number(below))
    .execute(connection)
    .await
    .map_err(storage_error)?;
    Ok(())
}
