//! Walks every operation of the document: each is either open on purpose or asks for a scope.

use std::collections::BTreeSet;

use axum::body::Body;
use http::Request;
use serde_json::Value;

use crate::support::{TestApi, token};

/// The one call that both services and users make.
const TEST: &str = "/api/v1/notifications/test";

/// Read by its user, its sender and operators.
const ONE: &str = "/api/v1/notifications/{id}";

/// Of a user, by their service.
const ADDRESSES: &str = "/api/v1/users/{user_id}/addresses";

/// What operators may look at as services do.
const OBSERVED: [(&str, &str); 3] = [
    ("get", ADDRESSES),
    ("get", "/api/v1/notifications/{id}/timeline"),
    ("get", "/api/v1/users/{user_id}"),
];

/// Every operation and the scope it asks for; [`scopes`] says which others do as well. A new endpoint
/// belongs here before it is merged.
pub const OPERATIONS: [(&str, &str, Option<&str>); 114] = [
    ("get", "/healthz", None),
    ("get", "/readyz", None),
    ("get", "/metrics", None),
    ("get", "/api/v1/notifications/health", None),
    ("post", "/api/v1/notifications", Some("notifications:send")),
    ("get", "/api/v1/notifications", Some("inbox")),
    ("post", "/api/v1/notifications/stream-ticket", Some("inbox")),
    ("get", "/api/v1/notifications/count", Some("inbox")),
    ("get", "/api/v1/notifications/stream", Some("inbox")),
    ("get", "/api/v1/notifications/ws", Some("inbox")),
    ("put", "/api/v1/notifications/read-all", Some("inbox")),
    ("put", "/api/v1/notifications/seen", Some("inbox")),
    ("put", "/api/v1/notifications/{id}/read", Some("inbox")),
    ("put", "/api/v1/notifications/{id}/unread", Some("inbox")),
    ("put", "/api/v1/notifications/{id}/seen", Some("inbox")),
    ("put", "/api/v1/notifications/{id}/archive", Some("inbox")),
    ("put", "/api/v1/notifications/{id}/unarchive", Some("inbox")),
    ("put", "/api/v1/notifications/{id}/snooze", Some("inbox")),
    ("put", "/api/v1/notifications/{id}/unsnooze", Some("inbox")),
    ("get", ONE, Some("inbox")),
    ("delete", ONE, Some("inbox")),
    (
        "get",
        "/api/v1/notifications/{id}/timeline",
        Some("notifications:send"),
    ),
    (
        "post",
        "/api/v1/notifications/{id}/cancel",
        Some("notifications:send"),
    ),
    (
        "post",
        "/api/v1/notifications/bulk",
        Some("notifications:send"),
    ),
    ("post", TEST, Some("notifications:send")),
    (
        "post",
        "/api/v1/events/message-created",
        Some("notifications:send"),
    ),
    (
        "post",
        "/api/v1/events/room-invitation",
        Some("notifications:send"),
    ),
    (
        "post",
        "/api/v1/events/friend-request",
        Some("notifications:send"),
    ),
    ("get", "/api/v1/notifications/preferences", Some("inbox")),
    ("put", "/api/v1/notifications/preferences", Some("inbox")),
    (
        "get",
        "/api/v1/notifications/preferences/next-delivery",
        Some("inbox"),
    ),
    ("get", "/api/v1/admin/preferences", Some("admin:read")),
    ("put", "/api/v1/admin/preferences", Some("admin")),
    ("get", "/api/v1/devices", Some("inbox")),
    ("post", "/api/v1/devices", Some("inbox")),
    ("delete", "/api/v1/devices/{id}", Some("inbox")),
    ("get", "/api/v1/addresses", Some("inbox")),
    ("post", "/api/v1/addresses", Some("inbox")),
    ("delete", "/api/v1/addresses/{channel}", Some("inbox")),
    ("get", ADDRESSES, Some("notifications:send")),
    ("post", ADDRESSES, Some("notifications:send")),
    (
        "delete",
        "/api/v1/users/{user_id}/addresses/{channel}",
        Some("notifications:send"),
    ),
    ("get", "/api/v1/users/{user_id}", Some("notifications:send")),
    ("put", "/api/v1/users/{user_id}", Some("notifications:send")),
    // Before the user is erased.
    ("get", "/api/v1/admin/users/{user_id}/export", Some("admin")),
    ("post", MERGE, Some("admin")),
    ("get", MERGE, Some("admin")),
    ("delete", "/api/v1/users/{user_id}", Some("admin")),
    ("get", "/api/v1/topics/{key}", Some("notifications:send")),
    (
        "get",
        "/api/v1/topics/{key}/subscribers",
        Some("notifications:send"),
    ),
    (
        "put",
        "/api/v1/topics/{key}/subscribers",
        Some("notifications:send"),
    ),
    (
        "delete",
        "/api/v1/topics/{key}/subscribers",
        Some("notifications:send"),
    ),
    ("get", "/api/v1/fanouts", Some("notifications:send")),
    ("get", "/api/v1/fanouts/{id}", Some("notifications:send")),
    (
        "post",
        "/api/v1/fanouts/{id}/cancel",
        Some("notifications:send"),
    ),
    ("get", "/api/v1/admin/dead-letters", Some("admin:read")),
    (
        "post",
        "/api/v1/admin/dead-letters/replay",
        Some("deliveries:write"),
    ),
    (
        "post",
        "/api/v1/admin/dead-letters/purge",
        Some("deliveries:write"),
    ),
    ("get", "/api/v1/admin/providers", Some("admin:read")),
    ("put", "/api/v1/admin/providers/{name}", Some("admin")),
    ("delete", "/api/v1/admin/providers/{name}", Some("admin")),
    (
        "post",
        "/api/v1/admin/providers/{name}/resume",
        Some("deliveries:write"),
    ),
    ("get", TENANTS, Some("platform")),
    ("post", TENANTS, Some("platform")),
    ("get", TENANT, Some("platform")),
    ("patch", TENANT, Some("platform")),
    ("delete", TENANT, Some("platform")),
    (
        "get",
        "/api/v1/admin/tenants/{tenant}/usage",
        Some("platform"),
    ),
    ("get", ENCRYPTION, Some("platform")),
    ("post", ENCRYPTION, Some("platform")),
    (
        "post",
        "/api/v1/admin/tenants/{tenant}/encryption/rotate-key",
        Some("platform"),
    ),
    ("get", "/api/v1/admin/master-key", Some("platform")),
    ("post", "/api/v1/admin/master-key/rotate", Some("platform")),
    ("get", API_KEYS, Some("admin:read")),
    ("post", API_KEYS, Some("admin")),
    ("get", API_KEY, Some("admin:read")),
    ("delete", API_KEY, Some("admin")),
    ("post", "/api/v1/admin/api-keys/{id}/rotate", Some("admin")),
    ("get", "/api/v1/admin/ingest-addresses", Some("admin:read")),
    ("post", "/api/v1/admin/ingest-addresses", Some("admin")),
    (
        "delete",
        "/api/v1/admin/ingest-addresses/{id}",
        Some("admin"),
    ),
    ("get", "/api/v1/admin/retention", Some("admin:read")),
    ("put", "/api/v1/admin/retention", Some("admin")),
    ("get", "/api/v1/admin/audit-log", Some("admin")),
    ("get", "/api/v1/admin/audit-log/export", Some("admin")),
    ("get", "/api/v1/admin/audit-log/retention", Some("admin")),
    ("put", "/api/v1/admin/audit-log/retention", Some("admin")),
    ("get", "/api/v1/admin/brand", Some("admin:read")),
    ("put", "/api/v1/admin/brand", Some("templates:write")),
    ("get", SUPPRESSIONS, Some("admin:read")),
    ("post", SUPPRESSIONS, Some("admin")),
    ("delete", SUPPRESSIONS, Some("admin")),
    ("get", "/api/v1/admin/types/{type}", Some("admin:read")),
    ("put", "/api/v1/admin/types/{type}", Some("templates:write")),
    (
        "delete",
        "/api/v1/admin/types/{type}",
        Some("templates:write"),
    ),
    ("get", "/api/v1/admin/templates", Some("admin:read")),
    ("get", TEMPLATE, Some("admin:read")),
    (
        "get",
        "/api/v1/admin/templates/{type}/versions",
        Some("admin:read"),
    ),
    (
        "get",
        "/api/v1/admin/templates/{type}/compare",
        Some("admin:read"),
    ),
    (
        "post",
        "/api/v1/admin/templates/{type}/publish",
        Some("templates:write"),
    ),
    (
        "post",
        "/api/v1/admin/templates/{type}/rollback",
        Some("templates:write"),
    ),
    (
        "post",
        "/api/v1/admin/templates/preview",
        Some("templates:write"),
    ),
    (
        "post",
        "/api/v1/admin/templates/{type}/test",
        Some("templates:write"),
    ),
    (
        "get",
        "/api/v1/admin/templates/{type}/variants",
        Some("admin:read"),
    ),
    (
        "get",
        "/api/v1/admin/templates/{type}/results",
        Some("admin:read"),
    ),
    (
        "post",
        "/api/v1/admin/templates/{type}/promote",
        Some("templates:write"),
    ),
    ("put", VARIANT, Some("templates:write")),
    ("post", LINKS, Some("notifications:send")),
    ("delete", VARIANT, Some("templates:write")),
    ("get", VERSION, Some("admin:read")),
    ("delete", VERSION, Some("templates:write")),
    ("put", TEMPLATE, Some("templates:write")),
    ("delete", TEMPLATE, Some("templates:write")),
    (
        "delete",
        "/api/v1/admin/templates/{type}",
        Some("templates:write"),
    ),
];

