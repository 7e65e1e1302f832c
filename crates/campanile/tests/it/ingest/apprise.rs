//! Apprise's command line, with URLs of the Apprise API and of ntfy.

use std::io::Write;
use std::path::PathBuf;
use std::process::Command;

use serde_json::json;

use super::{Place, to_u1};

const PYTHON: &str = "CAMPANILE_TEST_PYTHON_PATH";

/// Where the command line is: beside the Python that the test command has installed.
fn apprise() -> Option<PathBuf> {
    let found =
        std::env::var_os(PYTHON).map(|python| PathBuf::from(python).with_file_name("apprise"));
    if found.is_none() {
        // Past the capture of passed tests' output: people are to see it, and the test command to fail.
        let why = "names no Python with apprise; `cargo xtask test` sets it";
        let mut people = std::io::stderr();
        writeln!(people, "SKIPPED: ingest: {PYTHON} {why}").unwrap();
    }
    found
}

/// Sends; says whether Apprise thinks that it was sent, and what it printed.
async fn send(apprise: &std::path::Path, arguments: Vec<String>) -> (bool, String) {
    let mut command = Command::new(apprise);
    command.env_clear().arg("-vv").args(arguments);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap());
    let output = output.await.unwrap();
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    (output.status.success(), text)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn apprise_sends_by_its_own_protocol_and_by_ntfys() {
    let Some(apprise) = apprise() else { return };
    let place = Place::start();
    let (host, key) = (place.up.address(), place.address(&to_u1("apprise")).await);
    let token = place.address(&to_u1("ntfy")).await;
    // Each version of its protocol names the key elsewhere, and ntfy knows a token by its beginning.
    for url in [
        format!("apprise://{host}/{key}"),
        format!("apprise://{host}/{key}?method=json"),
        format!("apprise://{host}/{key}?version=1"),
        format!("apprise://{host}/{key}?version=1&method=json&tags=a,b"),
        format!("ntfy://{token}@{host}/attic"),
        format!("ntfy://me:{token}@{host}/attic?priority=max&tags=fire"),
    ] {
        let arguments = [
            "-t",
            "Fire",
            "-b",
            "The attic is hot",
            "-n",
            "failure",
            &url,
        ];
        let (sent, text) = send(&apprise, arguments.map(str::to_owned).into()).await;
        assert!(sent, "{url}: {text}");
        let one = &place.inbox().await[0];
        assert_eq!(
            (&one["title"], &one["body"]),
            (&json!("Fire"), &json!("The attic is hot"))
        );
        let is_ntfy = url.starts_with("ntfy");
        let source = if is_ntfy { "ntfy" } else { "apprise" };
        assert_eq!(one["content"]["source"], source, "{url}");
        if url.contains("tags=fire") {
            assert_eq!(one["content"]["tags"], json!(["fire"]));
            assert_eq!(one["content"]["priority"], 5);
        }
    }
    assert_eq!(place.inbox().await.len(), 6);
    // What is refused, Apprise reports to its user.
    let file = place.data.clone() + "/../picture.txt";
    std::fs::write(&file, "x").unwrap();
    let url = format!("apprise://{host}/{key}");
    let arguments = ["-b", "x", "-a", &file, &url].map(str::to_owned);
    let (sent, text) = send(&apprise, arguments.into()).await;
    assert!(!sent, "{text}");
    let url = format!("apprise://{host}/{}", key.replace("cmi_", "cmx_"));
    let (sent, text) = send(&apprise, ["-b", "x", &url].map(str::to_owned).into()).await;
    assert!(!sent, "{text}");
    assert_eq!(place.inbox().await.len(), 6);
}
