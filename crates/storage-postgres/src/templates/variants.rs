//! Variants, and what became of each.

use campanile_domain::{
    Channel, NotificationId, NotificationType, TenantId, UserId, VariantCount, VariantCounts,
    VariantDraft, VariantKey, assignments_from_stored,
};
use campanile_storage::AssignedNotification;
use sqlx::PgConnection;
use uuid::Uuid;

use super::versions::{number, numbered};
use crate::error::Fault;
use crate::rows::{Reader, bounds};

pub(super) async fn of(
    connection: &mut PgConnection,
    tenant: &TenantId,
    of: &NotificationType,
) -> Result<Vec<VariantDraft>, Fault> {
    let rows = sqlx::query(
        "SELECT channel, variant, weight, templates::text, revision, updated_at, updated_by
         FROM template_variants WHERE tenant = $1 AND notification_type = $2
         ORDER BY channel, variant",
    )
    .bind(tenant.as_str())
    .bind(of.as_str())
    .fetch_all(connection)
    .await?;
    let read = |row| {
        let mut reader = Reader::new(row, "template_variants");
        Ok(VariantDraft {
            key: VariantKey {
                notification_type: of.clone(),
                channel: reader.channel()?,
                variant: reader.next("variant")?,
            },
            weight: u8::try_from(reader.next::<i16>("weight")?).unwrap_or(0),
            templates: reader.parse("templates", |text| serde_json::from_str(text))?,
            revision: numbered(reader.next("revision")?),
            updated_at: reader.next("updated_at")?,
            updated_by: reader.next("updated_by")?,
        })
    };
    rows.iter().map(read).collect()
}

