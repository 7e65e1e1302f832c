//! How much the streams of a process may take.

use std::time::Duration;

/// A stream whose client is further behind is closed; it reconnects and resumes.
pub const MAX_EVENTS: usize = 256;
/// The same in bytes.
pub(crate) const MAX_BYTES: usize = 1024 * 1024;
/// Bytes of events that wait for the clients of all streams or are being sent to them. A stream whose events find no
/// room is closed.
pub(crate) const MAX_BYTES_OF_ALL: usize = 32 * 1024 * 1024;
/// Of them, those of a tenant's streams.
pub(crate) const MAX_BYTES_OF_TENANT: usize = 24 * 1024 * 1024;
/// And those of a user's.
pub(crate) const MAX_BYTES_OF_USER: usize = 4 * 1024 * 1024;

/// Bounds and times of streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StreamLimits {
    /// Open streams of the process.
    pub process: usize,
    /// Open streams of one tenant on the process.
    pub tenant: usize,
    /// Open streams of one user on the process.
    pub user: usize,
    /// An idle stream sends a heartbeat this often, in whole seconds.
    pub heartbeat: Duration,
    /// A stream ends after this time at the latest; its client reconnects.
    pub life: Duration,
}

impl Default for StreamLimits {
    /// 10,000 streams, three quarters of them for one tenant, 16 for one user; 30 s and 300 s.
    fn default() -> Self {
        Self {
            process: 10_000,
            tenant: 7_500,
            user: 16,
            heartbeat: Duration::from_secs(30),
            life: Duration::from_secs(300),
        }
    }
}
