//! `campanile completions`

use std::io::{self, Write};

use clap::CommandFactory;

use crate::cli::{Cli, CompletionsOptions};

/// Prints the script of a shell.
pub(crate) fn run(options: &CompletionsOptions) -> anyhow::Result<()> {
    // Made in memory: the generator panics where a reader has gone.
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Cli::command(), "campanile", &mut script);
    let _ = io::stdout().lock().write_all(&script);
    Ok(())
}
