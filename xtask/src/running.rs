//! One test program at work: its output goes to a log while it runs, and it is ended when it hangs.

use std::fs::{self, File};
use std::io::{PipeReader, Read, Write, pipe};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use std::{env, mem};

use anyhow::{Context, Result};

use crate::command;

/// A program that prints nothing for so long hangs: each test prints a line at its end, and another after a minute.
const LONGEST_SILENCE: Duration = Duration::from_secs(600);
/// How long what an ended program has written may take to arrive: a process that it left behind may hold its output open.
const REST_WITHIN: Duration = Duration::from_secs(5);
const CHUNK_BYTES: usize = 8192;

/// The programs that run, so that they can be named and ended.
pub struct Running {
    longest_silence: Duration,
    /// A log for each program.
    logs: PathBuf,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    processes: Vec<Process>,
    stopped: bool,
}

struct Process {
    id: u32,
    name: String,
    since: Instant,
}

impl Default for Running {
    fn default() -> Self {
        let target = env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
        Self {
            longest_silence: LONGEST_SILENCE,
            logs: command::workspace_root().join(target).join("xtask"),
            state: Mutex::default(),
        }
    }
}

impl Running {
    /// With logs in a folder of a test's own.
    #[cfg(test)]
    pub fn of_test(test: &str) -> Self {
        Self {
            logs: env::temp_dir().join(format!("xtask-{}-{test}", std::process::id())),
            ..Self::default()
        }
    }

    /// Removes the logs.
    #[cfg(test)]
    pub fn clean_up(self) {
        fs::remove_dir_all(self.logs).expect("the logs");
    }

    /// Ends all of them; none begins after it.
    pub fn kill(&self) {
        let mut state = self.state();
        state.stopped = true;
        for process in &state.processes {
            command::kill_tree(process.id);
        }
    }

