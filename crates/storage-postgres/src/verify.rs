//! Refuses to work where row-level security would not hold this process back.

use sqlx::{Connection, PgConnection, Row};

use crate::SetupError;
use crate::login::Login;
use crate::migrate::newest_migration;
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

async fn schema(connection: &mut PgConnection) -> Result<(), SetupError> {
    let newest = sqlx::query_scalar::<_, Option<i64>>("SELECT max(version) FROM _sqlx_migrations")
        .fetch_one(connection)
        .await;
    match newest {
        Ok(Some(version)) if version >= newest_migration() => Ok(()),
        Ok(version) => Err(SetupError::NotMigrated(format!(
            "at version {}, this program needs {}",
            version.unwrap_or(0),
            newest_migration()
        ))),
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some("42P01") => {
            Err(SetupError::NotMigrated("no tables".into()))
        }
        Err(error) => Err(error.into()),
    }
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
}
