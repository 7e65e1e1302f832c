//! What became of requests of one kind.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Latencies;

/// Those that were answered, by how long it took, and those that failed, by why.
#[derive(Debug, Clone, Default)]
pub(crate) struct Answers {
    pub(crate) latencies: Latencies,
    pub(crate) failed: BTreeMap<String, u64>,
}

impl Answers {
    /// One more.
    pub(crate) fn add(&mut self, took: Duration, result: Result<(), String>) {
        match result {
            Ok(()) => self.latencies.record(took),
            Err(why) => *self.failed.entry(why).or_default() += 1,
        }
    }

    /// How many failed.
    pub(crate) fn failures(&self) -> u64 {
        self.failed.values().sum()
    }
}
