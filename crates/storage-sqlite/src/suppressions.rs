//! A tenant's list of addresses that are not to be used.

use std::borrow::Cow;
use std::sync::LazyLock;

use async_trait::async_trait;
use campanile_domain::{
    Channel, NotificationType, SuppressedAddress, Suppression, SuppressionKey, TenantId, User,
};
use campanile_sealing::{AddressKind, KeyRing};
use campanile_storage::suppression_merge::{STRONGER_STAYS, WEAKER_LAST};
use campanile_storage::{
    StorageError, SuppressionFilter, SuppressionPage, SuppressionRows, Suppressions,
};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use crate::SqliteStorage;
use crate::addresses::list;
use crate::error::{storage_error, undecodable};
use crate::keys::{self, Opening, cannot_seal};
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
        let opening = self.opening(tenant).await?;
        let mut query = QueryBuilder::<Sqlite>::new(
            "SELECT channel, address, notification_type, reason, source, since FROM suppressions \
             WHERE tenant = ",
        );
        query.push_bind(tenant.as_str());
        if let Some(channel) = filter.channel {
            query.push(" AND channel = ").push_bind(channel.name());
        }
        if let Some(address) = &filter.address {
            // Without a channel it is that of none.
            let channel = filter.channel.unwrap_or(Channel::InApp);
            let forms = list(&opening.forms_of(channel, address.as_str())?);
            query
                .push(" AND address IN (SELECT value FROM json_each(")
                .push_bind(forms)
                .push("))");
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
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let shown = &rows[..rows.len().min(limit)];
        let next = shown.last().filter(|_| rows.len() > limit);
        Ok(SuppressionPage {
            items: read_all(shown, &opening)?,
            next: next.map(key).transpose()?,
        })
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
            let stored = in_form(self.connection, &self.keys, tenant, &entry.key).await?;
            let done = sqlx::query(&ADD)
                .bind(tenant.as_str())
                .bind(entry.key.channel.name())
                .bind(stored)
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
        let opening = keys::opening(&self.keys, self.connection, tenant).await?;
        let forms = opening.forms_of(key.channel, key.address.as_str())?;
        let gone: Vec<Option<String>> = sqlx::query_scalar(
            "DELETE FROM suppressions WHERE tenant = ? AND channel = ? \
             AND address IN (SELECT value FROM json_each(?)) AND notification_type = ? \
             RETURNING user_id",
        )
        .bind(tenant.as_str())
        .bind(key.channel.name())
        .bind(list(&forms))
        .bind(type_column(key))
        .fetch_all(&mut *self.connection)
        .await
        .map_err(storage_error)?;
        if gone.is_empty() {
            return Ok(false);
        }
        for user in gone.into_iter().flatten() {
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
        let opening = keys::opening(&self.keys, self.connection, &user.tenant).await?;
        let forms = opening.listed_forms_of(Channel::Email, email.as_str())?;
        sqlx::query(
            "DELETE FROM suppressions WHERE tenant = ? AND channel = 'email' \
             AND address IN (SELECT value FROM json_each(?)) AND notification_type = '' AND reason = 'hard_bounce'",
        )
        .bind(user.tenant.as_str())
        .bind(list(&forms))
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

/// What is to be stored of the address of an entry. One that the list has in another form gets this one.
async fn in_form(
    connection: &mut SqliteConnection,
    ring: &KeyRing,
    tenant: &TenantId,
    key: &SuppressionKey,
) -> Result<String, StorageError> {
    let (channel, plain) = (key.channel, key.address.as_str());
    let sealing = keys::to_seal(ring, connection, tenant, false).await?;
    let stored = match &sealing {
        Some(keys) => AddressKind::in_delivery(channel, plain, |kind, rest| {
            keys.seal_address(kind, rest).map(Cow::Owned)
        })
        .map_err(cannot_seal)?
        .into_owned(),
        None => plain.to_owned(),
    };
    let opening = keys::opening(ring, connection, tenant).await?;
    let mut others = opening.forms_of(channel, plain)?;
    others.retain(|form| *form != stored);
    if !others.is_empty() {
        take_form(connection, (tenant, channel), &others, &stored).await?;
    }
    Ok(stored)
}

static ADD: LazyLock<String> = LazyLock::new(|| {
    format!(
        "INSERT INTO suppressions (tenant, channel, address, notification_type, reason, source, since) \
         VALUES (?, ?, ?, ?, ?, ?, ?) {STRONGER_STAYS}"
    )
});

static TAKE_FORM: LazyLock<String> = LazyLock::new(|| {
    format!(
        "INSERT INTO suppressions (tenant, channel, address, notification_type, reason, source, since, user_id) \
         SELECT tenant, channel, ?4, notification_type, reason, source, since, user_id FROM suppressions \
         WHERE tenant = ?1 AND channel = ?2 AND address IN (SELECT value FROM json_each(?3)) \
         ORDER BY {WEAKER_LAST}, since {STRONGER_STAYS}"
    )
});

/// Entries of an address get another form of it, in which there may be some already. Says how many there were.
pub(crate) async fn take_form(
    connection: &mut SqliteConnection,
    (tenant, channel): (&TenantId, Channel),
    others: &[String],
    stored: &str,
) -> Result<u64, StorageError> {
    let mut gone = 0;
    for statement in [
        TAKE_FORM.as_str(),
        "DELETE FROM suppressions WHERE tenant = ?1 AND channel = ?2 \
         AND address IN (SELECT value FROM json_each(?3)) AND address <> ?4",
    ] {
        let done = sqlx::query(statement)
            .bind(tenant.as_str())
            .bind(channel.name())
            .bind(list(others))
            .bind(stored)
            .execute(&mut *connection)
            .await
            .map_err(storage_error)?;
        gone = done.rows_affected();
    }
    Ok(gone)
}

/// One that cannot be opened is left out.
pub(crate) fn read_all(
    rows: &[SqliteRow],
    opening: &Opening<'_>,
) -> Result<Vec<Suppression>, StorageError> {
    let read = |row| read(row, opening).transpose();
    rows.iter().filter_map(read).collect()
}

fn read(row: &SqliteRow, opening: &Opening<'_>) -> Result<Option<Suppression>, StorageError> {
    let key = key(row)?;
    let Some(address) = opening.address_of(key.channel, key.address.as_str()) else {
        return Ok(None);
    };
    let address = SuppressedAddress::stored(address.into_owned());
    Ok(Some(Suppression {
        key: SuppressionKey { address, ..key },
        reason: get::<&str>(row, "reason")?
            .parse()
            .map_err(|error| undecodable("suppressions", "reason", error))?,
        source: get::<&str>(row, "source")?
            .parse()
            .map_err(|error| undecodable("suppressions", "source", error))?,
        since: moment(get(row, "since")?)?,
    }))
}

/// The key as it is stored.
fn key(row: &SqliteRow) -> Result<SuppressionKey, StorageError> {
    Ok(SuppressionKey {
        channel: channel(get(row, "channel")?)?,
        address: SuppressedAddress::stored(get(row, "address")?),
        notification_type: notification_type(get(row, "notification_type")?)?,
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
