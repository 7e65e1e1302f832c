//! How many users read, at once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use campanile_domain::{TenantId, UserId};
use campanile_storage::{KnownReader, Person, StorageError};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Sqlite, SqlitePool};

use crate::error::{storage_error, undecodable};
use crate::rows::get;

pub(super) async fn of(
    readers: &SqlitePool,
    people: &BTreeSet<(&TenantId, &UserId)>,
) -> Result<HashMap<Person, KnownReader>, StorageError> {
    let read = |row: &SqliteRow| {
        Ok(KnownReader {
            locale: get(row, "locale")?,
            timezone: get(row, "timezone")?,
        })
    };
    let condition = "locale IS NOT NULL OR timezone IS NOT NULL";
    asked(readers, people, "locale, timezone", condition, read).await
}

pub(super) async fn attributes(
    readers: &SqlitePool,
    people: &BTreeSet<(&TenantId, &UserId)>,
) -> Result<HashMap<Person, String>, StorageError> {
    let read = |row: &SqliteRow| get(row, "attributes");
    asked(readers, people, "attributes", "attributes <> '{}'", read).await
}

/// Columns of users, of those for whom a condition holds.
async fn asked<T>(
    readers: &SqlitePool,
    people: &BTreeSet<(&TenantId, &UserId)>,
    columns: &'static str,
    condition: &'static str,
    read: impl Fn(&SqliteRow) -> Result<T, StorageError>,
) -> Result<HashMap<Person, T>, StorageError> {
    let mut tenants: BTreeMap<&TenantId, Vec<&UserId>> = BTreeMap::new();
    for (tenant, user) in people {
        tenants.entry(*tenant).or_default().push(*user);
    }
    let mut found = HashMap::new();
    for (tenant, users) in tenants {
        let mut query = QueryBuilder::<Sqlite>::new("SELECT user_id, ");
        query
            .push(columns)
            .push(" FROM users WHERE tenant = ")
            .push_bind(tenant.as_str());
        query
            .push(" AND (")
            .push(condition)
            .push(") AND user_id IN (");
        let mut list = query.separated(", ");
        for user in users {
            list.push_bind(user.as_str());
        }
        list.push_unseparated(")");
        let rows = query.build().fetch_all(readers).await;
        for row in &rows.map_err(storage_error)? {
            let user = UserId::parse(get(row, "user_id")?)
                .map_err(|error| undecodable("users", "user_id", error))?;
            found.insert((tenant.clone(), user), read(row)?);
        }
    }
    Ok(found)
}
