//! Why a tenant is not moved.

use std::io;

use campanile_domain::TenantId;
use campanile_storage::StorageError;

/// Why a tenant cannot be exported, or a file cannot be imported.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// There is none of this name.
    #[error("there is no tenant {0}")]
    NoTenant(TenantId),
    /// Its rows are being removed.
    #[error("the tenant {0} is being removed")]
    InRemoval(TenantId),
    /// It could change or deliver while it is moved.
    #[error("the tenant {0} is not suspended; run `campanile tenant suspend {0}` first")]
    NotSuspended(TenantId),
    /// Processes may not know yet that it is suspended.
    #[error(
        "the tenant {tenant} was suspended a moment ago and some processes may not know it yet; try again in {seconds} s"
    )]
    JustSuspended {
        /// The tenant.
        tenant: TenantId,
        /// When to try again.
        seconds: i64,
    },
    /// Workers may be delivering them.
    #[error(
        "{0} dispatches are in the queue or with a worker, and both databases would deliver them; wait until the workers \
        have delivered them, or stop all workers and use --with-queued"
    )]
    Queued(u64),
    /// There are encrypted rows, and no key.
    #[error(
        "the tenant has encrypted rows, and moving them needs the master key: set CAMPANILE_MASTER_KEY"
    )]
    NoMasterKey,
    /// The master key is another than the one that the rows were encrypted with.
    #[error(
        "the key of the tenant was encrypted with another master key; set CAMPANILE_MASTER_KEY to that one"
    )]
    OtherMasterKey,
    /// Keys leave the installation in encrypted files only.
    #[error(
        "the tenant has keys ({0}), which are never written to a file that is not encrypted; use a passphrase instead of --plain"
    )]
    KeysInPlain(&'static str),
    /// The file is encrypted, and no passphrase was given.
    #[error(
        "the file is encrypted; give its passphrase with --passphrase-file or CAMPANILE_EXPORT_PASSPHRASE"
    )]
    NoPassphrase,
    /// It could be guessed.
    #[error("the passphrase must have at least {0} bytes")]
    ShortPassphrase(usize),
    /// What was read is no export, or not a whole one.
    #[error("the file is not a complete export: {0}")]
    BadFile(String),
    /// It does not open.
    #[error("the passphrase is wrong, or the file was changed (frame {0})")]
    Sealed(u64),
    /// Another release wrote it.
    #[error(
        "the file has the tables of another release ({0}); use the same release for the export and for the import"
    )]
    OtherRelease(String),
    /// The target has such a tenant, in use.
    #[error(
        "the tenant {tenant} has {rows} rows in {table} already; only a tenant without rows can be imported into"
    )]
    HasRows {
        /// The tenant.
        tenant: TenantId,
        /// Where.
        table: &'static str,
        /// How many.
        rows: u64,
    },
    /// The import of another file has begun.
    #[error(
        "the import of another file has begun for the tenant {0}; continue with that file, or delete the tenant with \
        `campanile tenant delete` first"
    )]
    OtherFile(TenantId),
    /// The import of another file is complete, and the tenant cannot be deleted.
    #[error("the tenant {0} has been imported from another file already")]
    Complete(TenantId),
    /// The file cannot be read or written.
    #[error("the file")]
    Io(#[from] io::Error),
    /// The system gives no random numbers.
    #[error("the system's random number generator failed")]
    NoRandomness,
    /// What the database says.
    #[error(transparent)]
    Storage(#[from] StorageError),
}
