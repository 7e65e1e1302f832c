//! What was looked up lately.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use campanile_storage::StorageError;
use moka::sync::Cache;

use super::LookUp;
use super::flights::Flights;

/// What nothing has asked for so long is forgotten.
const IDLE: Duration = Duration::from_secs(600);

/// Things of one kind, each looked up when it is first needed and again when it is too old. That something does not
/// exist is remembered as well. While the database does not answer, what was known before holds.
pub(crate) struct Remembered<L: LookUp> {
    known: Cache<L::Key, Entry<L::Value>>,
    /// Raised when something has changed: what was read under an earlier number, or is being read, does not count.
    generation: AtomicU64,
    flights: Flights<L>,
}

#[derive(Clone)]
struct Entry<V> {
    read_at: Instant,
    generation: u64,
    value: Option<V>,
}

impl<L: LookUp> Remembered<L> {
    pub(crate) fn of(look_up: L) -> Self {
        let bytes = |key: &L::Key, entry: &Entry<L::Value>| {
            u32::try_from(L::bytes(key, entry.value.as_ref())).unwrap_or(u32::MAX)
        };
        Self {
            known: Cache::builder()
                .weigher(bytes)
                .max_capacity(L::MOST_BYTES)
                .time_to_idle(IDLE)
                .build(),
            generation: AtomicU64::new(0),
            flights: Flights::of(look_up),
        }
    }

    /// Something has changed: everything is looked up again when it is needed.
    pub(crate) fn void(&self) {
        self.generation.fetch_add(1, Ordering::Release);
    }

    /// One of them, if it exists. A row that cannot be read does not exist: it is in the log, and asking again would not
    /// help.
    ///
    /// # Errors
    /// The database does not answer, and nothing is known from before.
    pub(crate) async fn get(&self, key: &L::Key) -> Result<Option<L::Value>, StorageError> {
        let generation = self.generation.load(Ordering::Acquire);
        if let Some(entry) = self.fresh(key, generation) {
            return Ok(entry.value);
        }
        let mut found = self.many(vec![key.clone()]).await?;
        Ok(found.remove(key))
    }

    /// Those of these that exist, with one look-up for all that are not known.
    ///
    /// # Errors
    /// As [`Self::get`], of any of them.
    pub(crate) async fn many(
        &self,
        keys: Vec<L::Key>,
    ) -> Result<HashMap<L::Key, L::Value>, StorageError> {
        let generation = self.generation.load(Ordering::Acquire);
        let mut found = HashMap::new();
        let mut asked = BTreeSet::new();
        for key in keys {
            match self.fresh(&key, generation) {
                Some(Entry {
                    value: Some(value), ..
                }) => {
                    found.insert(key, value);
                }
                Some(_) => {}
                None => {
                    asked.insert(key);
                }
            }
        }
        if asked.is_empty() {
            return Ok(found);
        }
        for (key, answer) in self.flights.get(asked).await {
            let value = match answer {
                Ok(value) => value,
                Err(error) if error.is_lasting() => {
                    tracing::error!(key = ?key, %error, "{} cannot be read", L::WHAT);
                    None
                }
                Err(error) => match self.known.get(&key) {
                    Some(before) => {
                        found.extend(before.value.map(|value| (key, value)));
                        continue;
                    }
                    None => return Err(error),
                },
            };
            let entry = Entry {
                read_at: Instant::now(),
                generation,
                value: value.clone(),
            };
            self.known.insert(key.clone(), entry);
            found.extend(value.map(|value| (key, value)));
        }
        Ok(found)
    }

    fn fresh(&self, key: &L::Key, generation: u64) -> Option<Entry<L::Value>> {
        let entry = self.known.get(key)?;
        let is_fresh = entry.generation == generation
            && entry.read_at.elapsed() < L::kept(entry.value.as_ref());
        is_fresh.then_some(entry)
    }
}