const LINKS: &str = "/api/v1/magic-links";

const MERGE: &str = "/api/v1/admin/users/{user_id}/merge";

const SUPPRESSIONS: &str = "/api/v1/admin/suppressions";

const TEMPLATE: &str = "/api/v1/admin/templates/{type}/{channel}/{locale}";

const VARIANT: &str = "/api/v1/admin/templates/{type}/{channel}/variants/{variant}";

const TENANTS: &str = "/api/v1/admin/tenants";

const TENANT: &str = "/api/v1/admin/tenants/{tenant}";

const ENCRYPTION: &str = "/api/v1/admin/tenants/{tenant}/encryption";

const API_KEYS: &str = "/api/v1/admin/api-keys";

const API_KEY: &str = "/api/v1/admin/api-keys/{id}";

const VERSION: &str = "/api/v1/admin/templates/{type}/versions/{version}";

/// Paths outside the document, open on purpose: the document itself and its reader.
const UNDOCUMENTED: [&str; 3] = ["/api/v1/openapi.json", "/docs", "/docs/"];

const SCOPES: [&str; 11] = [
    "notifications:send",
    "inbox",
    "read:notifications",
    "admin:read",
    "templates:write",
    "deliveries:write",
    "viewer",
    "editor",
    "operator",
    "admin",
    "platform",
];

