//! What plans ask of people inside a transaction.

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use campanile_domain::{TenantId, UserId};
use campanile_storage::{AddressesFound, ChoicesByPerson, PeopleRows, Person, StorageError};

use crate::address_book::usable;
use crate::named::named;
use crate::preferences::{choices, share_choices, zones};
use crate::transaction::PostgresTransaction;

#[async_trait]
impl PeopleRows for PostgresTransaction<'_> {
    async fn usable_addresses(
        &mut self,
        people: &BTreeSet<(&TenantId, &UserId)>,
    ) -> Result<AddressesFound, StorageError> {
        let asked = usable(self.connection, self.keys, &mut self.as_in_book, people);
        let found = named("usable_addresses", asked).await;
        self.keep(found)
    }

    async fn choices(
        &mut self,
        people: &BTreeSet<(&TenantId, &UserId)>,
    ) -> Result<ChoicesByPerson, StorageError> {
        let found = named("choices", choices(self.connection, people)).await;
        self.keep(found)
    }

    async fn time_zones(
        &mut self,
        people: &BTreeSet<(&TenantId, &UserId)>,
    ) -> Result<HashMap<Person, String>, StorageError> {
        let found = named("time_zones", zones(self.connection, people)).await;
        self.keep(found)
    }

    async fn hold_choices(&mut self, tenants: &BTreeSet<&TenantId>) -> Result<bool, StorageError> {
        let held = named("hold_choices", share_choices(self.connection, tenants)).await;
        self.keep(held)?;
        Ok(true)
    }
}
