//! The API that the test plays: it answers as `POST /api/v1/notifications` does, calls the webhook
//! itself, and misbehaves as it is set.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::tool::claims;
use crate::webhook::call;

/// What it does with a request.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// Accepts it and calls the webhook once.
    Deliver,
    /// Accepts it and never calls the webhook.
    Lose,
    /// Calls the webhook twice.
    Double,
    /// Calls the webhook under two ids.
    TwoIds,
    /// Delivers, but without a 202: as if killed in between.
    Unanswered,
    /// Answers 503 and delivers nothing.
    Refuse,
    /// Accepts it from any tenant and calls nobody.
    Note,
    /// Delivers after a while.
    Stall(Duration),
}

/// The requests that were made, in order.
#[derive(Default)]
pub(crate) struct Requests {
    pub(crate) keys: Vec<Option<String>>,
    pub(crate) bodies: Vec<Value>,
    /// Of the tokens that were signed.
    pub(crate) tenants: Vec<String>,
}

#[derive(Clone)]
pub(crate) struct Api {
    pub(crate) requests: Arc<Mutex<Requests>>,
    sink: String,
    turn: fn(usize) -> Turn,
}

impl Api {
    /// Notes the tenants of signed tokens, and delivers nothing.
    pub(crate) async fn start_signed() -> (Self, String) {
        Self::start("", |_| Turn::Note).await
    }

    /// Serves until the runtime ends; its address.
    pub(crate) async fn start(sink: &str, turn: fn(usize) -> Turn) -> (Self, String) {
        let api = Self {
            requests: Arc::default(),
            sink: sink.to_owned(),
            turn,
        };
        let router = Router::new().route("/api/v1/notifications", post(send));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(axum::serve(listener, router.with_state(api.clone())).into_future());
        (api, url)
    }
}

async fn send(State(api): State<Api>, headers: HeaderMap, body: String) -> (StatusCode, String) {
    let body: Value = serde_json::from_str(&body).unwrap();
    let users = body["recipients"].as_array().unwrap().clone();
    let turn = {
        let mut requests = api.requests.lock().unwrap();
        let key = headers.get("idempotency-key");
        let key = key.map(|key| key.to_str().unwrap().to_owned());
        requests.keys.push(key);
        requests.bodies.push(body);
        let turn = (api.turn)(requests.keys.len() - 1);
        if turn == Turn::Note {
            let tenant = claims(&headers)["tenant"].as_str().unwrap().to_owned();
            requests.tenants.push(tenant);
        } else {
            assert_eq!(headers["authorization"], "Bearer token");
        }
        turn
    };
    if turn == Turn::Refuse {
        return (StatusCode::SERVICE_UNAVAILABLE, String::new());
    }
    if let Turn::Stall(stall) = turn {
        tokio::time::sleep(stall).await;
    }
    let mut notifications = Vec::new();
    for user in users {
        let id = Uuid::new_v4();
        let webhooks: &[&str] = match turn {
            Turn::Lose | Turn::Note => &[],
            Turn::Double => &["a", "a"],
            Turn::TwoIds => &["a", "b"],
            _ => &["a"],
        };
        for webhook in webhooks {
            let status = call(&api.sink, &format!("{webhook}-{id}"), id).await;
            assert_eq!(status, StatusCode::OK);
        }
        notifications.push(json!({"id": id, "user_id": user}));
    }
    if turn == Turn::Unanswered {
        return (StatusCode::BAD_GATEWAY, String::new());
    }
    let accepted = json!({"accepted": notifications.len(), "notifications": notifications});
    (StatusCode::ACCEPTED, accepted.to_string())
}
