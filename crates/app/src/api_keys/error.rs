//! Why a key was not created, shown or changed.

use campanile_domain::Scope;
use campanile_storage::StorageError;

/// Why a key was not created, shown or changed.
#[derive(Debug, thiserror::Error)]
pub enum ApiKeyError {
    /// The tenant has as many keys that can be used as it may have.
    #[error("the tenant has {most} active API keys, as many as it may have; revoke one first")]
    TooMany {
        /// The greatest number.
        most: u32,
    },
    /// A key with this scope is managed only by those who have it.
    #[error("an API key with the scope {} can be created, rotated and revoked only with that scope", .0.name())]
    Beyond(Scope),
    /// The tenant has no such key.
    #[error("API key not found")]
    NotFound,
    /// The key was revoked or has expired, so nothing can take over from it.
    #[error("the API key was revoked or has expired; create a new one")]
    Ended,
    /// The database does not answer, or refuses.
    #[error(transparent)]
    Storage(#[from] StorageError),
}
