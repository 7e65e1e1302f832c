//! Versions: what was published, or will be.

use campanile_domain::{
    NotificationType, TemplateHead, TemplateSnapshot, TemplateVersion, TenantId, shared_type,
};
use campanile_storage::{DueTemplate, StorageError};
use chrono::{DateTime, Utc};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use crate::error::{storage_error, undecodable};
use crate::rows::{get, get_moment, micros, moment, tenant as tenant_of};

/// The columns that [`head`] reads.
macro_rules! head_columns {
    () => {
        "version, coalesce(content_version, version) AS content_version, shared_version, comment, \
         made_by, made_at, due_at, published_at"
    };
}

/// A number as it is stored; none ever gets near the end.
pub(super) fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A number as it is read.
pub(super) fn numbered(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// A count as it is read.
fn counted(count: i32) -> u32 {
    u32::try_from(count).unwrap_or(0)
}

pub(super) async fn heads(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    of: &NotificationType,
    before: Option<u64>,
    limit: u32,
) -> Result<Vec<TemplateHead>, StorageError> {
    let rows = sqlx::query(concat!(
        "SELECT ",
        head_columns!(),
        " FROM template_versions WHERE tenant = ?1 AND notification_type = ?2 AND version < ?3
         ORDER BY version DESC LIMIT ?4"
    ))
    .bind(tenant.as_str())
    .bind(of.as_str())
    .bind(before.map_or(i64::MAX, number))
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await
    .map_err(storage_error)?;
    rows.iter().map(head).collect()
}

pub(super) async fn one(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    of: &NotificationType,
    version: u64,
) -> Result<Option<TemplateVersion>, StorageError> {
    let row = sqlx::query(concat!(
        "SELECT ",
        head_columns!(),
        ", snapshot FROM template_versions
         WHERE tenant = ?1 AND notification_type = ?2 AND version = ?3"
    ))
    .bind(tenant.as_str())
    .bind(of.as_str())
    .bind(number(version))
    .fetch_optional(connection)
    .await
    .map_err(storage_error)?;
    let read = |row| {
        let snapshot = serde_json::from_str(get(row, "snapshot")?);
        Ok(TemplateVersion {
            head: head(row)?,
            snapshot: snapshot
                .map_err(|error| undecodable("template_versions", "snapshot", error))?,
        })
    };
    row.as_ref().map(read).transpose()
}

/// Those that wait are few, and in an index that has no others.
pub(super) async fn due(
    connection: &mut SqliteConnection,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<DueTemplate>, StorageError> {
    let rows = sqlx::query(
        "SELECT tenant, notification_type, version, failures FROM (
             SELECT tenant, notification_type, version, failures, due_at, row_number() OVER
                 (PARTITION BY tenant ORDER BY due_at, notification_type, version) AS place
             FROM template_versions
             WHERE due_at <= ?1 AND (attempt_at IS NULL OR attempt_at <= ?1)
         ) d ORDER BY place, due_at, tenant LIMIT ?2",
    )
    .bind(micros(now))
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await
    .map_err(storage_error)?;
    let read = |row| {
        Ok(DueTemplate {
            tenant: tenant_of(row)?,
            notification_type: named(row)?,
            version: numbered(get(row, "version")?),
            failures: counted(get(row, "failures")?),
        })
    };
    rows.iter().map(read).collect()
}

pub(super) async fn content(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    of: &NotificationType,
    version: u64,
) -> Result<Option<u64>, StorageError> {
    let found: Option<i64> = sqlx::query_scalar(
        "SELECT coalesce(content_version, version) FROM template_versions
         WHERE tenant = ?1 AND notification_type = ?2 AND version = ?3",
    )
    .bind(tenant.as_str())
    .bind(of.as_str())
    .bind(number(version))
    .fetch_optional(connection)
    .await
    .map_err(storage_error)?;
    Ok(found.map(numbered))
}

pub(super) async fn insert(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    of: &NotificationType,
    version: &TemplateVersion,
) -> Result<(), StorageError> {
    let head = &version.head;
    sqlx::query(
        "INSERT INTO template_versions (tenant, notification_type, version, shared_version, comment,
             made_by, made_at, due_at, published_at, snapshot, content_version, bytes)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, length(CAST(?10 AS BLOB)))",
    )
    .bind(tenant.as_str())
    .bind(of.as_str())
    .bind(number(head.version))
    .bind(head.shared_version.map(number))
    .bind(&head.comment)
    .bind(&head.made_by)
    .bind(micros(head.made_at))
    .bind(head.due_at.map(micros))
    .bind(head.published_at.map(micros))
    .bind(version.snapshot.to_stored())
    .bind(number(head.content_version))
    .execute(connection)
    .await
    .map_err(storage_error)?;
    Ok(())
}

