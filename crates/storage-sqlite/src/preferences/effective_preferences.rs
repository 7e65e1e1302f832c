//! What a plan needs: what many users of one tenant want, at once.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use campanile_domain::{
    EffectivePreferences, Preferences, RateRules, TenantId, TenantPreferences, UserId,
};
use campanile_storage::StorageError;
use serde_json::Value;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

use crate::error::{storage_error, undecodable};
use crate::rows::get;

/// What was chosen in a tenant, by those who have.
#[derive(Debug, Default)]
pub(crate) struct EffectivePreferencesByUser {
    tenant: Option<Arc<TenantPreferences>>,
    people: HashMap<UserId, Arc<Preferences>>,
    zones: HashMap<UserId, String>,
}

impl EffectivePreferencesByUser {
    /// What somebody wants.
    pub(crate) fn of(&self, user: &UserId) -> EffectivePreferences {
        let own = self.people.get(user).cloned();
        let zone = self.zones.get(user).map(String::as_str);
        EffectivePreferences::new(self.tenant.clone(), own).in_zone(zone)
    }

    /// How often the tenant lets its users be disturbed.
    pub(crate) fn rate_rules(&self) -> RateRules {
        let set = self.tenant.as_deref();
        set.map_or_else(RateRules::default, |set| set.rate_rules)
    }
}

/// What these people want.
pub(crate) async fn effective_preferences(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    users: &[UserId],
) -> Result<EffectivePreferencesByUser, StorageError> {
    let mut book = EffectivePreferencesByUser {
        tenant: of_tenant(connection, tenant).await?.map(Arc::new),
        ..EffectivePreferencesByUser::default()
    };
    let rows = of_users(connection, "preferences", "preferences", tenant, users).await?;
    for row in &rows {
        let choices = Preferences::from_stored(&kept(row, "preferences")?);
        book.people.insert(user_id(row)?, choices.into());
    }
    let needs_zone = |user: &&UserId| book.of(user).needs_zone();
    let abroad: Vec<UserId> = users.iter().filter(needs_zone).cloned().collect();
    book.zones = zones(connection, tenant, &abroad).await?;
    Ok(book)
}

/// Where these people live, as far as it is known.
pub(super) async fn zones(
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    users: &[UserId],
) -> Result<HashMap<UserId, String>, StorageError> {
    let mut zones = HashMap::new();
    for row in of_users(connection, "users", "timezone", tenant, users).await? {
        if let Some(zone) = get(&row, "timezone")? {
            zones.insert(user_id(&row)?, zone);
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
    users: &[UserId],
) -> Result<Vec<SqliteRow>, StorageError> {
    let users: HashSet<&str> = users.iter().map(UserId::as_str).collect();
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
