//! Types that have templates or a schema.

use campanile_domain::{ContentSchema, NotificationType, TemplateType, TenantId};
use sqlx::PgConnection;

use super::versions::{number, numbered};
use crate::error::Fault;
use crate::rows::Reader;

/// Changes of one tenant's templates come one after the other, until the transaction ends.
pub(super) async fn hold(connection: &mut PgConnection, tenant: &TenantId) -> Result<(), Fault> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('campanile_templates/' || $1, 0))")
        .bind(tenant.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn all(
    connection: &mut PgConnection,
    tenant: &TenantId,
) -> Result<Vec<TemplateType>, Fault> {
    let rows = sqlx::query(
        "SELECT notification_type, current_version, latest_version, content_schema, schema_strict,
             schema_revision
         FROM template_types WHERE tenant = $1 ORDER BY notification_type COLLATE \"C\"",
    )
    .bind(tenant.as_str())
    .fetch_all(connection)
    .await?;
    let read = |row| {
        let mut reader = Reader::new(row, "template_types");
        let notification_type = reader.parse("notification_type", NotificationType::parse)?;
        let current: Option<i64> = reader.next("current_version")?;
        let latest: i64 = reader.next("latest_version")?;
        let schema: Option<String> = reader.next("content_schema")?;
        let strict = reader.next("schema_strict")?;
        Ok(TemplateType {
            notification_type,
            current_version: current.map(numbered),
            latest_version: numbered(latest),
            schema: schema.map(|schema| ContentSchema { schema, strict }),
            schema_revision: numbered(reader.next("schema_revision")?),
        })
    };
    rows.iter().map(read).collect()
}

pub(super) async fn put(
    connection: &mut PgConnection,
    tenant: &TenantId,
    one: &TemplateType,
) -> Result<(), Fault> {
    let schema = one.schema.as_ref();
    sqlx::query(
        "INSERT INTO template_types (tenant, notification_type, current_version, latest_version,
             content_schema, schema_strict, schema_revision)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
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
    .await?;
    Ok(())
}
