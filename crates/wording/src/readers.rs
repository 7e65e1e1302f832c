//! How users read, and what tenants know of them.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use campanile_storage::{KnownReader, Person, Storage, StorageError};

use crate::look_up::LookUp;

/// Looks up the locales and time zones of users.
pub(crate) struct Readers(pub(crate) Arc<dyn Storage>);

#[async_trait]
impl LookUp for Readers {
    type Key = Person;
    type Value = Arc<KnownReader>;

    const WHAT: &'static str = "how a user reads";
    /// About 40,000 users.
    const MOST_BYTES: u64 = 8 * 1024 * 1024;

    fn bytes((tenant, user): &Person, known: Option<&Arc<KnownReader>>) -> usize {
        let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let known = known.map_or(0, |one| 60 + length(&one.locale) + length(&one.timezone));
        120 + tenant.as_str().len() + user.as_str().len() + known
    }

    async fn many(
        &self,
        people: &BTreeSet<Person>,
    ) -> Result<HashMap<Person, Arc<KnownReader>>, StorageError> {
        let asked = people.iter().map(|(tenant, user)| (tenant, user)).collect();
        let found = self.0.readers(&asked).await?.into_iter();
        Ok(found.map(|(who, known)| (who, Arc::new(known))).collect())
    }
}

/// Looks up the attributes of users, each a JSON object. Only templates that name their reader ask for them.
pub(crate) struct Attributes(pub(crate) Arc<dyn Storage>);

#[async_trait]
impl LookUp for Attributes {
    type Key = Person;
    type Value = Arc<str>;

    const WHAT: &'static str = "the attributes of a user";
    /// A user has 16 KiB at most, so at least 500 users.
    const MOST_BYTES: u64 = 8 * 1024 * 1024;

    fn bytes((tenant, user): &Person, attributes: Option<&Arc<str>>) -> usize {
        120 + tenant.as_str().len() + user.as_str().len() + attributes.map_or(0, |one| one.len())
    }

    async fn many(
        &self,
        people: &BTreeSet<Person>,
    ) -> Result<HashMap<Person, Arc<str>>, StorageError> {
        let asked = people.iter().map(|(tenant, user)| (tenant, user)).collect();
        let found = self.0.attributes(&asked).await?.into_iter();
        Ok(found.map(|(who, one)| (who, one.into())).collect())
    }
}
