//! What is known of recipients.

use std::collections::BTreeSet;

use campanile_domain::{Channel, EmailAddress, ErasedCounts, TenantId, User, UserId};
use campanile_sealing::{AddressKind, KeyRing};
use campanile_storage::UserBefore;
use sqlx::{PgConnection, Row};

use crate::addresses::{listed_forms_of, opened};
use crate::error::Fault;
use crate::ingest;
use crate::rows::Reader;
use crate::suppressions::is_entry;
use crate::topics;
use crate::user_merges;

/// Locks a user's row and reads what a change of it depends on.
pub(crate) async fn lock(
    connection: &mut PgConnection,
    tenant: &TenantId,
    id: &UserId,
) -> Result<UserBefore, Fault> {
    let before = sqlx::query(
        "SELECT (SELECT timezone FROM users WHERE tenant = $1 AND user_id = $2 FOR UPDATE),
             EXISTS (SELECT FROM preferences WHERE tenant = $1 AND user_id = $2)
                 OR EXISTS (SELECT FROM tenant_preferences WHERE tenant = $1)",
    )
    .bind(tenant.as_str())
    .bind(id.as_str())
    .fetch_one(connection)
    .await?;
    Ok(UserBefore {
        timezone: before.try_get(0)?,
        has_preferences: before.try_get(1)?,
    })
}

pub(crate) async fn upsert(
    connection: &mut PgConnection,
    keys: &KeyRing,
    user: &User,
) -> Result<bool, Fault> {
    let email = user.email.as_ref().map(EmailAddress::as_str);
    let email = email.map(|email| keys.address(&user.tenant, AddressKind::Email, email));
    let email = email.transpose()?;
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
    .bind(email.as_deref())
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
    keys: &KeyRing,
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
        email: email(&mut reader, keys, tenant)?,
        email_gone_at: reader.next("email_gone_at")?,
        locale: reader.next("locale")?,
        timezone: reader.next("timezone")?,
        attributes: reader.next::<&str>("attributes")?.into(),
        created_at: reader.next("created_at")?,
        updated_at: reader.next("updated_at")?,
    }))
}

/// One that cannot be opened is shown as none.
fn email(
    reader: &mut Reader<'_>,
    keys: &KeyRing,
    tenant: &TenantId,
) -> Result<Option<EmailAddress>, Fault> {
    let Some(stored) = reader.next::<Option<&str>>("email")? else {
        return Ok(None);
    };
    let Some(text) = opened(keys, tenant, AddressKind::Email, stored)? else {
        return Ok(None);
    };
    let address = EmailAddress::parse(&text);
    address
        .map(Some)
        .map_err(|error| reader.undecodable("email", error.to_string()))
}

/// Which kind the rows of a statement are; `None`: they are only locked.
type Counter = fn(&mut ErasedCounts) -> Option<&mut u64>;

