//! What users see of a notification: title, text, link and actions.

use axum::body::Body;
use campanile_domain::{LinkScheme, TenantId};
use campanile_storage::Tenants;
use serde_json::{Value, json};

use crate::support::{Answer, TestApi, message, post, send_json, service, user};

const LINK: &str = "https://chat.example.com/rooms/r1?a=1#b";

fn linked(link: &str) -> Value {
    let mut body = message(&["u1"]);
    body["link"] = json!(link);
    body["actions"] = json!([
        {"id": "join", "title": "Join", "link": "https://chat.example.com/join"},
        {"id": "later", "title": "Später", "link": link},
    ]);
    body
}

async fn newest(api: &TestApi, tenant: &str) -> Value {
    let path = "/api/v1/notifications";
    let mut page = api.get(path, &user(tenant, "u1")).await.json();
    page["notifications"][0].take()
}

async fn send(api: &TestApi, tenant: &str, path: &str, body: &Value) -> Answer {
    let request = send_json("POST", path, &service(tenant), body.to_string());
    api.call(request).await
}

#[tokio::test]
async fn link_and_actions_are_shown_as_they_were_sent() {
    let api = TestApi::new().await;
    let body = linked(LINK);
    assert_eq!(api.post(body.to_string()).await.status, 202);
    let line = newest(&api, "acme").await;
    assert_eq!(line["link"], LINK);
    assert_eq!(line["actions"], body["actions"]);
    let path = format!("/api/v1/notifications/{}", line["id"].as_str().unwrap());
    let shown = api.get(&path, &user("acme", "u1")).await.json();
    assert_eq!(
        (&shown["link"], &shown["actions"]),
        (&line["link"], &line["actions"])
    );

    assert_eq!(api.post(message(&["u1"]).to_string()).await.status, 202);
    let plain = newest(&api, "acme").await;
    assert_eq!(
        (&plain["link"], &plain["actions"]),
        (&Value::Null, &json!([]))
    );
}

#[tokio::test]
async fn an_event_is_told_in_the_users_language() {
    let api = TestApi::new().await;
    let known = json!({"locale": "de-AT"}).to_string();
    let put = send_json("PUT", "/api/v1/users/u1", &service("acme"), known);
    assert_eq!(api.call(put).await.status, 200);
    let event = json!({"sender_id": "ada", "recipient_id": "u1", "request_type": "friend_request",
        "sender_info": {"user_id": "ada", "username": "ada", "display_name": "Ada"}});
    let sent = send(&api, "acme", "/api/v1/events/friend-request", &event).await;
    assert_eq!(sent.status, 202, "{}", sent.text);
    let line = newest(&api, "acme").await;
    assert_eq!(line["title"], "Ada möchte mit dir befreundet sein");
    assert_eq!(line["body"], Value::Null);
    let reader = user("acme", "u1");
    let found = api.get("/api/v1/notifications?q=befreundet", &reader);
    assert_eq!(
        found.await.json()["total"],
        1,
        "a search finds what is shown"
    );

    let path = format!(
        "/api/v1/notifications/{}/timeline",
        line["id"].as_str().unwrap()
    );
    let story = api.get(&path, &service("acme")).await.json();
    assert_eq!(
        (&story["locale"], &story["template_version"]),
        (&json!("de-AT"), &Value::Null)
    );
}

#[tokio::test]
async fn only_https_and_the_tenants_own_schemes_are_taken() {
    let api = TestApi::new().await;
    let other = TenantId::parse("other").unwrap();
    let own = [LinkScheme::parse("myapp").unwrap()];
    assert!(api.storage.set_link_schemes(&other, &own).await.unwrap());
    let body = linked("myapp://rooms/r1");
    let wrong = [
        ("/link", "unknown_value"),
        ("/actions/1/link", "unknown_value"),
    ];
    let path = "/api/v1/notifications";
    send(&api, "acme", path, &body).await.names_wrong(&wrong);
    let mut dry = body.clone();
    dry["dry_run"] = json!(true);
    send(&api, "acme", path, &dry).await.names_wrong(&wrong);
    let mut topic = body.clone();
    topic.as_object_mut().unwrap().remove("recipients");
    topic["topic"] = json!("news");
    send(&api, "acme", path, &topic).await.names_wrong(&wrong);
    let bulk = json!({"items": [body, message(&["u1"])]});
    let answer = send(&api, "acme", "/api/v1/notifications/bulk", &bulk)
        .await
        .json();
    assert_eq!(answer["results"][0]["status"], 422, "{answer}");
    assert_eq!(
        answer["results"][0]["problem"]["errors"][0]["field"], "/link",
        "{answer}"
    );
    assert_eq!(answer["results"][1]["status"], 202, "{answer}");

    let sent = send(&api, "other", path, &body).await;
    assert_eq!(sent.status, 202, "{}", sent.text);
    assert_eq!(newest(&api, "other").await["link"], "myapp://rooms/r1");
    for never in [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//x.example",
    ] {
        let sent = send(&api, "other", path, &linked(never)).await;
        sent.names_wrong(&[("/link", "invalid"), ("/actions/1/link", "invalid")]);
    }
}

#[tokio::test]
async fn another_link_is_another_request() {
    let api = TestApi::new().await;
    let call = async |body: &Value| {
        let request = post(&service("acme")).header("idempotency-key", "k");
        api.call(request.body(Body::from(body.to_string())).unwrap())
            .await
    };
    let (first, again) = (call(&linked(LINK)).await, call(&linked(LINK)).await);
    assert_eq!(first.status, 202, "{}", first.text);
    assert_eq!(again.text, first.text);
    let other = call(&linked("https://chat.example.com/other")).await;
    other.is_problem(422, "idempotency_key_reused");
    call(&message(&["u1"]))
        .await
        .is_problem(422, "idempotency_key_reused");
}
