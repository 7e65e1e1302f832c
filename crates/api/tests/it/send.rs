//! `POST /api/v1/notifications`.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use campanile_api::RequestLimits;
use futures_util::stream;
use serde_json::json;

use crate::support::{TestApi, message, post, service, user};

#[tokio::test]
async fn an_accepted_request_names_each_notification() {
    let api = TestApi::new().await;
    let answer = api.post(message(&["u1", "u2"]).to_string()).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("idempotency-replayed"), None);
    let json = answer.json();
    assert_eq!(json["accepted"], 2);
    assert_eq!(json["notifications"][0]["user_id"], "u1");
    assert!(json["notifications"][1]["id"].is_string());
}

#[tokio::test]
async fn a_body_that_is_not_json_is_malformed() {
    let api = TestApi::new().await;
    let deep = "[".repeat(100_000);
    for body in ["", "{", "nonsense", "{\"a\":1}x", deep.as_str()] {
        api.post(body.to_owned())
            .await
            .is_problem(400, "malformed_request");
    }
    api.post(vec![b'"', 0xff, b'"'])
        .await
        .is_problem(400, "malformed_request");
}

#[tokio::test]
async fn wrong_values_are_all_listed() {
    let api = TestApi::new().await;
    let mut body = message(&["u1"]);
    body["recipients"] = json!(["u1", 7]);
    body["priority"] = json!("urgent");
    let request = post(&service("acme"))
        .header("idempotency-key", "two words")
        .body(Body::from(body.to_string()));
    let answer = api.call(request.unwrap()).await;
    let json = answer.is_problem(422, "validation_failed");
    let fields: Vec<_> = json["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["field"].as_str().unwrap())
        .collect();
    for field in ["Idempotency-Key", "/recipients/1", "/priority"] {
        assert!(fields.contains(&field), "{field} in {fields:?}");
    }
}

#[tokio::test]
async fn json_that_is_no_object_is_a_wrong_value() {
    for body in ["null", "[]", "7", "\"x\""] {
        let answer = TestApi::new().await.post(body).await;
        answer.is_problem(422, "validation_failed");
    }
}

#[tokio::test]
async fn only_json_is_read() {
    let api = TestApi::new().await;
    for (content_type, taken) in [
        ("application/json", true),
        ("Application/JSON; charset=UTF-8", true),
        ("application/json; charset=latin1", false),
        ("application/problem+json", false),
        ("text/plain", false),
        ("", false),
    ] {
        let mut request = post(&service("acme"))
            .body(Body::from(message(&["u1"]).to_string()))
            .unwrap();
        let value = content_type.parse().unwrap();
        request.headers_mut().insert("content-type", value);
        let answer = api.call(request).await;
        if taken {
            assert_eq!(answer.status, 202, "{content_type}: {}", answer.text);
        } else {
            answer.is_problem(415, "unsupported_media_type");
        }
    }
    let request = post(&service("acme"))
        .header("content-encoding", "gzip")
        .body(Body::empty());
    api.call(request.unwrap())
        .await
        .is_problem(415, "unsupported_media_type");
}

#[tokio::test]
async fn a_large_body_is_refused_announced_or_not() {
    let api = TestApi::new().await;
    let large = vec![b' '; 256 * 1024 + 1];
    api.post(large.clone())
        .await
        .is_problem(413, "payload_too_large");

    let pieces = large
        .chunks(1_000)
        .map(|c| Ok::<_, std::io::Error>(Bytes::copy_from_slice(c)));
    let pieces: Vec<_> = pieces.collect();
    api.post(Body::from_stream(stream::iter(pieces)))
        .await
        .is_problem(413, "payload_too_large");

    let request = post(&service("acme"))
        .header("content-length", "99999999999")
        .body(Body::empty());
    api.call(request.unwrap())
        .await
        .is_problem(413, "payload_too_large");

    let mut full = message(&["u1"]).to_string().into_bytes();
    full.resize(256 * 1024, b' ');
    assert_eq!(api.post(full).await.status, 202);
}

#[tokio::test]
async fn a_body_that_trickles_is_given_up() {
    let limits = RequestLimits {
        body_timeout: Duration::from_millis(50),
        ..RequestLimits::default()
    };
    let api = TestApi::with_request_limits(limits).await;
    let never = stream::pending::<Result<Bytes, std::io::Error>>();
    api.post(Body::from_stream(never))
        .await
        .is_problem(408, "body_timeout");
}

#[tokio::test]
async fn a_key_makes_a_request_repeatable() {
    let api = TestApi::new().await;
    let call = async |tenant: &str, user: &str| {
        let request = post(&service(tenant))
            .header("idempotency-key", "k-1")
            .body(Body::from(message(&[user]).to_string()));
        api.call(request.unwrap()).await
    };
    let first = call("acme", "u1").await;
    assert_eq!(first.status, 202, "{}", first.text);
    let again = call("acme", "u1").await;
    assert_eq!(again.status, 202);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.text, first.text);
    call("acme", "u2")
        .await
        .is_problem(422, "idempotency_key_reused");
    // Another tenant's key is another key.
    let other = call("other", "u1").await;
    assert_eq!(other.header("idempotency-replayed"), None);
    assert_eq!(other.status, 202);
}

#[tokio::test]
async fn without_the_database_the_answer_is_come_again() {
    let api = TestApi::new().await;
    assert_eq!(api.post(message(&["u1"]).to_string()).await.status, 202);
    api.storage.go_down();
    let answer = api.post(message(&["u1"]).to_string()).await;
    answer.is_problem(503, "service_unavailable");
    assert!(answer.header("retry-after").is_some());
    // Nobody's tenant is known now that was not known before.
    let answer = api.get("/api/v1/notifications", &user("other", "u1")).await;
    answer.is_problem(503, "service_unavailable");
}
