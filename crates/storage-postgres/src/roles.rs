//! The three roles. They belong to the server, not to the database: two databases that migrate at
//! once make the same ones, and changes of a role collide where changes of a table would wait.

use std::time::Duration;

use sqlx::{Executor, PgConnection, Row};

/// Owner (migrations, partitions), app (what a caller asks), worker (claims across tenants).
const ROLES: [&str; 3] = ["campanile_owner", "campanile_app", "campanile_worker"];
/// The role that migrations run as.
const OWNER: &str = ROLES[0];
/// How often a collision is tried again; each collision means that another process got on.
const TRIES: u32 = 20;
/// The pause between tries.
const PAUSE: Duration = Duration::from_millis(50);

/// Makes the roles and lets the current login take them on.
pub(crate) async fn make(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    for role in ROLES {
        if !exists(connection, role).await? {
            repeat(connection, &format!("CREATE ROLE {role} NOLOGIN")).await?;
        }
        if !is_member(connection, role).await? {
            let granted = repeat(connection, &format!("GRANT {role} TO CURRENT_USER")).await;
            // An operator who keeps the logins apart has made the roles, and this one needs the owner's only.
            match granted {
                Err(error) if role != OWNER && is_not_permitted(&error) => {}
                other => other?,
            }
        }
    }
    repeat(
        connection,
        "GRANT USAGE, CREATE ON SCHEMA public TO campanile_owner",
    )
    .await?;
    repeat(
        connection,
        "GRANT USAGE ON SCHEMA public TO campanile_app, campanile_worker",
    )
    .await
}

async fn exists(connection: &mut PgConnection, role: &str) -> Result<bool, sqlx::Error> {
    let query = sqlx::query("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)");
    query.bind(role).fetch_one(connection).await?.try_get(0)
}

/// A superuser is a member of every role.
async fn is_member(connection: &mut PgConnection, role: &str) -> Result<bool, sqlx::Error> {
    let query = sqlx::query("SELECT pg_has_role(current_user, $1, 'MEMBER')");
    query.bind(role).fetch_one(connection).await?.try_get(0)
}

fn is_not_permitted(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(error) if error.code().as_deref() == Some("42501"))
}

/// Runs a statement until it works, is done already, or fails for a reason of its own.
async fn repeat(connection: &mut PgConnection, statement: &str) -> Result<(), sqlx::Error> {
    let mut tries = 0;
    loop {
        let result = connection.execute(statement).await;
        tries += 1;
        match result {
            Ok(_) => return Ok(()),
            Err(sqlx::Error::Database(error)) => match error.code().as_deref() {
                // duplicate_object; unique_violation where two are made at the very same time
                Some("42710" | "23505") => return Ok(()),
                // internal_error: "tuple concurrently updated"
                Some("XX000") if tries < TRIES => tokio::time::sleep(PAUSE).await,
                _ => return Err(sqlx::Error::Database(error)),
            },
            Err(error) => return Err(error),
        }
    }
}
