//! A whole scene: sink, API and run; and the join of what they left.

use std::path::PathBuf;
use std::process::{Output, Stdio};

use serde_json::Value;

use crate::api::{Api, Turn};
use crate::tool::{Sink, loadtest, text};
use crate::webhook::SECRET;

/// What a run left.
pub(crate) struct Scene {
    dir: tempfile::TempDir,
    pub(crate) api: Api,
    pub(crate) report: Value,
    pub(crate) output: Output,
}

/// What a join said.
pub(crate) struct Verdict {
    pub(crate) passed: bool,
    pub(crate) report: Value,
    pub(crate) text: String,
}

impl Scene {
    /// Twenty requests at a hundred a second, signed and verified with the same secret.
    pub(crate) async fn play(turn: fn(usize) -> Turn, more: &[&str]) -> Self {
        Self::play_with_secret(SECRET, turn, more).await
    }

    pub(crate) async fn play_with_secret(
        secret: &str,
        turn: fn(usize) -> Turn,
        more: &[&str],
    ) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let sink = Sink::start(&dir.path().join("received"), &["--secret", secret]);
        let (api, url) = Api::start(&sink.url, turn).await;
        let mut command = loadtest(["run", "--url", &url, "--rate", "100"]);
        command
            .args(["--duration", "200ms"])
            .env("CAMPANILE_TOKEN", "token")
            .arg("--ledger")
            .arg(dir.path().join("accepted"))
            .arg("--json")
            .arg(dir.path().join("run.json"))
            .args(more)
            .stderr(Stdio::null());
        let output = tokio::task::spawn_blocking(move || command.output().unwrap());
        let output = output.await.unwrap();
        assert!(sink.terminate().success());
        let report = std::fs::read(dir.path().join("run.json")).unwrap();
        Self {
            api,
            report: serde_json::from_slice(&report).unwrap(),
            output,
            dir,
        }
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn join(&self, more: &[&str]) -> Verdict {
        let json = self.file("join.json");
        let output = loadtest(["join", "--accepted", text(&self.file("accepted"))])
            .args(["--received", text(&self.file("received"))])
            .args(["--json", text(&json)])
            .args(more)
            .output()
            .unwrap();
        Verdict {
            passed: output.status.success(),
            report: serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap(),
            text: String::from_utf8(output.stdout).unwrap(),
        }
    }
}

impl Verdict {
    /// The figures under these names.
    pub(crate) fn counts<const N: usize>(&self, names: [&str; N]) -> [u64; N] {
        names.map(|name| self.report[name].as_u64().unwrap())
    }
}
