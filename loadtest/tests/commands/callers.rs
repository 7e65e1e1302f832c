//! `callers` on a cluster that runs.

use crate::api::Api;
use crate::tool::{loadtest, text};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_step_has_its_callers_and_its_line() {
    let dir = tempfile::tempdir().unwrap();
    let (_api, url) = Api::start_signed().await;
    let mut command = loadtest(["callers", "--connections", "1,4", "--duration", "300ms"]);
    command
        .args(["--warm-up", "0s", "--url", &url, "--out", text(dir.path())])
        .env("JWT_SECRET", "0123456789abcdef0123456789abcdef");
    let output = tokio::task::spawn_blocking(move || command.output().unwrap());
    let output = output.await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let report = std::fs::read(dir.path().join("report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
    for (place, callers) in [(0, 1), (1, 4)] {
        let step = &report["steps"][place];
        assert_eq!(step["callers"], callers);
        assert!(
            step["notifications_per_s"].as_f64().unwrap() > 0.0,
            "{step}"
        );
        assert!(step["p99_ms"].as_f64().unwrap() > 0.0);
        assert!(step["cpu_per_notification_us"].is_f64());
    }
    let page = std::fs::read_to_string(dir.path().join("report.md")).unwrap();
    assert!(
        page.contains("\n|       1 | ") && page.contains("\n|       4 | "),
        "{page}"
    );
}
