//! A tenant's list of addresses that are not to be used.

use async_trait::async_trait;
use campanile_domain::{
    NotificationType, SuppressedAddress, Suppression, SuppressionKey, TenantId, User,
};
use campanile_storage::{
    StorageError, SuppressionFilter, SuppressionPage, SuppressionRows, Suppressions,
};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Sqlite};

use crate::SqliteStorage;
use crate::error::{storage_error, undecodable};
use crate::rows::{channel, get, micros, moment};
use crate::transaction::SqliteTransaction;

#[async_trait]
impl Suppressions for SqliteStorage {
    async fn suppressions(
        &self,
        tenant: &TenantId,
        filter: &SuppressionFilter,
        after: Option<&SuppressionKey>,
        limit: u32,
    ) -> Result<SuppressionPage, StorageError> {
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT channel, address, notification_type, reason, source, since FROM suppressions \
             WHERE tenant = ",
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
        let rows = query.build().fetch_all(&self.readers).await;
        let rows = rows.map_err(storage_error)?;
        let mut items = rows.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = items.len() > limit;
        items.truncate(limit);
        Ok(SuppressionPage { items, has_more })
    }
}

#[async_trait]
impl SuppressionRows for SqliteTransaction<'_> {
    async fn add_suppressions(
        &mut self,
        tenant: &TenantId,
        entries: &[Suppression],
    ) -> Result<u64, StorageError> {
        let mut added = 0;
        for entry in entries {
            let done = sqlx::query(
                "INSERT INTO suppressions (tenant, channel, address, notification_type, reason, \
                 source, since) VALUES (?, ?, ?, ?, ?, ?, ?) \
                 ON CONFLICT (tenant, channel, address, notification_type) DO UPDATE \
                 SET reason = excluded.reason, source = excluded.source, since = excluded.since, user_id = NULL \
                 WHERE suppressions.reason = 'hard_bounce' AND excluded.reason <> 'hard_bounce'",
            )
            .bind(tenant.as_str())
            .bind(entry.key.channel.name())
            .bind(entry.key.address.as_str())
            .bind(type_column(&entry.key))
            .bind(entry.reason.name())
            .bind(entry.source.name())
            .bind(micros(entry.since))
            .execute(&mut *self.connection)
            .await
            .map_err(storage_error)?;
            added += done.rows_affected();
        }
        Ok(added)
    }

    async fn remove_suppression(
        &mut self,
        tenant: &TenantId,
        key: &SuppressionKey,
    ) -> Result<bool, StorageError> {
        let gone: Option<Option<String>> = sqlx::query_scalar(
            "DELETE FROM suppressions \
             WHERE tenant = ? AND channel = ? AND address = ? AND notification_type = ? \
             RETURNING user_id",
        )
        .bind(tenant.as_str())
        .bind(key.channel.name())
        .bind(key.address.as_str())
        .bind(type_column(key))
        .fetch_optional(&mut *self.connection)
        .await
        .map_err(storage_error)?;
        let Some(user) = gone else { return Ok(false) };
        if let Some(user) = user {
            sqlx::query("UPDATE users SET email_gone_at = NULL WHERE tenant = ? AND user_id = ?")
                .bind(tenant.as_str())
                .bind(user)
                .execute(&mut *self.connection)
                .await
                .map_err(storage_error)?;
        }
        Ok(true)
    }

    async fn lift_bounce(&mut self, user: &User) -> Result<(), StorageError> {
        let Some(email) = &user.email else {
            return Ok(());
        };
        sqlx::query(
            "DELETE FROM suppressions WHERE tenant = ? AND channel = 'email' \
             AND address = lower(?) AND notification_type = '' AND reason = 'hard_bounce'",
        )
        .bind(user.tenant.as_str())
        .bind(email.as_str())
        .execute(&mut *self.connection)
        .await
        .map(drop)
        .map_err(storage_error)
    }
}

fn type_column(key: &SuppressionKey) -> &str {
    let of = key.notification_type.as_ref();
    of.map_or("", NotificationType::as_str)
}

pub(crate) fn read(row: &SqliteRow) -> Result<Suppression, StorageError> {
    Ok(Suppression {
        key: SuppressionKey {
            channel: channel(get(row, "channel")?)?,
            address: SuppressedAddress::stored(get(row, "address")?),
            notification_type: notification_type(get(row, "notification_type")?)?,
        },
        reason: get::<&str>(row, "reason")?
            .parse()
            .map_err(|error| undecodable("suppressions", "reason", error))?,
        source: get::<&str>(row, "source")?
            .parse()
            .map_err(|error| undecodable("suppressions", "source", error))?,
        since: moment(get(row, "since")?)?,
    })
}

/// A type, or none for all types.
pub(crate) fn notification_type(text: &str) -> Result<Option<NotificationType>, StorageError> {
    match text {
        "" => Ok(None),
        text => NotificationType::parse(text)
            .map(Some)
            .map_err(|error| undecodable("suppressions", "notification_type", error)),
    }
}
