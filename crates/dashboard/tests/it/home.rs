use axum::Router;
use axum::body::Body;
use campanile_dashboard::{SignIn, Token, home};
use http::{Request, StatusCode};

use crate::{call, get};

fn page() -> Router {
    home(SignIn::new("the-code".to_owned(), || {
        Some(Token {
            token: "a.b.c".to_owned(),
            user: "alice".to_owned(),
        })
    }))
}

fn exchange(code: &str) -> Request<Body> {
    Request::post("/sign-in")
        .header("content-type", "text/plain")
        .body(Body::from(code.to_owned()))
        .unwrap()
}

#[tokio::test]
async fn the_code_of_the_link_is_exchanged_once() {
    let page = page();
    let (wrong, _) = call(&page, exchange("another-code")).await;
    assert_eq!(wrong.status(), StatusCode::FORBIDDEN);
    let (right, text) = call(&page, exchange("the-code")).await;
    assert_eq!(right.status(), StatusCode::OK);
    assert_eq!(right.headers()["cache-control"], "no-store");
    let token: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        token,
        serde_json::json!({"token": "a.b.c", "user": "alice"})
    );
    let (again, _) = call(&page, exchange("the-code")).await;
    assert_eq!(again.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_long_body_is_refused_and_spends_nothing() {
    let page = page();
    let (long, _) = call(&page, exchange(&"x".repeat(1_000))).await;
    assert_eq!(long.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let (right, _) = call(&page, exchange("the-code")).await;
    assert_eq!(right.status(), StatusCode::OK);
}

#[tokio::test]
async fn without_a_code_nothing_is_exchanged() {
    let page = home(SignIn::disabled());
    for code in ["", "null", "the-code"] {
        let (head, _) = call(&page, exchange(code)).await;
        assert_eq!(head.status(), StatusCode::FORBIDDEN, "{code}");
    }
}

#[tokio::test]
async fn every_file_carries_a_strict_policy() {
    for path in [
        "/",
        "/assets/home.css",
        "/assets/home.js",
        "/assets/timeline.js",
    ] {
        let (head, text) = call(&page(), get(path)).await;
        assert_eq!(head.status(), StatusCode::OK, "{path}");
        let policy = head.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(head.headers()["referrer-policy"], "no-referrer");
        for outside in ["http://", "https://", "<style", " style=", " onclick="] {
            assert!(!text.contains(outside), "{path} has {outside}");
        }
    }
}
