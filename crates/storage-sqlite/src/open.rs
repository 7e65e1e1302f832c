//! Opens the file: lock, migrations, one writer, a few readers.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use campanile_domain::Random;
use campanile_sealing::KeyRing;
use campanile_storage::StorageError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, SqliteConnection, SqlitePool};

use crate::analyses::Analyses;
use crate::error::storage_error;
use crate::writer::Writer;
use crate::{private_file, scrub};

/// Readers at once. Each has a page cache of its own, so few keep the process small.
const READERS: u32 = 3;
/// Kibibytes of page cache per connection (negative: SQLite's way to say kibibytes).
const CACHE_KIB: &str = "-1024";

macro_rules! steps {
    ($($file:literal),* $(,)?) => {
        &[$(include_str!(concat!("../../../migrations/sqlite/", $file))),*]
    };
}

/// The schema, step by step; `PRAGMA user_version` says how many are done. A step that was released never changes.
const STEPS: &[&str] = steps![
    "0001_tenants.sql",
    "0002_notifications.sql",
    "0003_pending.sql",
    "0004_address_book.sql",
    "0005_preferences.sql",
    "0006_topics.sql",
    "0007_providers.sql",
    "0008_operations.sql",
    "0009_item_texts.sql",
    "0010_templates.sql",
    "0011_traces.sql",
    "0012_access.sql",
    "0013_audit.sql",
    "0014_template_bounds.sql",
    "0015_ingest.sql",
    "0017_web_push.sql",
    "0018_suppressions.sql",
    "0019_variants.sql",
    "0020_ways.sql",
    "0022_tenant_limits.sql",
    "0023_mail_reports.sql",
    "0024_user_addresses.sql",
    "0027_reactions.sql",
    "0028_remembered.sql",
    "0029_users_by_email.sql",
    "0030_sealing.sql",
    "0031_user_merges.sql",
    "0032_moving.sql",
    "0034_tenant_recipients.sql",
    "0035_key_rotation.sql",
    "0036_tenant_access.sql",
    "0038_master_key_target.sql",
    "0039_address_rotation.sql",
    "0040_rotation_waits.sql",
];

/// Everything kept in one SQLite file.
pub struct SqliteStorage {
    pub(crate) writer: Writer,
    pub(crate) readers: SqlitePool,
    pub(crate) analyses: Arc<Analyses>,
    pub(crate) random: Random,
    pub(crate) keys: Arc<KeyRing>,
    /// Held until the process ends; a second process is refused.
    _lock: File,
}

impl SqliteStorage {
    /// Opens or makes the file, brings its schema up, makes the tenant `default`.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] where another process has it open, or it cannot be opened.
    pub async fn open(path: &Path) -> Result<Self, StorageError> {
        let lock = lock(path)?;
        files(path)?;
        let options = SqliteConnectOptions::from_str("sqlite::memory:")
            .map_err(storage_error)?
            .filename(path)
            .in_memory(false)
            .shared_cache(false)
            .create_if_missing(false)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(scrub::BUSY_TIMEOUT)
            .foreign_keys(true)
            .pragma("cache_size", CACHE_KIB)
            .pragma("secure_delete", "ON");
        let mut connection = options.connect().await.map_err(storage_error)?;
        migrate(&mut connection, STEPS).await?;
        if let Err(error) = scrub::rewrite_if_due(&mut connection).await {
            tracing::error!(
                %error,
                "could not vacuum the database file after an erasure, perhaps for lack of disk space; it will be \
                retried when this process ends"
            );
        }
        let readers = SqlitePoolOptions::new()
            .min_connections(0)
            .max_connections(READERS)
            .acquire_timeout(Duration::from_secs(2))
            .idle_timeout(Duration::from_secs(60))
            .test_before_acquire(false)
            .connect_lazy_with(options.read_only(true));
        Ok(Self {
            writer: Writer::start(connection),
            readers,
            analyses: Arc::default(),
            random: Random::system(),
            keys: Arc::new(KeyRing::new(None, false)),
            _lock: lock,
        })
    }

    /// Draws the ids of rows that only the database sees from `random`.
    #[must_use]
    pub fn with_random(self, random: Random) -> Self {
        Self { random, ..self }
    }

    /// Opens rows that are sealed, and seals new ones, with these keys. Without this no row is sealed, and none that is can
    /// be opened.
    #[must_use]
    pub fn with_keys(self, keys: Arc<KeyRing>) -> Self {
        Self { keys, ..self }
    }

    /// Ends when nothing can be written any more: the process is no use.
    pub async fn failed(&self) {
        self.writer.failed().await;
    }

    /// How many commits this process has made: what merging saves can be counted.
    pub fn commits(&self) -> u64 {
        self.writer.commits()
    }
}

/// What an error says when another process has the file.
pub const IN_USE: &str = "another campanile process has it open";

fn lock(database: &Path) -> Result<File, StorageError> {
    let path = database.with_extension("lock");
    let unavailable =
        |what: &str| StorageError::Unavailable(format!("{}: {what}", database.display()));
    let file = private_file::open_or_new(&path)
        .map_err(|error| unavailable(&format!("its lock file {}: {error}", path.display())))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(unavailable(&format!("{IN_USE}; stop that first"))),
        Err(TryLockError::Error(error)) => Err(unavailable(&format!("cannot lock it: {error}"))),
    }
}

