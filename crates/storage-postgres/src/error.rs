//! From the driver's errors to those of the traits, by what can be done about them.

use campanile_sealing::{KeyFault, SealError, Wanted};
use campanile_storage::StorageError;

/// What keeps the back end from starting.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The address cannot be understood; it is not shown, because it carries a password.
    #[error("the {0} database URL is not valid; expected postgres://user@host/database")]
    Address(&'static str),
    /// The schema is missing or older than this program.
    #[error("the schema is not up to date ({0}); run `campanile migrate`")]
    NotMigrated(String),
    /// The schema was made by other migrations than this program has.
    #[error(
        "the schema is that of another build: migration {version} is recorded as \"{recorded}\", but its text is not that of \"{known}\", which this program has; use a new database, or the build that made this one"
    )]
    OtherSchema {
        /// The migration's number.
        version: i64,
        /// The name that the database has for it.
        recorded: String,
        /// The name that this program has for it.
        known: String,
    },
    /// Row-level security would not hold this login back.
    #[error("row-level security does not apply to the database role {role}: it {why}")]
    PolicyDoesNotBind {
        /// The role that statements would run as.
        role: String,
        /// Which of its rights is too much.
        why: &'static str,
    },
    /// Another process is migrating, for too long.
    #[error("another process is migrating this database and did not finish in {0} s")]
    MigrationLocked(u64),
    /// A migration did not work.
    #[error("migration failed")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The database says something else.
    #[error("database")]
    Database(#[from] sqlx::Error),
}

impl SetupError {
    /// Whether the same call may succeed later without a change of the settings: the server starts, its logins or
    /// tables are still to be made.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::NotMigrated(_) | Self::Database(_) => true,
            Self::Address(_)
            | Self::OtherSchema { .. }
            | Self::PolicyDoesNotBind { .. }
            | Self::MigrationLocked(_)
            | Self::Migration(_) => false,
        }
    }
}

/// An error inside this crate: what [`crate::connection::transact`] needs to tell apart.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The connection broke, in a transaction before its commit: nothing was stored, a new connection may do. What a
    /// statement alone did is open.
    Lost(String),
    /// The server is gone: it refuses connections or says nothing. What was asked of it last may be carried out yet.
    Away(String),
    /// Two transactions waited for each other and this one was chosen to give way.
    Deadlock(String),
    /// A lock was not given within the time set.
    LockTimeout,
    /// A row fits no partition: its id is from a clock far off, or partitions are missing.
    NoPartition(String),
    /// There is a row with that key already.
    Taken(String),
    /// Data keys of tenants have to be looked up, outside the transaction; then it is tried again.
    Keys(Wanted),
    /// Anything else, already in its final form.
    Final(StorageError),
}

impl Fault {
    /// What the transaction has to know of it beside the error that a use case sees.
    pub(crate) fn to_retry(&self) -> Option<Self> {
        match self {
            Self::Lost(text) => Some(Self::Lost(text.clone())),
            Self::Away(text) => Some(Self::Away(text.clone())),
            Self::Deadlock(text) => Some(Self::Deadlock(text.clone())),
            Self::Keys(wanted) => Some(Self::Keys(wanted.clone())),
            Self::LockTimeout | Self::NoPartition(_) | Self::Taken(_) | Self::Final(_) => None,
        }
    }
}

impl From<StorageError> for Fault {
    fn from(error: StorageError) -> Self {
        Self::Final(error)
    }
}

impl From<Fault> for StorageError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Lost(text) => Self::Unavailable(text),
            Fault::Away(text) => Self::Away(text),
            Fault::Deadlock(text) => Self::Unavailable(text),
            Fault::LockTimeout => Self::Unavailable("a lock was not granted in time".into()),
            Fault::NoPartition(text) | Fault::Taken(text) => Self::Refused(text),
            // Those who are to retry look at the fault, not at this.
            Fault::Keys(_) => Self::Unavailable("data keys are being looked up".into()),
            Fault::Final(error) => error,
        }
    }
}

impl From<KeyFault> for Fault {
    fn from(fault: KeyFault) -> Self {
        match fault {
            KeyFault::Wanted(wanted) => Self::Keys(wanted),
            KeyFault::Seal(error) => error.into(),
        }
    }
}

/// The rows of one tenant cannot be sealed; a batch is split to find them.
impl From<SealError> for Fault {
    fn from(error: SealError) -> Self {
        let why = format!("CAMPANILE_MASTER_KEY does not decrypt this tenant's data key ({error})");
        Self::Final(StorageError::Refused(why))
    }
}

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(database) => {
                let code = database.code().unwrap_or_default();
                by_code(&code, format!("{} ({code})", database.message()))
            }
            sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => {
                Self::Lost(error.to_string())
            }
            _ => Self::Final(StorageError::Unavailable(error.to_string())),
        }
    }
}

/// Sorts by SQLSTATE (appendix A of the Postgres manual).
fn by_code(code: &str, text: String) -> Fault {
    match code {
        "40P01" | "40001" => Fault::Deadlock(text),
        "55P03" => Fault::LockTimeout,
        // Shutting down, crashed, starting up, idle too long; 08 is "connection exception".
        "57P01" | "57P02" | "57P03" | "25P03" => Fault::Lost(text),
        "23505" => Fault::Taken(text),
        // Only a missing partition has this code here without naming a constraint.
        "23514" if text.contains("no partition") => Fault::NoPartition(text),
        _ => match code.get(..2) {
            Some("08") => Fault::Lost(text),
            // The rows: bad data, a broken constraint, a policy.
            Some("22" | "23" | "42" | "44" | "54") if code != "42P01" => {
                Fault::Final(StorageError::Refused(text))
            }
            _ => Fault::Final(StorageError::Unavailable(text)),
        },
    }
}

/// Whether an error of COMMIT leaves open if the rows are there.
pub(crate) fn commit_fault(fault: Fault) -> Fault {
    match fault {
        Fault::Lost(text) | Fault::Away(text) => Fault::Final(StorageError::CommitUnknown(text)),
        fault @ (Fault::Deadlock(_)
        | Fault::LockTimeout
        | Fault::NoPartition(_)
        | Fault::Taken(_)
        | Fault::Keys(_)) => fault,
        Fault::Final(StorageError::Refused(refused)) => StorageError::Refused(refused).into(),
        Fault::Final(error) => Fault::Final(StorageError::CommitUnknown(error.to_string())),
    }
}

/// What an error means for a statement that commits by itself: only where the server says so it was not carried out.
/// [`Fault::Lost`] leaves it open; who runs it again must be able to.
pub(crate) fn alone_fault(error: sqlx::Error) -> Fault {
    let of_server = matches!(error, sqlx::Error::Database(_));
    match Fault::from(error) {
        Fault::Final(StorageError::Unavailable(text)) if !of_server => {
            Fault::Final(StorageError::CommitUnknown(text))
        }
        fault => fault,
    }
}
