//! The hub of streams, within what this process has.

use std::sync::Arc;

use campanile_api::ServerLimits;
use campanile_config::Settings;
use campanile_domain::{Clock, Random};
use campanile_live::{Hub, HubParts, StreamLimits};
use campanile_storage::Storage;

use super::memory;
use super::shared::Shared;

/// Memory that an open stream may take, with its connection and some events on their way.
pub(crate) const BYTES_PER_STREAM: u64 = 16 * 1024;
/// Of the memory that the process may use, one in so many parts is for streams.
pub(crate) const PART_OF_MEMORY: u64 = 3;

/// Starts it.
pub(crate) fn hub(
    settings: &Settings,
    storage: Arc<dyn Storage>,
    shared: &Shared,
    clock: Arc<dyn Clock>,
    random: Random,
) -> Hub {
    let signal = Arc::clone(&shared.signal);
    Hub::start(HubParts {
        storage,
        signal,
        clock,
        random,
        limits: limits(
            settings,
            ServerLimits::default().connections(),
            memory::limit(),
        ),
    })
}

/// A stream takes a connection, and some connections stay for other calls.
fn limits(settings: &Settings, connections: usize, memory: Option<u64>) -> StreamLimits {
    let stream = &settings.stream;
    let by_memory = memory.map(|bytes| bytes / PART_OF_MEMORY / BYTES_PER_STREAM);
    let by_memory = by_memory.and_then(|streams| usize::try_from(streams).ok());
    let process = stream
        .limit
        .min(connections - connections / 16)
        .min(by_memory.unwrap_or(usize::MAX))
        .max(1);
    StreamLimits {
        process,
        tenant: stream.limit_tenant.min((process * 10).div_ceil(11)),
        user: stream.limit_user,
        heartbeat: stream.heartbeat,
        life: stream.life,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_leave_connections_and_memory_for_everything_else() {
        let settings = Settings::load(None, |_| None).expect("the defaults");
        for (connections, memory, process, tenant) in [
            (12_000, None, 11_000, 10_000),
            (12_000, Some(512 << 20), 10_922, 9_930),
            (768, None, 720, 655),
            (768, Some(8 << 20), 170, 155),
            (1, Some(0), 1, 1),
        ] {
            let limits = limits(&settings, connections, memory);
            assert_eq!((limits.process, limits.tenant), (process, tenant));
        }
    }
}
