//! The texts of a row: sealed together, or stored in the open.

use campanile_domain::TenantId;
use secrecy::ExposeSecret;

use super::{KeyFault, KeyRing, TenantKeys, Wanted};
use crate::{Place, RowTexts, SealError, frame};

/// A row as it is to be stored: texts in the open, or sealed and none in the open.
#[derive(Debug, Default)]
pub struct RowToStore<'a> {
    /// What the columns have.
    pub texts: RowTexts<'a>,
    /// What the column `sealed` has.
    pub sealed: Option<Vec<u8>>,
}

impl KeyRing {
    /// What is to be stored of a row.
    ///
    /// # Errors
    /// [`KeyFault`].
    pub fn row<'a>(
        &self,
        tenant: &TenantId,
        place: Place,
        texts: RowTexts<'a>,
    ) -> Result<RowToStore<'a>, KeyFault> {
        if !self.seals {
            return Ok(RowToStore {
                texts,
                sealed: None,
            });
        }
        self.sealed_row(tenant, place, &texts)
    }

    /// The same for texts that were sealed before, which stay so whatever the setting says.
    ///
    /// # Errors
    /// [`KeyFault`].
    pub fn sealed_row(
        &self,
        tenant: &TenantId,
        place: Place,
        texts: &RowTexts<'_>,
    ) -> Result<RowToStore<'static>, KeyFault> {
        self.need_to_seal([tenant])?;
        let keys = self.known(tenant).unwrap_or_default();
        Ok(keys.row(place, texts)?)
    }

    /// Makes sure that the keys of all these rows are known, if they are to be had.
    ///
    /// # Errors
    /// [`KeyFault::Wanted`] names all whose keys have to be looked up.
    pub fn need_to_open<'a>(
        &self,
        sealed: impl IntoIterator<Item = (&'a TenantId, &'a [u8])>,
    ) -> Result<(), KeyFault> {
        let mut wanted = Wanted::default();
        for (tenant, sealed) in sealed {
            let Ok(name) = frame::key_name(sealed) else {
                continue;
            };
            if self.master.is_some() && !self.knows(tenant, name) {
                wanted
                    .0
                    .entry(tenant.clone())
                    .or_default()
                    .names
                    .insert(name);
            }
        }
        wanted.or_all_is_known()
    }

    /// Opens a row.
    ///
    /// # Errors
    /// [`KeyFault`].
    pub fn open(
        &self,
        tenant: &TenantId,
        place: Place,
        sealed: &[u8],
    ) -> Result<RowTexts<'static>, KeyFault> {
        if self.master.is_none() {
            return Err(self.unreadable(tenant, SealError::AnotherKey).into());
        }
        self.need_to_open([(tenant, sealed)])?;
        let keys = self.known(tenant).unwrap_or_default();
        Ok(self.open_with(&keys, tenant, place, sealed)?)
    }

    /// Opens a row with keys in hand.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn open_with(
        &self,
        keys: &TenantKeys,
        tenant: &TenantId,
        place: Place,
        sealed: &[u8],
    ) -> Result<RowTexts<'static>, SealError> {
        let opened = match keys.open(&place.purpose(), sealed) {
            Err(SealError::AnotherKey) => self
                .announced
                .get(tenant)
                .map_or(Err(SealError::AnotherKey), |keys| {
                    keys.open(&place.purpose(), sealed)
                }),
            opened => opened,
        };
        let opened = opened.and_then(|plain| RowTexts::unpack(plain.expose_secret()));
        opened.map_err(|error| self.unreadable(tenant, error))
    }
}
