//! The binary as a child process with an environment of its own.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Longer than any start takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// The binary, without anything of the environment that tests run in.
pub fn campanile(arguments: &[&str], environment: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_campanile"));
    command
        .args(arguments)
        .env_clear()
        .envs(environment.iter().copied());
    // Where a test's data directory is not named, nothing must be found.
    command.current_dir(std::env::temp_dir());
    command
}

/// A token signed with the key of an `up` that keeps its data in `data`.
pub fn token(data: &str, sub: &str, scope: &str) -> String {
    let arguments = [
        "token",
        "--tenant",
        "default",
        "--sub",
        sub,
        "--scope",
        scope,
        "--data-dir",
        data,
    ];
    let output = campanile(&arguments, &[]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        text.lines().count(),
        1,
        "a token and nothing else: {text:?}"
    );
    text.trim().to_owned()
}

/// A running role; killed when it is dropped. Its log must not have a secret in it, in no test of this suite.
pub struct Process {
    child: Child,
    lines: Receiver<String>,
    printed: Vec<String>,
    address: SocketAddr,
    /// Reads the log until the process is gone.
    log: Option<JoinHandle<String>>,
}

/// What secrets begin with: signed tokens, private keys, and the webhook secrets and signing keys of the tests.
const SECRETS: [&str; 4] = [
    "eyJ",
    "-----BEGIN",
    "whsec_MfKQ9r8G",
    "0123456789abcdef0123456789abcdef",
];

impl Process {
    /// Starts a role and waits until it says that it is ready.
    pub fn start(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        Self::of(campanile(arguments, environment))
    }

    /// Starts what the command says and waits until it says that it is ready.
    pub fn of(mut command: Command) -> Self {
        let child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Self::ready(child)
    }

    fn ready(mut child: Child) -> Self {
        let (sender, lines) = mpsc::channel();
        let output = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            output
                .lines()
                .map_while(Result::ok)
                .for_each(|line| drop(sender.send(line)));
        });
        // Read along, or a full pipe would stop it; shown if it does not come up.
        let mut log = child.stderr.take().unwrap();
        let log = std::thread::spawn(move || {
            let mut text = String::new();
            let _ = log.read_to_string(&mut text);
            if std::env::var_os("CAMPANILE_TEST_LOGS").is_some() {
                eprintln!("{text}");
            }
            text
        });
        let (mut printed, until) = (Vec::new(), Instant::now() + PATIENCE);
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let Ok(line) = lines.recv_timeout(left) else {
                let _ = child.kill();
                panic!("not ready: {printed:?}\n{}", log.join().unwrap());
            };
            if let Some(address) = line.strip_prefix("ready on http://") {
                let address = address.parse().unwrap();
                return Self {
                    child,
                    lines,
                    printed,
                    address,
                    log: Some(log),
                };
            }
            printed.push(line);
        }
    }

    /// The id of the process.
    #[allow(dead_code, reason = "only the siege, which shares this file, asks")]
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it printed before it was ready.
    pub fn printed(&self) -> String {
        self.printed.join("\n")
    }

    /// `kill -9`; returns when it is gone.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM; gives the whole log.
    #[allow(dead_code, reason = "the siege, which shares this file, does not ask")]
    pub fn terminate_and_read(mut self) -> String {
        assert_eq!(self.stop().0, Some(0));
        self.checked_log()
    }

    /// SIGTERM; gives the exit code and how long it took.
    pub fn terminate(mut self) -> (Option<i32>, Duration) {
        self.stop()
    }

    fn stop(&mut self) -> (Option<i32>, Duration) {
        let asked = Instant::now();
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .unwrap()
                .success()
        );
        // It closes its output when it is gone.
        while self.lines.recv_timeout(PATIENCE).is_ok() {}
        (self.child.wait().unwrap().code(), asked.elapsed())
    }

    /// The log of a process that has ended.
    fn checked_log(&mut self) -> String {
        let log = self.log.take().map(|log| log.join().unwrap_or_default());
        let log = log.unwrap_or_default();
        for line in log.lines() {
            for secret in SECRETS {
                assert!(!line.contains(secret), "a secret is in the log: {line}");
            }
        }
        log
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if !std::thread::panicking() {
            self.checked_log();
        }
    }
}

/// Runs a command to its end; it must fail. Gives its complaint.
pub fn complaint(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        !output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    assert!(
        !text.contains("panicked") && !text.contains("RUST_BACKTRACE"),
        "{text}"
    );
    text
}
