//! Brings roles, tables, partitions and the tenant `default` up. May run from many processes at
//! once, and again at any time.

use std::time::Duration;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{Connection, Executor, PgConnection, Row, SqlSafeStr};

use crate::pool::Login;
use crate::settings::PostgresSettings;
use crate::{SetupError, roles};

/// Version, name and text of each migration. Embedded by hand: the macro would need the database
/// driver at compile time.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (
        1,
        "tenants",
        include_str!("../../../migrations/postgres/0001_tenants.sql"),
    ),
    (
        2,
        "notifications",
        include_str!("../../../migrations/postgres/0002_notifications.sql"),
    ),
    (
        3,
        "pending",
        include_str!("../../../migrations/postgres/0003_pending.sql"),
    ),
    (
        4,
        "idempotency keys",
        include_str!("../../../migrations/postgres/0004_idempotency_keys.sql"),
    ),
    (
        5,
        "address book",
        include_str!("../../../migrations/postgres/0005_address_book.sql"),
    ),
    (
        6,
        "dead letters",
        include_str!("../../../migrations/postgres/0006_dead_letters.sql"),
    ),
    (
        7,
        "providers",
        include_str!("../../../migrations/postgres/0007_providers.sql"),
    ),
    (
        8,
        "dead messages",
        include_str!("../../../migrations/postgres/0008_dead_messages.sql"),
    ),
    (
        9,
        "account troubles",
        include_str!("../../../migrations/postgres/0009_account_troubles.sql"),
    ),
    (
        10,
        "inbox writes",
        include_str!("../../../migrations/postgres/0010_inbox_writes.sql"),
    ),
    (
        11,
        "outbox id",
        include_str!("../../../migrations/postgres/0011_outbox_id.sql"),
    ),
    (
        12,
        "inbox moments",
        include_str!("../../../migrations/postgres/0012_inbox_moments.sql"),
    ),
    (
        13,
        "retention",
        include_str!("../../../migrations/postgres/0013_retention.sql"),
    ),
];

/// Any number that nobody else uses: "campanil" in ASCII.
const LOCK: i64 = i64::from_be_bytes(*b"campanil");
/// How long to wait for another process that migrates.
const LOCK_PATIENCE: Duration = Duration::from_secs(120);
/// The pause between tries for the lock.
const LOCK_PAUSE: Duration = Duration::from_millis(200);

/// The version this program needs.
pub(crate) const fn newest_migration() -> i64 {
    MIGRATIONS[MIGRATIONS.len() - 1].0
}

/// A name for the schema that the migrations make: it changes when any text of them does.
pub fn migrations_digest() -> String {
    // FNV-1a: stable over runs and builds, which the standard library's hasher is not.
    let bytes = MIGRATIONS.iter().flat_map(|(_, _, sql)| sql.bytes());
    let hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

/// Migrates the database of `settings` with the owner's login.
///
/// # Errors
/// [`SetupError`]; what was done so far stays and the next run goes on from there.
pub async fn migrate(settings: &PostgresSettings) -> Result<(), SetupError> {
    let login = Login::owner(settings)?;
    let mut connection = login.connect_plain().await?;
    lock(&mut connection).await?;
    // The lock goes with the connection, whatever happens.
    let done = run(&mut connection).await;
    connection.close().await.ok();
    done
}

/// Tries instead of waiting inside the database: a session that waits for an advisory lock holds a
/// snapshot, and an index built concurrently by the one who migrates would wait for it in turn.
async fn lock(connection: &mut PgConnection) -> Result<(), SetupError> {
    let mut waited = Duration::ZERO;
    loop {
        let row = sqlx::query("SELECT pg_try_advisory_lock($1)").bind(LOCK);
        if row.fetch_one(&mut *connection).await?.try_get(0)? {
            return Ok(());
        }
        if waited >= LOCK_PATIENCE {
            return Err(SetupError::MigrationLocked(LOCK_PATIENCE.as_secs()));
        }
        if waited.is_zero() {
            tracing::info!("another process is migrating; waiting");
        }
        tokio::time::sleep(LOCK_PAUSE).await;
        waited += LOCK_PAUSE;
    }
}

async fn run(connection: &mut PgConnection) -> Result<(), SetupError> {
    roles::make(connection).await?;
    connection.execute("SET ROLE campanile_owner").await?;
    migrator().run_direct(None, connection, false).await?;
    for statement in [
        "GRANT SELECT ON _sqlx_migrations TO campanile_app, campanile_worker",
        "INSERT INTO tenants (tenant, created_at) VALUES ('default', now()) ON CONFLICT DO NOTHING",
        // Yesterday's too: an id made before midnight may arrive after it.
        "SELECT campanile_make_partitions((now() AT TIME ZONE 'UTC')::date - 1, 9)",
    ] {
        connection.execute(statement).await?;
    }
    Ok(())
}

fn migrator() -> Migrator {
    let migration = |(version, name, sql): (i64, &'static str, &'static str)| {
        Migration::new(
            version,
            name.into(),
            MigrationType::Simple,
            sql.into_sql_str(),
            false,
        )
    };
    let mut migrator =
        Migrator::with_migrations(MIGRATIONS.iter().copied().map(migration).collect());
    // Our own lock is held already; a newer program's migrations are no reason to stop an older one.
    migrator.set_locking(false).set_ignore_missing(true);
    migrator
}
