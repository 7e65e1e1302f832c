//! Which web pages may call the API.

use std::time::Duration;

use axum::body::Body;
use campanile_api::RequestLimits;
use campanile_api::identity::AllowedOrigins;
use http::{Method, Request};

use crate::support::{Answer, Fault, TestApi, get, message, send_json, service, user};

const APP: &str = "https://app.example.com";
const LIST: &str = "/api/v1/notifications";

fn origins() -> AllowedOrigins {
    AllowedOrigins::new([APP.to_owned()])
}

async fn api() -> TestApi {
    TestApi::with_origins(origins()).await
}

async fn preflight(api: &TestApi, path: &str, origin: &str, method: &str, headers: &str) -> Answer {
    let request = Request::builder()
        .method(Method::OPTIONS)
        .uri(path)
        .header("origin", origin)
        .header("access-control-request-method", method)
        .header("access-control-request-headers", headers);
    api.call(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_page_that_may_is_reported_what_it_may_send_and_for_how_long() {
    let api = api().await;
    for (path, method) in [
        (LIST, "POST"),
        (
            "/api/v1/notifications/01939b1e-0000-7000-8000-000000000000/read",
            "PUT",
        ),
        (
            "/api/v1/notifications/01939b1e-0000-7000-8000-000000000000",
            "DELETE",
        ),
        ("/api/v1/notifications/stream-ticket", "POST"),
    ] {
        let headers =
            "authorization,content-type,idempotency-key,last-event-id,x-tenant,x-request-id";
        let answer = preflight(&api, path, APP, method, headers).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.text, "");
        assert_eq!(answer.header("access-control-allow-origin"), Some(APP));
        let methods = answer.header("access-control-allow-methods").unwrap();
        assert!(methods.split(',').any(|one| one == method), "{methods}");
        let allowed = answer.header("access-control-allow-headers").unwrap();
        for header in headers.split(',') {
            assert!(
                allowed.split(',').any(|one| one == header),
                "{allowed}: {header}"
            );
        }
        let age: u32 = answer
            .header("access-control-max-age")
            .unwrap()
            .parse()
            .unwrap();
        assert!(age >= 600, "{age}");
        // Tokens are sent by the page itself, never by the browser.
        assert_eq!(answer.header("access-control-allow-credentials"), None);
        assert!(answer.header("x-request-id").is_some());
    }
}

#[tokio::test]
async fn a_page_reads_answers_and_problems_with_the_headers_that_it_needs() {
    let api = api().await;
    for (path, status) in [(LIST, 200), ("/api/v1/nothing", 404)] {
        let mut request = get(path, &user("acme", "u1"));
        let headers = request.headers_mut();
        headers.insert("origin", APP.parse().unwrap());
        let answer = api.call(request).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("access-control-allow-origin"), Some(APP));
        let exposed = answer.header("access-control-expose-headers").unwrap();
        for header in [
            "idempotency-replayed",
            "link",
            "ratelimit-limit",
            "ratelimit-remaining",
            "ratelimit-reset",
            "retry-after",
            "x-request-id",
        ] {
            assert!(
                exposed.split(',').any(|one| one == header),
                "{exposed}: {header}"
            );
        }
        let vary: Vec<_> = answer.headers.get_all("vary").iter().collect();
        let vary = format!("{vary:?}");
        assert!(vary.contains("origin"), "{vary}");
    }
}

#[tokio::test]
async fn a_page_reads_why_its_request_was_given_up() {
    let limits = RequestLimits {
        request_timeout: Duration::from_millis(50),
        ..RequestLimits::default()
    };
    let api = TestApi::with_origins_and_limits(origins(), limits).await;
    for (fault, status, code) in [
        (Fault::Hang, 503, "request_timeout"),
        (Fault::Panic, 500, "internal_error"),
    ] {
        api.storage.break_call("inbox_count", fault);
        let mut request = get("/api/v1/notifications/count", &user("acme", "u1"));
        let headers = request.headers_mut();
        headers.insert("origin", APP.parse().unwrap());
        let answer = api.call(request).await;
        answer.is_problem(status, code);
        assert_eq!(answer.header("access-control-allow-origin"), Some(APP));
        let exposed = answer.header("access-control-expose-headers").unwrap();
        assert!(exposed.contains("retry-after"), "{exposed}");
    }
}

#[tokio::test]
async fn no_other_page_is_reported_anything() {
    let api = api().await;
    for origin in [
        "https://evil.example",
        "null",
        "https://app.example.com:444",
        "http://localhost:3000",
    ] {
        let answer = preflight(&api, LIST, origin, "POST", "authorization").await;
        assert_eq!(
            answer.header("access-control-allow-origin"),
            None,
            "{origin}"
        );
        let mut request = send_json("POST", LIST, &service("acme"), message(&["u1"]).to_string());
        let headers = request.headers_mut();
        headers.insert("origin", origin.parse().unwrap());
        let answer = api.call(request).await;
        assert_eq!(
            answer.header("access-control-allow-origin"),
            None,
            "{origin}"
        );
    }
}

#[tokio::test]
async fn without_allowed_origins_nothing_says_so_and_options_is_no_method() {
    let api = TestApi::new().await;
    let answer = preflight(&api, LIST, APP, "POST", "authorization").await;
    answer.is_problem(405, "method_not_allowed");
    assert_eq!(answer.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn an_options_request_that_is_no_preflight_is_a_method_like_another() {
    let api = api().await;
    for origin in [None, Some(APP)] {
        let mut request = Request::builder().method(Method::OPTIONS).uri(LIST);
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        let answer = api.call(request.body(Body::empty()).unwrap()).await;
        answer.is_problem(405, "method_not_allowed");
    }
}
