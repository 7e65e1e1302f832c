//! Refuses to work where row-level security would not hold this process back.

use std::collections::BTreeMap;

use sqlx::migrate::Migration;
use sqlx::{Connection, PgConnection, Row};

use crate::SetupError;
use crate::login::Login;
use crate::migrate::known_migrations;
use crate::settings::PostgresSettings;

/// Checks the role that `settings` leads to.
pub(crate) async fn verify(settings: &PostgresSettings) -> Result<(), SetupError> {
    // Outside the pool, which would try a refused login over and over instead of saying so.
    let login = Login::of(settings, settings.role)?;
    let mut connection = login.connect_plain().await?;
    let set_up = login.set_up(&mut connection).await;
    if let Err(sqlx::Error::Database(error)) = &set_up {
        // "role does not exist"
        if error.code().as_deref() == Some("22023") {
            return Err(SetupError::NotMigrated(error.message().to_owned()));
        }
    }
    set_up?;
    rights(&mut connection).await?;
    schema(&mut connection).await
}

/// Checks that the schema is as new as this program, with whichever login `settings` has; takes on no role.
///
/// # Errors
/// [`SetupError::NotMigrated`], or why the database could not be asked.
pub async fn verify_schema(settings: &PostgresSettings) -> Result<(), SetupError> {
    let mut connection = Login::any(settings)?.connect_plain().await?;
    let verdict = schema(&mut connection).await;
    connection.close().await.ok();
    verdict
}

/// Connects once with the login that migrates.
///
/// # Errors
/// Why it cannot connect.
pub async fn verify_owner_connects(settings: &PostgresSettings) -> Result<(), SetupError> {
    let connection = Login::owner(settings)?.connect_plain().await?;
    connection.close().await.ok();
    Ok(())
}

async fn rights(connection: &mut PgConnection) -> Result<(), SetupError> {
    let row = sqlx::query(
        "SELECT current_user::text, r.rolsuper, r.rolbypassrls, EXISTS (
             SELECT FROM pg_class c
             WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
               AND c.relname IN ('notifications', 'deliveries', 'outbox', 'idempotency_keys')
               AND pg_has_role(current_user, c.relowner, 'USAGE'))
         FROM pg_roles r WHERE r.rolname = current_user",
    )
    .fetch_one(connection)
    .await?;
    let why = if row.try_get(1)? {
        "is a superuser"
    } else if row.try_get(2)? {
        "has BYPASSRLS"
    } else if row.try_get(3)? {
        "owns the tables"
    } else {
        return Ok(());
    };
    let role = row.try_get(0)?;
    Err(SetupError::PolicyDoesNotBind { role, why })
}

/// The migrations that the database has had must be those that this program knows; newer ones may follow.
async fn schema(connection: &mut PgConnection) -> Result<(), SetupError> {
    let rows = sqlx::query("SELECT version, description, checksum FROM _sqlx_migrations");
    let rows = match rows.fetch_all(connection).await {
        Ok(rows) => rows,
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("42P01") => {
            return Err(SetupError::NotMigrated("no tables".into()));
        }
        Err(error) => return Err(error.into()),
    };
    let mut recorded = BTreeMap::new();
    for row in &rows {
        let (name, checksum) = (row.try_get(1)?, row.try_get(2)?);
        recorded.insert(row.try_get::<i64, _>(0)?, Recorded { name, checksum });
    }
    compare(&known_migrations(), &recorded)
}

/// A migration that the database has had.
struct Recorded {
    name: String,
    checksum: Vec<u8>,
}

fn compare(known: &[Migration], recorded: &BTreeMap<i64, Recorded>) -> Result<(), SetupError> {
    let newest = recorded.keys().next_back().copied().unwrap_or(0);
    for migration in known {
        let version = migration.version;
        let Some(had) = recorded.get(&version) else {
            let needed = known.last().map_or(0, |last| last.version);
            return Err(SetupError::NotMigrated(format!(
                "at version {newest}, this program needs {needed}"
            )));
        };
        if had.checksum[..] != migration.checksum[..] {
            return Err(SetupError::OtherSchema {
                version,
                recorded: had.name.clone(),
                known: migration.description.to_string(),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use campanile_test_support::postgres::TestDatabase;

    #[tokio::test]
    async fn a_superuser_is_refused_until_it_takes_on_a_role() {
        let database = TestDatabase::create().await;
        let mut connection = PgConnection::connect(database.url()).await.expect("up");
        let refused = rights(&mut connection).await.expect_err("a superuser");
        assert!(
            matches!(refused, SetupError::PolicyDoesNotBind { .. }),
            "{refused}"
        );
        for (role, binds) in [
            ("SET ROLE campanile_app", true),
            ("SET ROLE campanile_worker", true),
            ("SET ROLE campanile_owner", false),
        ] {
            sqlx::query(role)
                .execute(&mut connection)
                .await
                .expect("member");
            assert_eq!(rights(&mut connection).await.is_ok(), binds, "{role}");
        }
        database.close().await;
    }

    #[test]
    fn a_schema_that_other_migrations_made_is_refused() {
        let known = known_migrations();
        let recorded = |change: &dyn Fn(&Migration) -> Option<Recorded>| {
            let had = known
                .iter()
                .filter_map(|one| Some((one.version, change(one)?)));
            had.collect::<BTreeMap<_, _>>()
        };
        let same = |one: &Migration| {
            Some(Recorded {
                name: one.description.to_string(),
                checksum: one.checksum.to_vec(),
            })
        };
        assert!(compare(&known, &recorded(&same)).is_ok());
        let mut newer = recorded(&same);
        let later = Recorded {
            name: "later".into(),
            checksum: vec![1],
        };
        newer.insert(9_999, later);
        assert!(compare(&known, &newer).is_ok());
        let missing = recorded(&|one| same(one).filter(|_| one.version != 2));
        let refused = compare(&known, &missing).expect_err("one is missing");
        assert!(matches!(refused, SetupError::NotMigrated(_)), "{refused}");
        let mut other = newer;
        other.insert(
            3,
            Recorded {
                name: "outbox".into(),
                checksum: vec![1],
            },
        );
        let refused = compare(&known, &other).expect_err("another schema");
        assert!(refused.to_string().contains("outbox"), "{refused}");
    }
}
