//! What people and scripts read: answers on standard output, complaints on standard error.

use std::fmt::Display;
use std::io::{self, Write};

/// Prints a line of a command's answer.
///
/// The reader may be gone (`campanile openapi | head -1`): that is no reason to fail, nor to leave a command's work undone.
pub(crate) fn line(text: impl Display) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// Prints why a command failed, or what it left to others: the whole chain in one line.
pub(crate) fn print_error(error: &anyhow::Error) {
    warn(chain(error));
}

/// Prints what an operator should know although the command goes on.
pub(crate) fn warn(text: impl Display) {
    let _ = writeln!(io::stderr().lock(), "campanile: {text}");
}

/// An error with its causes. Drivers repeat a cause in their own text; it is said once.
pub(crate) fn chain(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain() {
        let cause = cause.to_string();
        if !text.is_empty() && text.ends_with(&cause) {
            continue;
        }
        if !text.is_empty() {
            text.push_str(": ");
        }
        text.push_str(&cause);
    }
    text
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    /// As `sqlx` writes its own.
    #[derive(Debug)]
    struct Driver(io::Error);

    impl Display for Driver {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            write!(f, "error communicating with database: {}", self.0)
        }
    }

    impl std::error::Error for Driver {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            Some(&self.0)
        }
    }

    #[test]
    fn a_cause_that_is_in_the_text_already_is_not_repeated() {
        let refused = || io::Error::other("Connection refused (os error 111)");
        let error = Err::<(), _>(Driver(refused())).context("DATABASE_URL");
        assert_eq!(
            chain(&error.expect_err("a chain")),
            "DATABASE_URL: error communicating with database: Connection refused (os error 111)"
        );
        let error = Err::<(), _>(refused()).context("DATABASE_URL");
        assert_eq!(
            chain(&error.expect_err("a chain")),
            "DATABASE_URL: Connection refused (os error 111)"
        );
    }
}