    /// Their names, and for how long each runs.
    pub fn names(&self) -> String {
        let state = self.state();
        let name = |one: &Process| format!("{} for {} s", one.name, one.since.elapsed().as_secs());
        let names: Vec<_> = state.processes.iter().map(name).collect();
        names.join(", ")
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a program to its end, and returns what it printed and whether it succeeded; `None` if all of them were
    /// stopped before it began.
    ///
    /// # Errors
    /// When it cannot be started, or its log cannot be written.
    pub fn run(&self, name: &str, mut command: Command) -> Result<Option<(Vec<u8>, bool)>> {
        let log = self.log(name);
        fs::create_dir_all(&self.logs)
            .with_context(|| format!("cannot make {}", self.logs.display()))?;
        let file = File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let (reader, writer) = pipe().context("cannot make a pipe")?;
        command
            .stdin(Stdio::null())
            .stdout(writer.try_clone().context("cannot share a pipe")?)
            .stderr(writer);
        let mut child = {
            let mut state = self.state();
            if state.stopped {
                return Ok(None);
            }
            let child = command
                .spawn()
                .with_context(|| format!("cannot start {name}"))?;
            state.processes.push(Process {
                id: child.id(),
                name: name.to_owned(),
                since: Instant::now(),
            });
            child
        };
        // It holds the writing ends, and the reader would wait for them for ever.
        drop(command);
        let mut output = Output::of(reader, file);
        let read = output.read_until_end(self.longest_silence);
        if !matches!(read, Ok(true)) {
            command::kill_tree(child.id());
        }
        let status = child.wait();
        self.state().processes.retain(|one| one.id != child.id());
        let status = status.with_context(|| format!("cannot wait for {name}"))?;
        let has_ended = read.with_context(|| format!("cannot write {}", log.display()))?;
        if !has_ended {
            let rest = output.read_until_end(REST_WITHIN);
            rest.with_context(|| format!("cannot write {}", log.display()))?;
            let printed = String::from_utf8_lossy(&output.bytes).into_owned();
            let error = silent(name, self.longest_silence, &printed, &log);
            output.bytes.extend(error.as_bytes());
        }
        let output = mem::take(&mut output.bytes);
        Ok(Some((output, has_ended && status.success())))
    }

    /// `<crate>-<target>.log`, without what a file's name cannot hold.
    fn log(&self, name: &str) -> PathBuf {
        let plain = |letter: char| match letter {
            '/' | ' ' => '-',
            letter => letter,
        };
        let name: String = name.chars().map(plain).collect();
        self.logs.join(name.replace(".rs", "") + ".log")
    }
}

/// What a program prints, on its way to its log and to the report.
struct Output {
    pieces: Receiver<Vec<u8>>,
    log: File,
    bytes: Vec<u8>,
}

impl Output {
    fn of(mut reader: PipeReader, log: File) -> Self {
        let (sender, pieces) = channel();
        // Ends with the last process that holds the pipe, which may be later than the program.
        thread::spawn(move || {
            let mut piece = [0; CHUNK_BYTES];
            while let Ok(size @ 1..) = reader.read(&mut piece) {
                if sender.send(piece[..size].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            pieces,
            log,
            bytes: Vec::new(),
        }
    }

    /// Whether it came to its end, and not to a silence of this length.
    fn read_until_end(&mut self, longest_silence: Duration) -> Result<bool> {
        loop {
            match self.pieces.recv_timeout(longest_silence) {
                Ok(piece) => {
                    self.log.write_all(&piece)?;
                    self.bytes.extend(piece);
                }
                Err(RecvTimeoutError::Timeout) => return Ok(false),
                Err(RecvTimeoutError::Disconnected) => return Ok(true),
            }
        }
    }
}

/// The error for a program that hung.
fn silent(name: &str, longest_silence: Duration, printed: &str, log: &Path) -> String {
    let log = log.display();
    let tests = match still_running(printed) {
        tests if tests.is_empty() => "unknown".to_owned(),
        tests => tests.join(", "),
    };
    format!(
        "\nerror: {name} printed nothing for {longest_silence:?} and was ended; tests still running: {tests}; log: {log}\n"
    )
}

/// Tests that have begun, as far as the test harness says, and have not ended.
fn still_running(printed: &str) -> Vec<&str> {
    let mut running: Vec<&str> = Vec::new();
    for line in printed.lines() {
        let Some(test) = line.strip_prefix("test ") else {
            continue;
        };
        if let Some((name, _)) = test.split_once(" has been running for over") {
            running.push(name);
        } else if let Some((name, end)) = test.split_once(" ... ") {
            running.retain(|one| *one != name);
            // With one thread the name is printed first, and the result later in the same line.
            if end.is_empty() {
                running.push(name);
            }
        }
    }
    running
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_program_cannot_start_after_all_were_stopped() {
        let running = Running::of_test("stopped");
        running.kill();
        let ran = running.run("late", shell("exit 0"));
        assert!(ran.expect("no error").is_none());
    }

    #[test]
    fn what_a_program_prints_is_in_its_log_while_it_runs() {
        let running = Running::of_test("log");
        let log = running.log("campanile_queue tests/it/main.rs");
        assert!(log.ends_with("campanile_queue-tests-it-main.log"));
        // It ends when it finds its own output in the log.
        let script = format!(
            "echo first; until grep -q first {}; do sleep 0.01; done; exit 3",
            log.display()
        );
        let ran = running.run("campanile_queue tests/it/main.rs", shell(&script));
        assert_eq!(ran.expect("no error"), Some((b"first\n".to_vec(), false)));
        running.clean_up();
    }

    #[test]
    fn a_silent_program_is_ended_with_an_error_that_names_its_running_tests() {
        let running = Running {
            longest_silence: Duration::from_millis(300),
            ..Running::of_test("silent")
        };
        let script = "echo 'test a::fast ... ok'
            echo 'test a::stuck has been running for over 60 seconds'
            echo 'test a::slow has been running for over 60 seconds'
            echo 'test a::slow ... ok'
            sleep 600 & wait";
        let ran = running.run("program", shell(script)).expect("no error");
        let (output, succeeded) = ran.expect("it ran");
        let output = String::from_utf8(output).expect("text");
        let log = running.log("program");
        let error = format!(
            "error: program printed nothing for 300ms and was ended; tests still running: a::stuck; log: {}\n",
            log.display()
        );
        assert!(output.ends_with(&error), "{output}");
        assert!(!succeeded);
        running.clean_up();
    }

    #[test]
    fn a_test_that_runs_alone_is_known_by_its_unfinished_line() {
        let printed = "running 2 tests\ntest a ... ok\ntest b::c ... ";
        assert_eq!(still_running(printed), ["b::c"]);
    }
}
