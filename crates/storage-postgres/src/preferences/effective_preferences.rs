//! What a plan needs: what many users want, at once.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use campanile_domain::{
    EffectivePreferences, Preferences, RateRules, TenantId, TenantPreferences, UserId,
};
use serde_json::Value;
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::error::Fault;
use crate::rows::Reader;

type Who = (TenantId, UserId);

/// What was chosen, by those who have.
#[derive(Debug, Default)]
pub(crate) struct EffectivePreferencesByUser {
    tenants: HashMap<TenantId, Arc<TenantPreferences>>,
    people: HashMap<Who, Arc<Preferences>>,
    zones: HashMap<Who, String>,
}

impl EffectivePreferencesByUser {
    /// What somebody wants.
    pub(crate) fn of(&self, tenant: &TenantId, user: &UserId) -> EffectivePreferences {
        // As nearly always: nobody has chosen, and no name is copied to find that out.
        if self.tenants.is_empty() && self.people.is_empty() {
            return EffectivePreferences::default();
        }
        let who = (tenant.clone(), user.clone());
        let preferences = EffectivePreferences::new(
            self.tenants.get(tenant).cloned(),
            self.people.get(&who).cloned(),
        );
        preferences.in_zone(self.zones.get(&who).map(String::as_str))
    }

    /// Puts what was read later of these tenants in the place of what was read before.
    pub(super) fn replace(&mut self, tenants: &BTreeSet<&TenantId>, later: Self) {
        self.tenants.retain(|tenant, _| !tenants.contains(tenant));
        self.people
            .retain(|(tenant, _), _| !tenants.contains(tenant));
        self.zones
            .retain(|(tenant, _), _| !tenants.contains(tenant));
        self.tenants.extend(later.tenants);
        self.people.extend(later.people);
        self.zones.extend(later.zones);
    }

    /// How often a tenant lets its users be disturbed.
    pub(crate) fn rate_rules(&self, tenant: &TenantId) -> RateRules {
        let set = self.tenants.get(tenant);
        set.map_or_else(RateRules::default, |set| set.rate_rules)
    }
}

/// What these people want.
pub(crate) async fn effective_preferences<'n>(
    connection: &mut PgConnection,
    people: impl Iterator<Item = (&'n TenantId, &'n UserId)>,
) -> Result<EffectivePreferencesByUser, Fault> {
    let who: BTreeSet<_> = people.collect();
    if who.is_empty() {
        return Ok(EffectivePreferencesByUser::default());
    }
    let (tenants, users) = columns(who.iter().copied());
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
    .fetch_all(&mut *connection)
    .await?;
    let mut book = EffectivePreferencesByUser::default();
    for row in &rows {
        let mut reader = Reader::new(row, "preferences");
        let tenant = reader.tenant()?;
        let user = reader.parse_some("user_id", UserId::parse)?;
        let kept = reader.next::<Json<Value>>("preferences")?.0;
        match user {
            Some(user) => {
                let choices = Preferences::from_stored(&kept);
                book.people.insert((tenant, user), choices.into());
            }
            None => {
                let set = TenantPreferences::from_stored(&kept);
                book.tenants.insert(tenant, set.into());
            }
        }
    }
    let needs_zone = |(tenant, user): &(&TenantId, &UserId)| book.of(tenant, user).needs_zone();
    let abroad: Vec<_> = who.into_iter().filter(needs_zone).collect();
    book.zones = zones(connection, abroad.into_iter()).await?;
    Ok(book)
}

/// Where these people live, as far as it is known.
pub(super) async fn zones<'n>(
    connection: &mut PgConnection,
    people: impl Iterator<Item = (&'n TenantId, &'n UserId)>,
) -> Result<HashMap<Who, String>, Fault> {
    let (tenants, users) = columns(people);
    if tenants.is_empty() {
        return Ok(HashMap::new());
    }
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

fn columns<'n>(
    people: impl Iterator<Item = (&'n TenantId, &'n UserId)>,
) -> (Vec<&'n str>, Vec<&'n str>) {
    people
        .map(|(tenant, user)| (tenant.as_str(), user.as_str()))
        .unzip()
}
