//! What editors work on: drafts and the brand.

use campanile_domain::{NotificationType, TemplateDraft, TemplateDraftHead, TemplateKey, TenantId};
use campanile_storage::StoredBrand;
use sqlx::PgConnection;

use super::versions::{number, numbered};
use crate::error::Fault;
use crate::rows::Reader;

pub(super) async fn of(
    connection: &mut PgConnection,
    tenant: &TenantId,
    of: Option<&NotificationType>,
) -> Result<Vec<TemplateDraft>, Fault> {
    let rows = sqlx::query(
        "SELECT notification_type, channel, locale, parts::text, revision, updated_at, updated_by
         FROM template_drafts WHERE tenant = $1 AND ($2::text IS NULL OR notification_type = $2)
         ORDER BY notification_type COLLATE \"C\", channel COLLATE \"C\", locale COLLATE \"C\"",
    )
    .bind(tenant.as_str())
    .bind(of.map(NotificationType::as_str))
    .fetch_all(connection)
    .await?;
    let read = |row| {
        let mut reader = Reader::new(row, "template_drafts");
        Ok(TemplateDraft {
            key: TemplateKey {
                notification_type: reader.parse("notification_type", NotificationType::parse)?,
                channel: reader.channel()?,
                locale: reader.next("locale")?,
            },
            parts: reader.parse("parts", |text| serde_json::from_str(text))?,
            revision: numbered(reader.next("revision")?),
            updated_at: reader.next("updated_at")?,
            updated_by: reader.next("updated_by")?,
        })
    };
    rows.iter().map(read).collect()
}

/// The sources are not read.
pub(super) async fn heads(
    connection: &mut PgConnection,
    tenant: &TenantId,
) -> Result<Vec<TemplateDraftHead>, Fault> {
    let rows = sqlx::query(
        "SELECT notification_type, channel, locale, revision, updated_at, updated_by
         FROM template_drafts WHERE tenant = $1
         ORDER BY notification_type COLLATE \"C\", channel COLLATE \"C\", locale COLLATE \"C\"",
    )
    .bind(tenant.as_str())
    .fetch_all(connection)
    .await?;
    let read = |row| {
        let mut reader = Reader::new(row, "template_drafts");
        Ok(TemplateDraftHead {
            key: TemplateKey {
                notification_type: reader.parse("notification_type", NotificationType::parse)?,
                channel: reader.channel()?,
                locale: reader.next("locale")?,
            },
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
    draft: &TemplateDraft,
) -> Result<(), Fault> {
    sqlx::query(
        "INSERT INTO template_drafts (tenant, notification_type, channel, locale, parts, revision,
             updated_at, updated_by)
         VALUES ($1, $2, $3, $4, $5::json, $6, $7, $8)
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
    .bind(draft.updated_at)
    .bind(&draft.updated_by)
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn remove(
    connection: &mut PgConnection,
    tenant: &TenantId,
    key: &TemplateKey,
) -> Result<(), Fault> {
    sqlx::query(
        "DELETE FROM template_drafts
         WHERE tenant = $1 AND notification_type = $2 AND channel = $3 AND locale = $4",
    )
    .bind(tenant.as_str())
    .bind(key.notification_type.as_str())
    .bind(key.channel.name())
    .bind(&key.locale)
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn remove_all(
    connection: &mut PgConnection,
    tenant: &TenantId,
    of: &NotificationType,
) -> Result<(), Fault> {
    sqlx::query("DELETE FROM template_drafts WHERE tenant = $1 AND notification_type = $2")
        .bind(tenant.as_str())
        .bind(of.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn brand(
    connection: &mut PgConnection,
    tenant: &TenantId,
) -> Result<Option<StoredBrand>, Fault> {
    let row = sqlx::query(
        "SELECT brand::text, revision, updated_at, updated_by FROM template_brands WHERE tenant = $1",
    )
    .bind(tenant.as_str())
    .fetch_optional(connection)
    .await?;
    let read = |row| {
        let mut reader = Reader::new(row, "template_brands");
        Ok(StoredBrand {
            brand: reader.parse("brand", |text| serde_json::from_str(text))?,
            revision: numbered(reader.next("revision")?),
            updated_at: reader.next("updated_at")?,
            updated_by: reader.next("updated_by")?,
        })
    };
    row.as_ref().map(read).transpose()
}

pub(super) async fn put_brand(
    connection: &mut PgConnection,
    tenant: &TenantId,
    brand: &StoredBrand,
) -> Result<(), Fault> {
    sqlx::query(
        "INSERT INTO template_brands (tenant, brand, revision, updated_at, updated_by)
         VALUES ($1, $2::json, $3, $4, $5)
         ON CONFLICT (tenant) DO UPDATE SET brand = excluded.brand, revision = excluded.revision,
             updated_at = excluded.updated_at, updated_by = excluded.updated_by",
    )
    .bind(tenant.as_str())
    .bind(serde_json::json!(brand.brand).to_string())
    .bind(number(brand.revision))
    .bind(brand.updated_at)
    .bind(&brand.updated_by)
    .execute(connection)
    .await?;
    Ok(())
}
