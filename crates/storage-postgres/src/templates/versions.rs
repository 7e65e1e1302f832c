//! Versions: what was published, or will be.

use campanile_domain::{
    NotificationType, TemplateHead, TemplateSnapshot, TemplateVersion, TenantId, shared_type,
};
use campanile_storage::DueTemplate;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::error::Fault;
use crate::rows::Reader;

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
    connection: &mut PgConnection,
    tenant: &TenantId,
    of: &NotificationType,
    before: Option<u64>,
    limit: u32,
) -> Result<Vec<TemplateHead>, Fault> {
    let rows = sqlx::query(concat!(
        "SELECT ",
        head_columns!(),
        " FROM template_versions WHERE tenant = $1 AND notification_type = $2 AND version < $3
         ORDER BY version DESC LIMIT $4"
    ))
    .bind(tenant.as_str())
    .bind(of.as_str())
    .bind(before.map_or(i64::MAX, number))
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    rows.iter()
        .map(|row| head(&mut Reader::new(row, "template_versions")))
        .collect()
}

pub(super) async fn one(
    connection: &mut PgConnection,
    tenant: &TenantId,
    of: &NotificationType,
    version: u64,
) -> Result<Option<TemplateVersion>, Fault> {
    let row = sqlx::query(concat!(
        "SELECT ",
        head_columns!(),
        ", snapshot::text FROM template_versions
         WHERE tenant = $1 AND notification_type = $2 AND version = $3"
    ))
    .bind(tenant.as_str())
    .bind(of.as_str())
    .bind(number(version))
    .fetch_optional(connection)
    .await?;
    let read = |row| {
        let mut reader = Reader::new(row, "template_versions");
        Ok(TemplateVersion {
            head: head(&mut reader)?,
            snapshot: reader.parse("snapshot", |text| serde_json::from_str(text))?,
        })
    };
    row.as_ref().map(read).transpose()
}

/// Those that wait are few, and in an index that has no others.
pub(super) async fn due(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
    limit: u32,
) -> Result<Vec<DueTemplate>, Fault> {
    let rows = sqlx::query(
        "SELECT tenant, notification_type, version, failures FROM (
             SELECT tenant, notification_type, version, failures, due_at, row_number() OVER
                 (PARTITION BY tenant ORDER BY due_at, notification_type, version) AS place
             FROM template_versions
             WHERE due_at <= $1 AND (attempt_at IS NULL OR attempt_at <= $1)
         ) d ORDER BY place, due_at, tenant LIMIT $2",
    )
    .bind(now)
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    let read = |row| {
        let mut reader = Reader::new(row, "template_versions");
        Ok(DueTemplate {
            tenant: reader.tenant()?,
            notification_type: reader.parse("notification_type", NotificationType::parse)?,
            version: numbered(reader.next("version")?),
            failures: counted(reader.next("failures")?),
        })
    };
    rows.iter().map(read).collect()
}

pub(super) async fn content(
    connection: &mut PgConnection,
    tenant: &TenantId,
    of: &NotificationType,
    version: u64,
) -> Result<Option<u64>, Fault> {
    let found: Option<i64> = sqlx::query_scalar(
        "SELECT coalesce(content_version, version) FROM template_versions
         WHERE tenant = $1 AND notification_type = $2 AND version = $3",
    )
    .bind(tenant.as_str())
    .bind(of.as_str())
    .bind(number(version))
    .fetch_optional(connection)
    .await?;
    Ok(found.map(numbered))
}

