//! What a ring does not know of keys, and what it cannot do for want of them.

use std::collections::{BTreeMap, BTreeSet};

use campanile_domain::TenantId;

use crate::SealError;
use crate::frame::KeyName;

/// Keys that have to be looked up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted(pub(super) BTreeMap<TenantId, WantedKeys>);

/// What is wanted of a tenant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct WantedKeys {
    pub(super) names: BTreeSet<KeyName>,
    pub(super) to_seal: bool,
}

impl Wanted {
    /// Whose keys.
    pub fn tenants(&self) -> impl Iterator<Item = &TenantId> {
        self.0.keys()
    }

    /// Whatever keys a tenant has; none is made.
    pub fn those_of(tenant: &TenantId) -> Self {
        Self(BTreeMap::from([(tenant.clone(), WantedKeys::default())]))
    }

    /// Adds what another row wants.
    pub fn add(&mut self, other: Self) {
        for (tenant, more) in other.0 {
            let wanted = self.0.entry(tenant).or_default();
            wanted.names.extend(more.names);
            wanted.to_seal |= more.to_seal;
        }
    }

    /// Whether nothing has to be looked up.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn or_all_is_known(self) -> Result<(), KeyFault> {
        match self.0.is_empty() {
            true => Ok(()),
            false => Err(KeyFault::Wanted(self)),
        }
    }

    /// Those who are to have a key if they have none.
    pub fn to_make(&self) -> impl Iterator<Item = &TenantId> {
        let wanted = self.0.iter().filter(|(_, wanted)| wanted.to_seal);
        wanted.map(|(tenant, _)| tenant)
    }
}

/// Why a row cannot be sealed or opened now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyFault {
    /// A key has to be looked up; then it may be tried again.
    Wanted(Wanted),
    /// It will not do.
    Seal(SealError),
}

impl From<SealError> for KeyFault {
    fn from(error: SealError) -> Self {
        Self::Seal(error)
    }
}
