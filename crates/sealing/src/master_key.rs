//! The installation's key.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use campanile_domain::TenantId;
use secrecy::{ExposeSecret, SecretSlice, SecretString};

use crate::frame::{self, KEY_BYTES, Key, KeyMark, random};
use crate::{DataKey, SealError};

/// A text that is no master key; it is never shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected 32 bytes in base64, such as `openssl rand -base64 32` prints")]
pub struct InvalidMasterKey;

/// Wraps the tenants' keys; known to the processes only, never stored beside what it seals.
///
/// While it is rotated there are two: one wraps, and both unwrap.
pub struct MasterKey {
    current: Key,
    previous: Option<Key>,
}

impl MasterKey {
    /// Reads 32 bytes in base64 (RFC 4648, section 4).
    ///
    /// # Errors
    /// [`InvalidMasterKey`].
    pub fn parse(text: &SecretString) -> Result<Self, InvalidMasterKey> {
        let bytes = STANDARD.decode(text.expose_secret().trim());
        let bytes: Result<[u8; KEY_BYTES], _> =
            bytes.map_err(drop).and_then(|b| b.try_into().map_err(drop));
        let key = bytes.map(|bytes| Self {
            current: Key::new(&bytes),
            previous: None,
        });
        key.map_err(|()| InvalidMasterKey)
    }

    /// Unwraps what another master key has wrapped, too.
    #[must_use]
    pub fn and_previous(self, previous: Self) -> Self {
        Self {
            previous: Some(previous.current),
            ..self
        }
    }

    /// Whether there are two.
    pub const fn has_previous(&self) -> bool {
        self.previous.is_some()
    }

    /// What begins all that the current one wraps.
    pub fn mark(&self) -> KeyMark {
        self.current.mark()
    }

    /// Whether either of them has wrapped this, as far as it says itself.
    pub fn knows(&self, wrapped: &[u8]) -> bool {
        self.of(wrapped).is_ok()
    }

    /// Wraps with the current one what the previous one has wrapped; `None` if the current one has wrapped it already.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn rewrap(&self, tenant: &TenantId, wrapped: &[u8]) -> Result<Option<Vec<u8>>, SealError> {
        if frame::key_name(wrapped)? == self.current.name {
            return Ok(None);
        }
        let bytes = self.unwrap_bytes(tenant, wrapped)?;
        self.wrap(tenant, &bytes).map(Some)
    }

    fn of(&self, wrapped: &[u8]) -> Result<&Key, SealError> {
        let name = frame::key_name(wrapped)?;
        let mut both = std::iter::once(&self.current).chain(&self.previous);
        both.find(|key| key.name == name)
            .ok_or(SealError::AnotherKey)
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
        self.current.seal(&context(tenant), &random::<KEY_BYTES>()?)
    }

    /// Wraps a tenant's key that another installation made.
    ///
    /// # Errors
    /// [`SealError::Broken`] if it has another length than a key; [`SealError::NoRandomness`].
    pub fn wrap(&self, tenant: &TenantId, key: &SecretSlice<u8>) -> Result<Vec<u8>, SealError> {
        match key.expose_secret().len() {
            KEY_BYTES => self.current.seal(&context(tenant), key.expose_secret()),
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
        let key = self.of(wrapped)?;
        key.open(&context(tenant), wrapped).map(Into::into)
    }

    /// Unwraps a tenant's key.
    ///
    /// # Errors
    /// [`SealError::AnotherKey`] if another master key wrapped it.
    pub fn unwrap(&self, tenant: &TenantId, wrapped: &[u8]) -> Result<DataKey, SealError> {
        let bytes = self.of(wrapped)?.open(&context(tenant), wrapped)?;
        let bytes: [u8; KEY_BYTES] = bytes.try_into().map_err(|_| SealError::Broken)?;
        Ok(DataKey::new(tenant.clone(), &bytes))
    }
}

fn context(tenant: &TenantId) -> String {
    format!("campanile/data-key/{tenant}")
}
