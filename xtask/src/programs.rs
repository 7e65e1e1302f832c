//! The test programs of the workspace: built at once by cargo, run by us, several at a time.
//!
//! `cargo test` runs them one after the other, and most of them wait more than they compute: for servers, for time-outs,
//! for processes that they have started.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::command;
use crate::running::Running;

/// Begun first, the longest of all before the others: what begins last should be short.
const LONG: &[(&str, &str)] = &[
    ("campanile_storage_postgres", "tests/plans/main.rs"),
    ("campanile_storage_postgres", "tests/it/main.rs"),
];
/// Begun when all others are over, one by one: they start whole services, load them and judge by the clock.
const ALONE: &[(&str, &str)] = &[
    ("campanile", "tests/it/main.rs"),
    ("campanile_loadtest", "tests/commands/main.rs"),
    ("campanile", "tests/siege/main.rs"),
];
/// How often those that are still running are named.
const LINES_EVERY: Duration = Duration::from_secs(60);

/// A test program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// The crate it belongs to, as a Rust name: `campanile_queue`.
    pub package: String,
    /// The file of the test target: `src/lib.rs`, `tests/it/main.rs`.
    pub target: String,
    /// Where it runs: the crate's folder.
    folder: PathBuf,
    executable: PathBuf,
}

impl Program {
    /// From a line that cargo printed, if it is about a test program.
    fn read(line: &str) -> Option<Self> {
        let message: Value = serde_json::from_str(line).ok()?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        if message["reason"] != "compiler-artifact" || message["profile"]["test"] != true {
            return None;
        }
        let executable = PathBuf::from(text(&message["executable"])?);
        let manifest = PathBuf::from(text(&message["manifest_path"])?);
        let folder = manifest.parent()?.to_owned();
        let file = PathBuf::from(text(&message["target"]["src_path"])?);
        // `path+file:///…/crates/queue#campanile-queue@0.1.0`; without the name where the folder has it.
        let id = text(&message["package_id"])?;
        let package = match id.rsplit_once('#')?.1.split_once('@') {
            Some((name, _)) => name.to_owned(),
            None => folder.file_name()?.to_string_lossy().into_owned(),
        };
        Some(Self {
            package: package.replace('-', "_"),
            target: file.strip_prefix(&folder).ok()?.to_string_lossy().into(),
            folder,
            executable,
        })
    }

    fn is_one_of(&self, list: &[(&str, &str)]) -> Option<usize> {
        list.iter()
            .position(|(package, target)| self.package == *package && self.target == *target)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.executable);
        // As cargo does.
        command
            .current_dir(&self.folder)
            .env("CARGO_MANIFEST_DIR", &self.folder);
        command
    }
}

/// Whether a line that cargo printed is about a test program: none may be left out.
fn is_test_program(line: &str) -> bool {
    serde_json::from_str(line).is_ok_and(|message: Value| {
        message["reason"] == "compiler-artifact"
            && message["profile"]["test"] == true
            && message["executable"].is_string()
    })
}

/// Has cargo build all test programs of the workspace.
///
/// # Errors
/// When something does not compile.
pub fn build() -> Result<Vec<Program>> {
    let mut command = command::cargo();
    command
        .args(["test", "--workspace", "--no-run", "--quiet"])
        .arg("--message-format=json-render-diagnostics")
        .stdout(Stdio::piped());
    let mut child = command.spawn().context("cannot start cargo test")?;
    let output = child.stdout.take().context("cargo has no output")?;
    let mut programs = Vec::new();
    for line in BufReader::new(output).lines() {
        let line = line.context("cannot read cargo's messages")?;
        match Program::read(&line) {
            Some(program) => programs.push(program),
            None if is_test_program(&line) => bail!("a test program that cannot be run: {line}"),
            None => {}
        }
    }
    let status = child.wait().context("cannot wait for cargo test")?;
    if !status.success() {
        bail!("cargo test --no-run: {status}");
    }
    if programs.is_empty() {
        bail!("cargo test --no-run built no test program");
    }
    Ok(programs)
}

/// How a program came to its end.
pub struct Ended {
    /// Which it was; without a target for the examples in the documentation, which cargo runs.
    pub program: Option<Program>,
    /// Both of its streams, in the order of writing.
    pub output: Vec<u8>,
    /// Whether it ended well.
    pub succeeded: bool,
    /// From its start to its end.
    pub took: Duration,
}

