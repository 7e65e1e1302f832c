//! What many people have chosen, at once.

use std::collections::{BTreeSet, HashMap};

use campanile_domain::{Preferences, TenantId, TenantPreferences, UserId};
use campanile_storage::{ChoicesByPerson, Person};
use serde_json::Value;
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::error::Fault;
use crate::rows::Reader;

/// What these people and their tenants have chosen.
pub(crate) async fn choices(
    connection: &mut PgConnection,
    people: &BTreeSet<(&TenantId, &UserId)>,
) -> Result<ChoicesByPerson, Fault> {
    let (tenants, users) = columns(people);
    let distinct: BTreeSet<&str> = tenants.iter().copied().collect();
    // By key, one by one: see `dispatch/record.rs`.
    let rows = sqlx::query(
        "SELECT t.tenant, NULL AS user_id, t.preferences
         FROM UNNEST($3::text[]) AS x (tenant) CROSS JOIN LATERAL (
             SELECT * FROM tenant_preferences t WHERE t.tenant = x.tenant OFFSET 0
         ) t
         UNION ALL
         SELECT p.tenant, p.user_id, p.preferences
         FROM UNNEST($1::text[], $2::text[]) AS w (tenant, user_id) CROSS JOIN LATERAL (
             SELECT * FROM preferences p
             WHERE p.tenant = w.tenant AND p.user_id = w.user_id OFFSET 0
         ) p",
    )
    .bind(&tenants)
    .bind(&users)
    .bind(distinct.into_iter().collect::<Vec<_>>())
    .fetch_all(connection)
    .await?;
    let mut choices = ChoicesByPerson::default();
    for row in &rows {
        let mut reader = Reader::new(row, "preferences");
        let tenant = reader.tenant()?;
        let user = reader.parse_some("user_id", UserId::parse)?;
        let kept = reader.next::<Json<Value>>("preferences")?.0;
        match user {
            Some(user) => {
                let own = Preferences::from_stored(&kept);
                choices.people.insert((tenant, user), own.into());
            }
            None => {
                let set = TenantPreferences::from_stored(&kept);
                choices.tenants.insert(tenant, set.into());
            }
        }
    }
    Ok(choices)
}

/// Where these people live, as far as it is known.
pub(crate) async fn zones(
    connection: &mut PgConnection,
    people: &BTreeSet<(&TenantId, &UserId)>,
) -> Result<HashMap<Person, String>, Fault> {
    let (tenants, users) = columns(people);
    let rows = sqlx::query(
        "SELECT u.tenant, u.user_id, u.timezone
         FROM UNNEST($1::text[], $2::text[]) AS w (tenant, user_id) CROSS JOIN LATERAL (
             SELECT tenant, user_id, timezone FROM users u
             WHERE u.tenant = w.tenant AND u.user_id = w.user_id AND u.timezone IS NOT NULL OFFSET 0
         ) u",
    )
    .bind(tenants)
    .bind(users)
    .fetch_all(connection)
    .await?;
    let read = |row| {
        let mut reader = Reader::new(row, "users");
        let who = (reader.tenant()?, reader.parse("user_id", UserId::parse)?);
        Ok((who, reader.next("timezone")?))
    };
    rows.iter().map(read).collect()
}

/// What a tenant has set.
pub(super) async fn of_tenant(
    connection: &mut PgConnection,
    tenant: &TenantId,
) -> Result<TenantPreferences, Fault> {
    let row = sqlx::query("SELECT preferences FROM tenant_preferences WHERE tenant = $1")
        .bind(tenant.as_str())
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else {
        return Ok(TenantPreferences::default());
    };
    let mut reader = Reader::new(&row, "tenant_preferences");
    let kept = reader.next::<Json<Value>>("preferences")?.0;
    Ok(TenantPreferences::from_stored(&kept))
}

fn columns<'n>(people: &BTreeSet<(&'n TenantId, &'n UserId)>) -> (Vec<&'n str>, Vec<&'n str>) {
    let names = people
        .iter()
        .map(|(tenant, user)| (tenant.as_str(), user.as_str()));
    names.unzip()
}
