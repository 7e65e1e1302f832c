//! What every answer has in common.

use std::time::Duration;

use axum::body::Body;
use campanile_api::RequestLimits;
use http::Request;
use uuid::Uuid;

use crate::support::{Fault, TestApi, get, user};

#[tokio::test]
async fn an_unknown_path_is_a_problem() {
    let api = TestApi::new().await;
    for path in [
        "/nothing",
        "/api/v1/nothing",
        "/api/v2/notifications",
        "/docs/nothing.js",
    ] {
        api.get(path, &user("acme", "u1"))
            .await
            .is_problem(404, "not_found");
    }
}

#[tokio::test]
async fn a_wrong_method_is_a_problem_that_names_the_right_ones() {
    let request = Request::delete("/api/v1/notifications").body(Body::empty());
    let answer = TestApi::new().await.call(request.unwrap()).await;
    answer.is_problem(405, "method_not_allowed");
    let allowed = answer.header("allow").unwrap();
    assert!(
        allowed.contains("GET") && allowed.contains("POST"),
        "{allowed}"
    );
}

#[tokio::test]
async fn a_request_id_is_echoed_or_made() {
    let api = TestApi::new().await;
    let with = |id: &str| {
        let mut request = get("/api/v1/nothing", "x");
        request
            .headers_mut()
            .insert("x-request-id", id.parse().unwrap());
        request
    };
    let answer = api.call(with("caller-7")).await;
    assert_eq!(answer.header("x-request-id"), Some("caller-7"));
    assert_eq!(answer.json()["request_id"], "caller-7");

    for id in ["", "two words", &"x".repeat(129)] {
        let answer = api.call(with(id)).await;
        let made = answer.header("x-request-id").unwrap();
        assert_eq!(Uuid::parse_str(made).unwrap().get_version_num(), 7);
    }
    let answer = api.get("/healthz", "x").await;
    assert!(answer.header("x-request-id").is_some());
}

#[tokio::test]
async fn a_head_request_gets_no_body() {
    let request = Request::head("/api/v1/nothing")
        .body(Body::empty())
        .unwrap();
    let answer = TestApi::new().await.call(request).await;
    assert_eq!(answer.status, 404);
    assert_eq!(answer.text, "");
}

#[tokio::test]
async fn answers_are_neither_cached_nor_sniffed() {
    let answer = TestApi::new()
        .await
        .get("/api/v1/notifications", &user("acme", "u1"))
        .await;
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
}

#[tokio::test]
async fn a_panic_is_one_failed_request_that_tells_nothing() {
    let api = TestApi::new().await;
    api.storage.break_call("inbox_count", Fault::Panic);
    let path = "/api/v1/notifications/count";
    let answer = api.get(path, &user("acme", "u1")).await;
    answer.is_problem(500, "internal_error");
    assert!(!answer.text.contains("secret"), "{}", answer.text);
    api.storage.recover();
    assert_eq!(api.get(path, &user("acme", "u1")).await.status, 200);
}

#[tokio::test]
async fn an_answer_that_does_not_come_is_given_up() {
    let limits = RequestLimits {
        request_timeout: Duration::from_millis(50),
        ..RequestLimits::default()
    };
    let api = TestApi::with_request_limits(limits).await;
    api.storage.break_call("inbox_count", Fault::Hang);
    let answer = api
        .get("/api/v1/notifications/count", &user("acme", "u1"))
        .await;
    answer.is_problem(503, "request_timeout");
    assert_eq!(answer.header("retry-after"), Some("1"));
}
