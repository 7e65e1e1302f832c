//! `cargo xtask test`: every stage in turn, all faults of one run in one report.

use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;
use clap::ValueEnum;

use crate::cargo_test::Report;
use crate::services::Services;
use crate::{cargo_test, clients, contracts, lint, top_level};

/// A part of the run that can be asked for alone.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Stage {
    /// Only find or start the services, and stop what was started.
    Services,
    /// Formatting and lints.
    Lint,
    /// The tests of every crate, against the services.
    Rust,
    /// The files at the top level.
    TopLevel,
    /// The clients in TypeScript.
    Clients,
}

/// Runs the stages asked for, or all of them.
///
/// A failed stage does not keep the next from running: who waits minutes for a run wants to know everything at once.
pub fn run(only: &[Stage]) -> ExitCode {
    let wanted = |stage| only.is_empty() || only.contains(&stage);
    let mut report = Report::default();
    let mut failed = Vec::new();
    let mut stage = |name: &str, work: &mut dyn FnMut() -> Result<()>| {
        let begun = Instant::now();
        let result = work();
        println!("== {name}: {:.1} s", begun.elapsed().as_secs_f32());
        if let Err(error) = result {
            println!("error: {error:#}");
            failed.push(name.to_owned());
        }
    };

    if wanted(Stage::Lint) {
        stage("lint", &mut lint::run);
    }
    if wanted(Stage::TopLevel) {
        stage("top level", &mut || top_level::run(false));
    }
    if wanted(Stage::Services) || wanted(Stage::Rust) {
        stage("services and tests", &mut || {
            let mut services = Services::start()?;
            if wanted(Stage::Rust) {
                report = cargo_test::run(&mut services)?;
                let contracts = contracts::check(&report.tests);
                report.verdict()?;
                contracts?;
            }
            Ok(())
        });
    }

    if wanted(Stage::Clients) {
        stage("clients", &mut clients::run);
    }

    if !failed.is_empty() {
        println!("failed: {}", failed.join(", "));
    }
    println!("{} passed, {} failed", report.passed, report.failed);
    // Nothing may follow that line: it is what people and tools look for.
    if failed.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
