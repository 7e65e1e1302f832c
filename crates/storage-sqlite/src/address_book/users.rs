//! Users.

use campanile_domain::{EmailAddress, User};
use campanile_storage::StorageError;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use super::user_id;
use crate::error::{storage_error, undecodable};
use crate::preferences::reschedule_user;
use crate::rows::{get, get_moment, micros, moment, tenant};

pub(super) async fn put(
    connection: &mut SqliteConnection,
    user: User,
) -> Result<bool, StorageError> {
    let before: Option<(Option<String>,)> =
        sqlx::query_as("SELECT timezone FROM users WHERE tenant = ? AND user_id = ?")
            .bind(user.tenant.as_str())
            .bind(user.id.as_str())
            .fetch_optional(&mut *connection)
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
    let is_new = before.is_none();
    if before.and_then(|(timezone,)| timezone) != user.timezone {
        // What waits for their quiet hours waits for another moment now.
        reschedule_user(connection, &user.tenant, &user.id, user.updated_at).await?;
    }
    Ok(is_new)
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
