//! The tenants' data keys as a process remembers them. It makes no queries: a back end looks up what is
//! [`Wanted`], outside the transaction that met it, and tries again.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use campanile_domain::TenantId;
use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use secrecy::ExposeSecret;

use crate::addresses::{self, is_sealed_address};
use crate::frame::{self, KeyMark, KeyName};
use crate::{AddressKind, DataKey, MasterKey, Place, RowTexts, SealError};

/// For so long a key is remembered: what a deleted tenant's key sealed is unreadable after that.
pub const KEYS_KNOWN_FOR: Duration = Duration::from_secs(60);
/// A new key seals addresses after so long. Until then another process may remember the keys of before, and would look for the
/// forms only that it knows: it would miss entries of the suppression list, and take devices for gone.
const SEALS_ADDRESSES_AFTER: Duration = Duration::from_secs(2 * KEYS_KNOWN_FOR.as_secs());
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

/// The keys of one tenant.
#[derive(Default)]
pub struct TenantKeys {
    /// Seals what is new.
    current: Option<Result<Arc<DataKey>, SealError>>,
    /// Opens what an earlier key has sealed.
    former: Vec<DataKey>,
    /// The former key (by its place) that seals addresses until then, while the current one is too young.
    for_addresses: Option<(usize, Instant)>,
    /// Keys that were looked for and are not there.
    absent: BTreeSet<KeyName>,
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

/// Keys that have to be looked up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted(BTreeMap<TenantId, WantedKeys>);

/// What is wanted of a tenant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct WantedKeys {
    names: BTreeSet<KeyName>,
    to_seal: bool,
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

    fn or_all_is_known(self) -> Result<(), KeyFault> {
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

/// A row as it is to be stored: texts in the open, or sealed and none in the open.
#[derive(Debug, Default)]
pub struct RowToStore<'a> {
    /// What the columns have.
    pub texts: RowTexts<'a>,
    /// What the column `sealed` has.
    pub sealed: Option<Vec<u8>>,
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

    /// Whether there is no need to look a key up, be it that there is none.
    fn knows(&self, tenant: &TenantId, name: KeyName) -> bool {
        let keys = self.known(tenant);
        keys.is_some_and(|keys| keys.of(name).is_some() || keys.absent.contains(&name))
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

    /// Whether there may be anything that is sealed, or is to be.
    pub const fn has_master(&self) -> bool {
        self.master.is_some()
    }

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
        let known = self.known(tenant);
        let keys = known.ok_or_else(|| KeyFault::Wanted(Wanted::those_of(tenant)))?;
        Ok(keys.address_forms(kind, plain)?)
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

    fn unreadable(&self, tenant: &TenantId, error: SealError) -> SealError {
        if let Some(watch) = &self.watch {
            watch(tenant, error);
        }
        error
    }
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

    /// Whether the tenant has a key.
    pub const fn has_current(&self) -> bool {
        self.current.is_some()
    }

    fn of(&self, name: KeyName) -> Option<&DataKey> {
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

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyRing")
            .field("seals", &self.seals)
            .finish_non_exhaustive()
    }
}