/// The scope of a role that an operation takes, if it has one.
fn of_role<'a>(role: &'a str, accepted: &[&str]) -> &'a str {
    let scopes: &[&'static str] = match role {
        "viewer" => &["admin:read"],
        "editor" => &["admin:read", "templates:write"],
        "operator" => &["admin:read", "deliveries:write"],
        _ => return role,
    };
    let mut scopes = scopes.iter();
    scopes
        .find(|scope| accepted.contains(scope))
        .unwrap_or(&role)
}

const ID: &str = "01939b1e-0000-7000-8000-000000000000";

/// All scopes that an operation takes, each by itself. `platform` needs a tenant in `X-Tenant`.
pub fn scopes(method: &str, path: &str, scope: &'static str) -> Vec<&'static str> {
    match scope {
        "admin" => vec!["admin", "platform"],
        "admin:read" | "templates:write" | "deliveries:write" => vec![scope, "admin", "platform"],
        _ if OBSERVED.contains(&(method, path)) => vec![scope, "admin:read", "admin", "platform"],
        _ if method == "get" && path == ONE => {
            vec![
                scope,
                "notifications:send",
                "admin:read",
                "admin",
                "platform",
            ]
        }
        _ if path == TEST => vec![scope, "inbox"],
        _ if path == LINKS => vec![scope, "read:notifications", "admin", "platform"],
        _ => vec![scope],
    }
}

async fn document(api: &TestApi) -> Value {
    let request = Request::get("/api/v1/openapi.json").body(Body::empty());
    api.call(request.unwrap()).await.json()
}

pub fn request(method: &str, path: &str, token: Option<&str>) -> Request<Body> {
    let channel = match path.contains("/addresses/") {
        true => "pushover",
        false => "push",
    };
    let builder = Request::builder()
        .method(method.to_ascii_uppercase().as_str())
        .uri(
            path.replace("{id}", ID)
                .replace("{user_id}", "u1")
                .replace("{name}", "main")
                .replace("{key}", "news")
                .replace("{type}", "t")
                .replace("{channel}", channel)
                .replace("{locale}", "en")
                .replace("{version}", "2")
                .replace("{variant}", "v")
                .replace("{tenant}", "absent"),
        );
    let builder = match token {
        Some(token) => builder.header("authorization", format!("Bearer {token}")),
        None => builder,
    };
    builder.body(Body::empty()).unwrap()
}

#[tokio::test]
async fn the_walk_knows_every_operation() {
    let document = document(&TestApi::new().await).await;
    let mut documented = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let ways = operation["security"].as_array();
            let named = |way: &Value| way["bearer"][0].as_str().unwrap().to_owned();
            let scopes: Vec<_> = ways.into_iter().flatten().map(named).collect();
            documented.insert((method.clone(), path.clone(), scopes));
        }
    }
    let known: BTreeSet<_> = OPERATIONS
        .map(|(m, p, scope)| {
            let scopes = scope.map_or(Vec::new(), |scope| scopes(m, p, scope));
            let scopes = scopes.into_iter().map(str::to_owned).collect();
            (m.to_owned(), p.to_owned(), scopes)
        })
        .into();
    assert_eq!(documented, known);
}

