//! What is known of recipients.

use campanile_domain::{EmailAddress, TenantId, User, UserId};
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Row};

use super::lock;
use crate::error::Fault;
use crate::preferences::{choices_alone, reschedule_user};
use crate::rows::Reader;
use crate::topics;

/// Who moves to another zone has what waits for their quiet hours looked at. It can only wait by a
/// choice of theirs or their tenant's; where there is none, nobody is locked out.
pub(super) async fn put(connection: &mut PgConnection, user: &User) -> Result<bool, Fault> {
    let before = sqlx::query(
        "SELECT (SELECT timezone FROM users WHERE tenant = $1 AND user_id = $2 FOR UPDATE),
             EXISTS (SELECT FROM preferences WHERE tenant = $1 AND user_id = $2)
                 OR EXISTS (SELECT FROM tenant_preferences WHERE tenant = $1)",
    )
    .bind(user.tenant.as_str())
    .bind(user.id.as_str())
    .fetch_one(&mut *connection)
    .await?;
    let timezone: Option<String> = before.try_get(0)?;
    let is_new = upsert(connection, user).await?;
    if timezone != user.timezone && before.try_get(1)? {
        choices_alone(connection, &user.tenant).await?;
        reschedule_user(connection, &user.tenant, &user.id, user.updated_at).await?;
    }
    Ok(is_new)
}

async fn upsert(connection: &mut PgConnection, user: &User) -> Result<bool, Fault> {
    let row = sqlx::query(
        "INSERT INTO users AS u (tenant, user_id, email, locale, timezone, attributes, created_at,
             updated_at)
         VALUES ($1, $2, $3, $4, $5, $6::json, $7, $8)
         ON CONFLICT (tenant, user_id) DO UPDATE SET
             email_gone_at = NULL, email = excluded.email, locale = excluded.locale, timezone = excluded.timezone,
             attributes = excluded.attributes, updated_at = excluded.updated_at
         RETURNING u.xmax = 0",
    )
    .bind(user.tenant.as_str())
    .bind(user.id.as_str())
    .bind(user.email.as_ref().map(EmailAddress::as_str))
    .bind(&user.locale)
    .bind(&user.timezone)
    .bind(&*user.attributes)
    .bind(user.created_at)
    .bind(user.updated_at)
    .fetch_one(connection)
    .await?;
    Ok(row.try_get(0)?)
}

pub(super) async fn get(
    connection: &mut PgConnection,
    tenant: &TenantId,
    id: &UserId,
) -> Result<Option<User>, Fault> {
    let row = sqlx::query(
        "SELECT tenant, user_id, email, email_gone_at, locale, timezone, attributes::text,
             created_at, updated_at
         FROM users WHERE tenant = $1 AND user_id = $2",
    )
    .bind(tenant.as_str())
    .bind(id.as_str())
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let mut reader = Reader::new(&row, "users");
    Ok(Some(User {
        tenant: reader.tenant()?,
        id: reader.parse("user_id", UserId::parse)?,
        email: email(&mut reader)?,
        email_gone_at: reader.next("email_gone_at")?,
        locale: reader.next("locale")?,
        timezone: reader.next("timezone")?,
        attributes: reader.next::<&str>("attributes")?.into(),
        created_at: reader.next("created_at")?,
        updated_at: reader.next("updated_at")?,
    }))
}

fn email(reader: &mut Reader<'_>) -> Result<Option<EmailAddress>, Fault> {
    let Some(text) = reader.next::<Option<&str>>("email")? else {
        return Ok(None);
    };
    let address = EmailAddress::parse(text);
    address
        .map(Some)
        .map_err(|error| reader.undecodable("email", error.to_string()))
}

/// Everything of a person. What waits for a row that is gone finds nothing and goes by itself. The
/// dead letters come after the deliveries: once those are gone, or locked by the worker that ends them just
/// now, no other can be added.
pub(super) async fn erase(
    connection: &mut PgConnection,
    tenant: &TenantId,
    id: &UserId,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    lock::alone(connection, tenant).await?;
    let mut erased = 0;
    for statement in [
        // As everybody else locks them: notifications before deliveries, each in the order of ids.
        "SELECT FROM notifications WHERE tenant = $1 AND user_id = $2 ORDER BY id FOR UPDATE",
        "SELECT FROM notifications n JOIN deliveries d
             ON d.tenant = n.tenant AND d.notification_id = n.id
         WHERE n.tenant = $1 AND n.user_id = $2
         ORDER BY d.notification_id, d.id FOR UPDATE OF d",
        "DELETE FROM deliveries d USING notifications n
         WHERE n.tenant = $1 AND n.user_id = $2 AND d.tenant = n.tenant AND d.notification_id = n.id",
        "DELETE FROM notifications WHERE tenant = $1 AND user_id = $2",
        "DELETE FROM dead_letters WHERE tenant = $1 AND user_id = $2",
        "DELETE FROM devices WHERE tenant = $1 AND user_id = $2",
        "DELETE FROM preferences WHERE tenant = $1 AND user_id = $2",
        "DELETE FROM plan_marks WHERE tenant = $1 AND user_id = $2",
        "DELETE FROM users WHERE tenant = $1 AND user_id = $2",
    ] {
        let done = sqlx::query(statement)
            .bind(tenant.as_str())
            .bind(id.as_str())
            .execute(&mut *connection)
            .await?;
        erased += done.rows_affected();
    }
    erased += topics::forget(connection, tenant, id).await?;
    // What waits for their quiet hours bears their name; due, it finds nothing and goes.
    reschedule_user(connection, tenant, id, now).await?;
    Ok(erased > 0)
}
