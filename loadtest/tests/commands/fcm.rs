//! `sink --kind fcm`: what came is noted by notification and device, and faults follow the script.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::tool::{Sink, lines, loadtest, text};

/// A message as the push channel sends it, over HTTP/2 without TLS; status, `Retry-After` and body.
async fn push(sink: &Sink, device: &str, id: Uuid) -> (u16, Option<String>, Value) {
    let message = json!({"message": {"token": device, "data": {"notification_id": id}}});
    let client = reqwest::Client::builder().http2_prior_knowledge();
    let asked = client
        .build()
        .unwrap()
        .post(format!("{}/v1/projects/p/messages:send", sink.url))
        .header("authorization", "Bearer loadtest")
        .body(message.to_string());
    let answer = asked.send().await.unwrap();
    let status = answer.status().as_u16();
    let wish = answer.headers().get("retry-after");
    let wish = wish.map(|wish| wish.to_str().unwrap().to_owned());
    let body = answer.text().await.unwrap();
    (
        status,
        wish,
        serde_json::from_str(&body).unwrap_or_default(),
    )
}

#[tokio::test]
async fn messages_are_noted_by_notification_and_device() {
    let dir = tempfile::tempdir().unwrap();
    let ledger = dir.path().join("received");
    let sink = Sink::start(&ledger, &["--kind", "fcm"]);
    let token = reqwest::Client::new().post(format!("{}/token", sink.url));
    let token = token.send().await.unwrap().text().await.unwrap();
    assert!(token.contains(r#""access_token":"loadtest""#), "{token}");
    let id = Uuid::new_v4();
    for device in ["a", "b"] {
        let (status, _, body) = push(&sink, device, id).await;
        assert_eq!(status, 200);
        assert!(body["name"].is_string(), "{body}");
    }
    assert!(sink.terminate().success());
    let noted = lines(&ledger);
    assert_eq!(noted.len(), 2);
    assert_eq!(noted[1]["notification_id"], json!(id));
    assert_eq!(noted[1]["target"], "b");

    let accepted = dir.path().join("accepted");
    let promise = json!({"due_at": 1, "accepted_at": 2, "notification_ids": [id]});
    std::fs::write(&accepted, format!("{promise}\n")).unwrap();
    let join = ["join", "--max-doubled", "0", "--accepted", text(&accepted)];
    let joined = loadtest(join).args(["--received", text(&ledger)]).output();
    assert!(
        joined.unwrap().status.success(),
        "two devices are no double"
    );
}

#[tokio::test]
async fn faults_follow_the_script() {
    let dir = tempfile::tempdir().unwrap();
    let (ledger, script) = (dir.path().join("received"), dir.path().join("script"));
    let rules = json!([
        {"until_s": 0.0, "status": 500},
        {"target_prefix": "gone-", "status": 404},
        {"target_prefix": "much-", "status": 429, "retry_after_s": 7},
        {"target_prefix": "page-", "status": 200, "body": "<html>"},
        {"endpoint": "token", "status": 503},
    ]);
    std::fs::write(&script, rules.to_string()).unwrap();
    let sink = Sink::start(&ledger, &["--kind", "fcm", "--script", text(&script)]);
    let (status, _, body) = push(&sink, "gone-1", Uuid::new_v4()).await;
    assert_eq!(status, 404);
    assert_eq!(body["error"]["details"][0]["errorCode"], "UNREGISTERED");
    let (status, wish, _) = push(&sink, "much-1", Uuid::new_v4()).await;
    assert_eq!((status, wish.as_deref()), (429, Some("7")));
    assert_eq!(push(&sink, "page-1", Uuid::new_v4()).await.2, Value::Null);
    assert_eq!(push(&sink, "fine", Uuid::new_v4()).await.0, 200);
    let token = reqwest::Client::new().post(format!("{}/token", sink.url));
    assert_eq!(token.send().await.unwrap().status(), 503);
}

#[test]
fn a_script_that_cannot_be_read_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (ledger, script) = (dir.path().join("received"), dir.path().join("script"));
    std::fs::write(&script, r#"[{"status": 503, "form_s": 1}]"#).unwrap();
    let arguments = ["sink", "--kind", "fcm", "--ledger", text(&ledger)];
    let output = loadtest(arguments)
        .args(["--script", text(&script)])
        .output();
    let output = String::from_utf8(output.unwrap().stderr).unwrap();
    assert!(
        output.contains("--script") && output.contains("form_s"),
        "{output}"
    );
}