/// Runs all of them, as many at a time as there are cores, and hands each to `ended` when it is over.
///
/// # Errors
/// When one cannot be run; a test that fails is no error here.
pub fn run(
    programs: Vec<Program>,
    environment: &(dyn Fn(&mut Command) + Sync),
    running: &Running,
    mut ended: impl FnMut(Ended),
) -> Result<()> {
    let (alone, mut shared): (Vec<_>, Vec<_>) = programs
        .into_iter()
        .partition(|one| one.is_one_of(ALONE).is_some());
    shared.sort_by_key(|one| one.is_one_of(LONG).unwrap_or(LONG.len()));
    // The examples in the documentation are cargo's own to run.
    let shared = shared.into_iter().map(Some).chain([None]).collect();
    let cores = thread::available_parallelism().map_or(2, usize::from);
    run_some(shared, cores, environment, running, &mut ended)?;
    let alone = alone.into_iter().map(Some).collect();
    run_some(alone, 1, environment, running, &mut ended)
}

fn run_some(
    programs: Vec<Option<Program>>,
    at_a_time: usize,
    environment: &(dyn Fn(&mut Command) + Sync),
    running: &Running,
    ended: &mut impl FnMut(Ended),
) -> Result<()> {
    let waiting = Mutex::new(programs.into_iter());
    let (results, over) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..at_a_time {
            let (waiting, results) = (&waiting, results.clone());
            scope.spawn(move || {
                let next = || {
                    waiting
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .next()
                };
                while let Some(program) = next() {
                    let begun = Instant::now();
                    let (name, mut command) = describe(program.as_ref());
                    environment(&mut command);
                    let result = running.run(&name, command).map(|done| {
                        done.map(|(output, succeeded)| Ended {
                            program,
                            output,
                            succeeded,
                            took: begun.elapsed(),
                        })
                    });
                    if results.send(result).is_err() {
                        return;
                    }
                }
            });
        }
        drop(results);
        loop {
            match over.recv_timeout(LINES_EVERY) {
                Ok(result) => {
                    if let Some(one) = result? {
                        ended(one);
                    }
                }
                Err(mpsc::RecvTimeoutError::Timeout) => println!("running: {}", running.names()),
                Err(mpsc::RecvTimeoutError::Disconnected) => return Ok(()),
            }
        }
    })
}

fn describe(program: Option<&Program>) -> (String, Command) {
    match program {
        Some(program) => (
            format!("{} {}", program.package, program.target),
            program.command(),
        ),
        None => {
            let mut command = command::cargo();
            command.args(["test", "--workspace", "--doc", "--no-fail-fast"]);
            ("examples in the documentation".to_owned(), command)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    const ARTIFACT: &str = r#"{"reason":"compiler-artifact",
        "package_id":"path+file:///w/crates/queue#campanile-queue@0.1.0","manifest_path":"/w/crates/queue/Cargo.toml",
        "target":{"kind":["test"],"name":"contract","src_path":"/w/crates/queue/tests/it/main.rs"},
        "profile":{"test":true},"executable":"/w/target/debug/deps/contract-0a1b"}"#;

    #[test]
    fn test_programs_are_found_in_what_cargo_prints() {
        let program = Program::read(ARTIFACT).expect("a program");
        assert_eq!(program.package, "campanile_queue");
        assert_eq!(program.target, "tests/it/main.rs");
        assert_eq!(program.folder, Path::new("/w/crates/queue"));
        let named = ARTIFACT.replace("#campanile-queue@", "#");
        assert_eq!(Program::read(&named).expect("a program").package, "queue");
        let library = ARTIFACT.replace("\"test\":true", "\"test\":false");
        assert_eq!(Program::read(&library), None);
        assert_eq!(Program::read("not JSON"), None);
    }

    #[test]
    fn all_run_and_their_output_and_end_are_reported() {
        let shell = |target: &str| Program {
            package: "campanile".into(),
            target: target.into(),
            folder: "/".into(),
            executable: "sh".into(),
        };
        let programs = vec![
            shell("tests/siege/main.rs"),
            shell("tests/other.rs"),
            shell("src/lib.rs"),
        ];
        let environment = |command: &mut Command| {
            // In the place of cargo and of the programs.
            *command = Command::new("sh");
            command.args(["-c", "echo said; exit 3"]);
        };
        let mut reported = Vec::new();
        let running = Running::of_test("programs");
        run(programs, &environment, &running, |ended| {
            assert_eq!(
                (ended.output.as_slice(), ended.succeeded),
                (&b"said\n"[..], false)
            );
            reported.push(ended.program.map(|one| one.target));
        })
        .expect("all run");
        running.clean_up();
        assert_eq!(reported.len(), 4);
        assert_eq!(reported[3].as_deref(), Some("tests/siege/main.rs"));
    }
}
