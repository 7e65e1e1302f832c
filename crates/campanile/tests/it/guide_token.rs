//! The token function of docs/guides/inbox.md, as it is printed there.

use reqwest::StatusCode;

use crate::support::Process;

/// The guide's own lines.
#[rustfmt::skip]
mod example {
use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::{EncodingKey, Header, encode};
use serde_json::json;

/// A token with which the browser of one user reads their inbox.
pub fn inbox_token(user_id: &str, tenant: &str, secret: &str) -> jsonwebtoken::errors::Result<String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let claims = json!({
        "sub": user_id, "tenant": tenant, "scope": "inbox", "iat": now, "exp": now + 900,
    });
    encode(&Header::default(), &claims, &EncodingKey::from_secret(secret.as_bytes()))
}
}

const SECRET: &str = "a-secret-that-only-this-test-knows-and-uses";

#[test]
fn the_guide_prints_the_function_that_is_tested() {
    let here = include_str!("guide_token.rs");
    let (_, rest) = here.split_once("mod example {\n").unwrap();
    let (function, _) = rest.split_once("}\n}\n").unwrap();
    let guide = include_str!("../../../../docs/guides/inbox.md");
    assert!(guide.contains(&format!("```rust\n{function}}}\n```")));
}

#[tokio::test]
async fn the_token_of_the_rust_example_opens_the_users_inbox() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let up = Process::start(
        &["up", "--data-dir", data, "--listen", "127.0.0.1:0"],
        &[("JWT_SECRET", SECRET)],
    );
    let token = example::inbox_token("alice", "default", SECRET).unwrap();
    let url = format!("http://{}/api/v1/notifications", up.address());
    let inbox = reqwest::Client::new().get(url).bearer_auth(token);
    assert_eq!(inbox.send().await.unwrap().status(), StatusCode::OK);
    assert_eq!(up.terminate().0, Some(0));
}
