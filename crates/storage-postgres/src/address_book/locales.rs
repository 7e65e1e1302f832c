//! The locales of many users at once.

use std::collections::{BTreeSet, HashMap};

use campanile_domain::{TenantId, UserId};
use campanile_storage::Person;
use sqlx::PgConnection;

use crate::connection::{Scope, scope};
use crate::error::Fault;
use crate::rows::Reader;

pub(super) async fn of(
    connection: &mut PgConnection,
    people: &BTreeSet<(&TenantId, &UserId)>,
) -> Result<HashMap<Person, String>, Fault> {
    let names = people
        .iter()
        .map(|(tenant, user)| (tenant.as_str(), user.as_str()));
    let (tenants, users): (Vec<_>, Vec<_>) = names.unzip();
    // By key, one by one: see `dispatch/record.rs`.
    let rows = sqlx::query(concat!(
        scope!(),
        " SELECT u.tenant, u.user_id, u.locale
          FROM scope CROSS JOIN UNNEST($2::text[], $3::text[]) AS w (tenant, user_id)
          CROSS JOIN LATERAL (
              SELECT tenant, user_id, locale FROM users u
              WHERE scope.tenants IS NOT NULL AND u.tenant = w.tenant AND u.user_id = w.user_id
                  AND u.locale IS NOT NULL OFFSET 0
          ) u"
    ))
    .bind(Scope::of(people.iter().map(|(tenant, _)| *tenant)).as_str())
    .bind(tenants)
    .bind(users)
    .fetch_all(connection)
    .await?;
    let read = |row| {
        let mut reader = Reader::new(row, "users");
        let who = (reader.tenant()?, reader.parse("user_id", UserId::parse)?);
        Ok((who, reader.next("locale")?))
    };
    rows.iter().map(read).collect()
}
