//! Users.

use campanile_domain::{EmailAddress, ErasedCounts, TenantId, User, UserId};
use campanile_storage::{StorageError, UserBefore};
use sqlx::sqlite::SqliteRow;
use sqlx::{SqliteConnection, SqlitePool};

use super::user_id;
use crate::error::{storage_error, undecodable};
use crate::ingest;
use crate::rows::{get, get_moment, micros, moment, tenant};
use crate::topics;

/// What a change of a user's row depends on.
pub(crate) async fn before(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    id: &UserId,
) -> Result<UserBefore, StorageError> {
    let (timezone, has_preferences) = sqlx::query_as(
        "SELECT (SELECT timezone FROM users WHERE tenant = ?1 AND user_id = ?2), \
         EXISTS (SELECT 1 FROM preferences WHERE tenant = ?1 AND user_id = ?2) \
         OR EXISTS (SELECT 1 FROM tenant_preferences WHERE tenant = ?1)",
    )
    .bind(tenant.as_str())
    .bind(id.as_str())
    .fetch_one(connection)
    .await
    .map_err(storage_error)?;
    Ok(UserBefore {
        timezone,
        has_preferences,
    })
}

pub(crate) async fn put(
    connection: &mut SqliteConnection,
    user: &User,
) -> Result<bool, StorageError> {
    let is_known: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM users WHERE tenant = ? AND user_id = ?)")
            .bind(user.tenant.as_str())
            .bind(user.id.as_str())
            .fetch_one(&mut *connection)
            .await
            .map_err(storage_error)?;
    sqlx::query(
        "INSERT INTO users (tenant, user_id, email, locale, timezone, attributes, created_at, \
         updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
         ON CONFLICT (tenant, user_id) DO UPDATE SET \
         email_gone_at = NULL, email = excluded.email, locale = excluded.locale, timezone = excluded.timezone, \
         attributes = excluded.attributes, updated_at = excluded.updated_at",
    )
    .bind(user.tenant.as_str())
    .bind(user.id.as_str())
    .bind(user.email.as_ref().map(EmailAddress::as_str))
    .bind(user.locale.as_deref())
    .bind(user.timezone.as_deref())
    .bind(&*user.attributes)
    .bind(micros(user.created_at))
    .bind(micros(user.updated_at))
    .execute(&mut *connection)
    .await
    .map_err(storage_error)?;
    Ok(!is_known)
}

/// Which kind the rows of a statement are; `None`: they are not counted.
type Counter = fn(&mut ErasedCounts) -> Option<&mut u64>;

/// Everything of a user; says how many rows of each kind. Other rows that wait for one that is gone find nothing and are removed.
pub(crate) async fn erase(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    id: &UserId,
) -> Result<ErasedCounts, StorageError> {
    let mut erased = ErasedCounts::default();
    let statements: [(&str, Counter); 12] = [
        (
            "DELETE FROM deliveries WHERE tenant = ?1 AND notification_id IN \
             (SELECT id FROM notifications WHERE tenant = ?1 AND user_id = ?2)",
            |e| Some(&mut e.deliveries),
        ),
        (
            "DELETE FROM notifications WHERE tenant = ?1 AND user_id = ?2",
            |e| Some(&mut e.notifications),
        ),
        (
            "DELETE FROM dead_letters WHERE tenant = ?1 AND user_id = ?2",
            |e| Some(&mut e.dead_letters),
        ),
        (
            "DELETE FROM devices WHERE tenant = ?1 AND user_id = ?2",
            |e| Some(&mut e.devices),
        ),
        (
            "DELETE FROM user_addresses WHERE tenant = ?1 AND user_id = ?2",
            |e| Some(&mut e.addresses),
        ),
        (
            "DELETE FROM preferences WHERE tenant = ?1 AND user_id = ?2",
            |e| Some(&mut e.preferences),
        ),
        (
            "DELETE FROM plan_marks WHERE tenant = ?1 AND user_id = ?2",
            |e| Some(&mut e.other),
        ),
        // Those that wait for their quiet hours belong to deliveries that are counted.
        (
            "DELETE FROM schedule WHERE tenant = ?1 AND user_id = ?2",
            |_| None,
        ),
        (
            "DELETE FROM suppressions WHERE tenant = ?1 AND channel = 'email' AND address = \
             (SELECT lower(email) FROM users WHERE tenant = ?1 AND user_id = ?2)",
            |e| Some(&mut e.suppressions),
        ),
        (
            "DELETE FROM suppressions WHERE tenant = ?1 AND user_id = ?2",
            |e| Some(&mut e.suppressions),
        ),
        (
            "DELETE FROM user_merges WHERE tenant = ?1 AND ?2 IN (from_user, into_user)",
            |e| Some(&mut e.other),
        ),
        (
            "DELETE FROM users WHERE tenant = ?1 AND user_id = ?2",
            |e| Some(&mut e.users),
        ),
    ];
    for (sql, count) in statements {
        let done = sqlx::query(sql)
            .bind(tenant.as_str())
            .bind(id.as_str())
            .execute(&mut *connection)
            .await
            .map_err(storage_error)?;
        if let Some(count) = count(&mut erased) {
            *count += done.rows_affected();
        }
    }
    erased.ingest_addresses = ingest::forget(&mut *connection, tenant, id).await?;
    erased.topics = topics::forget(connection, tenant, id).await?;
    Ok(erased)
}

pub(super) fn read(row: &SqliteRow) -> Result<User, StorageError> {
    let email: Option<&str> = get(row, "email")?;
    Ok(User {
        tenant: tenant(row)?,
        id: user_id(row, "users")?,
        email: email
            .map(EmailAddress::parse)
            .transpose()
            .map_err(|e| undecodable("users", "email", e))?,
        email_gone_at: get_moment(row, "email_gone_at")?,
        locale: get(row, "locale")?,
        timezone: get(row, "timezone")?,
        attributes: get::<&str>(row, "attributes")?.into(),
        created_at: moment(get(row, "created_at")?)?,
        updated_at: moment(get(row, "updated_at")?)?,
    })
}

/// By the index of addresses: as it is written, or in lower case.
pub(super) async fn by_email(
    readers: &SqlitePool,
    tenant: &TenantId,
    email: &EmailAddress,
    limit: u32,
) -> Result<Vec<UserId>, StorageError> {
    let ids: Vec<String> = sqlx::query_scalar(
        "SELECT user_id FROM users WHERE email IN (?, ?) AND +tenant = ? LIMIT ?",
    )
    .bind(email.as_str())
    .bind(email.as_str().to_ascii_lowercase())
    .bind(tenant.as_str())
    .bind(limit)
    .fetch_all(readers)
    .await
    .map_err(storage_error)?;
    let id =
        |id: String| UserId::parse(&id).map_err(|error| undecodable("users", "user_id", error));
    ids.into_iter().map(id).collect()
}
