//! A tenant's list of addresses that are not to be used.

mod in_form;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use async_trait::async_trait;
use campanile_domain::{
    Channel, NotificationType, SuppressedAddress, Suppression, SuppressionKey, TenantId, User,
};
use campanile_sealing::KeyRing;
use campanile_storage::suppression_merge::{STRONGER_STAYS, WEAKER_LAST};
use campanile_storage::{
    StorageError, SuppressionFilter, SuppressionPage, SuppressionRows, Suppressions,
};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, QueryBuilder};

use crate::PostgresStorage;
use crate::addresses::{forms_of, listed_forms_of, listed_to_store, opened_of};
use crate::connection::{Kind, Scope, transact};
use crate::error::Fault;
use crate::named::named;
use crate::rows::Reader;
use crate::transaction::PostgresTransaction;

pub(crate) use self::in_form::Forms;

/// A condition for entries of an address: `$1` is the tenant, `$2` the channel, and `$3` has the forms of the address. By key, one
/// by one: see `dispatch/record.rs`.
macro_rules! is_entry {
    ($more:literal) => {
        concat!(
            "ctid = ANY (ARRAY (SELECT s.place FROM UNNEST($3::text[]) AS x (form) CROSS JOIN LATERAL (
                 SELECT s.ctid AS place FROM suppressions s
                 WHERE s.tenant = $1 AND s.channel = $2 AND s.address = x.form COLLATE \"C\"",
            $more,
            " OFFSET 0 FOR UPDATE
             ) s))"
        )
    };
}
pub(crate) use is_entry;

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
            page(connection, pool.keys(), tenant, filter, after, limit).await
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
        let added = named(
            "add_suppressions",
            add(self.connection, self.keys, tenant, entries),
        )
        .await;
        self.keep(added)
    }

    async fn remove_suppression(
        &mut self,
        tenant: &TenantId,
        key: &SuppressionKey,
    ) -> Result<bool, StorageError> {
        let removing = remove(self.connection, self.keys, tenant, key);
        let removed = named("remove_suppression", removing).await;
        self.keep(removed)
    }

    async fn lift_bounce(&mut self, user: &User) -> Result<(), StorageError> {
        let lifted = named("lift_bounce", lift(self.connection, self.keys, user)).await;
        self.keep(lifted)
    }
}

async fn page(
    connection: &mut PgConnection,
    keys: &KeyRing,
    tenant: &TenantId,
    filter: &SuppressionFilter,
    after: Option<&SuppressionKey>,
    limit: u32,
) -> Result<SuppressionPage, Fault> {
    let mut query = QueryBuilder::new(
        "SELECT s.channel, s.address, s.notification_type, s.reason, s.source, s.since FROM ",
    );
    if let Some(address) = &filter.address {
        // Without a channel it is that of none. By key, one by one: see `dispatch/record.rs`.
        let channel = filter.channel.unwrap_or(Channel::InApp);
        query
            .push("UNNEST(")
            .push_bind(forms_of(keys, tenant, channel, address.as_str())?)
            .push("::text[]) AS x (form) CROSS JOIN LATERAL (SELECT * FROM suppressions s WHERE s.tenant = ")
            .push_bind(tenant.as_str())
            .push(" AND s.channel = ")
            .push_bind(channel.name())
            .push(" AND s.address = x.form COLLATE \"C\" OFFSET 0) s WHERE true");
    } else {
        query
            .push("suppressions s WHERE s.tenant = ")
            .push_bind(tenant.as_str());
        if let Some(channel) = filter.channel {
            query.push(" AND s.channel = ").push_bind(channel.name());
        }
    }
    if let Some(after) = after {
        query
            .push(" AND (s.channel, s.address, s.notification_type) > (")
            .push_bind(after.channel.name())
            .push(", ")
            .push_bind(after.address.as_str())
            .push(", ")
            .push_bind(type_column(after))
            .push(")");
    }
    query
        .push(" ORDER BY s.channel, s.address, s.notification_type LIMIT ")
        .push_bind(i64::from(limit) + 1);
    let rows = query.build().fetch_all(connection).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let shown = &rows[..rows.len().min(limit)];
    let items = read_all(shown, keys, tenant)?;
    let next = shown.last().filter(|_| rows.len() > limit);
    Ok(SuppressionPage {
        items,
        next: next.map(key).transpose()?,
    })
}

static ADD: LazyLock<String> = LazyLock::new(|| {
    format!(
        "INSERT INTO suppressions (tenant, channel, address, notification_type, reason, source, since)
         SELECT DISTINCT ON (x.channel, x.address, x.notification_type) $1, x.*
         FROM UNNEST($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])
             AS x (channel, address, notification_type, reason, source, since)
         ORDER BY x.channel, x.address, x.notification_type, {WEAKER_LAST}, since
         {STRONGER_STAYS}"
    )
});

