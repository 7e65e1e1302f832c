//! Types that have templates or a schema.

use campanile_domain::{ContentSchema, TemplateType, TenantId};
use campanile_storage::StorageError;
use sqlx::SqliteConnection;

use super::versions::{named, number, numbered};
use crate::error::storage_error;
use crate::rows::get;

pub(super) async fn all(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
) -> Result<Vec<TemplateType>, StorageError> {
    let rows = sqlx::query(
        "SELECT notification_type, current_version, latest_version, content_schema, schema_strict,
             schema_revision
         FROM template_types WHERE tenant = ?1 ORDER BY notification_type",
    )
    .bind(tenant.as_str())
    .fetch_all(connection)
    .await
    .map_err(storage_error)?;
    let read = |row| {
        let current: Option<i64> = get(row, "current_version")?;
        let schema: Option<String> = get(row, "content_schema")?;
        let strict = get(row, "schema_strict")?;
        Ok(TemplateType {
            notification_type: named(row)?,
            current_version: current.map(numbered),
            latest_version: numbered(get(row, "latest_version")?),
            schema: schema.map(|schema| ContentSchema { schema, strict }),
            schema_revision: numbered(get(row, "schema_revision")?),
        })
    };
    rows.iter().map(read).collect()
}

pub(super) async fn put(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    one: &TemplateType,
) -> Result<(), StorageError> {
    let schema = one.schema.as_ref();
    sqlx::query(
        "INSERT INTO template_types (tenant, notification_type, current_version, latest_version,
             content_schema, schema_strict, schema_revision)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (tenant, notification_type) DO UPDATE SET
             current_version = excluded.current_version, latest_version = excluded.latest_version,
             content_schema = excluded.content_schema, schema_strict = excluded.schema_strict,
             schema_revision = excluded.schema_revision",
    )
    .bind(tenant.as_str())
    .bind(one.notification_type.as_str())
    .bind(one.current_version.map(number))
    .bind(number(one.latest_version))
    .bind(schema.map(|schema| schema.schema.as_str()))
    .bind(schema.is_some_and(|schema| schema.strict))
    .bind(number(one.schema_revision))
    .execute(connection)
    .await
    .map_err(storage_error)?;
    Ok(())
}
