//! Good tokens that come in a way that is not the one agreed upon.

use axum::body::Body;
use http::{HeaderValue, Request};

use super::refused;
use crate::support::{TestApi, user};

const PATH: &str = "/api/v1/notifications";

fn request(path: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = Request::get(path).body(Body::empty()).unwrap();
    for (name, value) in headers {
        let name: http::HeaderName = name.parse().unwrap();
        // Bytes: some of them are no text on purpose.
        let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
        request.headers_mut().append(name, value);
    }
    request
}

#[tokio::test]
async fn a_token_comes_in_one_bearer_header_or_not_at_all() {
    let api = TestApi::new().await;
    let token = user("acme", "u1");
    for good in [
        format!("Bearer {token}"),
        format!("bearer {token}"),
        format!("BEARER {token}"),
        format!("Bearer  {token} "),
    ] {
        let answer = api.call(request(PATH, &[("authorization", &good)])).await;
        assert_eq!(answer.status, 200, "{good}");
    }
    let bad = [
        token.clone(),
        "Bearer".into(),
        "Bearer ".into(),
        "Bearer    ".into(),
        format!("Bearer\t{token}"),
        format!(" Bearer {token}"),
        format!("Bearer{token}"),
        format!("Bearer:{token}"),
        format!("Bearer: {token}"),
        format!("Bearer=\"{token}\""),
        format!("Bearer \"{token}\""),
        format!("Bearer {token} {token}"),
        format!("Bearer {token},{token}"),
        format!("Bearer {token}, Bearer {token}"),
        format!("Bearer {token};"),
        format!("Bearer Bearer {token}"),
        format!("Basic {token}"),
        format!("Token {token}"),
        format!("JWT {token}"),
        format!("Bearer {token}\u{fc}"),
        "Bearer \u{fc}".into(),
    ];
    for value in &bad {
        let answer = api.call(request(PATH, &[("authorization", value)])).await;
        let shown = refused(value, &answer).to_string();
        assert!(!shown.contains(&token), "{value}");
    }
    let good = format!("Bearer {token}");
    for (first, second) in [(&good, &good), (&good, &bad[0]), (&bad[0], &good)] {
        let both = [("authorization", first.as_str()), ("authorization", second)];
        refused("two headers", &api.call(request(PATH, &both)).await);
    }
    for name in [
        "x-authorization",
        "proxy-authorization",
        "cookie",
        "x-access-token",
    ] {
        refused(name, &api.call(request(PATH, &[(name, &good)])).await);
    }
    for name in ["access_token", "token", "authorization", "ticket", "jwt"] {
        let path = format!("{PATH}?{name}={token}");
        refused(name, &api.call(request(&path, &[])).await);
    }
}
