//! The pages as a browser gets them.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod home;
mod inbox_module;
mod live;

use axum::Router;
use axum::body::Body;
use http::{Request, Response};
use tower::ServiceExt;

/// The answer to a request, with its body as text.
async fn call(router: &Router, request: Request<Body>) -> (Response<()>, String) {
    let response = router.clone().oneshot(request).await.unwrap();
    let (head, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    (Response::from_parts(head, ()), text)
}

fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}