/// Makes the file, so that SQLite only opens it, and gives it and what belongs to it to their owner alone.
/// SQLite gives its log and its index the mode of the file.
fn files(database: &Path) -> Result<(), StorageError> {
    let refused = |path: &Path, error: std::io::Error| {
        StorageError::Unavailable(format!("{}: {error}", path.display()))
    };
    private_file::open_or_new(database).map_err(|error| refused(database, error))?;
    for suffix in ["-wal", "-shm", "-journal"] {
        let mut name = database.as_os_str().to_owned();
        name.push(suffix);
        let path = Path::new(&name);
        private_file::tighten_if_there(path).map_err(|error| refused(path, error))?;
    }
    Ok(())
}

async fn migrate(connection: &mut SqliteConnection, steps: &[&str]) -> Result<(), StorageError> {
    let done: i64 = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(&mut *connection)
        .await
        .map_err(storage_error)?;
    let done = usize::try_from(done).unwrap_or(0);
    if done > steps.len() {
        return Err(StorageError::Refused(format!(
            "the file has schema version {done}, but this program supports up to {}; a newer version wrote it",
            steps.len()
        )));
    }
    for (step, sql) in steps.iter().enumerate().skip(done) {
        let whole = format!(
            "BEGIN IMMEDIATE;\n{sql}\nPRAGMA user_version = {};\nCOMMIT;",
            step + 1
        );
        sqlx::raw_sql(&whole)
            .execute(&mut *connection)
            .await
            .map_err(storage_error)?;
    }
    sqlx::query("INSERT INTO tenants (tenant, created_at) VALUES ('default', unixepoch() * 1000000) ON CONFLICT DO NOTHING")
        .execute(connection)
        .await
        .map_err(storage_error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use sqlx::{Connection, Executor};

    use super::*;

    /// What a later program will have to do where SQLite cannot change a table in place.
    const REBUILT: &str = "CREATE TABLE dead_letters_new AS SELECT *, 7 AS later FROM dead_letters;
        DROP TABLE dead_letters;
        ALTER TABLE dead_letters_new RENAME TO dead_letters;";

    async fn file(dir: &tempfile::TempDir) -> SqliteConnection {
        let path = dir.path().join("campanile.db");
        let url = format!("sqlite://{}?mode=rwc", path.display());
        SqliteConnection::connect(&url).await.expect("a file")
    }

    async fn number(file: &mut SqliteConnection, query: &str) -> i64 {
        let number = sqlx::query_scalar(query).fetch_one(file).await;
        number.expect("a number")
    }

    async fn with_a_dead_letter(dir: &tempfile::TempDir) -> SqliteConnection {
        let mut file = file(dir).await;
        migrate(&mut file, STEPS).await.expect("migrated");
        file.execute(
            "INSERT INTO dead_letters VALUES ('acme', zeroblob(16), zeroblob(16), 'u', 'push', 1,
                 '410', 'gone', 3, 1767225600000000)",
        )
        .await
        .expect("a dead letter");
        file.close().await.expect("closed");
        self::file(dir).await
    }

    #[test]
    fn every_file_is_a_step() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations/sqlite");
        let files = std::fs::read_dir(folder).expect("the folder is there");
        assert_eq!(files.count(), STEPS.len());
    }

    #[tokio::test]
    async fn an_older_file_goes_through_the_later_steps_and_keeps_its_rows() {
        let dir = tempfile::tempdir().expect("a folder");
        let mut file = with_a_dead_letter(&dir).await;
        let later = [STEPS, &[REBUILT, "CREATE TABLE later (one INTEGER);"]].concat();
        for _ in 0..2 {
            migrate(&mut file, &later).await.expect("migrated");
            let kept = "SELECT later FROM dead_letters WHERE code = '410' AND attempts = 3";
            assert_eq!(number(&mut file, kept).await, 7);
            let version = number(&mut file, "PRAGMA user_version").await;
            assert_eq!(usize::try_from(version), Ok(STEPS.len() + 2));
        }
        migrate(&mut file, STEPS).await.expect_err("it is newer");
    }

    #[tokio::test]
    async fn a_step_that_fails_changes_nothing_and_the_next_run_takes_it_up_again() {
        let dir = tempfile::tempdir().expect("a folder");
        let mut file = with_a_dead_letter(&dir).await;
        let broken = format!("{REBUILT} INSERT INTO missing VALUES (1);");
        let later = [STEPS, &[broken.as_str()]].concat();
        migrate(&mut file, &later).await.expect_err("it is broken");
        file.close().await.expect("closed");
        let mut file = self::file(&dir).await;
        let version = number(&mut file, "PRAGMA user_version").await;
        assert_eq!(usize::try_from(version), Ok(STEPS.len()));
        let columns = "SELECT count(*) FROM pragma_table_info('dead_letters') WHERE name = 'later'";
        assert_eq!(number(&mut file, columns).await, 0);
        let mended = [STEPS, &[REBUILT]].concat();
        migrate(&mut file, &mended).await.expect("migrated");
        assert_eq!(number(&mut file, "SELECT later FROM dead_letters").await, 7);
    }
}
