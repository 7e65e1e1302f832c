//! A step of the walk of a rotation (ADR 91): what of a page is sealed with the tenant's current key, and to what.

mod address;
mod blob;

use campanile_domain::{KeyRotation, ResealedRows};
use campanile_sealing::{SEALS_ADDRESSES_AFTER, SealError, TenantKeys};
use chrono::{DateTime, Utc};

use crate::{Holds, KeyRows, SealedKeyValue, SealedPlace, StorageError};

/// Rows of a step with texts. A body may have 256 KiB, and all of them are in memory.
const TEXTS_AT_ONCE: u32 = 100;
/// Rows of a step with addresses, which are short.
const ADDRESSES_AT_ONCE: u32 = 400;

/// A tenant's data keys as they are stored, not as a process remembers them.
#[derive(Default)]
pub struct StoredKeys {
    /// Those that this process can unwrap.
    pub keys: TenantKeys,
    /// How many there are.
    pub count: usize,
    /// When the current one was made; `None` if there is none.
    pub made_at: Option<DateTime<Utc>>,
}

/// Which rows are read next.
#[derive(Debug, Clone)]
pub struct SealedPage {
    /// The table and the column.
    pub place: &'static SealedPlace,
    /// The key of the last row of the page before.
    pub after: Option<Vec<SealedKeyValue>>,
    /// What begins all that the current key seals.
    pub mark: Vec<u8>,
    /// Whether texts that lie in the open are read.
    pub seals_open: bool,
    /// How many.
    pub limit: u32,
}

/// A row of a page.
#[derive(Debug, Clone)]
pub struct SealedRow {
    /// The primary key, but for the tenant.
    pub key: Vec<SealedKeyValue>,
    /// What the column has.
    pub content: SealedContent,
}

/// What the column of a row has.
#[derive(Debug, Clone)]
pub enum SealedContent {
    /// Bytes.
    Blob {
        /// What another key than the current one has sealed.
        stale: Option<Vec<u8>>,
        /// What lies in the open instead: the columns of [`crate::OpenTexts`] that there are, in their order.
        open: Option<Vec<Option<String>>>,
    },
    /// An address.
    Address {
        /// What the column of [`crate::AddressColumn::beside`] has.
        beside: String,
        /// As it is stored.
        stored: Option<String>,
    },
}

/// Bytes that take the place of others, or of texts in the open.
#[derive(Debug, Clone)]
pub struct ResealedBlob {
    /// The key of the row.
    pub key: Vec<SealedKeyValue>,
    /// What it has; `None` if texts lie in the open.
    pub old: Option<Vec<u8>>,
    /// What it gets.
    pub new: Vec<u8>,
}

/// An address that takes the place of another form of the same.
#[derive(Debug, Clone)]
pub struct ResealedAddress {
    /// The key of the row.
    pub key: Vec<SealedKeyValue>,
    /// What the column of [`crate::AddressColumn::beside`] has.
    pub beside: String,
    /// As it is stored.
    pub old: String,
    /// As it is to be stored.
    pub new: String,
}

/// Looks at the next rows of a rotation's table, in the order of their keys, and seals with the tenant's current key what a former
/// one has sealed, and what lies in the open if the rotation does that. Reading a page locks no row. A row that
/// another transaction changes before it is updated keeps that change.
///
/// # Errors
/// [`StorageError::Refused`] if this process cannot unwrap all keys of the tenant, or does not know the table.
pub async fn reseal<T: KeyRows + ?Sized>(
    tx: &mut T,
    rotation: &KeyRotation,
    now: DateTime<Utc>,
) -> Result<ResealedRows, StorageError> {
    // A newer release seals there. One that does not know the place would end a pass that has not looked at it.
    let Some(place) = SealedPlace::find(&rotation.place) else {
        return Err(StorageError::Refused(format!(
            "the rotation is at the table {}, which this release does not know: a newer release makes its steps",
            rotation.place
        )));
    };
    let stored = tx.stored_keys(&rotation.tenant).await?;
    let keys = &stored.keys;
    let mark = keys.mark().map_err(cannot_seal)?;
    // What a former key of another master key has sealed would be taken for lost, and nothing would be found of it: a process
    // that has that master key makes the step.
    if keys.count() < stored.count {
        return Err(cannot_seal(SealError::AnotherKey));
    }
    let is_address = matches!(place.holds, Holds::Address(_));
    let from = stored
        .made_at
        .map(|made_at| made_at + SEALS_ADDRESSES_AFTER);
    if let Some(from) = from.filter(|from| is_address && now < *from) {
        // A process may remember the keys of before, and would not find what is sealed with this one.
        return Ok(ResealedRows {
            too_early_until: Some(from),
            ..ResealedRows::default()
        });
    }
    let after = rotation.position.as_deref();
    let page = SealedPage {
        place,
        after: after.map(|after| place.read_position(after)).transpose()?,
        mark: mark.to_vec(),
        seals_open: rotation.seals_open,
        limit: match is_address {
            true => ADDRESSES_AT_ONCE,
            false => TEXTS_AT_ONCE,
        },
    };
    let rows = tx.sealed_page(&rotation.tenant, &page).await?;
    let mut done = ResealedRows {
        looked_at: rows.len() as u64,
        ..ResealedRows::default()
    };
    if let (Some(first), Some(last)) = (rows.first(), rows.last()) {
        done.made_at = place.made_at(&first.key).zip(place.made_at(&last.key));
        let is_full = rows.len() == page.limit as usize;
        done.next = is_full.then(|| place.position(&last.key));
    }
    match place.holds {
        Holds::Blob { .. } => blob::reseal(tx, (rotation, place), keys, rows, &mut done).await?,
        Holds::Address(of) => {
            address::reseal(tx, (rotation, place, of), keys, rows, &mut done).await?;
        }
    }
    Ok(done)
}

/// The rows of one tenant cannot be sealed.
fn cannot_seal(error: SealError) -> StorageError {
    StorageError::Refused(format!(
        "CAMPANILE_MASTER_KEY does not decrypt this tenant's data key ({error})"
    ))
}
