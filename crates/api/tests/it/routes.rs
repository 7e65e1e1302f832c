//! The router holds what the document describes, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Body;
use http::Request;
use serde_json::Value;

use crate::support::{TestApi, token};

/// The document itself and its reader: open on purpose, and described nowhere. The short path of the WebSocket, the page that mails
/// link to, and the paths of other protocols, whose contracts are not ours.
const UNDOCUMENTED: [&str; 25] = [
    "/api/v1/openapi.json",
    "/docs",
    "/docs/",
    "/docs/swagger-initializer.js",
    "/docs/{*rest}",
    "/auth/magic",
    "/preferences/{token}",
    "/status/{token}",
    "/unsubscribe/{token}",
    "/open/{token}",
    "/click/{token}",
    "/ws",
    "/",
    "/ingest",
    "/ingest/{key}",
    "/notify",
    "/notify/",
    "/notify/{key}",
    "/notify/{key}/",
    "/ntfy",
    "/ntfy/",
    "/ntfy/{topic}",
    "/ntfy/{topic}/publish",
    "/ntfy/{topic}/send",
    "/ntfy/{topic}/trigger",
];

const METHODS: [&str; 9] = [
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW",
];

/// The document's methods by path.
pub fn documented(document: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let paths = document["paths"].as_object().unwrap().iter();
    let methods = |item: &Value| {
        let names = item.as_object().unwrap().keys();
        names.map(|name| name.to_ascii_uppercase()).collect()
    };
    paths
        .map(|(path, item)| (path.clone(), methods(item)))
        .collect()
}

/// The paths that the router knows. It lists them nowhere but in its debug text; were that to
/// change, the comparison below would find none.
fn routed(api: &TestApi) -> BTreeSet<String> {
    let text = format!("{:?}", api.router);
    let text = text.split("fallback_router:").next().unwrap();
    let entries = text.split("RouteId(").skip(1);
    entries
        .filter_map(|entry| entry.split_once("): \"")?.1.split_once('"'))
        .map(|(path, _)| path.to_owned())
        .collect()
}

#[tokio::test]
async fn every_route_is_documented_and_every_other_method_is_refused() {
    let api = TestApi::new().await;
    let document: Value = serde_json::from_str(&campanile_api::openapi_json()).unwrap();
    let documented = documented(&document);
    let mut known: BTreeSet<_> = documented.keys().cloned().collect();
    known.extend(UNDOCUMENTED.map(str::to_owned));
    assert_eq!(routed(&api), known);

    // Whoever may do everything still may not do what is not there.
    let token = token("acme", "u1", "platform admin inbox notifications:send");
    let mut refused = 0;
    for (path, methods) in &documented {
        for method in METHODS {
            // A HEAD is a GET without its body.
            let like_get = method == "HEAD" && methods.contains("GET");
            if methods.contains(method) || like_get {
                continue;
            }
            let concrete = path.replace(['{', '}'], "");
            let request = Request::builder()
                .method(method)
                .uri(concrete)
                .header("authorization", format!("Bearer {token}"))
                .body(Body::empty());
            let answer = api.call(request.unwrap()).await;
            assert_eq!(answer.status, 405, "{method} {path}");
            let allowed: BTreeSet<_> = answer.header("allow").unwrap().split(',').collect();
            assert!(!allowed.contains(method), "{method} {path}");
            for there in methods {
                assert!(
                    allowed.contains(there.as_str()),
                    "{method} {path}: {allowed:?}"
                );
            }
            refused += 1;
        }
    }
    println!(
        "routes: {} paths, {refused} methods that are not there",
        documented.len()
    );
}

/// The operations that accept notifications say that the tenant may be full.
#[test]
fn operations_that_accept_notifications_describe_that_a_tenant_is_full() {
    let document: Value = serde_json::from_str(&campanile_api::openapi_json()).unwrap();
    for path in [
        "/api/v1/notifications",
        "/api/v1/notifications/test",
        "/api/v1/events/message-created",
        "/api/v1/events/room-invitation",
        "/api/v1/events/friend-request",
        "/api/v1/magic-links",
    ] {
        let responses = &document["paths"][path]["post"]["responses"];
        for (status, code) in [("403", "storage_full"), ("429", "queue_full")] {
            let response = &responses[status];
            let description = response["description"].as_str().unwrap();
            assert!(description.contains(code), "{path}: {description}");
            let examples = &response["content"]["application/problem+json"]["examples"];
            let example = &examples[code]["value"];
            assert_eq!(example["code"], code, "{path}: {response}");
            assert_eq!(example["status"].to_string(), status, "{path}");
        }
        let headers = &responses["429"]["headers"];
        assert!(headers["Retry-After"].is_object(), "{path}: {headers}");
    }
    let bulk = &document["paths"]["/api/v1/notifications/bulk"]["post"]["responses"]["207"];
    let description = bulk["description"].as_str().unwrap();
    assert!(description.contains("queue_full") && description.contains("storage_full"));
}
