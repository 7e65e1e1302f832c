//! Types that have templates or a schema.

use std::collections::BTreeSet;

use campanile_domain::{ContentSchema, NotificationType, TemplateType, TenantId};
use campanile_storage::{StorageError, TypeInUse};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use super::versions::{named, number, numbered};
use crate::error::storage_error;
use crate::rows::{get, tenant as tenant_of};

/// Types in one query; SQLite binds 32,766 values at most.
const AT_ONCE: usize = 1_000;

/// The columns that [`read`] reads.
macro_rules! type_columns {
    () => {
        "notification_type, current_version, latest_version, content_schema, schema_strict, schema_revision, \
         draft_bytes, current_bytes, last_revision"
    };
}

pub(super) async fn all(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
) -> Result<Vec<TemplateType>, StorageError> {
    let rows = sqlx::query(concat!(
        "SELECT ",
        type_columns!(),
        " FROM template_types WHERE tenant = ?1 ORDER BY notification_type"
    ))
    .bind(tenant.as_str())
    .fetch_all(connection)
    .await
    .map_err(storage_error)?;
    rows.iter().map(read).collect()
}

pub(super) async fn one(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    of: &NotificationType,
) -> Result<Option<TemplateType>, StorageError> {
    let row = sqlx::query(concat!(
        "SELECT ",
        type_columns!(),
        " FROM template_types WHERE tenant = ?1 AND notification_type = ?2"
    ))
    .bind(tenant.as_str())
    .bind(of.as_str())
    .fetch_optional(connection)
    .await
    .map_err(storage_error)?;
    row.as_ref().map(read).transpose()
}

fn read(row: &SqliteRow) -> Result<TemplateType, StorageError> {
    let current: Option<i64> = get(row, "current_version")?;
    let schema: Option<String> = get(row, "content_schema")?;
    let strict = get(row, "schema_strict")?;
    Ok(TemplateType {
        notification_type: named(row)?,
        current_version: current.map(numbered),
        latest_version: numbered(get(row, "latest_version")?),
        schema: schema.map(|schema| ContentSchema { schema, strict }),
        schema_revision: numbered(get(row, "schema_revision")?),
        draft_bytes: numbered(get(row, "draft_bytes")?),
        current_bytes: numbered(get(row, "current_bytes")?),
        last_revision: numbered(get(row, "last_revision")?),
    })
}

/// Without the schemas: they are read when they are needed. `CROSS JOIN` keeps the order, so each row is found by key.
pub(super) async fn in_use(
    connection: &mut SqliteConnection,
    types: &BTreeSet<(&TenantId, &NotificationType)>,
) -> Result<Vec<TypeInUse>, StorageError> {
    let mut found = Vec::new();
    let all: Vec<_> = types.iter().collect();
    for some in all.chunks(AT_ONCE) {
        let mut query = QueryBuilder::<Sqlite>::new("WITH w (tenant, notification_type) AS (");
        query.push_values(some, |mut row, (tenant, of)| {
            row.push_bind(tenant.as_str()).push_bind(of.as_str());
        });
        query.push(
            ") SELECT t.tenant, t.notification_type, t.current_version, t.schema_strict,
                 CASE WHEN t.content_schema IS NOT NULL THEN t.schema_revision END AS schema_revision
             FROM w CROSS JOIN template_types t
             WHERE t.tenant = w.tenant AND t.notification_type = w.notification_type",
        );
        let rows = query.build().fetch_all(&mut *connection).await;
        for row in &rows.map_err(storage_error)? {
            let version: Option<i64> = get(row, "current_version")?;
            let revision: Option<i64> = get(row, "schema_revision")?;
            found.push(TypeInUse {
                tenant: tenant_of(row)?,
                notification_type: named(row)?,
                version: version.map(numbered),
                schema_revision: revision.map(numbered),
                schema_is_strict: get(row, "schema_strict")?,
            });
        }
    }
    Ok(found)
}

pub(super) async fn put(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    one: &TemplateType,
) -> Result<(), StorageError> {
    let schema = one.schema.as_ref();
    sqlx::query(
        "INSERT INTO template_types (tenant, notification_type, current_version, latest_version,
             content_schema, schema_strict, schema_revision, draft_bytes, current_bytes, last_revision)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
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
    .await
    .map_err(storage_error)?;
    Ok(())
}
