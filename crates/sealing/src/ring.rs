//! The tenants' data keys as a process remembers them. It makes no queries: a back end looks up what is
//! [`Wanted`], outside the transaction that met it, and tries again.

mod addresses;
mod rows;
mod tenant_keys;
mod wanted;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use campanile_domain::TenantId;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;

pub use self::rows::RowToStore;
pub use self::tenant_keys::{SEALS_ADDRESSES_AFTER, StoredKey, TenantKeys};
pub use self::wanted::{KeyFault, Wanted};
use crate::frame::KeyName;
use crate::{MasterKey, SealError};

/// For so long a key is remembered: what a deleted tenant's key sealed is unreadable after that.
pub const KEYS_KNOWN_FOR: Duration = Duration::from_secs(60);
/// How long a new key is announced before it seals. A process that remembers the keys from before has forgotten them by then.
const ANNOUNCED_FOR: Duration = Duration::from_secs(3 * 60);
/// Tenants whose keys are remembered at a time.
const TENANTS: u64 = 10_000;

/// Tells of what cannot be opened.
type Watch = Box<dyn Fn(&TenantId, SealError) + Send + Sync>;

/// The keys of many tenants.
pub struct KeyRing {
    master: Option<Arc<MasterKey>>,
    seals: bool,
    known: Cache<TenantId, Arc<TenantKeys>>,
    /// New keys of this process's own, which open from the moment that they are made.
    announced: Cache<TenantId, Arc<TenantKeys>>,
    watch: Option<Watch>,
}

impl KeyRing {
    /// Opens what the master key's data keys have sealed. Texts are sealed if `seals`; without a master key, never.
    pub fn new(master: Option<Arc<MasterKey>>, seals: bool) -> Self {
        // What was just looked up has to be there when its row is read again, however many tenants there are.
        let known = Cache::builder()
            .max_capacity(TENANTS)
            .eviction_policy(EvictionPolicy::lru());
        let announced = Cache::builder().max_capacity(TENANTS);
        Self {
            seals: seals && master.is_some(),
            master,
            known: known.time_to_live(KEYS_KNOWN_FOR).build(),
            announced: announced.time_to_live(ANNOUNCED_FOR).build(),
            watch: None,
        }
    }

    /// Calls `watch` for each row that cannot be opened.
    #[must_use]
    pub fn watched(self, watch: impl Fn(&TenantId, SealError) + Send + Sync + 'static) -> Self {
        Self {
            watch: Some(Box::new(watch)),
            ..self
        }
    }

    /// The master key.
    pub const fn master(&self) -> Option<&Arc<MasterKey>> {
        self.master.as_ref()
    }

    /// Opens what a key that is about to be stored will seal, for those too who took a tenant's keys before it was. If it is
    /// not stored after all, it seals nothing.
    pub fn announce(&self, tenant: &TenantId, wrapped: &[u8]) {
        let new = StoredKey {
            wrapped: wrapped.to_vec(),
            is_current: true,
            age: Duration::ZERO,
        };
        let new = Arc::new(self.unwrap(tenant, &[new]));
        self.announced.insert(tenant.clone(), new);
    }

    /// Whether texts are sealed.
    pub const fn seals(&self) -> bool {
        self.seals
    }

    /// What is known of a tenant's keys.
    pub fn known(&self, tenant: &TenantId) -> Option<Arc<TenantKeys>> {
        self.known.get(tenant)
    }

    /// All keys of a tenant, for what does not name its key. That there is none counts only in a process that seals nothing:
    /// another one may make the first key at any time, and what it then seals would be missed for as long as that is remembered.
    /// A process that seals makes the first key itself before it looks.
    ///
    /// # Errors
    /// [`KeyFault::Wanted`] if they have to be looked up.
    pub fn all_of(&self, tenant: &TenantId) -> Result<Arc<TenantKeys>, KeyFault> {
        self.need([tenant])?;
        let known = self.known(tenant);
        known.ok_or_else(|| KeyFault::Wanted(Wanted::those_of(tenant)))
    }

    /// Forgets a tenant's keys.
    pub fn forget(&self, tenant: &TenantId) {
        self.known.invalidate(tenant);
    }

    /// A fresh key of a tenant, wrapped; `None` without a master key.
    ///
    /// # Errors
    /// [`SealError::NoRandomness`].
    pub fn new_key(&self, tenant: &TenantId) -> Result<Option<Vec<u8>>, SealError> {
        let master = self.master.as_ref();
        master.map(|master| master.new_data_key(tenant)).transpose()
    }

    /// The keys of a tenant that are stored, which are not remembered.
    pub fn unwrap(&self, tenant: &TenantId, stored: &[StoredKey]) -> TenantKeys {
        match &self.master {
            Some(master) => TenantKeys::unwrapped(master, tenant, stored),
            None => TenantKeys::default(),
        }
    }

    /// Remembers the keys of a tenant that are stored.
    pub fn learn(&self, tenant: &TenantId, stored: &[StoredKey]) -> Arc<TenantKeys> {
        let keys = Arc::new(self.unwrap(tenant, stored));
        self.known.insert(tenant.clone(), Arc::clone(&keys));
        keys
    }

    /// The same for what was [`Wanted`]: a key that is still not there is not looked for again.
    pub fn learn_wanted(&self, wanted: &Wanted, stored: &BTreeMap<TenantId, Vec<StoredKey>>) {
        for (tenant, wanted) in &wanted.0 {
            let stored = stored.get(tenant).map_or(&[][..], Vec::as_slice);
            let mut keys = self.unwrap(tenant, stored);
            // With those that were absent before: of a page with two lost keys each would be looked for in turn, for ever.
            let before = self.known(tenant).map(|keys| keys.absent.clone());
            let names = wanted.names.iter().copied();
            let names = names.chain(before.into_iter().flatten());
            keys.absent = names.filter(|name| keys.of(*name).is_none()).collect();
            self.known.insert(tenant.clone(), Arc::new(keys));
        }
    }

    /// Makes sure that there is a key to seal with for each of these tenants, if texts are sealed at all.
    ///
    /// # Errors
    /// [`KeyFault::Wanted`] names all whose keys have to be looked up.
    pub fn need<'a>(
        &self,
        tenants: impl IntoIterator<Item = &'a TenantId>,
    ) -> Result<(), KeyFault> {
        match self.seals {
            true => self.need_to_seal(tenants),
            false => Ok(()),
        }
    }

    fn need_to_seal<'a>(
        &self,
        tenants: impl IntoIterator<Item = &'a TenantId>,
    ) -> Result<(), KeyFault> {
        let mut wanted = Wanted::default();
        for tenant in tenants {
            if self.known(tenant).is_none_or(|keys| keys.current.is_none()) {
                wanted.0.entry(tenant.clone()).or_default().to_seal = true;
            }
        }
        wanted.or_all_is_known()
    }

    /// Whether there is no need to look a key up, be it that there is none.
    fn knows(&self, tenant: &TenantId, name: KeyName) -> bool {
        let keys = self.known(tenant);
        keys.is_some_and(|keys| keys.of(name).is_some() || keys.absent.contains(&name))
    }

    /// Whether there may be anything that is sealed, or is to be.
    pub const fn has_master(&self) -> bool {
        self.master.is_some()
    }

    fn unreadable(&self, tenant: &TenantId, error: SealError) -> SealError {
        if let Some(watch) = &self.watch {
            watch(tenant, error);
        }
        error
    }
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyRing")
            .field("seals", &self.seals)
            .finish_non_exhaustive()
    }
}
