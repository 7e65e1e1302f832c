//! What many users have chosen, at once.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use campanile_domain::{Preferences, TenantId, TenantPreferences, UserId};
use campanile_storage::{ChoicesByPerson, Person, StorageError};
use serde_json::Value;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use crate::error::{storage_error, undecodable};
use crate::rows::get;

/// What these people and their tenants have chosen.
pub(crate) async fn choices(
    connection: &mut SqliteConnection,
    people: &BTreeSet<(&TenantId, &UserId)>,
) -> Result<ChoicesByPerson, StorageError> {
    let mut choices = ChoicesByPerson::default();
    for (tenant, users) in by_tenant(people) {
        if let Some(set) = of_tenant(connection, tenant).await? {
            choices.tenants.insert(tenant.clone(), set.into());
        }
        let rows = of_users(connection, "preferences", "preferences", tenant, &users).await?;
        for row in &rows {
            let own = Preferences::from_stored(&kept(row, "preferences")?);
            let who = (tenant.clone(), user_id(row)?);
            choices.people.insert(who, own.into());
        }
    }
    Ok(choices)
}

/// Statements ask for the people of one tenant.
pub(crate) fn by_tenant<'p>(
    people: &BTreeSet<(&'p TenantId, &'p UserId)>,
) -> BTreeMap<&'p TenantId, Vec<&'p UserId>> {
    let mut tenants: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (tenant, user) in people {
        tenants.entry(*tenant).or_default().push(*user);
    }
    tenants
}

/// Where these people live, as far as it is known.
pub(crate) async fn zones(
    connection: &mut SqliteConnection,
    people: &BTreeSet<(&TenantId, &UserId)>,
) -> Result<HashMap<Person, String>, StorageError> {
    let mut zones = HashMap::new();
    for (tenant, users) in by_tenant(people) {
        for row in of_users(connection, "users", "timezone", tenant, &users).await? {
            if let Some(zone) = get(&row, "timezone")? {
                zones.insert((tenant.clone(), user_id(&row)?), zone);
            }
        }
    }
    Ok(zones)
}

/// What a tenant has set.
pub(super) async fn of_tenant(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
) -> Result<Option<TenantPreferences>, StorageError> {
    let row = sqlx::query("SELECT preferences FROM tenant_preferences WHERE tenant = ?")
        .bind(tenant.as_str())
        .fetch_optional(connection)
        .await
        .map_err(storage_error)?;
    let Some(row) = row else { return Ok(None) };
    let kept = kept(&row, "tenant_preferences")?;
    Ok(Some(TenantPreferences::from_stored(&kept)))
}

/// One column of a table that is kept by user.
async fn of_users(
    connection: &mut SqliteConnection,
    table: &'static str,
    column: &'static str,
    tenant: &TenantId,
    users: &[&UserId],
) -> Result<Vec<SqliteRow>, StorageError> {
    let users: HashSet<&str> = users.iter().map(|user| user.as_str()).collect();
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = QueryBuilder::<Sqlite>::new("SELECT user_id, ");
    query.push(column).push(" FROM ").push(table);
    query.push(" WHERE tenant = ").push_bind(tenant.as_str());
    query.push(" AND user_id IN (");
    let mut list = query.separated(", ");
    for user in users {
        list.push_bind(user);
    }
    list.push_unseparated(")");
    let rows = query.build().fetch_all(connection).await;
    rows.map_err(storage_error)
}

fn user_id(row: &SqliteRow) -> Result<UserId, StorageError> {
    UserId::parse(get(row, "user_id")?).map_err(|e| undecodable("preferences", "user_id", e))
}

fn kept(row: &SqliteRow, table: &'static str) -> Result<Value, StorageError> {
    let text: &str = get(row, "preferences")?;
    serde_json::from_str(text).map_err(|e| undecodable(table, "preferences", e))
}