pub(super) async fn insert(
    connection: &mut PgConnection,
    tenant: &TenantId,
    of: &NotificationType,
    version: &TemplateVersion,
) -> Result<(), Fault> {
    let head = &version.head;
    sqlx::query(
        "INSERT INTO template_versions (tenant, notification_type, version, shared_version, comment,
             made_by, made_at, due_at, published_at, snapshot, content_version, bytes)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::text::json, $11, octet_length($10::text))",
    )
    .bind(tenant.as_str())
    .bind(of.as_str())
    .bind(number(head.version))
    .bind(head.shared_version.map(number))
    .bind(&head.comment)
    .bind(&head.made_by)
    .bind(head.made_at)
    .bind(head.due_at)
    .bind(head.published_at)
    .bind(version.snapshot.to_stored())
    .bind(number(head.content_version))
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn copy(
    connection: &mut PgConnection,
    tenant: &TenantId,
    of: &NotificationType,
    from: u64,
    head: &TemplateHead,
) -> Result<(), Fault> {
    sqlx::query(
        "INSERT INTO template_versions (tenant, notification_type, version, shared_version, comment,
             made_by, made_at, due_at, published_at, snapshot, content_version, bytes)
         SELECT tenant, notification_type, $4, $5, $6, $7, $8, $9, $10, snapshot, $11,
             coalesce(bytes, octet_length(snapshot::text))
         FROM template_versions WHERE tenant = $1 AND notification_type = $2 AND version = $3",
    )
    .bind(tenant.as_str())
    .bind(of.as_str())
    .bind(number(from))
    .bind(number(head.version))
    .bind(head.shared_version.map(number))
    .bind(&head.comment)
    .bind(&head.made_by)
    .bind(head.made_at)
    .bind(head.due_at)
    .bind(head.published_at)
    .bind(number(head.content_version))
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn mark_published(
    connection: &mut PgConnection,
    tenant: &TenantId,
    of: &NotificationType,
    version: u64,
    shared_version: Option<u64>,
    at: DateTime<Utc>,
) -> Result<(), Fault> {
    sqlx::query(
        "UPDATE template_versions SET published_at = $4, due_at = NULL, shared_version = $5
         WHERE tenant = $1 AND notification_type = $2 AND version = $3",
    )
    .bind(tenant.as_str())
    .bind(of.as_str())
    .bind(number(version))
    .bind(at)
    .bind(shared_version.map(number))
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn replace(
    connection: &mut PgConnection,
    tenant: &TenantId,
    of: &NotificationType,
    version: u64,
    snapshot: &TemplateSnapshot,
) -> Result<(), Fault> {
    sqlx::query(
        "UPDATE template_versions SET snapshot = $4::text::json, bytes = octet_length($4::text)
         WHERE tenant = $1 AND notification_type = $2 AND version = $3 AND due_at IS NOT NULL",
    )
    .bind(tenant.as_str())
    .bind(of.as_str())
    .bind(number(version))
    .bind(snapshot.to_stored())
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn supersede(
    connection: &mut PgConnection,
    tenant: &TenantId,
    of: &NotificationType,
    version: u64,
) -> Result<(), Fault> {
    sqlx::query(
        "UPDATE template_versions SET due_at = NULL
         WHERE tenant = $1 AND notification_type = $2 AND version = $3 AND published_at IS NULL",
    )
    .bind(tenant.as_str())
    .bind(of.as_str())
    .bind(number(version))
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn put_off(
    connection: &mut PgConnection,
    tenant: &TenantId,
    of: &NotificationType,
    version: u64,
    until: DateTime<Utc>,
) -> Result<(), Fault> {
    sqlx::query(
        "UPDATE template_versions SET attempt_at = $4, failures = failures + 1
         WHERE tenant = $1 AND notification_type = $2 AND version = $3 AND due_at IS NOT NULL",
    )
    .bind(tenant.as_str())
    .bind(of.as_str())
    .bind(number(version))
    .bind(until)
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn remove_scheduled(
    connection: &mut PgConnection,
    tenant: &TenantId,
    of: &NotificationType,
    version: u64,
) -> Result<(), Fault> {
    sqlx::query(
        "DELETE FROM template_versions
         WHERE tenant = $1 AND notification_type = $2 AND version = $3 AND published_at IS NULL",
    )
    .bind(tenant.as_str())
    .bind(of.as_str())
    .bind(number(version))
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn remove_all_scheduled(
    connection: &mut PgConnection,
    tenant: &TenantId,
    of: &NotificationType,
) -> Result<(), Fault> {
    sqlx::query(
        "DELETE FROM template_versions
         WHERE tenant = $1 AND notification_type = $2 AND due_at IS NOT NULL",
    )
    .bind(tenant.as_str())
    .bind(of.as_str())
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn scheduled(
    connection: &mut PgConnection,
    tenant: &TenantId,
    of: &NotificationType,
) -> Result<u64, Fault> {
    let counted: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM template_versions
         WHERE tenant = $1 AND notification_type = $2 AND due_at IS NOT NULL",
    )
    .bind(tenant.as_str())
    .bind(of.as_str())
    .fetch_one(connection)
    .await?;
    Ok(numbered(counted))
}

/// Versions of an earlier release are read whole for that.
pub(super) async fn sizes(
    connection: &mut PgConnection,
    tenant: &TenantId,
    of: &NotificationType,
) -> Result<Vec<(u64, u64)>, Fault> {
    let rows: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT version, coalesce(bytes, octet_length(snapshot::text)) FROM template_versions
         WHERE tenant = $1 AND notification_type = $2 ORDER BY version DESC",
    )
    .bind(tenant.as_str())
    .bind(of.as_str())
    .fetch_all(connection)
    .await?;
    let read = |(version, bytes): (i64, i64)| (numbered(version), numbered(bytes));
    Ok(rows.into_iter().map(read).collect())
}

pub(super) async fn forget(
    connection: &mut PgConnection,
    tenant: &TenantId,
    of: &NotificationType,
    below: u64,
    current: Option<u64>,
) -> Result<(), Fault> {
    sqlx::query(
        "DELETE FROM template_versions v
         WHERE v.tenant = $1 AND v.notification_type = $2 AND v.version < $3
             AND v.version IS DISTINCT FROM $4 AND v.due_at IS NULL
             AND (v.notification_type <> $5 OR NOT EXISTS (SELECT FROM template_versions u
                  WHERE u.tenant = $1 AND u.shared_version = v.version))",
    )
    .bind(tenant.as_str())
    .bind(of.as_str())
    .bind(number(below))
    .bind(current.map(number))
    .bind(shared_type().as_str())
    .execute(connection)
    .await?;
    Ok(())
}

fn head(reader: &mut Reader<'_>) -> Result<TemplateHead, Fault> {
    let version = numbered(reader.next("version")?);
    let content_version: i64 = reader.next("content_version")?;
    let shared: Option<i64> = reader.next("shared_version")?;
    Ok(TemplateHead {
        version,
        content_version: numbered(content_version),
        shared_version: shared.map(numbered),
        comment: reader.next("comment")?,
        made_by: reader.next("made_by")?,
        made_at: reader.next("made_at")?,
        due_at: reader.next("due_at")?,
        published_at: reader.next("published_at")?,
    })
}