pub(super) async fn copy(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    of: &NotificationType,
    from: u64,
    head: &TemplateHead,
) -> Result<(), StorageError> {
    sqlx::query(
        "INSERT INTO template_versions (tenant, notification_type, version, shared_version, comment,
             made_by, made_at, due_at, published_at, snapshot, content_version, bytes)
         SELECT tenant, notification_type, ?4, ?5, ?6, ?7, ?8, ?9, ?10, snapshot, ?11,
             coalesce(bytes, length(CAST(snapshot AS BLOB)))
         FROM template_versions WHERE tenant = ?1 AND notification_type = ?2 AND version = ?3",
    )
    .bind(tenant.as_str())
    .bind(of.as_str())
    .bind(number(from))
    .bind(number(head.version))
    .bind(head.shared_version.map(number))
    .bind(&head.comment)
    .bind(&head.made_by)
    .bind(micros(head.made_at))
    .bind(head.due_at.map(micros))
    .bind(head.published_at.map(micros))
    .bind(number(head.content_version))
    .execute(connection)
    .await
    .map_err(storage_error)?;
    Ok(())
}

pub(super) async fn mark_published(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    of: &NotificationType,
    version: u64,
    shared_version: Option<u64>,
    at: DateTime<Utc>,
) -> Result<(), StorageError> {
    sqlx::query(
        "UPDATE template_versions SET published_at = ?4, due_at = NULL, shared_version = ?5
         WHERE tenant = ?1 AND notification_type = ?2 AND version = ?3",
    )
    .bind(tenant.as_str())
    .bind(of.as_str())
    .bind(number(version))
    .bind(micros(at))
    .bind(shared_version.map(number))
    .execute(connection)
    .await
    .map_err(storage_error)?;
    Ok(())
}

pub(super) async fn replace(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    of: &NotificationType,
    version: u64,
    snapshot: &TemplateSnapshot,
) -> Result<(), StorageError> {
    sqlx::query(
        "UPDATE template_versions SET snapshot = ?4, bytes = length(CAST(?4 AS BLOB))
         WHERE tenant = ?1 AND notification_type = ?2 AND version = ?3 AND due_at IS NOT NULL",
    )
    .bind(tenant.as_str())
    .bind(of.as_str())
    .bind(number(version))
    .bind(snapshot.to_stored())
    .execute(connection)
    .await
    .map_err(storage_error)?;
    Ok(())
}

pub(super) async fn supersede(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    of: &NotificationType,
    version: u64,
) -> Result<(), StorageError> {
    sqlx::query(
        "UPDATE template_versions SET due_at = NULL
         WHERE tenant = ?1 AND notification_type = ?2 AND version = ?3 AND published_at IS NULL",
    )
    .bind(tenant.as_str())
    .bind(of.as_str())
    .bind(number(version))
    .execute(connection)
    .await
    .map_err(storage_error)?;
    Ok(())
}

pub(super) async fn put_off(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    of: &NotificationType,
    version: u64,
    until: DateTime<Utc>,
) -> Result<(), StorageError> {
    sqlx::query(
        "UPDATE template_versions SET attempt_at = ?4, failures = failures + 1
         WHERE tenant = ?1 AND notification_type = ?2 AND version = ?3 AND due_at IS NOT NULL",
    )
    .bind(tenant.as_str())
    .bind(of.as_str())
    .bind(number(version))
    .bind(micros(until))
    .execute(connection)
    .await
    .map_err(storage_error)?;
    Ok(())
}

