//! The locales of users.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use campanile_domain::{TenantId, UserId};
use campanile_storage::{Person, Storage};
use moka::sync::Cache;

use crate::expiring;

/// So many users are remembered; each takes about 150 bytes.
const MOST: u64 = 50_000;

/// Looks up the locales of users, many at once. That a user has none is remembered as well.
pub(crate) struct Readers {
    storage: Arc<dyn Storage>,
    known: Cache<Person, Option<Arc<str>>>,
}

impl Readers {
    pub(crate) fn new(storage: Arc<dyn Storage>) -> Self {
        Self {
            storage,
            known: expiring::cache(MOST),
        }
    }

    /// The locales of those who have one. If the database does not answer, those that are not remembered are missing:
    /// a notification in English is better than none.
    pub(crate) async fn locales(
        &self,
        people: &BTreeSet<(&TenantId, &UserId)>,
    ) -> HashMap<Person, Arc<str>> {
        let mut locales = HashMap::new();
        let mut asked = BTreeSet::new();
        for who in people {
            let person = (who.0.clone(), who.1.clone());
            match self.known.get(&person) {
                Some(Some(locale)) => {
                    locales.insert(person, locale);
                }
                Some(None) => {}
                None => {
                    asked.insert(*who);
                }
            }
        }
        if asked.is_empty() {
            return locales;
        }
        let mut found = match self.storage.locales(&asked).await {
            Ok(found) => found,
            Err(error) => {
                // Of an outage the back end tells by itself.
                if !error.is_connection() {
                    tracing::warn!(%error, "the locales of users cannot be read; their texts are in the default language");
                }
                return locales;
            }
        };
        for (tenant, user) in asked {
            let person = (tenant.clone(), user.clone());
            let locale: Option<Arc<str>> = found.remove(&person).map(Into::into);
            self.known.insert(person.clone(), locale.clone());
            if let Some(locale) = locale {
                locales.insert(person, locale);
            }
        }
        locales
    }
}