/// Everything of a person. What waits for a row that is gone finds nothing and goes by itself. The
/// dead letters come after the deliveries: once those are gone, or locked by the worker that ends them just
/// now, no other can be added.
pub(crate) async fn erase(
    connection: &mut PgConnection,
    keys: &KeyRing,
    tenant: &TenantId,
    id: &UserId,
) -> Result<ErasedCounts, Fault> {
    let mut erased = ErasedCounts::default();
    let listed = listed_as(connection, keys, tenant, id).await?;
    let statements: [(&str, Counter); 11] = [
        // As everybody else locks them: notifications before deliveries, each in the order of ids.
        ("SELECT FROM notifications WHERE tenant = $1 AND user_id = $2 ORDER BY id FOR UPDATE", |_| None),
        (
            "SELECT FROM notifications n JOIN deliveries d
                 ON d.tenant = n.tenant AND d.notification_id = n.id
             WHERE n.tenant = $1 AND n.user_id = $2
             ORDER BY d.notification_id, d.id FOR UPDATE OF d",
            |_| None,
        ),
        (
            "DELETE FROM deliveries d USING notifications n
             WHERE n.tenant = $1 AND n.user_id = $2 AND d.tenant = n.tenant AND d.notification_id = n.id",
            |e| Some(&mut e.deliveries),
        ),
        ("DELETE FROM notifications WHERE tenant = $1 AND user_id = $2", |e| Some(&mut e.notifications)),
        ("DELETE FROM dead_letters WHERE tenant = $1 AND user_id = $2", |e| Some(&mut e.dead_letters)),
        ("DELETE FROM devices WHERE tenant = $1 AND user_id = $2", |e| Some(&mut e.devices)),
        ("DELETE FROM user_addresses WHERE tenant = $1 AND user_id = $2", |e| Some(&mut e.addresses)),
        ("DELETE FROM preferences WHERE tenant = $1 AND user_id = $2", |e| Some(&mut e.preferences)),
        ("DELETE FROM plan_marks WHERE tenant = $1 AND user_id = $2", |e| Some(&mut e.other)),
        ("DELETE FROM suppressions WHERE tenant = $1 AND user_id = $2", |e| Some(&mut e.suppressions)),
        ("DELETE FROM users WHERE tenant = $1 AND user_id = $2", |e| Some(&mut e.users)),
    ];
    for (statement, count) in statements {
        let done = sqlx::query(statement)
            .bind(tenant.as_str())
            .bind(id.as_str())
            .execute(&mut *connection)
            .await?;
        if let Some(count) = count(&mut erased) {
            *count += done.rows_affected();
        }
    }
    let unlisted = sqlx::query(concat!("DELETE FROM suppressions WHERE ", is_entry!("")))
        .bind(tenant.as_str())
        .bind(Channel::Email.name())
        .bind(listed)
        .execute(&mut *connection)
        .await?;
    erased.suppressions += unlisted.rows_affected();
    erased.topics = topics::forget(&mut *connection, tenant, id).await?;
    erased.other += user_merges::forget_user(&mut *connection, tenant, id).await?;
    erased.ingest_addresses = ingest::forget(connection, tenant, id).await?;
    Ok(erased)
}

/// What the suppression list may have a user's mailbox as.
async fn listed_as(
    connection: &mut PgConnection,
    keys: &KeyRing,
    tenant: &TenantId,
    id: &UserId,
) -> Result<Vec<String>, Fault> {
    let email: Option<Option<String>> =
        sqlx::query_scalar("SELECT email FROM users WHERE tenant = $1 AND user_id = $2")
            .bind(tenant.as_str())
            .bind(id.as_str())
            .fetch_optional(connection)
            .await?;
    let Some(stored) = email.flatten() else {
        return Ok(Vec::new());
    };
    match opened(keys, tenant, AddressKind::Email, &stored)? {
        Some(email) => listed_forms_of(keys, tenant, Channel::Email, &email),
        None => Ok(Vec::new()),
    }
}

/// By the index of addresses: as it is written, or in lower case. A function of the column would not serve: under row-level
/// security it is computed only for rows that the policy has let through.
pub(super) async fn by_email(
    connection: &mut PgConnection,
    keys: &KeyRing,
    tenant: &TenantId,
    email: &EmailAddress,
    limit: u32,
) -> Result<Vec<UserId>, Fault> {
    let mut forms = Vec::new();
    let folded = email.as_str().to_ascii_lowercase();
    for spelling in BTreeSet::from([email.as_str(), &folded]) {
        forms.extend(keys.address_forms(tenant, AddressKind::Email, spelling)?);
    }
    // Materialized: for a few of those whom it expects, Postgres would rather look at all users.
    let rows = sqlx::query(
        "WITH found AS MATERIALIZED (
             SELECT user_id FROM users WHERE email = ANY ($1) AND tenant = $2
         )
         SELECT user_id FROM found LIMIT $3",
    )
    .bind(&forms)
    .bind(tenant.as_str())
    .bind(i64::from(limit))
    .fetch_all(connection)
    .await?;
    let id = |row| Reader::new(row, "users").parse("user_id", UserId::parse);
    rows.iter().map(id).collect()
}
