//! Who uses the command line, for the audit log.

use campanile_domain::{Act, Clock};

/// What a command does now. The actor is the account of the operating system: a name could be chosen freely.
pub(crate) fn now(clock: &dyn Clock) -> Act {
    Act::at_command_line(&account(), clock)
}

#[cfg(unix)]
fn account() -> String {
    format!("uid {}", rustix::process::getuid().as_raw())
}

#[cfg(not(unix))]
fn account() -> String {
    "operator".to_owned()
}
