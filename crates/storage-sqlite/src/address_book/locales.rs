//! The locales of many users at once.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use campanile_domain::{TenantId, UserId};
use campanile_storage::{Person, StorageError};
use sqlx::{QueryBuilder, Sqlite, SqlitePool};

use crate::error::{storage_error, undecodable};
use crate::rows::get;

pub(super) async fn of(
    readers: &SqlitePool,
    people: &BTreeSet<(&TenantId, &UserId)>,
) -> Result<HashMap<Person, String>, StorageError> {
    let mut tenants: BTreeMap<&TenantId, Vec<&UserId>> = BTreeMap::new();
    for (tenant, user) in people {
        tenants.entry(*tenant).or_default().push(*user);
    }
    let mut locales = HashMap::new();
    for (tenant, users) in tenants {
        let mut query =
            QueryBuilder::<Sqlite>::new("SELECT user_id, locale FROM users WHERE tenant = ");
        query.push_bind(tenant.as_str());
        query.push(" AND locale IS NOT NULL AND user_id IN (");
        let mut list = query.separated(", ");
        for user in users {
            list.push_bind(user.as_str());
        }
        list.push_unseparated(")");
        let rows = query.build().fetch_all(readers).await;
        for row in &rows.map_err(storage_error)? {
            let user = UserId::parse(get(row, "user_id")?)
                .map_err(|error| undecodable("users", "user_id", error))?;
            locales.insert((tenant.clone(), user), get(row, "locale")?);
        }
    }
    Ok(locales)
}
