//! What editors work on: drafts and the brand.

use campanile_domain::{NotificationType, TemplateDraft, TemplateDraftHead, TemplateKey, TenantId};
use campanile_storage::{StorageError, StoredBrand};
use sqlx::SqliteConnection;

use super::versions::{instant, named, number, numbered};
use crate::error::{storage_error, undecodable};
use crate::rows::{channel, get, micros};

pub(super) async fn of(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    of: Option<&NotificationType>,
) -> Result<Vec<TemplateDraft>, StorageError> {
    let rows = sqlx::query(
        "SELECT notification_type, channel, locale, parts, revision, updated_at, updated_by
         FROM template_drafts WHERE tenant = ?1 AND (?2 IS NULL OR notification_type = ?2)
         ORDER BY notification_type, channel, locale",
    )
    .bind(tenant.as_str())
    .bind(of.map(NotificationType::as_str))
    .fetch_all(connection)
    .await
    .map_err(storage_error)?;
    let read = |row| {
        let parts = serde_json::from_str(get(row, "parts")?);
        Ok(TemplateDraft {
            key: TemplateKey {
                notification_type: named(row)?,
                channel: channel(get(row, "channel")?)?,
                locale: get(row, "locale")?,
            },
            parts: parts.map_err(|error| undecodable("template_drafts", "parts", error))?,
            revision: numbered(get(row, "revision")?),
            updated_at: instant(row, "updated_at")?,
            updated_by: get(row, "updated_by")?,
        })
    };
    rows.iter().map(read).collect()
}

/// The sources are not read.
pub(super) async fn heads(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
) -> Result<Vec<TemplateDraftHead>, StorageError> {
    let rows = sqlx::query(
        "SELECT notification_type, channel, locale, revision, updated_at, updated_by
         FROM template_drafts WHERE tenant = ?1 ORDER BY notification_type, channel, locale",
    )
    .bind(tenant.as_str())
    .fetch_all(connection)
    .await
    .map_err(storage_error)?;
    let read = |row| {
        Ok(TemplateDraftHead {
            key: TemplateKey {
                notification_type: named(row)?,
                channel: channel(get(row, "channel")?)?,
                locale: get(row, "locale")?,
            },
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
    draft: &TemplateDraft,
) -> Result<(), StorageError> {
    sqlx::query(
        "INSERT INTO template_drafts (tenant, notification_type, channel, locale, parts, revision,
             updated_at, updated_by)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (tenant, notification_type, channel, locale) DO UPDATE SET
             parts = excluded.parts, revision = excluded.revision,
             updated_at = excluded.updated_at, updated_by = excluded.updated_by",
    )
    .bind(tenant.as_str())
    .bind(draft.key.notification_type.as_str())
    .bind(draft.key.channel.name())
    .bind(&draft.key.locale)
    .bind(serde_json::json!(draft.parts).to_string())
    .bind(number(draft.revision))
    .bind(micros(draft.updated_at))
    .bind(&draft.updated_by)
    .execute(connection)
    .await
    .map_err(storage_error)?;
    Ok(())
}

pub(super) async fn remove(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    key: &TemplateKey,
) -> Result<(), StorageError> {
    sqlx::query(
        "DELETE FROM template_drafts
         WHERE tenant = ?1 AND notification_type = ?2 AND channel = ?3 AND locale = ?4",
    )
    .bind(tenant.as_str())
    .bind(key.notification_type.as_str())
    .bind(key.channel.name())
    .bind(&key.locale)
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
    sqlx::query("DELETE FROM template_drafts WHERE tenant = ?1 AND notification_type = ?2")
        .bind(tenant.as_str())
        .bind(of.as_str())
        .execute(connection)
        .await
        .map_err(storage_error)?;
    Ok(())
}

pub(super) async fn brand(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
) -> Result<Option<StoredBrand>, StorageError> {
    let row = sqlx::query(
        "SELECT brand, revision, updated_at, updated_by FROM template_brands WHERE tenant = ?1",
    )
    .bind(tenant.as_str())
    .fetch_optional(connection)
    .await
    .map_err(storage_error)?;
    let read = |row| {
        let brand = serde_json::from_str(get(row, "brand")?);
        Ok(StoredBrand {
            brand: brand.map_err(|error| undecodable("template_brands", "brand", error))?,
            revision: numbered(get(row, "revision")?),
            updated_at: instant(row, "updated_at")?,
            updated_by: get(row, "updated_by")?,
        })
    };
    row.as_ref().map(read).transpose()
}

pub(super) async fn put_brand(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    brand: &StoredBrand,
) -> Result<(), StorageError> {
    sqlx::query(
        "INSERT INTO template_brands (tenant, brand, revision, updated_at, updated_by)
         VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (tenant) DO UPDATE SET brand = excluded.brand, revision = excluded.revision,
             updated_at = excluded.updated_at, updated_by = excluded.updated_by",
    )
    .bind(tenant.as_str())
    .bind(serde_json::json!(brand.brand).to_string())
    .bind(number(brand.revision))
    .bind(micros(brand.updated_at))
    .bind(&brand.updated_by)
    .execute(connection)
    .await
    .map_err(storage_error)?;
    Ok(())
}
