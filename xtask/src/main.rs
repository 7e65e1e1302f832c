//! The project's chores. `cargo xtask test` is what a developer runs and all that CI runs.
//!
//! It needs a Rust toolchain, Python 3 and, for the clients, Node; everything else it finds, starts or installs itself.
#![expect(
    clippy::print_stdout,
    reason = "a command-line tool speaks on its standard output"
)]

mod cargo_test;
mod clients;
mod command;
mod contracts;
mod direction;
mod lint;
mod manifests;
mod migrations;
mod monitoring;
mod package;
mod plain_words;
mod programs;
mod running;
mod services;
mod settings_table;
mod skips;
mod test;
mod tools;
mod top_level;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Chores of the Campanile workspace.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Checks everything: services, formatting, lints, tests, files at the top level.
    Test {
        /// Only this stage; may be given several times.
        #[arg(long, value_enum)]
        only: Vec<test::Stage>,
    },
    /// Finds or starts Postgres, Redis and RabbitMQ, and prints where they are.
    Services,
    /// Checks formatting and lints.
    Lint,
    /// Makes the archive, the Debian package and the checksums of a release, of a binary that was built before.
    Package(package::Options),
    /// Builds and tests the clients in TypeScript.
    Clients,
    /// Checks the dependency direction, manifests, alerts, dashboards, Dockerfile, compose file, workflows and YAML.
    TopLevel {
        /// Write the files that are made of others, in place of comparing them.
        #[arg(long)]
        write: bool,
    },
}

fn main() -> ExitCode {
    let result = match Cli::parse().chore {
        Chore::Test { only } => return test::run(&only),
        Chore::Clients => clients::run(),
        Chore::Services => services::serve(),
        Chore::Lint => lint::run(),
        Chore::Package(options) => package::run(&options),
        Chore::TopLevel { write } => top_level::run(write),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
