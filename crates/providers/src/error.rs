//! What can go wrong with an account; no value of a field is ever part of it.

use campanile_domain::Channel;
use campanile_fields::{FieldError, FieldErrors};
use campanile_sealing::SealError;
use campanile_storage::StorageError;

/// Why no sender can be made of an account.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A field is wrong.
    #[error("{}: {}", .0.field, .0.detail)]
    Field(FieldError),
    /// This version has no accounts of tenants for this channel.
    #[error("tenants cannot configure providers for the channel {0}")]
    Channel(Channel),
    /// The system gives no HTTP client.
    #[error("the HTTP client could not be created: {0}")]
    Client(String),
}

impl From<FieldError> for BuildError {
    fn from(error: FieldError) -> Self {
        Self::Field(error)
    }
}

/// Why an account was not set.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// The body is wrong; every wrong field.
    #[error("{}", .0.iter().map(|e| format!("{}: {}", e.field, e.detail)).collect::<Vec<_>>().join("; "))]
    Fields(FieldErrors),
    /// Nothing can be sealed without a master key.
    #[error("CAMPANILE_MASTER_KEY is not set; it is required to encrypt providers' secrets")]
    NotConfigured,
    /// The master key is not the one that this tenant's secrets are sealed under.
    #[error(
        "CAMPANILE_MASTER_KEY does not decrypt this tenant's secrets ({0}); set the key they were encrypted with"
    )]
    Key(SealError),
    /// The database does not answer as it should.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Another one fails over to it, so it stays.
    #[error("another provider uses it as its failover target; change that provider first")]
    InUse,
    /// Others change this tenant's accounts all the time.
    #[error("the tenant's providers changed at the same time; try again")]
    Busy,
    /// The system gives no HTTP client.
    #[error("the HTTP client could not be created: {0}")]
    Client(String),
}
