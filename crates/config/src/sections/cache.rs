//! The cache of a process that is alone; the cluster's is Redis.

use crate::check;
use crate::key::Key;
use crate::reader::Reader;

/// Each inbox takes up to a mebibyte, and usually a few kibibytes.
const MOST_ENTRIES: u64 = 1_000_000;

const ENTRIES: Key = Key::plain("cache", "entries", "CAMPANILE_CACHE_ENTRIES")
    .means("Maximum number of inboxes in the cache of `up`; it evicts the least recently used.")
    .expects("a whole number from 1 to 1000000");

pub(crate) const KEYS: &[Key] = &[ENTRIES];

/// The cache of one process.
#[derive(Clone, Copy, Debug)]
pub struct Cache {
    /// Inboxes kept at most.
    pub entries: u64,
}

impl Cache {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            entries: reader.with_default(&ENTRIES, entries),
        }
    }
}

fn entries(text: &str) -> Result<u64, String> {
    let entries = check::parsed("is not a whole number")(text)?;
    if (1..=MOST_ENTRIES).contains(&entries) {
        Ok(entries)
    } else {
        Err("is out of range".to_owned())
    }
}
