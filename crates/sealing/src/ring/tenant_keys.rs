//! The keys of one tenant: which of them seals, and which opens.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use campanile_domain::TenantId;
use secrecy::ExposeSecret;

use super::{KEYS_KNOWN_FOR, RowToStore};
use crate::frame::{self, KeyMark, KeyName};
use crate::{DataKey, MasterKey, Place, RowTexts, SealError};

/// A new key seals addresses after so long. Until then another process may remember the keys of before, and would look for the
/// forms only that it knows: it would miss entries of the suppression list, and take devices for gone.
pub const SEALS_ADDRESSES_AFTER: Duration = Duration::from_secs(2 * KEYS_KNOWN_FOR.as_secs());

/// The keys of one tenant.
#[derive(Default)]
pub struct TenantKeys {
    /// Seals what is new.
    pub(super) current: Option<Result<Arc<DataKey>, SealError>>,
    /// Opens what an earlier key has sealed.
    former: Vec<DataKey>,
    /// The former key (by its place) that seals addresses until then, while the current one is too young.
    for_addresses: Option<(usize, Instant)>,
    /// Keys that were looked for and are not there.
    pub(super) absent: BTreeSet<KeyName>,
    /// All keys that are stored could be unwrapped.
    are_whole: bool,
}

/// A key as it is stored.
pub struct StoredKey {
    /// As [`MasterKey::new_data_key`] gave it.
    pub wrapped: Vec<u8>,
    /// Whether it seals what is new.
    pub is_current: bool,
    /// How long it had been stored when it was read.
    pub age: Duration,
}

impl TenantKeys {
    /// The keys of a tenant that are stored.
    pub fn unwrapped(master: &MasterKey, tenant: &TenantId, stored: &[StoredKey]) -> Self {
        let mut keys = Self::default();
        let (mut age, mut former_ages) = (Duration::ZERO, Vec::new());
        for one in stored {
            match (master.unwrap(tenant, &one.wrapped), one.is_current) {
                (key, true) => {
                    keys.current = Some(key.map(Arc::new));
                    age = one.age;
                }
                (Ok(key), false) => {
                    keys.former.push(key);
                    former_ages.push(one.age);
                }
                // Another master key's: what it sealed is as if the key were gone.
                (Err(_), false) => {}
            }
        }
        keys.for_addresses = for_addresses(age, &former_ages);
        keys.are_whole = keys.count() == stored.len();
        keys
    }

    /// What begins all that the current key seals.
    ///
    /// # Errors
    /// [`SealError::AnotherKey`] if there is none, or another master key wrapped it.
    pub fn mark(&self) -> Result<KeyMark, SealError> {
        Ok(self.to_seal()?.mark())
    }

    /// Seals with the current key what a former one has sealed.
    ///
    /// # Errors
    /// [`SealError::AnotherKey`] if none of the keys opens it.
    pub fn reseal(&self, purpose: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        self.seal(purpose, self.open(purpose, sealed)?.expose_secret())
    }

    pub(crate) fn to_seal(&self) -> Result<&DataKey, SealError> {
        let current = self.current.as_ref().ok_or(SealError::AnotherKey)?;
        current.as_deref().map_err(|error| *error)
    }

    /// The key that seals addresses: the newest that each process knows by now.
    pub(crate) fn to_seal_addresses(&self) -> Result<&DataKey, SealError> {
        let current = self.to_seal()?;
        let waiting = self
            .for_addresses
            .filter(|(_, until)| Instant::now() < *until);
        let former = waiting.and_then(|(at, _)| self.former.get(at));
        Ok(former.unwrap_or(current))
    }

    /// How many of the stored keys could be unwrapped.
    pub fn count(&self) -> usize {
        self.all().count()
    }

    /// Whether these are all keys of the tenant: what none of them opens is lost. Otherwise another process may have the master key, or this
    /// one may get it.
    pub const fn are_whole(&self) -> bool {
        self.are_whole
    }

    /// Whether the tenant has a key.
    pub const fn has_current(&self) -> bool {
        self.current.is_some()
    }

    pub(super) fn of(&self, name: KeyName) -> Option<&DataKey> {
        self.all().find(|key| key.name() == name)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &DataKey> {
        let current = self.current.iter().flatten().map(|key| &**key);
        current.chain(&self.former)
    }

    /// Opens what any of the tenant's keys has sealed for a purpose.
    ///
    /// # Errors
    /// [`SealError::AnotherKey`] if none of them has.
    pub fn open(
        &self,
        purpose: &str,
        sealed: &[u8],
    ) -> Result<secrecy::SecretSlice<u8>, SealError> {
        let key = self
            .of(frame::key_name(sealed)?)
            .ok_or(SealError::AnotherKey)?;
        key.open(purpose, sealed)
    }

    /// Seals for a purpose with the current key.
    ///
    /// # Errors
    /// [`SealError::AnotherKey`] if there is none, or another master key wrapped it.
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> Result<Vec<u8>, SealError> {
        self.to_seal()?.seal(purpose, plain)
    }

    /// What is to be stored of a row: nothing in the open.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn row(
        &self,
        place: Place,
        texts: &RowTexts<'_>,
    ) -> Result<RowToStore<'static>, SealError> {
        Ok(RowToStore {
            texts: RowTexts::default(),
            sealed: Some(self.seal_texts(&place.purpose(), texts)?),
        })
    }

    /// Seals texts for a purpose, in one blob.
    ///
    /// # Errors
    /// As [`Self::seal`].
    pub fn seal_texts(&self, purpose: &str, texts: &RowTexts<'_>) -> Result<Vec<u8>, SealError> {
        self.seal(purpose, &texts.pack())
    }

    /// Whether it was sealed with the current key.
    pub fn is_of_current(&self, sealed: &[u8]) -> bool {
        let current = self.current.as_ref().and_then(|key| key.as_ref().ok());
        current.is_some_and(|key| frame::key_name(sealed) == Ok(key.name()))
    }
}

/// While the current key is too young: the newest former key that is not, or else the newest, and how long that seals addresses.
fn for_addresses(age: Duration, former: &[Duration]) -> Option<(usize, Instant)> {
    let left = SEALS_ADDRESSES_AFTER.checked_sub(age)?;
    let by_age = |(_, age): &(usize, &Duration)| (**age < SEALS_ADDRESSES_AFTER, **age);
    let (at, _) = former.iter().enumerate().min_by_key(by_age)?;
    Some((at, Instant::now() + left))
}
