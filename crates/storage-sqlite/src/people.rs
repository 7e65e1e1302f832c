//! What plans ask of people inside a transaction.

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use campanile_domain::{TenantId, UserId};
use campanile_storage::{AddressesFound, ChoicesByPerson, PeopleRows, Person, StorageError};

use crate::address_book::addresses;
use crate::preferences::{choices, zones};
use crate::transaction::SqliteTransaction;

#[async_trait]
impl PeopleRows for SqliteTransaction<'_> {
    async fn usable_addresses(
        &mut self,
        people: &BTreeSet<(&TenantId, &UserId)>,
    ) -> Result<AddressesFound, StorageError> {
        addresses(self.connection, &self.keys, &mut self.as_in_book, people).await
    }

    async fn choices(
        &mut self,
        people: &BTreeSet<(&TenantId, &UserId)>,
    ) -> Result<ChoicesByPerson, StorageError> {
        choices(self.connection, people).await
    }

    async fn time_zones(
        &mut self,
        people: &BTreeSet<(&TenantId, &UserId)>,
    ) -> Result<HashMap<Person, String>, StorageError> {
        zones(self.connection, people).await
    }

    /// The one writer is alone: choices do not change while it runs.
    async fn hold_choices(&mut self, _tenants: &BTreeSet<&TenantId>) -> Result<bool, StorageError> {
        Ok(false)
    }
}