pub(super) async fn remove_scheduled(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    of: &NotificationType,
    version: u64,
) -> Result<(), StorageError> {
    sqlx::query(
        "DELETE FROM template_versions
         WHERE tenant = ?1 AND notification_type = ?2 AND version = ?3 AND published_at IS NULL",
    )
    .bind(tenant.as_str())
    .bind(of.as_str())
    .bind(number(version))
    .execute(connection)
    .await
    .map_err(storage_error)?;
    Ok(())
}

pub(super) async fn remove_all_scheduled(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    of: &NotificationType,
) -> Result<(), StorageError> {
    sqlx::query(
        "DELETE FROM template_versions
         WHERE tenant = ?1 AND notification_type = ?2 AND due_at IS NOT NULL",
    )
    .bind(tenant.as_str())
    .bind(of.as_str())
    .execute(connection)
    .await
    .map_err(storage_error)?;
    Ok(())
}

pub(super) async fn scheduled(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    of: &NotificationType,
) -> Result<u64, StorageError> {
    let counted: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM template_versions
         WHERE tenant = ?1 AND notification_type = ?2 AND due_at IS NOT NULL",
    )
    .bind(tenant.as_str())
    .bind(of.as_str())
    .fetch_one(connection)
    .await
    .map_err(storage_error)?;
    Ok(numbered(counted))
}

/// Versions of an earlier release are read whole for that.
pub(super) async fn sizes(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    of: &NotificationType,
) -> Result<Vec<(u64, u64)>, StorageError> {
    let rows: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT version, coalesce(bytes, length(CAST(snapshot AS BLOB))) FROM template_versions
         WHERE tenant = ?1 AND notification_type = ?2 ORDER BY version DESC",
    )
    .bind(tenant.as_str())
    .bind(of.as_str())
    .fetch_all(connection)
    .await
    .map_err(storage_error)?;
    let read = |(version, bytes): (i64, i64)| (numbered(version), numbered(bytes));
    Ok(rows.into_iter().map(read).collect())
}

pub(super) async fn forget(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    of: &NotificationType,
    below: u64,
    current: Option<u64>,
) -> Result<(), StorageError> {
    sqlx::query(
        "DELETE FROM template_versions AS v
         WHERE v.tenant = ?1 AND v.notification_type = ?2 AND v.version < ?3
             AND v.version IS NOT ?4 AND v.due_at IS NULL
             AND (v.notification_type <> ?5 OR NOT EXISTS (SELECT 1 FROM template_versions u
                  WHERE u.tenant = ?1 AND u.shared_version = v.version))",
    )
    .bind(tenant.as_str())
    .bind(of.as_str())
    .bind(number(below))
    .bind(current.map(number))
    .bind(shared_type().as_str())
    .execute(connection)
    .await
    .map_err(storage_error)?;
    Ok(())
}

/// The type that a row is about.
pub(super) fn named(row: &SqliteRow) -> Result<NotificationType, StorageError> {
    let name = NotificationType::parse(get(row, "notification_type")?);
    name.map_err(|error| undecodable("templates", "notification_type", error))
}

/// A moment that is always there.
pub(super) fn instant(
    row: &SqliteRow,
    column: &'static str,
) -> Result<DateTime<Utc>, StorageError> {
    moment(get(row, column)?)
}

fn head(row: &SqliteRow) -> Result<TemplateHead, StorageError> {
    let shared: Option<i64> = get(row, "shared_version")?;
    Ok(TemplateHead {
        content_version: numbered(get(row, "content_version")?),
        version: numbered(get(row, "version")?),
        shared_version: shared.map(numbered),
        comment: get(row, "comment")?,
        made_by: get(row, "made_by")?,
        made_at: instant(row, "made_at")?,
        due_at: get_moment(row, "due_at")?,
        published_at: get_moment(row, "published_at")?,
    })
}
