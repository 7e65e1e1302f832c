//! Users.

use campanile_domain::{Channel, EmailAddress, ErasedCounts, TenantId, User, UserId};
use campanile_sealing::{AddressKind, KeyRing};
use campanile_storage::{StorageError, UserBefore};
use sqlx::sqlite::SqliteRow;
use sqlx::{SqliteConnection, SqlitePool};

use super::user_id;
use crate::addresses::{list, to_store};
use crate::error::{storage_error, undecodable};
use crate::ingest;
use crate::keys::{self, Opening};
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
    ring: &KeyRing,
    user: &User,
) -> Result<bool, StorageError> {
    let email = match &user.email {
        Some(email) => {
            let (tenant, plain) = (&user.tenant, email.as_str());
            Some(to_store(ring, connection, tenant, AddressKind::Email, plain).await?)
        }
        None => None,
    };
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
    .bind(email)
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
    ring: &KeyRing,
    tenant: &TenantId,
    id: &UserId,
) -> Result<ErasedCounts, StorageError> {
    let mut erased = ErasedCounts::default();
    erased.suppressions += erase_entries(connection, ring, tenant, id).await?;
    let statements: [(&str, Counter); 11] = [
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

/// The entries of a user's mailbox on the suppression list.
async fn erase_entries(
    connection: &mut SqliteConnection,
    ring: &KeyRing,
    tenant: &TenantId,
    id: &UserId,
) -> Result<u64, StorageError> {
    let email: Option<Option<String>> =
        sqlx::query_scalar("SELECT email FROM users WHERE tenant = ? AND user_id = ?")
            .bind(tenant.as_str())
            .bind(id.as_str())
            .fetch_optional(&mut *connection)
            .await
            .map_err(storage_error)?;
    let Some(stored) = email.flatten() else {
        return Ok(0);
    };
    let opening = keys::opening(ring, connection, tenant).await?;
    let Some(email) = opening.address(AddressKind::Email, &stored) else {
        return Ok(0);
    };
    let forms = opening.listed_forms_of(Channel::Email, &email)?;
    let done = sqlx::query(
        "DELETE FROM suppressions WHERE tenant = ? AND channel = 'email' \
         AND address IN (SELECT value FROM json_each(?))",
    )
    .bind(tenant.as_str())
    .bind(list(&forms))
    .execute(connection)
    .await
    .map_err(storage_error)?;
    Ok(done.rows_affected())
}

/// An address that cannot be opened is shown as none.
pub(super) fn read(row: &SqliteRow, opening: &Opening<'_>) -> Result<User, StorageError> {
    let stored: Option<&str> = get(row, "email")?;
    let email = stored.and_then(|stored| opening.address(AddressKind::Email, stored));
    Ok(User {
        tenant: tenant(row)?,
        id: user_id(row, "users")?,
        email: email
            .map(|email| EmailAddress::parse(&email))
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
    opening: &Opening<'_>,
    email: &EmailAddress,
    limit: u32,
) -> Result<Vec<UserId>, StorageError> {
    let mut forms = opening.forms(AddressKind::Email, email.as_str())?;
    let folded = email.as_str().to_ascii_lowercase();
    forms.extend(opening.forms(AddressKind::Email, &folded)?);
    let ids: Vec<String> = sqlx::query_scalar(
        "SELECT user_id FROM users WHERE email IN (SELECT value FROM json_each(?)) AND +tenant = ? LIMIT ?",
    )
    .bind(list(&forms))
    .bind(opening.tenant.as_str())
    .bind(limit)
    .fetch_all(readers)
    .await
    .map_err(storage_error)?;
    let id =
        |id: String| UserId::parse(&id).map_err(|error| undecodable("users", "user_id", error));
    ids.into_iter().map(id).collect()
}
