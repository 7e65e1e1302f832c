//! The API that `inbox` reads and writes, played in memory: two addresses, one store.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::extract::{Path, Query, State};
use axum::routing::{get, put};
use axum::{Json, Router};
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::tool::claims;

/// What it does wrong.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// The second address never shows the newest.
    Stale,
    /// Counts are refused.
    Refuse,
}

/// Inboxes by tenant and user, newest last, and the requests by kind.
#[derive(Default)]
pub(crate) struct Store {
    pub(crate) inboxes: BTreeMap<String, Vec<String>>,
    pub(crate) requests: BTreeMap<&'static str, u64>,
}

#[derive(Clone)]
pub(crate) struct Api {
    pub(crate) store: Arc<Mutex<Store>>,
    fault: Fault,
    is_second: bool,
}

impl Api {
    /// Serves at two addresses until the runtime ends.
    pub(crate) async fn start(fault: Fault) -> (Self, [String; 2]) {
        let store = Arc::default();
        let api = |is_second| Self {
            store: Arc::clone(&store),
            fault,
            is_second,
        };
        (
            api(false),
            [serve(api(false)).await, serve(api(true)).await],
        )
    }

    /// The caller's inbox as this address shows it; counts the request.
    fn inbox(&self, kind: &'static str, headers: &HeaderMap) -> Vec<String> {
        let claims = claims(headers);
        assert_eq!(claims["scope"], "inbox");
        let text = |name: &str| claims[name].as_str().unwrap().to_owned();
        let mut store = self.store.lock().unwrap();
        *store.requests.entry(kind).or_default() += 1;
        let key = format!("{}/{}", text("tenant"), text("sub"));
        let mut inbox = store.inboxes.get(&key).cloned().unwrap_or_default();
        if self.fault == Fault::Stale && self.is_second {
            inbox.pop();
        }
        inbox
    }
}

async fn serve(api: Api) -> String {
    let router = Router::new()
        .route("/api/v1/notifications", get(list).post(send))
        .route("/api/v1/notifications/count", get(count))
        .route("/api/v1/notifications/read-all", put(read_all))
        .route("/api/v1/notifications/{id}/read", put(read))
        .route("/api/v1/notifications/{id}", axum::routing::delete(remove))
        .route("/metrics", get(metrics));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, router.with_state(api)).into_future());
    url
}

async fn send(
    State(api): State<Api>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> (StatusCode, Json<Value>) {
    let claims = claims(&headers);
    assert_eq!(claims["scope"], "notifications:send");
    assert_eq!(body["channels"], json!(["in_app"]));
    let tenant = claims["tenant"].as_str().unwrap();
    let mut store = api.store.lock().unwrap();
    *store.requests.entry("send").or_default() += 1;
    let mut notifications = Vec::new();
    for user in body["recipients"].as_array().unwrap() {
        let id = Uuid::new_v4().to_string();
        let user = user.as_str().unwrap();
        let inbox = store.inboxes.entry(format!("{tenant}/{user}")).or_default();
        inbox.push(id.clone());
        notifications.push(json!({"id": id, "user_id": user}));
    }
    let accepted = json!({"accepted": notifications.len(), "notifications": notifications});
    (StatusCode::ACCEPTED, Json(accepted))
}

/// A cursor is how many were seen.
async fn list(
    State(api): State<Api>,
    headers: HeaderMap,
    Query(query): Query<BTreeMap<String, String>>,
) -> Json<Value> {
    let number = |name: &str| query.get(name).map(|text| text.parse::<usize>().unwrap());
    let kind = match number("cursor") {
        Some(_) => "page",
        None => "list",
    };
    let inbox = api.inbox(kind, &headers);
    let (seen, limit) = (number("cursor").unwrap_or(0), number("limit").unwrap_or(20));
    let lines = inbox.iter().rev().skip(seen).take(limit);
    let lines: Vec<Value> = lines.map(|id| json!({"id": id})).collect();
    let seen = seen + lines.len();
    let next = (seen < inbox.len()).then(|| seen.to_string());
    Json(json!({"notifications": lines, "total": inbox.len(), "next_cursor": next}))
}

async fn count(State(api): State<Api>, headers: HeaderMap) -> (StatusCode, Json<Value>) {
    let inbox = api.inbox("count", &headers);
    let status = match api.fault {
        Fault::Refuse => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::OK,
    };
    (status, Json(json!({"count": inbox.len()})))
}

async fn read_all(State(api): State<Api>, headers: HeaderMap) -> Json<Value> {
    let inbox = api.inbox("read_all", &headers);
    Json(json!({"success": true, "updated_count": inbox.len()}))
}

async fn read(State(api): State<Api>, headers: HeaderMap, Path(id): Path<String>) -> Changed {
    changed(&api.inbox("read", &headers), &id)
}

async fn remove(State(api): State<Api>, headers: HeaderMap, Path(id): Path<String>) -> Changed {
    changed(&api.inbox("delete", &headers), &id)
}

type Changed = (StatusCode, Json<Value>);

/// Only an owner changes a notification.
fn changed(inbox: &[String], id: &String) -> Changed {
    let status = match inbox.contains(id) {
        true => StatusCode::OK,
        false => StatusCode::NOT_FOUND,
    };
    (status, Json(json!({"success": status == StatusCode::OK})))
}

/// Nine of ten questions so far were answered by the cache.
async fn metrics(State(api): State<Api>) -> String {
    let store = api.store.lock().unwrap();
    let counts = store.requests.get("count").copied().unwrap_or(0);
    let line = |result: &str, count: u64| {
        format!(
            "campanile_inbox_cache_requests_total{{kind=\"count\",result=\"{result}\"}} {count}\n"
        )
    };
    line("hit", counts * 9) + &line("miss", counts)
}
