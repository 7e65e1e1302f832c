//! Runs `cargo test` over the workspace, shows its output as it comes and reads the results from it.

use std::io::{BufRead, BufReader, Read, pipe};
use std::sync::mpsc;
use std::thread;

use anyhow::{Context, Result, bail};

use crate::command;
use crate::services::{Kind, Services, probe};
use crate::tools::Tools;

/// What a run of the tests came to.
#[derive(Debug, Default)]
pub struct Report {
    pub passed: u64,
    pub failed: u64,
    pub tests: Vec<Test>,
    /// What tests said that they could not do here, and why.
    skipped: Vec<String>,
    complaint: Option<String>,
}

/// A test that passed.
#[derive(Debug, PartialEq, Eq)]
pub struct Test {
    /// The crate it belongs to, as a Rust name: `campanile_queue`.
    pub package: String,
    /// The file of the test target: `src/lib.rs`, `tests/contract.rs`.
    pub target: String,
    /// Its path inside the target.
    pub name: String,
}

impl Report {
    /// Says what went wrong, if something did.
    pub fn verdict(&self) -> Result<()> {
        match &self.complaint {
            Some(complaint) => bail!("{complaint}"),
            None => Ok(()),
        }
    }
}

/// Runs all tests, with the services' addresses in the environment.
///
/// A broker that stops to work, or did not from the start, is replaced by a private one, and the tests begin anew: they
/// would fail by it, not by us.
pub fn run(services: &mut Services) -> Result<Report> {
    let tools = Tools::install()?;
    probe::build()?;
    if let Err(reason) = probe::broker(services.url(Kind::RabbitMq)) {
        services.replace_broker(reason)?;
    }
    loop {
        match attempt(services, &tools)? {
            Attempt::Ended(report) => return Ok(report),
            Attempt::BrokerLost(reason) => services.replace_broker(reason)?,
        }
    }
}

enum Attempt {
    Ended(Report),
    BrokerLost(anyhow::Error),
}

fn attempt(services: &Services, tools: &Tools) -> Result<Attempt> {
    // Names of targets go to one stream, results to the other; only in one pipe is their order kept.
    let (reader, writer) = pipe().context("cannot make a pipe")?;
    let mut child = {
        // Dropped at the end of the block: it holds the writing ends, and the reader would wait for them for ever.
        let mut command = command::cargo();
        command
            .args(["test", "--workspace", "--no-fail-fast"])
            .envs(services.environment())
            // With a real mail server, a real DKIM library and a fuzzer.
            .env("CAMPANILE_TEST_PYTHON_PATH", tools.path("python"))
            .stdout(writer.try_clone().context("cannot share a pipe")?)
            .stderr(writer);
        command.spawn().context("cannot start cargo test")?
    };
    let process = child.id();
    let (over, end) = mpsc::channel();
    let (reading, lost) = thread::scope(|scope| {
        let watch = scope.spawn(move || {
            let lost = probe::watch(services, &end);
            if lost.is_some() {
                command::kill_tree(process);
            }
            lost
        });
        let reading = Reading::all(reader);
        drop(over);
        (reading, watch.join().expect("the watch does not panic"))
    });
    let status = child.wait().context("cannot wait for cargo test")?;
    if let Some(reason) = lost {
        return Ok(Attempt::BrokerLost(reason));
    }
    let mut report = reading?.report;
    if !status.success() {
        report.complaint = Some(format!("cargo test: {status}"));
    } else if report.passed == 0 {
        report.complaint = Some("cargo test ran no test".to_owned());
    } else if !report.skipped.is_empty() {
        // Here everything is at hand: what skips itself all the same has proved nothing.
        report.complaint = Some(format!("skipped: {}", report.skipped.join("; ")));
    }
    Ok(Attempt::Ended(report))
}

/// Reads the output line by line.
#[derive(Default)]
struct Reading {
    package: String,
    target: String,
    report: Report,
}

impl Reading {
    /// Shows and reads everything until all writers are gone.
    fn all(output: impl Read) -> Result<Self> {
        let mut reading = Self::default();
        for line in BufReader::new(output).split(b'\n') {
            let line = line.context("cannot read the output of cargo test")?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            reading.line(&line);
        }
        Ok(reading)
    }

    fn line(&mut self, line: &str) {
        let line = line.trim();
        if let Some(rest) = line.strip_prefix("Running unittests ") {
            // The unit tests of a crate come first and carry its name; its test files, which don't, follow.
            if let Some((file, binary)) = target(rest) {
                self.package = binary.to_owned();
                self.target = file.to_owned();
            }
        } else if let Some(rest) = line.strip_prefix("Running ") {
            if let Some((file, _)) = target(rest) {
                self.target = file.to_owned();
            }
        } else if let Some(package) = line.strip_prefix("Doc-tests ") {
            self.package = package.to_owned();
            self.target = "doc".to_owned();
        } else if let Some(counts) = line.strip_prefix("test result: ") {
            self.report.passed += count(counts, " passed");
            self.report.failed += count(counts, " failed");
        } else if let Some(reason) = line.strip_prefix("SKIPPED: ") {
            self.report.skipped.push(reason.to_owned());
        } else if let Some((name, "ok")) = line
            .strip_prefix("test ")
            .and_then(|rest| rest.rsplit_once(" ... "))
        {
            self.report.tests.push(Test {
                package: self.package.clone(),
                target: self.target.clone(),
                name: name.to_owned(),
            });
        }
    }
}

/// Takes `src/lib.rs (target/debug/deps/campanile_queue-0123)` apart into file and binary.
fn target(line: &str) -> Option<(&str, &str)> {
    let (file, path) = line.split_once(" (")?;
    let binary = path.trim_end_matches(')').rsplit('/').next()?;
    let (binary, _hash) = binary.rsplit_once('-')?;
    Some((file, binary))
}

/// The number before `word` in `ok. 5 passed; 0 failed; …`.
fn count(counts: &str, word: &str) -> u64 {
    counts
        .split([';', '.'])
        .find_map(|part| part.trim().strip_suffix(word)?.parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_counted_and_named() {
        let mut reading = Reading::default();
        for line in [
            "     Running unittests src/lib.rs (target/debug/deps/campanile_queue-0a1b)",
            "test in_process::tests::keeps_the_contract ... ok",
            "test in_process::tests::is_broken ... FAILED",
            "test in_process::tests::rests ... ignored",
            "test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "     Running tests/restart.rs (target/debug/deps/restart-2c3d)",
            "SKIPPED: no Python here",
            "test survives ... ok",
            "test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "   Doc-tests campanile_storage",
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
        ] {
            reading.line(line);
        }
        assert_eq!((reading.report.passed, reading.report.failed), (5, 1));
        assert_eq!(reading.report.skipped, ["no Python here"]);
        let named = |target: &str, name: &str| Test {
            package: "campanile_queue".to_owned(),
            target: target.to_owned(),
            name: name.to_owned(),
        };
        assert_eq!(
            reading.report.tests,
            [
                named("src/lib.rs", "in_process::tests::keeps_the_contract"),
                named("tests/restart.rs", "survives"),
            ]
        );
    }
}
