//! Addresses: each is sealed in the place of its text.

use std::borrow::Cow;

use campanile_domain::TenantId;

use super::{KeyFault, KeyRing, TenantKeys, Wanted};
use crate::addresses::{self, is_sealed_address};
use crate::{AddressKind, SealError};

impl KeyRing {
    /// An address as it is to be stored.
    ///
    /// # Errors
    /// [`KeyFault`].
    pub fn address<'a>(
        &self,
        tenant: &TenantId,
        kind: AddressKind,
        plain: &'a str,
    ) -> Result<Cow<'a, str>, KeyFault> {
        if !self.seals {
            return Ok(Cow::Borrowed(plain));
        }
        self.need_to_seal([tenant])?;
        let keys = self.known(tenant).unwrap_or_default();
        Ok(keys.seal_address(kind, plain)?.into())
    }

    /// Each text that an address may be stored as.
    ///
    /// # Errors
    /// [`KeyFault`].
    pub fn address_forms(
        &self,
        tenant: &TenantId,
        kind: AddressKind,
        plain: &str,
    ) -> Result<Vec<String>, KeyFault> {
        if self.master.is_none() {
            return Ok(vec![plain.to_owned()]);
        }
        Ok(self.all_of(tenant)?.address_forms(kind, plain)?)
    }

    /// Makes sure that the keys of all these addresses are known, if they are to be had.
    ///
    /// # Errors
    /// [`KeyFault::Wanted`] names all whose keys have to be looked up.
    pub fn need_addresses<'a>(
        &self,
        stored: impl IntoIterator<Item = (&'a TenantId, &'a str)>,
    ) -> Result<(), KeyFault> {
        let mut wanted = Wanted::default();
        for (tenant, stored) in stored {
            let Some(name) = addresses::key_name(stored) else {
                continue;
            };
            if self.master.is_some() && !self.knows(tenant, name) {
                let wanted = wanted.0.entry(tenant.clone()).or_default();
                wanted.names.insert(name);
            }
        }
        wanted.or_all_is_known()
    }

    /// Opens an address as it is stored.
    ///
    /// # Errors
    /// [`KeyFault`].
    pub fn open_address<'a>(
        &self,
        tenant: &TenantId,
        kind: AddressKind,
        stored: &'a str,
    ) -> Result<Cow<'a, str>, KeyFault> {
        if !is_sealed_address(stored) {
            return Ok(Cow::Borrowed(stored));
        }
        self.need_addresses([(tenant, stored)])?;
        let keys = self.known(tenant).unwrap_or_default();
        Ok(self.open_address_with(&keys, tenant, kind, stored)?)
    }

    /// Opens an address with keys in hand.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn open_address_with<'a>(
        &self,
        keys: &TenantKeys,
        tenant: &TenantId,
        kind: AddressKind,
        stored: &'a str,
    ) -> Result<Cow<'a, str>, SealError> {
        let opened = keys.open_address(kind, stored);
        opened.map_err(|error| self.unreadable(tenant, error))
    }
}
