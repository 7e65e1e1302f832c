//! Why a tenant was not created, shown or changed.

use campanile_domain::TenantId;
use campanile_storage::StorageError;

/// Why a tenant was not created, shown or changed.
#[derive(Debug, thiserror::Error)]
pub enum TenantError {
    /// There is one of this name.
    #[error("The tenant {0} already exists")]
    Exists(TenantId),
    /// There is none of this name, or it is being removed.
    #[error("There is no tenant {0}")]
    NotFound(TenantId),
    /// Rows of it are still missing.
    #[error(
        "The import of the tenant {0} is not finished, so it cannot be resumed; run campanile import with the same file again, or \
        give it up: delete the tenant, or import another file if it is the tenant default"
    )]
    BeingImported(TenantId),
    /// It is made anew whenever the database is migrated or opened.
    #[error("The tenant default cannot be deleted: every installation has it")]
    Permanent,
    /// The database does not answer, or refuses.
    #[error(transparent)]
    Storage(#[from] StorageError),
}
