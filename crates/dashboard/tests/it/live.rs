use campanile_dashboard::live;
use http::StatusCode;

use crate::{call, get};

/// The values of an attribute in a page.
fn attributes<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let begin = format!(" {name}=\"");
    let parts = page.split(begin.as_str()).skip(1);
    parts.map(|part| part.split('"').next().unwrap()).collect()
}

#[tokio::test]
async fn the_page_and_its_files_keep_to_a_strict_policy() {
    let pages = live();
    let (_, html) = call(&pages, get("/docs/live")).await;
    let mut files = [attributes(&html, "src"), attributes(&html, "href")].concat();
    assert_eq!(files.len(), 2, "{files:?}");
    files.push("/docs/live");
    for file in files {
        let (answer, text) = call(&pages, get(file)).await;
        assert_eq!(answer.status(), StatusCode::OK, "{file}");
        let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
        let policy = header("content-security-policy");
        assert!(
            !policy.contains("unsafe") && !policy.contains("http"),
            "{policy}"
        );
        for part in [
            "default-src 'none'",
            "script-src 'self';",
            "connect-src 'self';",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{file}: {policy}");
        }
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("x-frame-options"), "DENY");
        // What senders wrote is never taken for HTML, and nothing comes from other servers.
        for forbidden in ["innerHTML", "eval(", "localStorage", "http://", "https://"] {
            assert!(!text.contains(forbidden), "{file}: {forbidden}");
        }
    }
}
