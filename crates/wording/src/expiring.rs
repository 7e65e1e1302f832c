//! What is kept in the process for a few seconds.

use std::hash::Hash;
use std::time::Duration;

use moka::sync::Cache;

/// A change is seen so late at most, by processes that do not hear of it.
const KEPT: Duration = Duration::from_secs(5);

/// A cache whose entries are forgotten [`KEPT`] after they were read.
pub(crate) fn cache<K, V>(most: u64) -> Cache<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    Cache::builder()
        .max_capacity(most)
        .time_to_live(KEPT)
        .build()
}
