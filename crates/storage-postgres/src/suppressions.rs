//! A tenant's list of addresses that are not to be used.

use async_trait::async_trait;
use campanile_domain::{
    Channel, EmailAddress, NotificationType, SuppressedAddress, Suppression, SuppressionKey,
    TenantId, User,
};
use campanile_storage::{
    StorageError, SuppressionFilter, SuppressionPage, SuppressionRows, Suppressions,
};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, QueryBuilder};

use crate::PostgresStorage;
use crate::connection::{Kind, Scope, transact};
use crate::error::Fault;
use crate::named::named;
use crate::rows::Reader;
use crate::transaction::PostgresTransaction;

#[async_trait]
impl Suppressions for PostgresStorage {
    async fn suppressions(
        &self,
        tenant: &TenantId,
        filter: &SuppressionFilter,
        after: Option<&SuppressionKey>,
        limit: u32,
    ) -> Result<SuppressionPage, StorageError> {
        let pool = &self.pools.app;
        let page = transact!(pool, Kind::Read, &Scope::one(tenant), |connection| {
            page(connection, tenant, filter, after, limit).await
        });
        Ok(page?)
    }
}

#[async_trait]
impl SuppressionRows for PostgresTransaction<'_> {
    async fn add_suppressions(
        &mut self,
        tenant: &TenantId,
        entries: &[Suppression],
    ) -> Result<u64, StorageError> {
        let added = named("add_suppressions", add(self.connection, tenant, entries)).await;
        self.keep(added)
    }

    async fn remove_suppression(
        &mut self,
        tenant: &TenantId,
        key: &SuppressionKey,
    ) -> Result<bool, StorageError> {
        let removed = named("remove_suppression", remove(self.connection, tenant, key)).await;
        self.keep(removed)
    }

    async fn lift_bounce(&mut self, user: &User) -> Result<(), StorageError> {
        let lifted = named("lift_bounce", lift(self.connection, user)).await;
        self.keep(lifted)
    }
}

async fn page(
    connection: &mut PgConnection,
    tenant: &TenantId,
    filter: &SuppressionFilter,
    after: Option<&SuppressionKey>,
    limit: u32,
) -> Result<SuppressionPage, Fault> {
    let mut query = QueryBuilder::new(
        "SELECT channel, address, notification_type, reason, source, since FROM suppressions WHERE tenant = ",
    );
    query.push_bind(tenant.as_str());
    if let Some(channel) = filter.channel {
        query.push(" AND channel = ").push_bind(channel.name());
    }
    if let Some(address) = &filter.address {
        query.push(" AND address = ").push_bind(address.as_str());
    }
    if let Some(after) = after {
        query
            .push(" AND (channel, address, notification_type) > (")
            .push_bind(after.channel.name())
            .push(", ")
            .push_bind(after.address.as_str())
            .push(", ")
            .push_bind(type_column(after))
            .push(")");
    }
    query
        .push(" ORDER BY channel, address, notification_type LIMIT ")
        .push_bind(i64::from(limit) + 1);
    let rows = query.build().fetch_all(connection).await?;
    let mut items = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = items.len() > limit;
    items.truncate(limit);
    Ok(SuppressionPage { items, has_more })
}

async fn add(
    connection: &mut PgConnection,
    tenant: &TenantId,
    entries: &[Suppression],
) -> Result<u64, Fault> {
    let column = |of: fn(&Suppression) -> &str| entries.iter().map(of).collect::<Vec<_>>();
    let since: Vec<_> = entries.iter().map(|entry| entry.since).collect();
    let done = sqlx::query(
        "INSERT INTO suppressions (tenant, channel, address, notification_type, reason, source, since)
         SELECT DISTINCT ON (x.channel, x.address, x.notification_type) $1, x.*
         FROM UNNEST($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
             AS x (channel, address, notification_type, reason, source, since)
         ON CONFLICT (tenant, channel, address, notification_type) DO UPDATE
             SET reason = excluded.reason, source = excluded.source, since = excluded.since, user_id = NULL
             WHERE suppressions.reason = 'hard_bounce' AND excluded.reason <> 'hard_bounce'",
    )
    .bind(tenant.as_str())
    .bind(column(|entry| entry.key.channel.name()))
    .bind(column(|entry| entry.key.address.as_str()))
    .bind(column(|entry| type_column(&entry.key)))
    .bind(column(|entry| entry.reason.name()))
    .bind(column(|entry| entry.source.name()))
    .bind(since)
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

async fn remove(
    connection: &mut PgConnection,
    tenant: &TenantId,
    key: &SuppressionKey,
) -> Result<bool, Fault> {
    let gone: Option<Option<String>> = sqlx::query_scalar(
        "DELETE FROM suppressions
         WHERE tenant = $1 AND channel = $2 AND address = $3 AND notification_type = $4
         RETURNING user_id",
    )
    .bind(tenant.as_str())
    .bind(key.channel.name())
    .bind(key.address.as_str())
    .bind(type_column(key))
    .fetch_optional(&mut *connection)
    .await?;
    let Some(user) = gone else { return Ok(false) };
    if let Some(user) = user {
        sqlx::query("UPDATE users SET email_gone_at = NULL WHERE tenant = $1 AND user_id = $2")
            .bind(tenant.as_str())
            .bind(user)
            .execute(connection)
            .await?;
    }
    Ok(true)
}

async fn lift(connection: &mut PgConnection, user: &User) -> Result<(), Fault> {
    let Some(email) = &user.email else {
        return Ok(());
    };
    sqlx::query(
        "DELETE FROM suppressions WHERE tenant = $1 AND channel = 'email'
             AND address = lower($2::text COLLATE \"C\") AND notification_type = ''
             AND reason = 'hard_bounce'",
    )
    .bind(user.tenant.as_str())
    .bind(EmailAddress::as_str(email))
    .execute(connection)
    .await?;
    Ok(())
}

fn type_column(key: &SuppressionKey) -> &str {
    let of = key.notification_type.as_ref();
    of.map_or("", NotificationType::as_str)
}

pub(crate) fn read(row: &PgRow) -> Result<Suppression, Fault> {
    let mut reader = Reader::new(row, "suppressions");
    let channel: Channel = reader.channel()?;
    Ok(Suppression {
        key: SuppressionKey {
            channel,
            address: SuppressedAddress::stored(reader.next("address")?),
            notification_type: notification_type(&mut reader)?,
        },
        reason: reader.parse("reason", str::parse)?,
        source: reader.parse("source", str::parse)?,
        since: reader.next("since")?,
    })
}

/// The next column: a type, or none for all types.
pub(crate) fn notification_type(
    reader: &mut Reader<'_>,
) -> Result<Option<NotificationType>, Fault> {
    reader.parse("notification_type", |text| match text {
        "" => Ok(None),
        text => NotificationType::parse(text).map(Some),
    })
}
