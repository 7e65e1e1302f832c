//! Sealing what must not be read from a stolen database: AES-256-GCM (NIST SP 800-38D), an envelope
//! per tenant.
//!
//! [`MasterKey`] is the installation's and never stored; it wraps a [`DataKey`] of each tenant, which
//! is stored wrapped and seals that tenant's secrets. Tenant and purpose are authenticated with
//! every text, so that nothing sealed for one can be opened as another's. Forgetting a tenant's
//! data key makes all it sealed unreadable. [`KeyRing`] remembers the data keys, and seals and opens
//! what a row says ([`RowTexts`]) in one blob, and addresses ([`AddressKind`]) each in the place of its text.
//!
//! [`FileKey`] seals files that leave the installation, under a passphrase.

mod addresses;
mod data_key;
mod file_key;
mod frame;
mod master_key;
mod ring;
mod texts;

pub use addresses::{AddressKind, is_sealed_address};
pub use data_key::{DataKey, MAC_BYTES};
pub use file_key::{FileKey, FramePlace, SALT_BYTES};
pub use frame::{KEY_MARK_BYTES, KeyMark, SealError};
pub use master_key::{InvalidMasterKey, MasterKey};
pub use ring::{
    KEYS_KNOWN_FOR, KeyFault, KeyRing, RowToStore, SEALS_ADDRESSES_AFTER, StoredKey, TenantKeys,
    Wanted,
};
pub use texts::{Place, RowTexts};
