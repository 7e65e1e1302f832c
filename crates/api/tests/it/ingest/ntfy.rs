//! ntfy.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{address, inbox, send, subscribe};
use crate::support::{TestApi, service};

async fn key(api: &TestApi) -> String {
    let new = json!({"kind": "ntfy", "name": "Home", "recipients": ["u1"]});
    format!("Bearer {}", address(api, new).await)
}

#[tokio::test]
async fn headers_parameters_and_json_say_the_same() {
    let api = TestApi::new().await;
    let auth = key(&api).await;
    assert!(
        auth.starts_with("Bearer tk_acme_"),
        "as clients of ntfy know tokens"
    );
    let auth = ("authorization", &*auth);
    let headers = [
        auth,
        ("Title", "Fire"),
        ("Priority", "high"),
        ("Tags", "warning,attic"),
        ("Click", "https://example.com/attic"),
        ("Actions", "view, Open, https://example.com/door"),
    ];
    let query = "/ntfy/attic?title=Fire&p=4&tags=warning,attic&click=https://example.com/attic\
        &actions=view,%20Open,%20https://example.com/door";
    let body = json!({"topic": "attic", "message": "Hot", "title": "Fire", "priority": 4,
        "tags": ["warning", "attic"], "click": "https://example.com/attic",
        "actions": [{"action": "view", "label": "Open", "url": "https://example.com/door"}]});
    let body = body.to_string();
    for (method, path, headers, body) in [
        ("POST", "/ntfy/attic", &headers[..], "Hot"),
        ("PUT", "/ntfy/attic", &headers[..], "Hot"),
        ("POST", query, &[auth][..], "Hot"),
        ("POST", "/ntfy", &[auth][..], &*body),
        ("PUT", "/ntfy/", &[auth][..], &*body),
        ("POST", "/", &[auth][..], &*body),
    ] {
        let sent = send(&api, method, path, headers, body.to_owned()).await;
        assert_eq!(sent.status, 200, "{path}: {}", sent.text);
        let mut answer = sent.json();
        let id = answer["id"].take();
        assert!(id.is_string());
        assert!(answer["time"].take().is_i64());
        let expected = json!({"id": null, "time": null, "event": "message", "topic": "attic",
            "title": "Fire", "message": "Hot", "priority": 4, "tags": ["warning", "attic"],
            "click": "https://example.com/attic"});
        assert_eq!(answer, expected);
        let one = &inbox(&api, "u1").await[0];
        assert_eq!(one["id"], id);
        assert_eq!(
            (&one["title"], &one["body"]),
            (&json!("Fire"), &json!("Hot"))
        );
        assert_eq!(one["link"], "https://example.com/attic");
        assert_eq!(one["actions"][0]["title"], "Open");
        assert_eq!(one["content"]["tags"], json!(["warning", "attic"]));
    }
}

#[tokio::test]
async fn a_delayed_message_is_sent_later() {
    let api = TestApi::new().await;
    let auth = key(&api).await;
    let headers = [("authorization", &*auth), ("At", "30m")];
    let sent = send(&api, "POST", "/ntfy/attic", &headers, "Later")
        .await
        .json();
    let wait = sent["time"].as_i64().unwrap() - chrono::Utc::now().timestamp();
    assert!((1_790..=1_801).contains(&wait), "{wait}");
    assert!(inbox(&api, "u1").await.is_empty());
    let path = format!(
        "/api/v1/notifications/{}/timeline",
        sent["id"].as_str().unwrap()
    );
    let timeline = api.get(&path, &service("acme")).await.json();
    assert_eq!(timeline["status"], "scheduled");
}

