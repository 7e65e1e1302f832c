//! Brings roles, tables, partitions and the tenant `default` up. May run from many processes at
//! once, and again at any time; meanwhile, the release before goes on accepting (ADR 0023).
//!
//! How a migration is written: what needs a table for a moment is plain SQL, run in a transaction
//! that steps back where the table is busy ([`patience`]). What reads rows is not done in it: an
//! index on a partitioned table is declared `ON ONLY` and a constraint `NOT VALID`, and both are made
//! good afterwards ([`indexes`]); an index on another table is a file of its own that begins with
//! [`APART`] and has the one statement `CREATE INDEX CONCURRENTLY IF NOT EXISTS`. A file that was
//! released never changes: `cargo xtask top-level` holds all of them against `migrations/checksums`.

mod indexes;
mod patience;

use std::time::{Duration, Instant};

use futures_util::future::BoxFuture;
use sqlx::error::BoxDynError;
use sqlx::migrate::{MigrateError, Migration, MigrationSource, MigrationType, Migrator};
use sqlx::{Connection, Executor, PgConnection, Row};

use patience::Patience;

use crate::login::Login;
use crate::settings::PostgresSettings;
use crate::{SetupError, roles};

/// One step of the schema.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// Its number; a database remembers which it has had.
    pub version: i64,
    /// Whether the request was made or accepted.
    pub name: &'static str,
    /// Its text; it never changes again.
    pub sql: &'static str,
}

impl Step {
    fn migration(&self) -> Migration {
        Migration::new(
            self.version,
            self.name.into(),
            MigrationType::Simple,
            self.sql.into(),
            self.sql.starts_with(APART),
        )
    }
}

/// Embedded by hand: sqlx's macro would need the database driver at compile time.
macro_rules! steps {
    ($($version:literal $name:literal $file:literal),* $(,)?) => {
        &[$(Step {
            version: $version,
            name: $name,
            sql: include_str!(concat!("../../../migrations/postgres/", $file)),
        }),*]
    };
}

const STEPS: &[Step] = steps![
    1 "tenants" "0001_tenants.sql",
    2 "notifications" "0002_notifications.sql",
    3 "pending" "0003_pending.sql",
    4 "address book" "0004_address_book.sql",
    5 "preferences" "0005_preferences.sql",
    6 "topics" "0006_topics.sql",
    7 "providers" "0007_providers.sql",
    8 "operations" "0008_operations.sql",
    9 "item texts" "0009_item_texts.sql",
    10 "templates" "0010_templates.sql",
    11 "traces" "0011_traces.sql",
    12 "access" "0012_access.sql",
    13 "audit" "0013_audit.sql",
    14 "template bounds" "0014_template_bounds.sql",
    15 "ingest" "0015_ingest.sql",
    17 "web push" "0017_web_push.sql",
    18 "suppressions" "0018_suppressions.sql",
    19 "variants" "0019_variants.sql",
    20 "ways" "0020_ways.sql",
    22 "tenant limits" "0022_tenant_limits.sql",
    23 "mail reports" "0023_mail_reports.sql",
    24 "user addresses" "0024_user_addresses.sql",
    27 "reactions" "0027_reactions.sql",
    28 "remembered" "0028_remembered.sql",
    29 "users by email" "0029_users_by_email.sql",
    30 "sealing" "0030_sealing.sql",
    31 "user merges" "0031_user_merges.sql",
    32 "moving" "0032_moving.sql",
    34 "tenant recipients" "0034_tenant_recipients.sql",
    35 "key rotation" "0035_key_rotation.sql",
    36 "tenant access" "0036_tenant_access.sql",
    37 "expected statistics" "0037_expected_statistics.sql",
    38 "master key target" "0038_master_key_target.sql",
    39 "address rotation" "0039_address_rotation.sql",
    40 "rotation waits" "0040_rotation_waits.sql",
];

/// Any number that no other program uses: "campanil" in ASCII.
const LOCK: i64 = i64::from_be_bytes(*b"campanil");
/// How long to wait for another process that migrates.
///
/// It builds indexes of all that is kept, which takes as long as it takes.
const LOCK_PATIENCE: Duration = Duration::from_secs(3_600);
/// The pause between tries for the lock.
const LOCK_PAUSE: Duration = Duration::from_millis(200);
/// How often it is said that another process migrates.
const LOCK_LINES_EVERY: Duration = Duration::from_secs(10);
/// The first line of a migration that runs outside a transaction.
const APART: &str = "-- no-transaction\n";

