//! What hostile callers try first: each is refused by name, and nothing of it breaks the service.

use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Request;
use serde_json::{Value, json};

use crate::support::{Answer, TestApi, message, send_json, token};

const ALL_SCOPES: &str = "notifications:send inbox admin platform";

fn document() -> Value {
    serde_json::from_str(&campanile_api::openapi_json()).unwrap()
}

fn all_powerful() -> String {
    token("acme", "u1", ALL_SCOPES)
}

async fn call(api: &TestApi, method: &str, path: &str) -> Answer {
    let request = Request::builder()
        .method(method.to_ascii_uppercase().as_str())
        .uri(path)
        .header("authorization", format!("Bearer {}", all_powerful()))
        .body(Body::empty());
    api.call(request.unwrap()).await
}

/// Checks that it is refused and names this field among the wrong ones.
#[track_caller]
fn names(answer: &Answer, field: &str, what: &str) {
    assert_eq!(answer.status, 422, "{what}: {}", answer.text);
    let json = answer.is_problem(422, "validation_failed");
    let mut fields = json["errors"].as_array().unwrap().iter();
    assert!(
        fields.any(|e| e["field"] == field),
        "{what}: {}",
        answer.text
    );
}

/// Every query parameter of the document: method, path, name.
fn parameters() -> Vec<(String, String, String)> {
    let mut all = Vec::new();
    for (path, item) in document()["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                if parameter["in"] == "query" {
                    let name = parameter["name"].as_str().unwrap().to_owned();
                    // A path that could be one, so that the query is what is wrong.
                    let path = path.replace("{key}", "news").replace("{type}", "news");
                    all.push((method.clone(), path, name));
                }
            }
        }
    }
    all
}

#[tokio::test]
async fn no_query_parameter_takes_nul_or_what_is_not_text() {
    let api = TestApi::new().await;
    let parameters = parameters();
    assert!(parameters.len() >= 15, "{parameters:?}");
    for (method, path, name) in &parameters {
        // A NUL, within and alone; a lone surrogate; an overlong NUL; a byte that begins nothing.
        for value in ["a%00b", "%00", "%ED%A0%80", "%C0%80", "%FF"] {
            let answer = call(&api, method, &format!("{path}?{name}={value}")).await;
            names(&answer, name, &format!("{method} {path}?{name}={value}"));
        }
        let twice = call(&api, method, &format!("{path}?{name}=1&{name}=1")).await;
        names(&twice, name, "twice");
    }
    println!("query parameters: {}", parameters.len());
}