#[tokio::test]
async fn without_a_target_the_message_names_its_topic() {
    let api = TestApi::new().await;
    let key = address(&api, json!({"kind": "ntfy", "name": "All"})).await;
    let auth = format!("Bearer {key}");
    let headers = [("authorization", &*auth)];
    let unknown = send(&api, "POST", "/ntfy/attic", &headers, "Hot").await;
    assert_eq!(unknown.status, 404, "{}", unknown.text);
    subscribe(&api, "attic", "u9").await;
    let sent = send(&api, "POST", "/ntfy/Attic", &headers, "Hot").await;
    assert_eq!(sent.status, 200, "{}", sent.text);
    let id = sent.json()["id"].as_str().unwrap().to_owned();
    let fanout = api
        .get(&format!("/api/v1/fanouts/{id}"), &service("acme"))
        .await;
    assert_eq!(fanout.json()["topic"], "attic", "{}", fanout.text);
}

#[tokio::test]
async fn errors_are_those_of_a_server_of_ntfy() {
    let api = TestApi::new().await;
    let auth = key(&api).await;
    let auth = ("authorization", &*auth);
    for (path, headers, body, status, says) in [
        (
            "/ntfy/attic",
            vec![auth, ("X-Email", "a@example.com")],
            "x",
            400,
            "mail",
        ),
        (
            "/ntfy/attic",
            vec![auth, ("Attach", "https://x.example/a")],
            "x",
            400,
            "attachments",
        ),
        (
            "/ntfy/attic",
            vec![auth, ("Priority", "9")],
            "x",
            400,
            "priority",
        ),
        ("/ntfy/a%20b", vec![auth], "x", 400, "topic"),
        ("/ntfy", vec![auth], "{", 400, "JSON"),
        ("/ntfy/attic", vec![], "x", 401, "key"),
    ] {
        let refused = send(&api, "POST", path, &headers, body).await;
        assert_eq!(refused.status, status, "{path} {}", refused.text);
        let answer: Value = refused.json();
        assert_eq!(answer["http"], status);
        assert_eq!(answer["code"], u32::from(status) * 100 + 1);
        assert!(answer["error"].as_str().unwrap().contains(says), "{answer}");
    }
    assert!(inbox(&api, "u1").await.is_empty());
}

#[tokio::test]
async fn links_that_may_not_be_opened_stay_in_the_content() {
    let api = TestApi::new().await;
    let auth = key(&api).await;
    let headers = [("authorization", &*auth), ("Click", "http://192.168.1.7/")];
    let sent = send(&api, "POST", "/ntfy/attic", &headers, "x").await;
    assert_eq!(sent.status, 200, "{}", sent.text);
    let one = &inbox(&api, "u1").await[0];
    assert_eq!(one["link"], Value::Null);
    assert_eq!(one["content"]["click"], "http://192.168.1.7/");
}

/// Programs that can only open an address; what follows a link to see what it is publishes nothing.
#[tokio::test]
async fn an_opened_address_publishes_and_its_head_does_not() {
    let api = TestApi::new().await;
    let auth = URL_SAFE_NO_PAD.encode(key(&api).await);
    for (place, path) in (1..).zip(["publish", "send", "trigger"]) {
        let path = format!("/ntfy/attic/{path}?message=Hot&title=Fire&priority=5&auth={auth}");
        let sent = send(&api, "HEAD", &path, &[], "").await;
        assert_eq!(sent.status, 405);
        let sent = send(&api, "GET", &path, &[], "").await;
        assert_eq!(sent.status, 200, "{}", sent.text);
        assert_eq!(sent.json()["priority"], 5);
        let inbox = inbox(&api, "u1").await;
        assert_eq!(inbox.len(), place);
        assert_eq!(
            (&inbox[0]["title"], &inbox[0]["body"]),
            (&json!("Fire"), &json!("Hot"))
        );
    }
    let sent = send(&api, "GET", "/ntfy/attic/publish?message=Hot", &[], "").await;
    assert_eq!(sent.status, 401);
    let sent = send(&api, "GET", "/ntfy/attic?message=Hot", &[], "").await;
    assert_eq!(sent.status, 405, "{}", sent.text);
}