#[tokio::test]
async fn without_credentials_only_the_open_ones_answer() {
    let api = TestApi::new().await;
    for (method, path, scope) in OPERATIONS {
        let answer = api.call(request(method, path, None)).await;
        if scope.is_some() {
            answer.is_problem(401, "unauthenticated");
            assert!(
                answer
                    .header("www-authenticate")
                    .unwrap()
                    .starts_with("Bearer"),
                "{path}"
            );
        } else {
            assert_eq!(answer.status, 200, "{path}");
        }
    }
    for path in UNDOCUMENTED {
        let answer = api.call(request("get", path, None)).await;
        assert!(answer.status.as_u16() < 400, "{path}");
    }
}

#[tokio::test]
async fn with_any_other_scope_it_is_forbidden() {
    let api = TestApi::new().await;
    for (method, path, scope) in OPERATIONS {
        let Some(scope) = scope else { continue };
        let accepted = scopes(method, path, scope);
        for other in SCOPES {
            // A platform token is one of another tenant that names this one, once without naming it.
            for names_tenant in [true, false] {
                let own = if names_tenant { "other" } else { "acme" };
                let token = token(own, "u1", other);
                let mut request = request(method, path, Some(&token));
                if names_tenant {
                    let headers = request.headers_mut();
                    headers.insert("x-tenant", "acme".parse().unwrap());
                }
                let answer = api.call(request).await;
                if accepted.contains(&of_role(other, &accepted))
                    && (names_tenant || other != "platform" || scope == "platform")
                {
                    let status = answer.status.as_u16();
                    assert!(![401, 403].contains(&status), "{other} {method} {path}");
                    continue;
                }
                answer.is_problem(403, "insufficient_scope");
                let challenge = answer.header("www-authenticate").unwrap();
                assert!(
                    challenge.contains(&format!("scope=\"{scope}\"")),
                    "{challenge}"
                );
            }
        }
    }
}

#[tokio::test]
async fn every_operation_is_described_for_its_audience() {
    let document = document(&TestApi::new().await).await;
    let tags: BTreeSet<_> = document["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| tag["name"].as_str().unwrap())
        .collect();
    for (method, path, scope) in OPERATIONS {
        let operation = &document["paths"][path][method];
        assert!(operation["summary"].is_string(), "{method} {path}");
        let expected = match scope {
            Some("notifications:send") => "services",
            Some("inbox") => "users",
            Some("platform") => "platform",
            Some(_) => "operators",
            None => continue,
        };
        assert!(tags.contains(expected), "{expected}");
        assert_eq!(operation["tags"][0], expected, "{method} {path}");
        // A change of the inbox says in its path what it does; putting off also needs a moment, and
        // choices are many.
        let has_body = [
            "/snooze",
            "/bulk",
            "/test",
            "/preferences",
            "notifications/seen",
        ];
        let by_path = path.starts_with("/api/v1/notifications/")
            && !has_body.iter().any(|end| path.ends_with(end))
            || [
                "/cancel",
                "/resume",
                "/encryption",
                "/rotate-key",
                "/master-key/rotate",
            ]
            .iter()
            .any(|end| path.ends_with(end));
        let names_users =
            method == "delete" && (path.ends_with("/subscribers") || path == SUPPRESSIONS);
        let reads_body = ["post", "put", "patch"].contains(&method) && !by_path || names_users;
        assert_eq!(
            operation["requestBody"].is_object(),
            reads_body,
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn the_document_is_openapi_3_1_and_names_its_problems() {
    let document = document(&TestApi::new().await).await;
    let snooze = &document["paths"]["/api/v1/notifications/{id}/snooze"]["put"];
    let until = &snooze["requestBody"]["content"]["application/json"]["example"]["until"];
    // Served, it lies in the future.
    let printed =
        campanile_api::openapi_json().replace("2027-01-31T08:00:00Z", until.as_str().unwrap());
    let printed: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(printed, document, "what is printed is what is served");
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    assert_eq!(
        document["components"]["securitySchemes"]["bearer"]["scheme"],
        "bearer"
    );
    for (_, path, scope) in OPERATIONS {
        let item = document["paths"][path].as_object().unwrap();
        for operation in item.values().filter(|_| scope.is_some()) {
            for status in ["401", "403", "429", "500", "503"] {
                let problem =
                    &operation["responses"][status]["content"]["application/problem+json"];
                assert_eq!(
                    problem["schema"]["$ref"], "#/components/schemas/Problem",
                    "{path} {status}"
                );
            }
        }
    }
    // Every reference leads somewhere.
    let text = document.to_string();
    for part in text.split("\"#/components/schemas/").skip(1) {
        let name = part.split('"').next().unwrap();
        assert!(
            document["components"]["schemas"][name].is_object(),
            "{name}"
        );
    }
}