pub(super) async fn put(
    connection: &mut PgConnection,
    tenant: &TenantId,
    one: &VariantDraft,
) -> Result<(), Fault> {
    sqlx::query(
        "INSERT INTO template_variants (tenant, notification_type, channel, variant, weight, templates,
             revision, updated_at, updated_by)
         VALUES ($1, $2, $3, $4, $5, $6::json, $7, $8, $9)
         ON CONFLICT (tenant, notification_type, channel, variant) DO UPDATE SET
             weight = excluded.weight, templates = excluded.templates, revision = excluded.revision,
             updated_at = excluded.updated_at, updated_by = excluded.updated_by",
    )
    .bind(tenant.as_str())
    .bind(one.key.notification_type.as_str())
    .bind(one.key.channel.name())
    .bind(&one.key.variant)
    .bind(i16::from(one.weight))
    .bind(serde_json::json!(one.templates).to_string())
    .bind(number(one.revision))
    .bind(one.updated_at)
    .bind(&one.updated_by)
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn remove(
    connection: &mut PgConnection,
    tenant: &TenantId,
    key: &VariantKey,
) -> Result<(), Fault> {
    sqlx::query(
        "DELETE FROM template_variants
         WHERE tenant = $1 AND notification_type = $2 AND channel = $3 AND variant = $4",
    )
    .bind(tenant.as_str())
    .bind(key.notification_type.as_str())
    .bind(key.channel.name())
    .bind(&key.variant)
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn remove_all(
    connection: &mut PgConnection,
    tenant: &TenantId,
    of: &NotificationType,
) -> Result<(), Fault> {
    sqlx::query("DELETE FROM template_variants WHERE tenant = $1 AND notification_type = $2")
        .bind(tenant.as_str())
        .bind(of.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn counts(
    connection: &mut PgConnection,
    tenant: &TenantId,
    of: &NotificationType,
    trials: &[(Channel, u64)],
) -> Result<Vec<VariantCount>, Fault> {
    let (channels, trials): (Vec<_>, Vec<_>) = trials
        .iter()
        .map(|(channel, trial)| (channel.name(), number(*trial)))
        .unzip();
    let rows = sqlx::query(
        "SELECT c.channel, c.trial, c.variant, c.bucket, c.delivered, c.failed, c.faults, c.read,
             c.opened, c.clicked
         FROM UNNEST($3::text[], $4::bigint[]) AS x (channel, trial)
         CROSS JOIN LATERAL (
             SELECT * FROM variant_counts c
             WHERE c.tenant = $1 AND c.notification_type = $2 AND c.channel = x.channel
                 AND c.trial = x.trial OFFSET 0
         ) c
         ORDER BY c.channel, c.trial, c.variant, c.bucket",
    )
    .bind(tenant.as_str())
    .bind(of.as_str())
    .bind(channels)
    .bind(trials)
    .fetch_all(connection)
    .await?;
    let read = |row| {
        let mut reader = Reader::new(row, "variant_counts");
        Ok(VariantCount {
            tenant: tenant.clone(),
            notification_type: of.clone(),
            channel: reader.channel()?,
            trial: numbered(reader.next("trial")?),
            variant: reader.next("variant")?,
            bucket: u8::try_from(reader.next::<i16>("bucket")?).unwrap_or(0),
            counts: VariantCounts {
                delivered: reader.next("delivered")?,
                failed: reader.next("failed")?,
                faults: reader.next("faults")?,
                read: reader.next("read")?,
                opened: reader.next("opened")?,
                clicked: reader.next("clicked")?,
            },
        })
    };
    rows.iter().map(read).collect()
}

/// In the order given, so that transactions lock the rows in one order.
pub(super) async fn add(
    connection: &mut PgConnection,
    counts: &[VariantCount],
) -> Result<(), Fault> {
    let text = |value: fn(&VariantCount) -> &str| counts.iter().map(value).collect::<Vec<_>>();
    let count = |value: fn(&VariantCounts) -> i64| {
        let all = counts.iter().map(|one| value(&one.counts));
        all.collect::<Vec<_>>()
    };
    let trials = counts.iter().map(|one| number(one.trial));
    let buckets = counts.iter().map(|one| i16::from(one.bucket));
    sqlx::query(
        "INSERT INTO variant_counts AS c (tenant, notification_type, channel, trial, variant, bucket,
             delivered, failed, faults, read, opened, clicked)
         SELECT * FROM UNNEST($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[],
             $6::smallint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[],
             $12::bigint[])
         ON CONFLICT (tenant, notification_type, channel, trial, variant, bucket) DO UPDATE SET
             delivered = c.delivered + excluded.delivered, failed = c.failed + excluded.failed,
             faults = c.faults + excluded.faults, read = c.read + excluded.read,
             opened = c.opened + excluded.opened, clicked = c.clicked + excluded.clicked",
    )
    .bind(text(|one| one.tenant.as_str()))
    .bind(text(|one| one.notification_type.as_str()))
    .bind(text(|one| one.channel.name()))
    .bind(trials.collect::<Vec<_>>())
    .bind(text(|one| &one.variant))
    .bind(buckets.collect::<Vec<_>>())
    .bind(count(|one| one.delivered))
    .bind(count(|one| one.failed))
    .bind(count(|one| one.faults))
    .bind(count(|one| one.read))
    .bind(count(|one| one.opened))
    .bind(count(|one| one.clicked))
    .execute(connection)
    .await?;
    Ok(())
}

/// Each by its key: see `dispatch/record.rs`.
pub(super) async fn assigned(
    connection: &mut PgConnection,
    tenant: &TenantId,
    ids: &[NotificationId],
) -> Result<Vec<AssignedNotification>, Fault> {
    let (low, high) = bounds(ids.iter().map(|id| id.0));
    let rows = sqlx::query(
        "SELECT n.id, n.user_id, n.notification_type, n.variants, s.channels, s.sent
         FROM UNNEST($2::uuid[]) AS x (id)
         CROSS JOIN LATERAL (
             SELECT id, user_id, notification_type, variants::text AS variants FROM notifications n
             WHERE n.tenant = $1 AND n.id = x.id AND n.id >= $3 AND n.id <= $4
                 AND n.variants IS NOT NULL OFFSET 0
         ) n
         CROSS JOIN LATERAL (
             SELECT array_agg(c.channel) AS channels, array_agg(c.sent) AS sent FROM (
                 SELECT d.channel, count(*) AS sent FROM deliveries d
                 WHERE d.tenant = $1 AND d.notification_id = n.id AND d.notification_id >= $3
                     AND d.notification_id <= $4 AND d.state = 'sent'
                     AND d.attempts #>> '{-1,texts,variant}' IS NOT NULL
                 GROUP BY d.channel
             ) c
         ) s",
    )
    .bind(tenant.as_str())
    .bind(ids.iter().map(|id| id.0).collect::<Vec<_>>())
    .bind(low)
    .bind(high)
    .fetch_all(connection)
    .await?;
    let read = |row| {
        let mut reader = Reader::new(row, "notifications");
        let id: Uuid = reader.next("id")?;
        let user = reader.parse("user_id", UserId::parse)?;
        let notification_type = reader.parse("notification_type", NotificationType::parse)?;
        let variants = reader.parse("variants", |text| assignments_from_stored(Some(text)))?;
        let channels: Option<Vec<String>> = reader.next("channel")?;
        let sent: Option<Vec<i64>> = reader.next("sent")?;
        let channels = channels.unwrap_or_default().into_iter();
        let channels = channels.filter_map(|name| Channel::stored(&name).ok());
        Ok(AssignedNotification {
            id: NotificationId(id),
            user,
            notification_type,
            variants,
            sent: channels.zip(sent.unwrap_or_default()).collect(),
        })
    };
    rows.iter().map(read).collect()
}

pub(super) async fn forget(
    connection: &mut PgConnection,
    tenant: &TenantId,
    of: &NotificationType,
    below: u64,
) -> Result<(), Fault> {
    sqlx::query(
        "DELETE FROM variant_counts WHERE tenant = $1 AND notification_type = $2 AND trial < $3",
    )
    .bind(tenant.as_str())
    .bind(of.as_str())
    .bind(number(below))
    .execute(connection)
    .await?;
    Ok(())
}
