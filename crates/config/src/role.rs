//! What the process is about to be, which decides what it needs.

/// The role that settings are checked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Everything in one process on SQLite.
    Up,
    /// The cluster's HTTP side.
    Api,
    /// The cluster's delivering side.
    Worker,
    /// Brings the schema up.
    Migrate,
    /// Looks for faults, so it must start with few settings.
    Doctor,
    /// Any other command.
    Cli,
}
