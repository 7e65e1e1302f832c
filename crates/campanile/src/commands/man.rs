//! `campanile man`

use std::fs;

use anyhow::Context;
use clap::CommandFactory;

use crate::cli::{Cli, ManOptions};

/// Writes a page for the program and one for each command.
pub(crate) fn run(options: &ManOptions) -> anyhow::Result<()> {
    let directory = &options.directory;
    let context = || format!("cannot write to {}", directory.display());
    fs::create_dir_all(directory).with_context(context)?;
    clap_mangen::generate_to(Cli::command(), directory).with_context(context)
}
