//! Templates that were compiled lately.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use campanile_domain::Channel;
use campanile_templates::{Compiled, Fault};
use moka::sync::Cache;

/// Bytes of compiled templates that are kept, about.
const MOST_BYTES: u64 = 32 * 1024 * 1024;
/// What a compiled template takes for each byte of its finished source, about.
const COMPILED: usize = 4;
/// A template is forgotten when nothing has used it for so long.
const IDLE: Duration = Duration::from_secs(600);

/// A template of a version in memory, or a variant of it. The schemes of links are part of it: they were checked when it was compiled, and a
/// tenant may change them.
type Key = (u64, Channel, String, String, Arc<[String]>);

/// Templates that were compiled lately, of all versions; cheap to clone.
#[derive(Clone)]
pub(crate) struct CompiledTemplates {
    /// `None`: it does not compile.
    known: Cache<Key, Option<Compiled>>,
    next: Arc<AtomicU64>,
}

impl Default for CompiledTemplates {
    fn default() -> Self {
        let bytes = |_: &Key, compiled: &Option<Compiled>| {
            let bytes = compiled.as_ref().map_or(0, |one| one.bytes() * COMPILED);
            u32::try_from(500 + bytes).unwrap_or(u32::MAX)
        };
        Self {
            known: Cache::builder()
                .weigher(bytes)
                .max_capacity(MOST_BYTES)
                .time_to_idle(IDLE)
                .build(),
            next: Arc::default(),
        }
    }
}

impl CompiledTemplates {
    /// A number for a version that has come into memory.
    pub(super) fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// A template, compiled if it is not known; a fault is passed to `report`. `None`: it does not compile.
    pub(super) fn get(
        &self,
        version: u64,
        channel: Channel,
        (locale, variant): (&str, &str),
        schemes: &Arc<[String]>,
        compile: impl FnOnce() -> Result<Compiled, Vec<Fault>>,
        report: impl FnOnce(&Fault),
    ) -> Option<Compiled> {
        let (locale, variant) = (locale.to_owned(), variant.to_owned());
        let key = (version, channel, locale, variant, Arc::clone(schemes));
        self.known.get_with(key, || match compile() {
            Ok(compiled) => Some(compiled),
            Err(faults) => {
                faults.first().map(report);
                None
            }
        })
    }
}
