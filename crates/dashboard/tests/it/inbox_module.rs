use axum::body::Body;
use campanile_dashboard::{inbox_module, integrity};
use http::{Request, StatusCode};

use crate::{call, get};

const PATH: &str = "/assets/campanile-inbox.js";

#[tokio::test]
async fn pages_of_other_origins_may_load_the_module() {
    let (head, text) = call(&inbox_module(), get(PATH)).await;
    assert_eq!(head.status(), StatusCode::OK);
    assert_eq!(
        head.headers()["content-type"],
        "text/javascript; charset=utf-8"
    );
    assert_eq!(head.headers()["access-control-allow-origin"], "*");
    assert!(text.contains("campanile-inbox"));
}

#[tokio::test]
async fn a_browser_that_has_the_module_gets_no_second_copy() {
    let (first, _) = call(&inbox_module(), get(PATH)).await;
    let etag = first.headers()["etag"].clone();
    for (known, status) in [
        (etag.to_str().unwrap(), StatusCode::NOT_MODIFIED),
        (
            &format!("\"other\", W/{}", etag.to_str().unwrap()),
            StatusCode::NOT_MODIFIED,
        ),
        ("*", StatusCode::NOT_MODIFIED),
        ("\"other\"", StatusCode::OK),
    ] {
        let request = Request::get(PATH).header("if-none-match", known);
        let request = request.body(Body::empty()).unwrap();
        let (head, text) = call(&inbox_module(), request).await;
        assert_eq!(head.status(), status, "{known}");
        assert_eq!(text.is_empty(), status == StatusCode::NOT_MODIFIED);
        assert_eq!(head.headers()["access-control-allow-origin"], "*");
    }
}

#[test]
fn the_guide_names_the_hash_of_the_module() {
    let guide = include_str!("../../../../docs/guides/inbox.md");
    assert!(
        guide.contains(&integrity()),
        "docs/guides/inbox.md must name {}; `npm run build` in clients writes it",
        integrity()
    );
}