async fn add(
    connection: &mut PgConnection,
    keys: &KeyRing,
    tenant: &TenantId,
    entries: &[Suppression],
) -> Result<u64, Fault> {
    let stored = |entry: &Suppression| {
        let (channel, address) = (entry.key.channel, entry.key.address.as_str());
        listed_to_store(keys, tenant, channel, address).map(|stored| stored.into_owned().into())
    };
    let stored: Vec<Cow<'_, str>> = entries.iter().map(stored).collect::<Result<_, _>>()?;
    let mut forms = Forms::default();
    for (entry, target) in entries.iter().zip(&stored) {
        let (channel, address) = (entry.key.channel, entry.key.address.as_str());
        for form in forms_of(keys, tenant, channel, address)? {
            if form != **target {
                forms.add(channel, form, target);
            }
        }
    }
    forms.store(connection, tenant).await?;
    let column = |of: fn(&Suppression) -> &str| entries.iter().map(of).collect::<Vec<_>>();
    let since: Vec<_> = entries.iter().map(|entry| entry.since).collect();
    let done = sqlx::query(&ADD)
        .bind(tenant.as_str())
        .bind(column(|entry| entry.key.channel.name()))
        .bind(stored.iter().map(|text| &**text).collect::<Vec<_>>())
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
    keys: &KeyRing,
    tenant: &TenantId,
    key: &SuppressionKey,
) -> Result<bool, Fault> {
    let forms = forms_of(keys, tenant, key.channel, key.address.as_str())?;
    let mut gone: Vec<Option<String>> = Vec::new();
    for _ in 0..runs(&forms) {
        let deleted: Vec<Option<String>> = sqlx::query_scalar(concat!(
            "DELETE FROM suppressions WHERE ",
            is_entry!(" AND s.notification_type = $4"),
            " RETURNING user_id"
        ))
        .bind(tenant.as_str())
        .bind(key.channel.name())
        .bind(&forms)
        .bind(type_column(key))
        .fetch_all(&mut *connection)
        .await?;
        gone.extend(deleted);
    }
    if gone.is_empty() {
        return Ok(false);
    }
    let of: BTreeSet<String> = gone.into_iter().flatten().collect();
    for user in of {
        sqlx::query("UPDATE users SET email_gone_at = NULL WHERE tenant = $1 AND user_id = $2")
            .bind(tenant.as_str())
            .bind(user)
            .execute(&mut *connection)
            .await?;
    }
    Ok(true)
}

async fn lift(connection: &mut PgConnection, keys: &KeyRing, user: &User) -> Result<(), Fault> {
    let Some(email) = &user.email else {
        return Ok(());
    };
    let forms = listed_forms_of(keys, &user.tenant, Channel::Email, email.as_str())?;
    for _ in 0..runs(&forms) {
        sqlx::query(concat!(
            "DELETE FROM suppressions WHERE ",
            is_entry!(" AND s.notification_type = '' AND s.reason = 'hard_bounce'")
        ))
        .bind(user.tenant.as_str())
        .bind(Channel::Email.name())
        .bind(&forms)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// How often what is to go is deleted. Another transaction may be giving an entry another form: a statement waits for it, finds the
/// former form gone, and does not see the new one, which is younger than the statement. The next one sees it.
fn runs(forms: &[String]) -> usize {
    forms.len().min(2)
}

fn type_column(key: &SuppressionKey) -> &str {
    let of = key.notification_type.as_ref();
    of.map_or("", NotificationType::as_str)
}

/// One that cannot be opened is left out.
pub(crate) fn read_all(
    rows: &[PgRow],
    keys: &KeyRing,
    tenant: &TenantId,
) -> Result<Vec<Suppression>, Fault> {
    let read = |row| read(row, keys, tenant).transpose();
    rows.iter().filter_map(read).collect()
}

fn read(row: &PgRow, keys: &KeyRing, tenant: &TenantId) -> Result<Option<Suppression>, Fault> {
    let key = key(row)?;
    let Some(address) = opened_of(keys, tenant, key.channel, key.address.as_str())? else {
        return Ok(None);
    };
    let address = SuppressedAddress::stored(address.into_owned());
    let mut reader = Reader::new(row, "suppressions").skip(3);
    Ok(Some(Suppression {
        key: SuppressionKey { address, ..key },
        reason: reader.parse("reason", str::parse)?,
        source: reader.parse("source", str::parse)?,
        since: reader.next("since")?,
    }))
}

/// The key as it is stored.
fn key(row: &PgRow) -> Result<SuppressionKey, Fault> {
    let mut reader = Reader::new(row, "suppressions");
    Ok(SuppressionKey {
        channel: reader.channel()?,
        address: SuppressedAddress::stored(reader.next("address")?),
        notification_type: notification_type(&mut reader)?,
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
