//! Runs all tests of the workspace, shows the output of each program when it is over and reads the results from it.

use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::programs::{self, Ended};
use crate::running::Running;
use crate::services::{Kind, Services, probe};
use crate::tools::{self, Tools};

/// How many programs are listed by the time that they took.
const LONGEST: usize = 10;

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
    let programs = programs::build()?;
    let promtool = tools::promtool()?.unwrap_or_default();
    let environment = |command: &mut Command| {
        command
            .envs(services.environment())
            // With a real mail server, a real DKIM library, a fuzzer and Apprise; and what knows metrics.
            .env("CAMPANILE_TEST_PROMTOOL_PATH", &promtool)
            .env("CAMPANILE_TEST_PYTHON_PATH", tools.path("python"));
    };
    let running = &Running::default();
    let (over, end) = mpsc::channel();
    let mut reading = Reading::default();
    let (ran, lost) = thread::scope(|scope| {
        let watch = scope.spawn(move || {
            let lost = probe::watch(services, &end);
            if lost.is_some() {
                running.kill();
            }
            lost
        });
        let ran = programs::run(programs, &environment, running, |ended| {
            reading.program(&ended);
        });
        drop(over);
        (ran, watch.join().expect("the watch does not panic"))
    });
    if let Some(reason) = lost {
        return Ok(Attempt::BrokerLost(reason));
    }
    ran?;
    Ok(Attempt::Ended(reading.end()))
}

/// Reads what the programs print.
#[derive(Default)]
struct Reading {
    package: String,
    target: String,
    report: Report,
    failed: Vec<String>,
    times: Vec<(Duration, String)>,
}

impl Reading {
    /// Shows and reads the output of a program that is over.
    fn program(&mut self, ended: &Ended) {
        let name = match &ended.program {
            Some(program) => {
                self.package.clone_from(&program.package);
                self.target.clone_from(&program.target);
                format!("{} {}", program.package, program.target)
            }
            None => "examples in the documentation".to_owned(),
        };
        println!("== {name}: {:.1} s", ended.took.as_secs_f32());
        let output = String::from_utf8_lossy(&ended.output);
        print!("{output}");
        output.lines().for_each(|line| self.line(line));
        // A program that ends before its harness does says nothing of its tests.
        if !ended.succeeded || !output.contains("test result: ") {
            self.failed.push(name.clone());
        }
        self.times.push((ended.took, name));
    }

    fn line(&mut self, line: &str) {
        let line = line.trim();
        if let Some(package) = line.strip_prefix("Doc-tests ") {
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

    /// What it all came to.
    fn end(mut self) -> Report {
        self.times.sort();
        println!("== longest programs");
        for (took, name) in self.times.iter().rev().take(LONGEST) {
            println!("{:>6.1} s  {name}", took.as_secs_f32());
        }
        let mut report = self.report;
        if !self.failed.is_empty() {
            report.complaint = Some(format!("failed: {}", self.failed.join(", ")));
        } else if report.passed == 0 {
            report.complaint = Some("no test was run".to_owned());
        } else if !report.skipped.is_empty() {
            // Here everything is at hand: what skips itself all the same has proved nothing.
            report.complaint = Some(format!("skipped: {}", report.skipped.join("; ")));
        }
        report
    }
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
        let mut reading = Reading {
            package: "campanile_queue".to_owned(),
            target: "src/lib.rs".to_owned(),
            ..Reading::default()
        };
        for line in [
            "test in_process::tests::keeps_the_contract ... ok",
            "test in_process::tests::is_broken ... FAILED",
            "test in_process::tests::rests ... ignored",
            "SKIPPED: no Python here",
            "test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "   Doc-tests campanile_storage",
            "test storage (line 3) ... ok",
            "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
        ] {
            reading.line(line);
        }
        assert_eq!((reading.report.passed, reading.report.failed), (4, 1));
        assert_eq!(reading.report.skipped, ["no Python here"]);
        let named = |package: &str, target: &str, name: &str| Test {
            package: package.to_owned(),
            target: target.to_owned(),
            name: name.to_owned(),
        };
        assert_eq!(
            reading.report.tests,
            [
                named(
                    "campanile_queue",
                    "src/lib.rs",
                    "in_process::tests::keeps_the_contract"
                ),
                named("campanile_storage", "doc", "storage (line 3)"),
            ]
        );
        let report = reading.end();
        report.verdict().expect_err("one was skipped");
    }
}
