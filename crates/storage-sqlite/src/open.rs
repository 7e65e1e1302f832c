//! Opens the file: lock, migrations, one writer, a few readers.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

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

/// The schema, step by step; `PRAGMA user_version` says how many are done.
const MIGRATIONS: &[&str] = &[
    include_str!("../../../migrations/sqlite/0001_first.sql"),
    include_str!("../../../migrations/sqlite/0002_address_book.sql"),
    include_str!("../../../migrations/sqlite/0003_dead_letters.sql"),
    include_str!("../../../migrations/sqlite/0004_providers.sql"),
    include_str!("../../../migrations/sqlite/0005_dead_messages.sql"),
    include_str!("../../../migrations/sqlite/0006_account_troubles.sql"),
    include_str!("../../../migrations/sqlite/0007_inbox_writes.sql"),
    include_str!("../../../migrations/sqlite/0008_inbox_moments.sql"),
    include_str!("../../../migrations/sqlite/0009_retention.sql"),
    include_str!("../../../migrations/sqlite/0010_preferences.sql"),
    include_str!("../../../migrations/sqlite/0011_topics.sql"),
    include_str!("../../../migrations/sqlite/0012_started_account.sql"),
    include_str!("../../../migrations/sqlite/0013_cancel.sql"),
    include_str!("../../../migrations/sqlite/0014_schedule_expedite.sql"),
    include_str!("../../../migrations/sqlite/0015_account_breakers.sql"),
    include_str!("../../../migrations/sqlite/0016_plan_marks.sql"),
    include_str!("../../../migrations/sqlite/0017_schedule_turns.sql"),
    include_str!("../../../migrations/sqlite/0018_fanouts.sql"),
    include_str!("../../../migrations/sqlite/0019_reschedules.sql"),
    include_str!("../../../migrations/sqlite/0020_fanout_recalls.sql"),
    include_str!("../../../migrations/sqlite/0021_account_pauses.sql"),
    include_str!("../../../migrations/sqlite/0022_worker_reports.sql"),
    include_str!("../../../migrations/sqlite/0023_rewrite_due.sql"),
];

/// Everything kept in one SQLite file.
pub struct SqliteStorage {
    pub(crate) writer: Writer,
    pub(crate) readers: SqlitePool,
    pub(crate) analyses: Arc<Analyses>,
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
        migrate(&mut connection).await?;
        if let Err(error) = scrub::rewrite_if_due(&mut connection).await {
            tracing::error!(
                %error,
                "the file could not be written anew after an erasure, perhaps for want of space; \
                 it stays due and is tried when this process ends"
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
            _lock: lock,
        })
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
pub const IN_USE: &str = "another campanile has it open";

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

async fn migrate(connection: &mut SqliteConnection) -> Result<(), StorageError> {
    let done: i64 = sqlx::query_scalar("PRAGMA user_version")
        .fetch_one(&mut *connection)
        .await
        .map_err(storage_error)?;
    let done = usize::try_from(done).unwrap_or(0);
    if done > MIGRATIONS.len() {
        return Err(StorageError::Refused(format!(
            "the file's schema is version {done}, this program knows {}; it was written by a newer one",
            MIGRATIONS.len()
        )));
    }
    for (step, sql) in MIGRATIONS.iter().copied().enumerate().skip(done) {
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
