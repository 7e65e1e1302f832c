//! How much the spool may hold, and what it holds.

/// The most that a spool may hold. At a limit, calls end with an error; nothing that was taken is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SpoolLimits {
    /// Bytes, of waiting calls and of rejected ones that were not removed yet. The disk needs up to 2 MiB more.
    pub bytes: u64,
    /// Waiting calls.
    pub entries: u64,
}

impl Default for SpoolLimits {
    /// 64 MiB and 100,000 calls.
    fn default() -> Self {
        Self::new(64 * 1024 * 1024, 100_000)
    }
}

impl SpoolLimits {
    /// Sets both.
    pub fn new(bytes: u64, entries: u64) -> Self {
        Self { bytes, entries }
    }
}

/// How the spool stands; for metrics.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SpoolStatus {
    /// Calls that wait.
    pub entries: u64,
    /// What they take on disk.
    pub bytes: u64,
    /// Calls that the service took from the spool since the start.
    pub replayed: u64,
    /// Calls that were set aside since the start.
    pub rejected: u64,
    /// Calls that were dropped since the start because their `expires_at` had passed.
    pub expired: u64,
    /// Calls that could not be read any more since the start; the files that hold them are kept as `*.damaged`.
    pub damaged: u64,
    /// Calls that were replayed after more than 23 hours, when the service may have forgotten their keys.
    pub late: u64,
}
