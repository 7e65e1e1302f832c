//! Prometheus Alertmanager, from Debian's package.

use std::fs::Permissions;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use chrono::{SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{PATIENCE, Place, to_u1};

const ALERTMANAGER: &str = "CAMPANILE_TEST_ALERTMANAGER_PATH";

/// Where Debian's binary reads its templates, and the same from its working folder: as many bytes.
const TEMPLATES: &str = "/usr/share/prometheus/alertmanager/default.tmpl";
const TEMPLATES_HERE: &str = ".//././././././././././././././././default.tmpl";

/// The program in a folder to run it in. `cargo xtask test` unpacks Debian's package instead of installing it, so the
/// templates are not where the binary looks for them.
fn unpacked(program: &Path, folder: &Path) -> PathBuf {
    if Path::new(TEMPLATES).exists() {
        return program.to_owned();
    }
    let share = program
        .parent()
        .unwrap()
        .join("../share/prometheus/alertmanager/default.tmpl");
    std::fs::copy(share, folder.join("default.tmpl")).unwrap();
    let mut bytes = std::fs::read(program).unwrap();
    let mut windows = bytes.windows(TEMPLATES.len());
    let place = windows.position(|part| part == TEMPLATES.as_bytes());
    let place = place.expect("the path of its templates");
    bytes[place..place + TEMPLATES.len()].copy_from_slice(TEMPLATES_HERE.as_bytes());
    let copy = folder.join("alertmanager");
    std::fs::write(&copy, bytes).unwrap();
    std::fs::set_permissions(&copy, Permissions::from_mode(0o755)).unwrap();
    copy
}

/// Killed when it is dropped.
struct Alertmanager {
    child: Child,
    url: String,
    client: reqwest::Client,
    _folder: tempfile::TempDir,
}

impl Alertmanager {
    /// With one receiver, which hears of groups within a second.
    async fn start(program: &std::ffi::OsStr, receiver: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let program = unpacked(Path::new(program), folder.path());
        let config = folder.path().join("alertmanager.yml");
        let text = format!(
            "route:\n  receiver: campanile\n  group_by: [job]\n  group_wait: 100ms\n  group_interval: 1s\n  \
             repeat_interval: 1h\nreceivers:\n  - name: campanile\n    webhook_configs:\n      - url: {receiver}\n"
        );
        std::fs::write(&config, text).unwrap();
        // Free until a moment ago; nothing else on this machine takes it in between.
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let child = Command::new(program)
            .current_dir(folder.path())
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.path={}", folder.path().display()))
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            .arg("--cluster.listen-address=")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let alertmanager = Self {
            child,
            url: format!("http://127.0.0.1:{port}"),
            client: reqwest::Client::new(),
            _folder: folder,
        };
        let until = Instant::now() + PATIENCE;
        let ready = format!("{}/-/ready", alertmanager.url);
        while !matches!(alertmanager.client.get(&ready).send().await, Ok(answer) if answer.status() == 200)
        {
            assert!(Instant::now() < until, "Alertmanager does not start");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        alertmanager
    }

    /// Reports an alert as Prometheus does, until `ends_in` from now.
    async fn report(&self, name: &str, severity: &str, ends_in: TimeDelta) {
        let ends_at = (Utc::now() + ends_in).to_rfc3339_opts(SecondsFormat::Millis, true);
        let alerts = json!([{
            "labels": {"alertname": name, "severity": severity, "job": "db"},
            "annotations": {"summary": format!("{name} is bad")},
            "startsAt": "2026-01-01T00:00:00Z", "endsAt": ends_at,
        }]);
        let url = format!("{}/api/v2/alerts", self.url);
        let answer = self.client.post(url).json(&alerts).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    }
}

impl Drop for Alertmanager {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn shown(inbox: &[Value]) -> Vec<(&str, bool)> {
    let of = |one: &'_ Value| one["is_read"] == true;
    inbox
        .iter()
        .map(|one| (one["title"].as_str().unwrap(), of(one)))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn alertmanager_fires_changes_and_resolves() {
    let program = std::env::var_os(ALERTMANAGER).filter(|path| !path.is_empty());
    let Some(program) = program else {
        // Past the capture of passed tests' output: people are to see it, and the test command to fail.
        let why = "names no Alertmanager; `cargo xtask test` sets it";
        writeln!(std::io::stderr(), "SKIPPED: ingest: {ALERTMANAGER} {why}").unwrap();
        return;
    };
    let place = Place::start();
    let key = place.address(&to_u1("alertmanager")).await;
    let receiver = format!("http://{}/ingest/{key}", place.up.address());
    let alertmanager = Alertmanager::start(&program, &receiver).await;
    let hour = TimeDelta::hours(1);

    alertmanager.report("Disk", "warning", hour).await;
    let inbox = place.inbox_where(|inbox| !inbox.is_empty()).await;
    assert_eq!(shown(&inbox), [("[1 firing] Disk · db", false)]);
    assert_eq!(inbox[0]["body"], "Disk is bad");
    assert_eq!(inbox[0]["priority"], "high");

    alertmanager.report("Cpu", "critical", hour).await;
    let inbox = place.inbox_where(|inbox| inbox.len() == 2).await;
    // The order of the alerts is Alertmanager's.
    assert!(
        inbox[0]["title"]
            .as_str()
            .unwrap()
            .starts_with("[2 firing] "),
        "{inbox:?}"
    );
    assert_eq!(inbox[0]["priority"], "critical");
    place.inbox_where(|inbox| inbox[1]["is_read"] == true).await;

    for name in ["Disk", "Cpu"] {
        let severity = if name == "Cpu" { "critical" } else { "warning" };
        alertmanager
            .report(name, severity, TimeDelta::milliseconds(-1))
            .await;
    }
    place
        .inbox_where(|inbox| inbox.iter().all(|one| one["is_read"] == true))
        .await;
    // Alertmanager may have told the two ends one after the other.
    let told = place.inbox().await.len();
    assert!((2..=3).contains(&told), "{told}");
}
