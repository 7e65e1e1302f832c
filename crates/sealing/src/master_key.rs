//! The installation's key.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use campanile_domain::TenantId;
use secrecy::{ExposeSecret, SecretSlice, SecretString};

use crate::frame::{KEY_BYTES, Key, random};
use crate::{DataKey, SealError};

/// A text that is no master key; it is never shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected 32 bytes in base64, such as `openssl rand -base64 32` prints")]
pub struct InvalidMasterKey;

/// Wraps the tenants' keys; known to the processes only, never stored beside what it seals.
pub struct MasterKey(Key);

impl MasterKey {
    /// Reads 32 bytes in base64 (RFC 4648, section 4).
    ///
    /// # Errors
    /// [`InvalidMasterKey`].
    pub fn parse(text: &SecretString) -> Result<Self, InvalidMasterKey> {
        let bytes = STANDARD.decode(text.expose_secret().trim());
        let bytes: Result<[u8; KEY_BYTES], _> =
            bytes.map_err(drop).and_then(|b| b.try_into().map_err(drop));
        bytes
            .map(|bytes| Self(Key::new(&bytes)))
            .map_err(|()| InvalidMasterKey)
    }

    /// A fresh one, in base64.
    ///
    /// # Errors
    /// [`SealError::NoRandomness`].
    pub fn generate() -> Result<SecretString, SealError> {
        Ok(STANDARD.encode(random::<KEY_BYTES>()?).into())
    }

    /// A fresh key for a tenant, wrapped as it is to be stored.
    ///
    /// # Errors
    /// [`SealError::NoRandomness`].
    pub fn new_data_key(&self, tenant: &TenantId) -> Result<Vec<u8>, SealError> {
        self.0.seal(&context(tenant), &random::<KEY_BYTES>()?)
    }

    /// Wraps a tenant's key that another installation made.
    ///
    /// # Errors
    /// [`SealError::Broken`] if it has another length than a key; [`SealError::NoRandomness`].
    pub fn wrap(&self, tenant: &TenantId, key: &SecretSlice<u8>) -> Result<Vec<u8>, SealError> {
        match key.expose_secret().len() {
            KEY_BYTES => self.0.seal(&context(tenant), key.expose_secret()),
            _ => Err(SealError::Broken),
        }
    }

    /// The bytes of a tenant's key, to hand them to another installation.
    ///
    /// # Errors
    /// [`SealError::AnotherKey`] if another master key wrapped it.
    pub fn unwrap_bytes(
        &self,
        tenant: &TenantId,
        wrapped: &[u8],
    ) -> Result<SecretSlice<u8>, SealError> {
        self.0.open(&context(tenant), wrapped).map(Into::into)
    }

    /// Unwraps a tenant's key.
    ///
    /// # Errors
    /// [`SealError::AnotherKey`] if another master key wrapped it.
    pub fn unwrap(&self, tenant: &TenantId, wrapped: &[u8]) -> Result<DataKey, SealError> {
        let bytes = self.0.open(&context(tenant), wrapped)?;
        let bytes: [u8; KEY_BYTES] = bytes.try_into().map_err(|_| SealError::Broken)?;
        Ok(DataKey::new(tenant.clone(), &bytes))
    }
}

fn context(tenant: &TenantId) -> String {
    format!("campanile/data-key/{tenant}")
}
