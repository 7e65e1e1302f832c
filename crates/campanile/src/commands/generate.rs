//! Commands that print or write what is made from the program: `campanile openapi`, `completions` and `man`.

use std::fs;
use std::io::{self, Write};

use anyhow::Context;
use clap::CommandFactory;

use crate::cli::{Cli, CompletionsOptions, ManOptions};
use crate::wiring::print;

/// Prints the document that `/api/v1/openapi.json` serves.
pub(crate) fn openapi() -> anyhow::Result<()> {
    print::line(campanile_api::openapi_json());
    Ok(())
}

/// Prints the script of a shell.
pub(crate) fn completions(options: &CompletionsOptions) -> anyhow::Result<()> {
    // Made in memory: the generator panics where a reader has gone.
    let mut script = Vec::new();
    clap_complete::generate(options.shell, &mut Cli::command(), "campanile", &mut script);
    let _ = io::stdout().lock().write_all(&script);
    Ok(())
}

/// Writes a page for the program and one for each command.
pub(crate) fn man(options: &ManOptions) -> anyhow::Result<()> {
    let directory = &options.directory;
    let context = || format!("cannot write to {}", directory.display());
    fs::create_dir_all(directory).with_context(context)?;
    clap_mangen::generate_to(Cli::command(), directory).with_context(context)
}