/// The migrations that this program needs, oldest first.
pub(crate) fn known_migrations() -> Vec<Migration> {
    STEPS.iter().map(Step::migration).collect()
}

/// A name for the schema that the migrations make: it changes when any text of them does.
pub fn migrations_digest() -> String {
    // FNV-1a: stable over runs and builds, which the standard library's hasher is not.
    let bytes = STEPS.iter().flat_map(|step| step.sql.bytes());
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
    migrate_as_later(settings, &[]).await
}

/// Migrates as a later program will, which knows more steps: for tests of what meets a filled database.
///
/// # Errors
/// As [`migrate`].
pub async fn migrate_as_later(
    settings: &PostgresSettings,
    later: &[Step],
) -> Result<(), SetupError> {
    let login = Login::owner(settings)?;
    let mut connection = login.connect_plain().await?;
    lock(&mut connection).await?;
    // The lock goes with the connection, whatever happens.
    let done = run(&mut connection, later).await;
    connection.close().await.ok();
    done
}

/// Tries instead of waiting inside the database: a session that waits for an advisory lock holds a
/// snapshot, and an index built concurrently by the one who migrates would wait for it in turn.
async fn lock(connection: &mut PgConnection) -> Result<(), SetupError> {
    let since = Instant::now();
    let mut logged = None;
    loop {
        let row = sqlx::query("SELECT pg_try_advisory_lock($1)").bind(LOCK);
        if row.fetch_one(&mut *connection).await?.try_get(0)? {
            return Ok(());
        }
        let waited = since.elapsed();
        if waited >= LOCK_PATIENCE {
            return Err(SetupError::MigrationLocked(LOCK_PATIENCE.as_secs()));
        }
        if logged.is_none_or(|logged| waited - logged >= LOCK_LINES_EVERY) {
            tracing::info!(
                "another process is migrating; waiting for {} s",
                waited.as_secs()
            );
            logged = Some(waited);
        }
        tokio::time::sleep(LOCK_PAUSE).await;
    }
}

async fn run(connection: &mut PgConnection, later: &[Step]) -> Result<(), SetupError> {
    roles::make(connection).await?;
    connection.execute("SET ROLE campanile_owner").await?;
    indexes::drop_unfinished(connection).await?;
    for step in STEPS.iter().chain(later) {
        apply(connection, step).await?;
    }
    indexes::complete(connection).await?;
    indexes::validate_constraints(connection).await?;
    connection.execute("RESET lock_timeout").await?;
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

/// The source of a migrator that knows one migration.
#[derive(Debug)]
struct One(Migration);

impl MigrationSource<'static> for One {
    fn resolve(self) -> BoxFuture<'static, Result<Vec<Migration>, BoxDynError>> {
        Box::pin(async move { Ok(vec![self.0]) })
    }
}

/// Runs one migration, unless it was run; as often as it takes to get its locks.
async fn apply(connection: &mut PgConnection, step: &Step) -> Result<(), SetupError> {
    let Step { version, name, .. } = step;
    let what = format!("migration {version} ({name})");
    let migration = step.migration();
    let apart = migration.no_tx;
    let mut migrator = Migrator::new(One(migration)).await?;
    // Our own lock is held already; the others', and a newer program's, are no reason to stop.
    migrator.set_locking(false);
    migrator.set_ignore_missing(true);
    let mut patience = Patience::new(&what);
    loop {
        connection
            .execute(if apart {
                "SET lock_timeout = 0"
            } else {
                Patience::LOCK_TIMEOUT
            })
            .await?;
        match migrator.run_direct(connection).await {
            Err(MigrateError::ExecuteMigration(error, _) | MigrateError::Execute(error))
                if patience.another(&error).await => {}
            done => return Ok(done?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_a_step() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/postgres");
        let files = std::fs::read_dir(folder).expect("the folder is there");
        assert_eq!(files.count(), STEPS.len());
        assert!(
            STEPS.is_sorted_by(|one, next| one.version < next.version),
            "the database applies them in this order"
        );
    }
}
