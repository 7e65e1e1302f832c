//! The locales of users.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use campanile_storage::{Person, Storage, StorageError};

use crate::look_up::LookUp;

/// Looks up the locales of users.
pub(crate) struct Locales(pub(crate) Arc<dyn Storage>);

#[async_trait]
impl LookUp for Locales {
    type Key = Person;
    type Value = Arc<str>;

    const WHAT: &'static str = "the locale of a user";
    /// About 50,000 users.
    const MOST_BYTES: u64 = 8 * 1024 * 1024;

    fn bytes((tenant, user): &Person, locale: Option<&Arc<str>>) -> usize {
        120 + tenant.as_str().len() + user.as_str().len() + locale.map_or(0, |one| one.len())
    }

    async fn many(
        &self,
        people: &BTreeSet<Person>,
    ) -> Result<HashMap<Person, Arc<str>>, StorageError> {
        let asked = people.iter().map(|(tenant, user)| (tenant, user)).collect();
        let found = self.0.locales(&asked).await?;
        Ok(found
            .into_iter()
            .map(|(person, locale)| (person, locale.into()))
            .collect())
    }
}
