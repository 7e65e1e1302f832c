//! A tenant's key.

use campanile_domain::TenantId;
use secrecy::SecretSlice;

use crate::SealError;
use crate::frame::{KEY_BYTES, Key, random};

/// Seals one tenant's secrets.
pub struct DataKey {
    key: Key,
    tenant: TenantId,
}

impl DataKey {
    /// A key of a tenant's links, which is stored as it is: who can read it can make and read links, and nothing else.
    pub fn of_links(tenant: &TenantId, bytes: &[u8; 32]) -> Self {
        Self::new(tenant.clone(), bytes)
    }

    /// The bytes of a new key.
    ///
    /// # Errors
    /// [`SealError::NoRandomness`].
    pub fn random_bytes() -> Result<[u8; 32], SealError> {
        random()
    }

    pub(crate) fn new(tenant: TenantId, bytes: &[u8; KEY_BYTES]) -> Self {
        let key = Key::new(bytes);
        Self { key, tenant }
    }

    /// Seals a text for a purpose, e.g. `provider/main`. Twice the same text is sealed differently.
    ///
    /// # Errors
    /// [`SealError::NoRandomness`].
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        self.key.seal(&self.context(purpose), plain)
    }

    /// Opens what was sealed for this tenant and this purpose.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn open(&self, purpose: &str, sealed: &[u8]) -> Result<SecretSlice<u8>, SealError> {
        let plain = self.key.open(&self.context(purpose), sealed)?;
        Ok(plain.into())
    }

    /// A tenant's name has no slash, so no other pair gives the same text.
    fn context(&self, purpose: &str) -> String {
        format!("campanile/secret/{}/{purpose}", self.tenant)
    }
}
