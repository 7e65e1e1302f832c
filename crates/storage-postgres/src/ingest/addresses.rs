//! Rows of addresses.

use campanile_domain::{
    IngestAddress, IngestId, IngestTarget, TenantId, TopicKey, UserId, UserMerge,
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use crate::error::Fault;
use crate::rows::Reader;

/// The columns that [`read`] reads, of the alias `a`.
macro_rules! columns {
    () => {
        "a.tenant, a.id, a.kind, a.name, a.users, a.topic, a.settings::text, a.sealed, a.created_at, \
         a.revoked_at"
    };
}

/// Addresses of one tenant are created one after the other, until the transaction ends.
pub(super) async fn hold(connection: &mut PgConnection, tenant: &TenantId) -> Result<(), Fault> {
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('campanile_ingest/' || $1, 0))")
        .bind(tenant.as_str())
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn by_key(
    connection: &mut PgConnection,
    tenant: &TenantId,
    key_digest: &[u8; 32],
) -> Result<Option<IngestAddress>, Fault> {
    let row = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM ingest_addresses a
         WHERE a.key_digest = $1 AND a.tenant = $2 AND a.revoked_at IS NULL"
    ))
    .bind(&key_digest[..])
    .bind(tenant.as_str())
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(read).transpose()
}

pub(super) async fn all(
    connection: &mut PgConnection,
    tenant: &TenantId,
) -> Result<Vec<IngestAddress>, Fault> {
    let rows = sqlx::query(concat!(
        "SELECT ",
        columns!(),
        " FROM ingest_addresses a WHERE a.tenant = $1 ORDER BY a.id DESC"
    ))
    .bind(tenant.as_str())
    .fetch_all(connection)
    .await?;
    rows.iter().map(read).collect()
}

pub(super) async fn insert(
    connection: &mut PgConnection,
    one: &IngestAddress,
    key_digest: &[u8; 32],
) -> Result<(), Fault> {
    let (users, topic) = match &one.target {
        IngestTarget::Users(users) => (Some(users), None),
        IngestTarget::Topic(topic) => (None, Some(topic.as_str())),
        IngestTarget::Named => (None, None),
    };
    let users: Option<Vec<&str>> = users.map(|all| all.iter().map(UserId::as_str).collect());
    let settings = serde_json::to_string(&one.settings).expect("names and texts can be written");
    sqlx::query(
        "INSERT INTO ingest_addresses (tenant, id, kind, name, key_digest, users, topic, settings, sealed,
             created_at, revoked_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8::json, $9, $10, $11)",
    )
    .bind(one.tenant.as_str())
    .bind(one.id.0)
    .bind(one.kind.name())
    .bind(&one.name)
    .bind(&key_digest[..])
    .bind(users)
    .bind(topic)
    .bind(settings)
    .bind(&one.sealed)
    .bind(one.created_at)
    .bind(one.revoked_at)
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn revoke(
    connection: &mut PgConnection,
    tenant: &TenantId,
    id: IngestId,
    at: DateTime<Utc>,
) -> Result<bool, Fault> {
    let done = sqlx::query(
        "UPDATE ingest_addresses SET revoked_at = $3
         WHERE tenant = $1 AND id = $2 AND revoked_at IS NULL",
    )
    .bind(tenant.as_str())
    .bind(id.0)
    .bind(at)
    .execute(&mut *connection)
    .await?;
    sqlx::query("DELETE FROM ingest_groups WHERE tenant = $1 AND address_id = $2")
        .bind(tenant.as_str())
        .bind(id.0)
        .execute(connection)
        .await?;
    Ok(done.rows_affected() > 0)
}

pub(super) async fn remove(
    connection: &mut PgConnection,
    tenant: &TenantId,
    ids: &[IngestId],
) -> Result<(), Fault> {
    sqlx::query("DELETE FROM ingest_addresses WHERE tenant = $1 AND id = ANY ($2)")
        .bind(tenant.as_str())
        .bind(ids.iter().map(|id| id.0).collect::<Vec<Uuid>>())
        .execute(connection)
        .await?;
    Ok(())
}

/// Takes a person out of all addresses; says how many named them. A tenant has few addresses, so that all of them are
/// looked at.
pub(crate) async fn forget(
    connection: &mut PgConnection,
    tenant: &TenantId,
    user: &UserId,
) -> Result<u64, Fault> {
    let done = sqlx::query(
        "UPDATE ingest_addresses SET users = array_remove(users, $2)
         WHERE tenant = $1 AND array_position(users, $2) IS NOT NULL",
    )
    .bind(tenant.as_str())
    .bind(user.as_str())
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// What goes to a user who is merged into another one goes to that one, once.
pub(crate) async fn rename(connection: &mut PgConnection, merge: &UserMerge) -> Result<(), Fault> {
    let rows = sqlx::query(
        "SELECT ctid::text, users FROM ingest_addresses
         WHERE tenant = $1 AND array_position(users, $2) IS NOT NULL FOR NO KEY UPDATE",
    )
    .bind(merge.tenant.as_str())
    .bind(merge.from.as_str())
    .fetch_all(&mut *connection)
    .await?;
    for row in &rows {
        let mut reader = Reader::new(row, "ingest_addresses");
        // By place: a row that is locked stays where it is.
        let (place, users): (&str, Vec<String>) = (reader.next("ctid")?, reader.next("users")?);
        sqlx::query("UPDATE ingest_addresses SET users = $3 WHERE tenant = $1 AND ctid = $2::tid")
            .bind(merge.tenant.as_str())
            .bind(place)
            .bind(merge.renamed(&users))
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

fn read(row: &PgRow) -> Result<IngestAddress, Fault> {
    let mut reader = Reader::new(row, "ingest_addresses");
    let tenant = reader.tenant()?;
    let id = IngestId(reader.next("id")?);
    let kind = reader.parse("kind", str::parse)?;
    let name = reader.next("name")?;
    let users: Option<Vec<String>> = reader.next("users")?;
    let topic = reader.parse_some("topic", TopicKey::parse)?;
    let target = match (users, topic) {
        (Some(users), _) => {
            let users = users.iter().map(|user| UserId::parse(user));
            let users = users.collect::<Result<_, _>>();
            IngestTarget::Users(
                users.map_err(|error| reader.undecodable("users", error.to_string()))?,
            )
        }
        (None, Some(topic)) => IngestTarget::Topic(topic),
        (None, None) => IngestTarget::Named,
    };
    Ok(IngestAddress {
        id,
        tenant,
        kind,
        name,
        target,
        settings: reader.parse("settings", |text| serde_json::from_str(text))?,
        sealed: reader.next("sealed")?,
        created_at: reader.next("created_at")?,
        revoked_at: reader.next("revoked_at")?,
    })
}
