//! The Apprise API.

use serde_json::json;

use super::{address, inbox, send};
use crate::support::TestApi;

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("content-type", "application/json");

#[tokio::test]
async fn forms_and_json_are_taken_with_the_key_in_each_place() {
    let api = TestApi::new().await;
    let new = json!({"kind": "apprise", "name": "n", "recipients": ["u1", "u2"]});
    let key = address(&api, new).await;
    let in_path = format!("/notify/{key}");
    let with_slash = format!("/notify/{key}/");
    let (bearer, basic) = (
        format!("Bearer {key}"),
        format!("Basic {}", base64(&format!("apprise:{key}"))),
    );
    let json = r#"{"title": "T", "body": "B", "type": "failure"}"#;
    let form = "title=T&body=B&type=failure&tag=a";
    let calls = [
        (&*in_path, vec![JSON], json),
        (&*with_slash, vec![FORM], form),
        ("/notify", vec![JSON, ("x-apprise-config-id", &*key)], json),
        ("/notify/", vec![FORM, ("authorization", &*bearer)], form),
        ("/notify", vec![FORM, ("authorization", &*basic)], form),
    ];
    for (path, headers, body) in &calls {
        let sent = send(&api, "POST", path, headers, *body).await;
        assert_eq!(sent.status, 200, "{path}: {}", sent.text);
        let answer = sent.json();
        assert_eq!(answer["error"], json!(null));
        assert_eq!(answer["notifications"].as_array().unwrap().len(), 2);
    }
    let inbox = inbox(&api, "u2").await;
    assert_eq!(inbox.len(), calls.len());
    for one in inbox {
        assert_eq!((&one["title"], &one["body"]), (&json!("T"), &json!("B")));
        assert_eq!(one["notification_type"], "apprise");
        assert_eq!(one["content"]["type"], "failure");
    }
}

fn base64(text: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::STANDARD.encode(text)
}

#[tokio::test]
async fn what_is_not_taken_is_refused_in_its_clients_words() {
    let api = TestApi::new().await;
    let new = json!({"kind": "apprise", "name": "n", "recipients": ["u1"]});
    let path = format!("/notify/{}", address(&api, new).await);
    for (header, body, says) in [
        (JSON, "{", "JSON"),
        (JSON, "{}", "body"),
        (
            JSON,
            r#"{"body": "b", "attachments": [{"filename": "a"}]}"#,
            "attachments",
        ),
        (FORM, "body=b&type=alarm", "type"),
        (("content-type", "multipart/form-data"), "", "boundary"),
    ] {
        let refused = send(&api, "POST", &path, &[header], body).await;
        assert_eq!(refused.status, 400, "{body}");
        let answer = refused.json();
        assert!(answer["error"].as_str().unwrap().contains(says), "{answer}");
    }
    let large = format!("body={}", "x".repeat(300_000));
    let refused = send(&api, "POST", &path, &[FORM], large).await;
    assert_eq!(refused.status, 413);
    let gzip = ("content-encoding", "gzip");
    let refused = send(&api, "POST", &path, &[FORM, gzip], "x").await;
    assert_eq!(refused.status, 415);
    let refused = send(&api, "GET", &path, &[], "").await;
    assert_eq!(refused.status, 405);
    assert!(inbox(&api, "u1").await.is_empty());
}

#[tokio::test]
async fn each_call_has_a_timeline() {
    let api = TestApi::new().await;
    let new = json!({"kind": "apprise", "name": "n", "recipients": ["u1"]});
    let path = format!("/notify/{}", address(&api, new).await);
    let sent = send(&api, "POST", &path, &[FORM], "body=b").await.json();
    let id = sent["notifications"][0].as_str().unwrap();
    let path = format!("/api/v1/notifications/{id}/timeline");
    let timeline = api.get(&path, &crate::support::service("acme")).await;
    assert_eq!(timeline.status, 200, "{}", timeline.text);
    assert_eq!(timeline.json()["notification_type"], "apprise");
}
