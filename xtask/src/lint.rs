//! Formatting, plain words and lints, warnings being errors.

use anyhow::Result;

use crate::{command, plain_words};

/// Checks the whole workspace, tests included.
pub fn run() -> Result<()> {
    println!("== formatting");
    command::run(command::cargo().args(["fmt", "--all", "--check"]))?;
    println!("== plain words");
    plain_words::check()?;
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
