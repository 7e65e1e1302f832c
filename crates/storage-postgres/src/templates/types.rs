//! Types that have templates or a schema.

use std::collections::BTreeSet;

use campanile_domain::{ContentSchema, NotificationType, TemplateType, TenantId};
use campanile_storage::TypeInUse;
use sqlx::PgConnection;
use sqlx::postgres::PgRow;

use super::versions::{number, numbered};
use crate::connection::{Scope, scope};
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

/// The columns that [`read`] reads.
macro_rules! type_columns {
    () => {
        "notification_type, current_version, latest_version, content_schema, schema_strict, schema_revision, \
         draft_bytes, current_bytes, last_revision"
    };
}

pub(super) async fn all(
    connection: &mut PgConnection,
    tenant: &TenantId,
) -> Result<Vec<TemplateType>, Fault> {
    let rows = sqlx::query(concat!(
        "SELECT ",
        type_columns!(),
        " FROM template_types WHERE tenant = $1 ORDER BY notification_type COLLATE \"C\""
    ))
    .bind(tenant.as_str())
    .fetch_all(connection)
    .await?;
    rows.iter().map(read).collect()
}

pub(super) async fn one(
    connection: &mut PgConnection,
    tenant: &TenantId,
    of: &NotificationType,
) -> Result<Option<TemplateType>, Fault> {
    let row = sqlx::query(concat!(
        "SELECT ",
        type_columns!(),
        " FROM template_types WHERE tenant = $1 AND notification_type = $2"
    ))
    .bind(tenant.as_str())
    .bind(of.as_str())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(read).transpose()
}

fn read(row: &PgRow) -> Result<TemplateType, Fault> {
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
        draft_bytes: numbered(reader.next("draft_bytes")?),
        current_bytes: numbered(reader.next("current_bytes")?),
        last_revision: numbered(reader.next("last_revision")?),
    })
}

/// Without the schemas: they are read when they are needed.
pub(super) async fn in_use(
    connection: &mut PgConnection,
    types: &BTreeSet<(&TenantId, &NotificationType)>,
) -> Result<Vec<TypeInUse>, Fault> {
    let names = types
        .iter()
        .map(|(tenant, of)| (tenant.as_str(), of.as_str()));
    let (tenants, names): (Vec<_>, Vec<_>) = names.unzip();
    // By key, one by one: see `dispatch/record.rs`.
    let rows = sqlx::query(concat!(
        scope!(),
        " SELECT t.tenant, t.notification_type, t.current_version, t.schema_revision, t.schema_strict
          FROM scope CROSS JOIN UNNEST($2::text[], $3::text[]) AS w (tenant, notification_type)
          CROSS JOIN LATERAL (
              SELECT tenant, notification_type, current_version, schema_strict,
                  CASE WHEN content_schema IS NOT NULL THEN schema_revision END AS schema_revision
              FROM template_types t
              WHERE scope.tenants IS NOT NULL AND t.tenant = w.tenant
                  AND t.notification_type = w.notification_type OFFSET 0
          ) t"
    ))
    .bind(Scope::of(types.iter().map(|(tenant, _)| *tenant)).as_str())
    .bind(tenants)
    .bind(names)
    .fetch_all(connection)
    .await?;
    let read = |row| {
        let mut reader = Reader::new(row, "template_types");
        let tenant = reader.tenant()?;
        let notification_type = reader.parse("notification_type", NotificationType::parse)?;
        let version: Option<i64> = reader.next("current_version")?;
        let revision: Option<i64> = reader.next("schema_revision")?;
        Ok(TypeInUse {
            tenant,
            notification_type,
            version: version.map(numbered),
            schema_revision: revision.map(numbered),
            schema_is_strict: reader.next("schema_strict")?,
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
             content_schema, schema_strict, schema_revision, draft_bytes, current_bytes, last_revision)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (tenant, notification_type) DO UPDATE SET
             current_version = excluded.current_version, latest_version = excluded.latest_version,
             content_schema = excluded.content_schema, schema_strict = excluded.schema_strict,
             schema_revision = excluded.schema_revision, draft_bytes = excluded.draft_bytes,
             current_bytes = excluded.current_bytes, last_revision = excluded.last_revision",
    )
    .bind(tenant.as_str())
    .bind(one.notification_type.as_str())
    .bind(one.current_version.map(number))
    .bind(number(one.latest_version))
    .bind(schema.map(|schema| schema.schema.as_str()))
    .bind(schema.is_some_and(|schema| schema.strict))
    .bind(number(one.schema_revision))
    .bind(number(one.draft_bytes))
    .bind(number(one.current_bytes))
    .bind(number(one.last_revision))
    .execute(connection)
    .await?;
    Ok(())
}
