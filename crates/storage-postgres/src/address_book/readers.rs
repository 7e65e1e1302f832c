//! How many users read, at once.

use std::collections::{BTreeSet, HashMap};

use campanile_domain::{TenantId, UserId};
use campanile_storage::{KnownReader, Person};
use sqlx::PgConnection;
use sqlx::postgres::PgRow;

use crate::connection::{Scope, scope};
use crate::error::Fault;
use crate::rows::Reader;

/// Columns of users by key, one by one (see `dispatch/record.rs`), of those for whom a condition holds.
macro_rules! of_users {
    ($columns:literal, $condition:literal) => {
        concat!(
            scope!(),
            " SELECT u.* FROM scope CROSS JOIN UNNEST($2::text[], $3::text[]) AS w (tenant, user_id)
              CROSS JOIN LATERAL (
                  SELECT tenant, user_id, ",
            $columns,
            " FROM users u
                  WHERE scope.tenants IS NOT NULL AND u.tenant = w.tenant AND u.user_id = w.user_id AND (",
            $condition,
            ") OFFSET 0
              ) u"
        )
    };
}

pub(super) async fn of(
    connection: &mut PgConnection,
    people: &BTreeSet<(&TenantId, &UserId)>,
) -> Result<HashMap<Person, KnownReader>, Fault> {
    let query = of_users!(
        "locale, timezone",
        "u.locale IS NOT NULL OR u.timezone IS NOT NULL"
    );
    let rows = asked(connection, query, people).await?;
    let read = |row| {
        let mut reader = Reader::new(row, "users");
        let who = person(&mut reader)?;
        let known = KnownReader {
            locale: reader.next("locale")?,
            timezone: reader.next("timezone")?,
        };
        Ok((who, known))
    };
    rows.iter().map(read).collect()
}

pub(super) async fn attributes(
    connection: &mut PgConnection,
    people: &BTreeSet<(&TenantId, &UserId)>,
) -> Result<HashMap<Person, String>, Fault> {
    let query = of_users!("attributes::text", "u.attributes::text <> '{}'");
    let rows = asked(connection, query, people).await?;
    let read = |row| {
        let mut reader = Reader::new(row, "users");
        Ok((person(&mut reader)?, reader.next("attributes")?))
    };
    rows.iter().map(read).collect()
}

async fn asked(
    connection: &mut PgConnection,
    query: &'static str,
    people: &BTreeSet<(&TenantId, &UserId)>,
) -> Result<Vec<PgRow>, Fault> {
    let names = people
        .iter()
        .map(|(tenant, user)| (tenant.as_str(), user.as_str()));
    let (tenants, users): (Vec<_>, Vec<_>) = names.unzip();
    let scope = Scope::of(people.iter().map(|(tenant, _)| *tenant));
    let rows = sqlx::query(query)
        .bind(scope.as_str())
        .bind(tenants)
        .bind(users)
        .fetch_all(connection);
    Ok(rows.await?)
}

fn person(reader: &mut Reader<'_>) -> Result<Person, Fault> {
    Ok((reader.tenant()?, reader.parse("user_id", UserId::parse)?))
}
