//! The page that shows the API, and what a browser learns about it.

use axum::body::Body;
use http::Request;

use crate::support::{Answer, TestApi};

async fn page(api: &TestApi, path: &str) -> Answer {
    let request = Request::get(path).body(Body::empty()).unwrap();
    api.call(request).await
}

/// The values of an attribute in a page.
fn attributes<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let begin = format!(" {name}=\"");
    let parts = page.split(begin.as_str()).skip(1);
    parts.map(|part| part.split('"').next().unwrap()).collect()
}

#[tokio::test]
async fn its_files_carry_a_policy() {
    let api = TestApi::new().await;
    for path in [
        "/docs",
        "/docs/",
        "/docs/swagger-ui-bundle.js",
        "/docs/swagger-initializer.js",
        "/docs/absent",
    ] {
        let answer = page(&api, path).await;
        let policy = answer.header("content-security-policy").expect(path);
        for part in [
            "default-src 'none'",
            "script-src 'self';",
            "connect-src 'self';",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("x-frame-options"), Some("DENY"));
    }
}

/// What the policy forbids the page does not do: inline scripts, styles and handlers, files of others.
#[tokio::test]
async fn it_keeps_to_its_policy() {
    let api = TestApi::new().await;
    let html = page(&api, "/docs/").await.text;
    for script in html.split("<script").skip(1) {
        let (tag, rest) = script.split_once('>').unwrap();
        assert!(tag.contains(" src=\""), "an inline script: {script}");
        let inline = rest.split("</script>").next().unwrap();
        assert_eq!(inline.trim(), "", "an inline script");
    }
    assert!(!html.contains("<style"), "an inline style sheet");
    for attribute in ["style", "onload", "onclick", "onerror"] {
        assert!(attributes(&html, attribute).is_empty(), "{attribute}");
    }
    let files = [attributes(&html, "src"), attributes(&html, "href")].concat();
    assert!(files.len() >= 5, "{files:?}");
    for file in files {
        assert!(!file.contains("//"), "another server's: {file}");
        let path = format!("/docs/{}", file.trim_start_matches("./"));
        assert_eq!(page(&api, &path).await.status, 200, "{path}");
    }
    let script = page(&api, "/docs/swagger-initializer.js").await.text;
    assert!(script.contains("/api/v1/openapi.json"), "{script}");
    assert!(script.contains("validatorUrl: 'none'"), "{script}");
    assert!(!script.contains("//validator."), "{script}");
}
