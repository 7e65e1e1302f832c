//! What people and scripts read: answers on standard output, complaints on standard error.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this is where printing happens"
)]

/// Prints a line of a command's answer.
pub(crate) fn line(text: impl std::fmt::Display) {
    println!("{text}");
}

/// Prints why a command failed, or what it left to others: the whole chain in one line.
pub(crate) fn complain(error: &anyhow::Error) {
    eprintln!("campanile: {error:#}");
}
