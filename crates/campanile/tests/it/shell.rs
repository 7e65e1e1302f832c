//! What packages and containers need of the binary: health checks, completions, manual pages.

use std::fs;

use campanile_test_support::postgres::TestDatabase;

use crate::support::{Process, campanile, complaint};

#[test]
fn health_tells_a_ready_process_from_an_absent_one() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let up = Process::start(&["up", "--data-dir", data, "--listen", "127.0.0.1:0"], &[]);
    let url = format!("http://{}", up.address());
    for arguments in [
        &["health", "--url", &url][..],
        &["health", "--live", "--url", &url],
    ] {
        let output = campanile(arguments, &[]).output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    // The ports of the settings, as the health check of a container asks.
    let listen = up.address().to_string();
    let set = [("CAMPANILE_LISTEN", listen.as_str())];
    assert!(
        campanile(&["health"], &set)
            .output()
            .unwrap()
            .status
            .success()
    );
    let worker = [
        ("CAMPANILE_LISTEN", "127.0.0.1:1"),
        ("CAMPANILE_METRICS_LISTEN", &listen),
    ];
    assert!(
        campanile(&["health"], &worker)
            .output()
            .unwrap()
            .status
            .success()
    );
    up.terminate();
    let gone = campanile(&["health", "--url", &url], &[]).output().unwrap();
    assert!(complaint(&gone).contains("no process answers at http://127.0.0.1:"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pod_waits_for_the_schema_and_says_so() {
    let database = TestDatabase::empty().await;
    let environment = [("DATABASE_URL", database.url()), ("LOG_FORMAT", "text")];
    let refused = campanile(&["migrate", "--check"], &environment)
        .output()
        .unwrap();
    assert!(complaint(&refused).contains("the schema is not up to date"));
    let waiting = campanile(&["migrate", "--check", "--wait", "60s"], &environment)
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let migrated = campanile(&["migrate", "--wait", "60s"], &environment)
        .output()
        .unwrap();
    assert!(
        migrated.status.success(),
        "{}",
        String::from_utf8_lossy(&migrated.stderr)
    );
    let output = waiting.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(output.stdout, b"the schema is up to date\n");
    assert!(
        campanile(&["migrate", "--check"], &environment)
            .output()
            .unwrap()
            .status
            .success()
    );
    database.close().await;
}

#[test]
fn waiting_for_a_database_that_is_away_says_so_and_ends() {
    let away = [
        ("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none"),
        ("LOG_FORMAT", "text"),
    ];
    for arguments in [
        &["migrate", "--check", "--wait", "1s"][..],
        &["migrate", "--wait", "1s"],
    ] {
        let output = campanile(arguments, &away).output().unwrap();
        let text = complaint(&output);
        assert!(text.contains("waiting for the database"), "{text}");
        assert!(text.contains("not ready within 1s"), "{text}");
    }
    let wrong = [("DATABASE_URL", "mysql://x/")];
    let output = campanile(&["migrate", "--check", "--wait", "1h"], &wrong)
        .output()
        .unwrap();
    assert!(complaint(&output).contains("DATABASE_URL"));
    let none = campanile(&["migrate", "--check"], &[]).output().unwrap();
    assert!(complaint(&none).contains("DATABASE_URL"));
}

#[test]
fn completions_and_manual_pages_cover_every_command() {
    for shell in ["bash", "zsh", "fish"] {
        let output = campanile(&["completions", shell], &[]).output().unwrap();
        let script = String::from_utf8(output.stdout).unwrap();
        assert!(
            script.contains("migrate") && script.contains("--channels")
                || shell == "fish" && script.contains("channels"),
            "{shell}"
        );
    }
    let dir = tempfile::tempdir().unwrap();
    let pages = dir.path().join("man1");
    let output = campanile(&["man", pages.to_str().unwrap()], &[])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    for page in [
        "campanile.1",
        "campanile-worker.1",
        "campanile-tenant-create.1",
    ] {
        let text = fs::read_to_string(pages.join(page)).unwrap();
        assert!(text.contains(".TH"), "{page}");
    }
}
