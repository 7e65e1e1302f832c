//! Formatting and lints, warnings being errors.

use anyhow::Result;

use crate::command;

/// Checks the whole workspace, tests included.
pub fn run() -> Result<()> {
    println!("== formatting");
    command::run(command::cargo().args(["fmt", "--all", "--check"]))?;
    println!("== lints");
    command::run(command::cargo().args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))
}