#[tokio::test]
async fn queries_out_of_bounds_name_their_parameter() {
    let api = TestApi::new().await;
    let inbox = "/api/v1/notifications";
    let dead = "/api/v1/admin/dead-letters";
    let news = "/api/v1/topics/news/subscribers";
    // Version 4, no id at all, and a place before all time.
    let random = URL_SAFE_NO_PAD.encode(uuid::Uuid::from_u128(0x4000 << 64).as_bytes());
    let early = URL_SAFE_NO_PAD.encode([0xff; 24]);
    for (path, name, values) in [
        (
            inbox,
            "limit",
            &["1000000000", "101", "0", "-1", "1e3", "0x10", "٣"][..],
        ),
        (
            inbox,
            "offset",
            &["99999999999999999999", "2147483648", "-1", "1.5"],
        ),
        (
            inbox,
            "cursor",
            &[
                random.as_str(),
                "AAAA",
                "../..",
                "' OR 1=1 --",
                early.as_str(),
            ],
        ),
        (
            inbox,
            "notification_type",
            &["' OR 1=1 --", "a;DROP TABLE users", "%", "A"],
        ),
        (
            inbox,
            "from",
            &["10000-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "0"],
        ),
        (
            inbox,
            "to",
            &[
                "+262143-12-31T23:59:59Z",
                "0000-01-01T00:00:00+23:59",
                "NaN",
            ],
        ),
        (inbox, "unread_only", &["' OR 1=1 --", "2", "TRUE"]),
        (news, "limit", &["1001", "0", "-1"]),
        (news, "cursor", &["AA", "../..", "' OR 1=1 --"]),
        (dead, "limit", &["1000000000", "4294967296"]),
        (
            dead,
            "cursor",
            &[random.as_str(), early.as_str(), "' OR 1=1 --"],
        ),
        (dead, "channel", &["' OR 1=1 --", "PUSH", "%"]),
        (dead, "from", &["9999-12-31T23:59:59-23:59", "infinity"]),
    ] {
        for value in values {
            let escaped: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
            let answer = call(&api, "get", &format!("{path}?{name}={escaped}")).await;
            names(&answer, name, &format!("{path}?{name}={value}"));
        }
    }
}

#[tokio::test]
async fn texts_that_are_legal_are_only_texts() {
    let api = TestApi::new().await;
    assert_eq!(api.post(message(&["u1"]).to_string()).await.status, 202);
    for sql in [
        "' OR '1'='1",
        "'; DROP TABLE notifications; --",
        "\" OR 1 --",
        "%",
        "_",
        "\\",
    ] {
        let escaped: String = url::form_urlencoded::byte_serialize(sql.as_bytes()).collect();
        for path in ["/api/v1/notifications?q", "/api/v1/admin/dead-letters?code"] {
            let answer = call(&api, "get", &format!("{path}={escaped}")).await;
            assert_eq!(answer.status, 200, "{path} {sql}: {}", answer.text);
            assert_eq!(answer.json()["total"], 0, "{path} {sql}");
        }
    }
    // The first and the last moment that there is are bounds like others.
    let range = "from=0000-01-01T00:00:00Z&to=9999-12-31T23:59:59Z";
    let all = call(&api, "get", &format!("/api/v1/notifications?{range}")).await;
    assert_eq!(all.json()["total"], 1, "{}", all.text);
    let all = call(&api, "get", &format!("/api/v1/admin/dead-letters?{range}")).await;
    assert_eq!(all.json()["total"], 0, "{}", all.text);
}

#[tokio::test]
async fn a_path_that_no_id_can_have_leads_nowhere() {
    let api = TestApi::new().await;
    let mut cases = 0;
    for (path, item) in document()["paths"].as_object().unwrap() {
        let Some((before, rest)) = path.split_once('{') else {
            continue;
        };
        let (_, after) = rest.split_once('}').unwrap();
        for (method, operation) in item.as_object().unwrap() {
            for value in [
                "%00",
                "a%00b",
                "%ED%A0%80",
                "%FF",
                "%C0%80",
                "%2e%2e",
                &"x".repeat(200),
            ] {
                let answer = call(&api, method, &format!("{before}{value}{after}")).await;
                // What reads a body may find that missing first, but nothing is found or done.
                let allowed = [404, 415];
                assert!(
                    allowed.contains(&answer.status.as_u16()),
                    "{method} {path} {value}: {}",
                    answer.text
                );
                assert!(answer.status == 404 || operation["requestBody"].is_object());
                cases += 1;
            }
        }
    }
    assert!(cases > 50, "{cases}");
}

/// A valid body for each call that reads one; every text in it is tried in turn.
fn bodies() -> Vec<(&'static str, &'static str, Value)> {
    let mut send = message(&["u1"]);
    for name in ["title", "body", "collapse_key"] {
        send[name] = json!("text");
    }
    send["send_at"] = json!("2026-01-01T00:00:00Z");
    send["channels"] = json!(["push"]);
    send["priority"] = json!("high");
    let mut to_topic = send.clone();
    to_topic.as_object_mut().unwrap().remove("recipients");
    to_topic["topic"] = json!("news");
    let id = "01939b1e-0000-7000-8000-000000000000";
    let person = json!({"user_id": "u2", "username": "zoe", "display_name": "Zoe"});
    vec![
        (
            "POST",
            "/api/v1/events/message-created",
            json!({"message_id": "m", "room_id": "r", "sender_id": "u2",
            "recipient_ids": ["u1"], "message_content": "Hi", "sender_info": person}),
        ),
        (
            "POST",
            "/api/v1/events/room-invitation",
            json!({"room_id": "r", "room_name": "R", "room_description": "D", "inviter_id": "u2",
            "invitee_id": "u1", "inviter_info": person}),
        ),
        (
            "POST",
            "/api/v1/events/friend-request",
            json!({"sender_id": "u2", "recipient_id": "u1", "sender_info": person,
            "request_type": "friend_request"}),
        ),
        (
            "POST",
            "/api/v1/notifications/test",
            json!({"message": "m", "level": "info", "channels": ["push"], "user_id": "u1"}),
        ),
        ("POST", "/api/v1/notifications", send),
        (
            "POST",
            "/api/v1/devices",
            json!({"kind": "token", "value": "t", "platform": "web",
            "app_version": "1", "locale": "de", "timezone": "Europe/Berlin"}),
        ),
        (
            "PUT",
            "/api/v1/users/u1",
            json!({"email": "zoe@example.com", "locale": "de",
            "timezone": "Europe/Berlin", "attributes": {"plan": "pro"}}),
        ),
        ("POST", "/api/v1/notifications", to_topic),
        (
            "PUT",
            "/api/v1/topics/news/subscribers",
            json!({"user_ids": ["u1", "u2"]}),
        ),
        (
            "DELETE",
            "/api/v1/topics/news/subscribers",
            json!({"user_ids": ["u1"]}),
        ),
        (
            "PUT",
            "/api/v1/admin/providers/main",
            json!({"channel": "email", "settings": {"host": "smtp.example.com", "from": "a@example.com", "username": "u",
            "password": "p", "tls": "tls"}}),
        ),
        (
            "POST",
            "/api/v1/admin/dead-letters/replay",
            json!({"channel": "push", "code": "410",
            "from": "2026-01-01T00:00:00Z", "to": "2026-01-02T00:00:00Z"}),
        ),
        (
            "POST",
            "/api/v1/admin/dead-letters/purge",
            json!({"ids": [id]}),
        ),
    ]
}

/// The JSON pointers of all texts in a value.
fn texts(value: &Value, pointer: &str, found: &mut Vec<String>) {
    match value {
        Value::String(_) => found.push(pointer.to_owned()),
        Value::Array(list) => {
            for (place, value) in list.iter().enumerate() {
                texts(value, &format!("{pointer}/{place}"), found);
            }
        }
        Value::Object(map) => {
            for (name, value) in map {
                texts(value, &format!("{pointer}/{name}"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[tokio::test]
async fn no_text_of_a_body_takes_nul_or_half_a_character() {
    let api = TestApi::new().await;
    let token = all_powerful();
    let mut cases = 0;
    for (method, path, body) in bodies() {
        let mut pointers = Vec::new();
        texts(&body, "", &mut pointers);
        for pointer in pointers {
            let mut marked = body.clone();
            *marked.pointer_mut(&pointer).unwrap() = json!("MARK");
            let marked = marked.to_string();
            let what = format!("{method} {path} {pointer}");
            let send = |body: Vec<u8>| api.call(send_json(method, path, &token, body));
            // Escaped: JSON, and wrong. It names the text, or the object that is kept as a whole.
            for escape in ["a\\u0000b", "\\ud800", "\\udc00x", "\\ud800\\u0041"] {
                let answer = send(marked.replace("MARK", escape).into()).await;
                assert_eq!(answer.status, 422, "{what} {escape}: {}", answer.text);
                let json = answer.json();
                let near = |e: &Value| pointer.starts_with(e["field"].as_str().unwrap());
                assert!(
                    json["errors"].as_array().unwrap().iter().any(near),
                    "{what} {escape}: {json}"
                );
            }
            // Raw, half an escape, and what is not UTF-8: no JSON.
            for escape in ["a\0b", "\\u12"] {
                let answer = send(marked.replace("MARK", escape).into()).await;
                answer.is_problem(400, "malformed_request");
            }
            for bytes in [&b"\xed\xa0\x80"[..], b"\xff", b"\xc0\x80"] {
                let (head, tail) = marked.split_once("MARK").unwrap();
                let body = [head.as_bytes(), bytes, tail.as_bytes()].concat();
                send(body).await.is_problem(400, "malformed_request");
            }
            cases += 9;
        }
    }
    println!("texts in bodies: {cases} cases");
    let inbox = api.get("/api/v1/notifications", &token).await;
    assert_eq!(inbox.json()["total"], 0, "nothing half-written");
}

#[tokio::test]
async fn moments_beyond_all_bounds_name_their_field() {
    let api = TestApi::new().await;
    let token = all_powerful();
    for moment in [
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-23:59",
        "99999-01-01T00:00:00Z",
    ] {
        for field in ["send_at", "expires_at"] {
            let mut body = message(&["u1"]);
            body[field] = json!(moment);
            let answer = api.post(body.to_string()).await;
            names(&answer, &format!("/{field}"), moment);
        }
        for field in ["from", "to"] {
            for verb in ["replay", "purge"] {
                let path = format!("/api/v1/admin/dead-letters/{verb}");
                let body = json!({field: moment}).to_string();
                let answer = api.call(send_json("POST", &path, &token, body)).await;
                names(&answer, &format!("/{field}"), moment);
            }
        }
    }
}
