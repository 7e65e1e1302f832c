//! Who uses the command line, for the audit log.

use campanile_domain::{Act, Clock};

/// What a command does now. The actor is the account of the operating system: a name could be chosen freely.
pub(crate) fn now(clock: &dyn Clock) -> Act {
    Act::at_command_line(&account(), clock)
}

/// The account that runs this command.
#[cfg(unix)]
pub(crate) fn account() -> String {
    format!("uid {}", rustix::process::getuid().as_raw())
}

/// The account that runs this command.
#[cfg(not(unix))]
pub(crate) fn account() -> String {
    "operator".to_owned()
}
