//! Small facts of the database that most notifications need, remembered for seconds and looked up many at once.

mod flights;
mod remembered;

use std::collections::{BTreeSet, HashMap};
use std::fmt::Debug;
use std::hash::Hash;
use std::time::Duration;

use async_trait::async_trait;
use campanile_storage::StorageError;

pub(crate) use remembered::Remembered;

/// A change is seen so late at most, by processes that do not hear of it.
const KEPT: Duration = Duration::from_secs(5);

/// How one kind of thing is looked up.
#[async_trait]
pub(crate) trait LookUp: Send + Sync + 'static {
    /// What it is found by.
    type Key: Clone + Debug + Eq + Hash + Ord + Send + Sync + 'static;
    /// What is found.
    type Value: Clone + Send + Sync + 'static;

    /// What is looked up, for the log.
    const WHAT: &'static str;
    /// Bytes that are remembered, about.
    const MOST_BYTES: u64;

    /// For how long it is remembered.
    fn kept(_: Option<&Self::Value>) -> Duration {
        KEPT
    }

    /// Bytes of one, about.
    fn bytes(key: &Self::Key, value: Option<&Self::Value>) -> usize;

    /// Asks the database for these; what does not exist is left out.
    async fn many(
        &self,
        keys: &BTreeSet<Self::Key>,
    ) -> Result<HashMap<Self::Key, Self::Value>, StorageError>;
}
