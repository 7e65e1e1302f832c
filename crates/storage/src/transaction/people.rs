//! What plans ask of people: their addresses and their choices.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use campanile_domain::{
    Channel, EffectivePreferences, NotificationType, Preferences, RateRules, SuppressedFor,
    TenantId, TenantPreferences, UserId,
};

use crate::StorageError;

/// A user of a tenant.
pub type Person = (TenantId, UserId);

/// Usable addresses by person.
pub type AddressesByPerson = HashMap<Person, Vec<(Channel, String)>>;

/// The addresses of many people.
#[derive(Debug, Default)]
pub struct AddressesFound {
    /// Usable addresses, those on the suppression list among them.
    pub usable: AddressesByPerson,
    /// Those on the suppression list.
    pub suppressed: HashMap<Person, Vec<SuppressedFor>>,
    /// Channels for which there is an address that cannot be opened. It is left out.
    pub unreadable: HashMap<Person, Vec<Channel>>,
}

impl AddressesFound {
    /// Adds an address as a back end reads it, once for each of its entries on the suppression list;
    /// an entry is of one type or of all.
    pub fn add(
        &mut self,
        who: Person,
        (channel, address): (Channel, String),
        entry: Option<Option<NotificationType>>,
    ) {
        if let Some(notification_type) = entry {
            let entries = self.suppressed.entry(who.clone()).or_default();
            entries.push(SuppressedFor {
                channel,
                address: address.clone(),
                notification_type,
            });
        }
        let usable = self.usable.entry(who).or_default();
        // The entries of an address come one after the other.
        let known = (channel, address);
        if usable.last() != Some(&known) {
            usable.push(known);
        }
    }

    /// Leaves out an address that cannot be opened.
    pub fn leave_out(&mut self, who: Person, channel: Channel) {
        let channels = self.unreadable.entry(who).or_default();
        if !channels.contains(&channel) {
            channels.push(channel);
        }
    }
}

/// The choices of many people and of their tenants, as far as any were made.
#[derive(Debug, Default)]
pub struct ChoicesByPerson {
    /// What tenants have set.
    pub tenants: HashMap<TenantId, Arc<TenantPreferences>>,
    /// What people have chosen.
    pub people: HashMap<Person, Arc<Preferences>>,
    /// Time zones, of those whose choices need one.
    pub zones: HashMap<Person, String>,
}

impl ChoicesByPerson {
    /// What holds for one person.
    pub fn of(&self, tenant: &TenantId, user: &UserId) -> EffectivePreferences {
        // The usual case: there are no choices, and no name is copied to find that out.
        if self.tenants.is_empty() && self.people.is_empty() {
            return EffectivePreferences::default();
        }
        let who = (tenant.clone(), user.clone());
        let preferences = EffectivePreferences::new(
            self.tenants.get(tenant).cloned(),
            self.people.get(&who).cloned(),
        );
        preferences.in_zone(self.zones.get(&who).map(String::as_str))
    }

    /// How often a tenant lets its users be disturbed.
    pub fn rate_rules(&self, tenant: &TenantId) -> RateRules {
        let set = self.tenants.get(tenant);
        set.map_or_else(RateRules::default, |set| set.rate_rules)
    }

    /// Replaces what was read of these tenants by what was read later.
    pub fn replace(&mut self, tenants: &BTreeSet<&TenantId>, later: Self) {
        self.tenants.retain(|tenant, _| !tenants.contains(tenant));
        self.people
            .retain(|(tenant, _), _| !tenants.contains(tenant));
        self.zones
            .retain(|(tenant, _), _| !tenants.contains(tenant));
        self.tenants.extend(later.tenants);
        self.people.extend(later.people);
        self.zones.extend(later.zones);
    }
}

/// Operations on what belongs to people.
#[async_trait]
pub trait PeopleRows: Send {
    /// The usable addresses of these people, and which of them are on the suppression list.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn usable_addresses(
        &mut self,
        people: &BTreeSet<(&TenantId, &UserId)>,
    ) -> Result<AddressesFound, StorageError>;

    /// What these people and their tenants have chosen, without time zones.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn choices(
        &mut self,
        people: &BTreeSet<(&TenantId, &UserId)>,
    ) -> Result<ChoicesByPerson, StorageError>;

    /// The time zones of these people, as far as they are known.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn time_zones(
        &mut self,
        people: &BTreeSet<(&TenantId, &UserId)>,
    ) -> Result<HashMap<Person, String>, StorageError>;

    /// Keeps the choices of these tenants as they are until the commit: a change made later finds what waits. Says
    /// whether they may have changed since the transaction read them.
    ///
    /// # Errors
    /// [`StorageError`].
    async fn hold_choices(&mut self, tenants: &BTreeSet<&TenantId>) -> Result<bool, StorageError>;
}
