//! Addresses as rows have them: sealed in the place of their text, or in the open (ADR 93).

use std::borrow::Cow;
use std::collections::HashMap;

use campanile_domain::{Channel, SuppressedAddress, TenantId};
use campanile_sealing::{AddressKind, KeyRing, TenantKeys};
use campanile_storage::StorageError;
use sqlx::SqliteConnection;

use crate::keys::{self, Opening, cannot_seal};

impl Opening<'_> {
    /// Opens an address. `None`: its key is lost, which costs this address alone.
    pub(crate) fn address<'s>(&self, kind: AddressKind, stored: &'s str) -> Option<Cow<'s, str>> {
        let opened = self
            .ring
            .open_address_with(&self.keys, self.tenant, kind, stored);
        opened.ok()
    }

    /// Opens that of a delivery.
    pub(crate) fn address_of<'s>(&self, channel: Channel, stored: &'s str) -> Option<Cow<'s, str>> {
        let opened = AddressKind::in_delivery(channel, stored, |kind, rest| {
            self.address(kind, rest).ok_or(())
        });
        opened.ok()
    }

    /// The texts that an address may have in rows.
    pub(crate) fn forms(
        &self,
        kind: AddressKind,
        plain: &str,
    ) -> Result<Vec<String>, StorageError> {
        self.keys.address_forms(kind, plain).map_err(cannot_seal)
    }

    /// The texts that the address of a delivery may have in other rows.
    pub(crate) fn forms_of(
        &self,
        channel: Channel,
        plain: &str,
    ) -> Result<Vec<String>, StorageError> {
        AddressKind::forms_in_delivery(channel, plain, |kind, rest| self.forms(kind, rest))
    }

    /// The texts that it may have on the suppression list, if that knows its channel.
    pub(crate) fn listed_forms_of(
        &self,
        channel: Channel,
        plain: &str,
    ) -> Result<Vec<String>, StorageError> {
        match SuppressedAddress::parse(channel, plain) {
            Ok(listed) => self.forms_of(channel, listed.as_str()),
            Err(_) => Ok(Vec::new()),
        }
    }
}

/// An address as it is to be stored, in a transaction.
pub(crate) async fn to_store(
    ring: &KeyRing,
    connection: &mut SqliteConnection,
    tenant: &TenantId,
    kind: AddressKind,
    plain: &str,
) -> Result<String, StorageError> {
    match keys::to_seal(ring, connection, tenant, false).await? {
        Some(keys) => keys.seal_address(kind, plain).map_err(cannot_seal),
        None => Ok(plain.to_owned()),
    }
}

/// Texts as a parameter that `json_each` reads.
pub(crate) fn list(forms: &[String]) -> String {
    serde_json::json!(forms).to_string()
}

/// How the address book has the addresses of deliveries that are planned from it: these get the same texts, so that each is
/// found by the other.
#[derive(Debug, Default)]
pub(crate) struct AsInBook(HashMap<(TenantId, String), String>);

impl AsInBook {
    pub(crate) fn note(&mut self, tenant: &TenantId, plain: &str, stored: &str) {
        let key = (tenant.clone(), plain.to_owned());
        self.0.insert(key, stored.to_owned());
    }

    /// What is to be stored of the address of a delivery; it is sealed if there are keys for it.
    pub(crate) fn to_store(
        &self,
        keys: Option<&TenantKeys>,
        tenant: &TenantId,
        channel: Channel,
        plain: &str,
    ) -> String {
        if let Some(stored) = self.0.get(&(tenant.clone(), plain.to_owned())) {
            return stored.clone();
        }
        let Some(keys) = keys else {
            return plain.to_owned();
        };
        let sealed = AddressKind::in_delivery(channel, plain, |kind, rest| {
            keys.seal_address(kind, rest).map(Cow::Owned)
        });
        // The plans of other tenants do not wait for one whose key is another master key's.
        sealed.unwrap_or(plain.into()).into_owned()
    }
}
