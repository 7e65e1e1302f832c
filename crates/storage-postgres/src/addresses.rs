//! Addresses as rows have them: sealed in the place of their text, or in the open (ADR 93).

use std::borrow::Cow;
use std::collections::HashMap;

use campanile_domain::{Channel, SuppressedAddress, TenantId};
use campanile_sealing::{AddressKind, KeyFault, KeyRing};
use sqlx::Row;
use sqlx::postgres::PgRow;

use crate::error::Fault;

/// Opens one. `None`: its key is lost, which costs this address alone.
pub(crate) fn opened<'a>(
    keys: &KeyRing,
    tenant: &TenantId,
    kind: AddressKind,
    stored: &'a str,
) -> Result<Option<Cow<'a, str>>, Fault> {
    unless_lost(keys.open_address(tenant, kind, stored))
}

/// Opens that of a delivery.
pub(crate) fn opened_of<'a>(
    keys: &KeyRing,
    tenant: &TenantId,
    channel: Channel,
    stored: &'a str,
) -> Result<Option<Cow<'a, str>>, Fault> {
    unless_lost(AddressKind::in_delivery(channel, stored, |kind, rest| {
        keys.open_address(tenant, kind, rest)
    }))
}

fn unless_lost(opened: Result<Cow<'_, str>, KeyFault>) -> Result<Option<Cow<'_, str>>, Fault> {
    match opened {
        Ok(plain) => Ok(Some(plain)),
        Err(KeyFault::Seal(_)) => Ok(None),
        Err(wanted) => Err(wanted.into()),
    }
}

/// Asks at once for all keys that the addresses of deliveries need: each row has the columns `channel` and `address`.
pub(crate) fn need_keys<'a>(
    keys: &KeyRing,
    rows: impl IntoIterator<Item = (&'a TenantId, &'a PgRow)>,
) -> Result<(), Fault> {
    if !keys.has_master() {
        return Ok(());
    }
    let mut stored = Vec::new();
    for (tenant, row) in rows {
        let (channel, address): (&str, &str) = (row.try_get("channel")?, row.try_get("address")?);
        let Ok(channel) = Channel::stored(channel) else {
            continue;
        };
        if let Some((_, _, rest)) = AddressKind::of_delivery(channel, address) {
            stored.push((tenant, rest));
        }
    }
    Ok(keys.need_addresses(stored)?)
}

/// The texts that the address of a delivery may have in other rows.
pub(crate) fn forms_of(
    keys: &KeyRing,
    tenant: &TenantId,
    channel: Channel,
    plain: &str,
) -> Result<Vec<String>, Fault> {
    let forms = AddressKind::forms_in_delivery(channel, plain, |kind, rest| {
        keys.address_forms(tenant, kind, rest)
    });
    Ok(forms?)
}

/// The texts that the address of a delivery may have on the suppression list, if that knows its channel.
pub(crate) fn listed_forms_of(
    keys: &KeyRing,
    tenant: &TenantId,
    channel: Channel,
    plain: &str,
) -> Result<Vec<String>, Fault> {
    match SuppressedAddress::parse(channel, plain) {
        Ok(listed) => forms_of(keys, tenant, channel, listed.as_str()),
        Err(_) => Ok(Vec::new()),
    }
}

/// The address of a delivery as it is to be stored: in the open if the tenant's key is another master key's. What is stored with
/// it for other tenants does not wait for that.
pub(crate) fn sealed_or_open<'a>(
    keys: &KeyRing,
    tenant: &TenantId,
    channel: Channel,
    plain: &'a str,
) -> Result<Cow<'a, str>, Fault> {
    let sealed = AddressKind::in_delivery(channel, plain, |kind, rest| {
        keys.address(tenant, kind, rest)
    });
    Ok(unless_lost(sealed)?.unwrap_or(plain.into()))
}

/// An address as the suppression list is to have it.
pub(crate) fn listed_to_store<'a>(
    keys: &KeyRing,
    tenant: &TenantId,
    channel: Channel,
    listed: &'a str,
) -> Result<Cow<'a, str>, Fault> {
    Ok(AddressKind::in_delivery(channel, listed, |kind, rest| {
        keys.address(tenant, kind, rest)
    })?)
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

    /// What is to be stored of the address of a delivery.
    pub(crate) fn to_store<'a>(
        &'a self,
        keys: &KeyRing,
        tenant: &TenantId,
        channel: Channel,
        plain: &'a str,
    ) -> Result<Cow<'a, str>, Fault> {
        if !keys.has_master() {
            return Ok(plain.into());
        }
        if let Some(stored) = self.0.get(&(tenant.clone(), plain.to_owned())) {
            return Ok(stored.into());
        }
        sealed_or_open(keys, tenant, channel, plain)
    }
}
