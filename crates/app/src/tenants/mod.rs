//! Tenants, which the installation's operator creates, changes, suspends and deletes.

mod book;
mod error;
mod ladder;
mod request_body;
mod token_keys;

pub(crate) use book::DEFAULT;
pub use book::{TenantBook, Usage};
pub use campanile_storage::TenantChange;
pub use error::TenantError;
pub use ladder::ladder_texts;
pub use request_body::{TenantBody, TenantChangeBody, read_new_tenant, read_tenant_change};

use campanile_domain::TenantId;
use campanile_storage::{Storage, StorageError};

/// Whether there is such a tenant.
///
/// # Errors
/// [`StorageError`].
pub async fn exists(storage: &dyn Storage, name: &TenantId) -> Result<bool, StorageError> {
    Ok(storage.tenant(name).await?.is_some())
}
