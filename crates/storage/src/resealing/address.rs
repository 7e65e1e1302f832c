//! Addresses in the place of their text.

use std::collections::HashSet;

use campanile_domain::{Channel, DeviceKind, KeyRotation, ResealedRows};
use campanile_sealing::{AddressKind, SealError, TenantKeys, is_sealed_address};

use super::{ResealedAddress, SealedContent, SealedRow, cannot_seal};
use crate::{AddressColumn, KeyRows, SealedPlace, StorageError};

pub(super) async fn reseal<T: KeyRows + ?Sized>(
    tx: &mut T,
    (rotation, place, of): (&KeyRotation, &'static SealedPlace, AddressColumn),
    keys: &TenantKeys,
    rows: Vec<SealedRow>,
    done: &mut ResealedRows,
) -> Result<(), StorageError> {
    let (mut former, mut open) = (Vec::new(), Vec::new());
    let mut unknown = 0;
    for SealedRow { key, content } in rows {
        let SealedContent::Address { beside, stored } = content else {
            continue;
        };
        let Some(old) = stored else {
            continue;
        };
        let Some((kind, head, rest)) = part(of, &beside, &old) else {
            // Of a kind that a newer release has. Until that makes a whole pass, the former key stays.
            unknown += u64::from(has_sealed_address(&old));
            continue;
        };
        let is_sealed = is_sealed_address(rest);
        if !(is_sealed || rotation.seals_open) {
            continue;
        }
        match keys.reseal_address(kind, rest) {
            Ok(None) => {}
            Ok(Some(new)) => {
                let new = format!("{head}{new}");
                let rows = if is_sealed { &mut former } else { &mut open };
                rows.push(ResealedAddress {
                    key,
                    beside,
                    old,
                    new,
                });
            }
            Err(SealError::NoRandomness) => return Err(cannot_seal(SealError::NoRandomness)),
            Err(SealError::AnotherKey | SealError::Broken) => done.unreadable += 1,
        }
    }
    done.found = former.len() as u64 + unknown;
    done.resealed = replace(tx, (rotation, place, of), former).await?;
    done.sealed = replace(tx, (rotation, place, of), open).await?;
    Ok(())
}

/// Whether an address is sealed, or what follows `token:` and the like.
fn has_sealed_address(stored: &str) -> bool {
    stored.split(':').any(is_sealed_address)
}

/// The kind of an address, what of it stays readable, and the rest; `None` for what is no user's address.
fn part<'a>(
    of: AddressColumn,
    beside: &str,
    stored: &'a str,
) -> Option<(AddressKind, &'a str, &'a str)> {
    match of {
        AddressColumn::Mailbox => Some((AddressKind::Email, "", stored)),
        AddressColumn::OfUser => Some((AddressKind::User, "", stored)),
        AddressColumn::OfDevice => {
            let kind = beside.parse::<DeviceKind>().ok()?;
            Some((AddressKind::Device(kind), "", stored))
        }
        AddressColumn::OfDelivery | AddressColumn::Listed => {
            AddressKind::of_delivery(Channel::stored(beside).ok()?, stored)
        }
    }
}

/// A device of a page may be in it in two forms: the second comes after the first, as if that had been there before.
async fn replace<T: KeyRows + ?Sized>(
    tx: &mut T,
    (rotation, place, of): (&KeyRotation, &'static SealedPlace, AddressColumn),
    mut rows: Vec<ResealedAddress>,
) -> Result<u64, StorageError> {
    let mut replaced = 0;
    while !rows.is_empty() {
        let mut seen = HashSet::new();
        let is_unique = of == AddressColumn::OfDevice;
        let (once, again): (Vec<_>, Vec<_>) = rows
            .into_iter()
            .partition(|row| !is_unique || seen.insert((row.beside.clone(), row.new.clone())));
        replaced += tx.replace_addresses(&rotation.tenant, place, &once).await?;
        rows = again;
    }
    Ok(replaced)
}
