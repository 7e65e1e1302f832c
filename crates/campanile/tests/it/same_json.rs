//! What `--format json` prints is what the API answers: scripts read both. Dead letters: `dlq`.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Acme, SECRET, campanile};

const ADMIN: [&str; 2] = ["ops", "admin"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_line_prints_what_the_api_answers() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let acme = Acme::start(data, &[]);
    let hook = json!({"url": "https://hooks.example.com/in", "secret": SECRET});
    let preferences = json!({
        "notification_types": {"marketing": false}, "mandatory_types": ["security_alert"],
        "channels": {"new_message": {"email": false}},
        "debounce": {"within_s": 900}, "throttle": {"burst": 100, "per_minute": 10},
        "quiet_hours": {"enabled": true, "start_time": "23:00", "end_time": "07:00", "timezone": "Europe/Berlin"},
    });
    let resources = [
        (
            "/api/v1/admin/providers",
            &["provider", "list", "--tenant", "acme"][..],
        ),
        (
            "/api/v1/admin/retention",
            &["retention", "show", "--tenant", "acme"],
        ),
        (
            "/api/v1/admin/preferences",
            &["tenant", "preferences", "show", "acme"],
        ),
        (
            "/api/v1/admin/audit-log",
            &["audit", "list", "--tenant", "acme"],
        ),
        (
            "/api/v1/admin/ingest-addresses",
            &["ingest", "list", "--tenant", "acme"],
        ),
        (
            "/api/v1/admin/suppressions",
            &["suppression", "list", "--tenant", "acme"],
        ),
    ];
    let mut answers = Vec::new();
    for (path, body) in [
        (
            "/api/v1/admin/providers/main",
            json!({"channel": "webhook", "settings": hook, "weight": 3}),
        ),
        ("/api/v1/admin/retention", json!({"days": 30})),
        ("/api/v1/admin/preferences", preferences),
    ] {
        let (status, answer) = acme.call(Method::PUT, path, ADMIN, &body).await;
        assert_eq!(status, 200, "{answer}");
    }
    let mapping = json!({"title": "/issue/title", "resolved": "closed"});
    for address in [
        json!({"kind": "webhook", "name": "Errors", "recipients": ["u1"], "mapping": mapping, "signed": true}),
        json!({"kind": "ntfy", "name": "Home", "channels": ["in_app"], "priority": "low"}),
    ] {
        let path = "/api/v1/admin/ingest-addresses";
        let (status, answer) = acme.call(Method::POST, path, ADMIN, &address).await;
        assert_eq!(status, 201, "{answer}");
    }
    let listed = json!({"addresses": ["ada@example.com"], "notification_type": "news"});
    let path = "/api/v1/admin/suppressions";
    let (status, answer) = acme.call(Method::POST, path, ADMIN, &listed).await;
    assert_eq!(status, 200, "{answer}");
    for (path, _) in resources {
        let (status, answer) = acme.call(Method::GET, path, ADMIN, &Value::Null).await;
        assert_eq!(status, 200, "{answer}");
        answers.push(answer);
    }
    assert_eq!(acme.up.terminate().0, Some(0));
    for ((_, command), answer) in resources.into_iter().zip(answers) {
        let arguments = [command, &["--format", "json", "--data-dir", data]].concat();
        let output = campanile(&arguments, &[]).output().unwrap();
        let printed: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(printed, answer, "{command:?}");
    }
}
