//! `people`: everybody is registered, by the right token, through calls that may be repeated.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{post, put};
use http::{HeaderMap, StatusCode};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::tool::{claims, loadtest};

const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// The address books: by tenant and user, the device's token or the mail address.
#[derive(Clone, Default)]
struct Books {
    devices: Arc<Mutex<BTreeMap<String, String>>>,
    mail: Arc<Mutex<BTreeMap<String, String>>>,
    calls: Arc<Mutex<u32>>,
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

async fn device(State(books): State<Books>, headers: HeaderMap, body: String) -> StatusCode {
    {
        let mut calls = books.calls.lock().unwrap();
        *calls += 1;
        // Registering is repeated through a short fault.
        if *calls == 3 {
            return StatusCode::SERVICE_UNAVAILABLE;
        }
    }
    let (claims, body): (_, Value) = (claims(&headers), serde_json::from_str(&body).unwrap());
    assert_eq!(claims["scope"], "inbox");
    assert!(claims["exp"].as_u64() > claims["iat"].as_u64());
    let user = format!("{}/{}", text(&claims["tenant"]), text(&claims["sub"]));
    let mut devices = books.devices.lock().unwrap();
    match devices.insert(user, text(&body["value"]).to_owned()) {
        None => StatusCode::CREATED,
        Some(_) => StatusCode::OK,
    }
}

async fn mail(
    State(books): State<Books>,
    Path(user): Path<String>,
    headers: HeaderMap,
    body: String,
) -> StatusCode {
    let (claims, body): (_, Value) = (claims(&headers), serde_json::from_str(&body).unwrap());
    assert_eq!(claims["scope"], "notifications:send");
    let user = format!("{}/{user}", text(&claims["tenant"]));
    let address = text(&body["email"]).to_owned();
    books.mail.lock().unwrap().insert(user, address);
    StatusCode::OK
}

async fn start() -> (Books, String) {
    let books = Books::default();
    let router = Router::new()
        .route("/api/v1/devices", post(device))
        .route("/api/v1/users/{user}", put(mail))
        .with_state(books.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(axum::serve(listener, router).into_future());
    (books, url)
}

async fn people(url: &str, more: &[&str]) -> std::process::Output {
    let mut command = loadtest(["people", "--url", url, "--users", "7"]);
    command.args(more).env("JWT_SECRET", SECRET);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap());
    output.await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_has_a_device_and_an_address_however_often_it_is_asked_for() {
    let (books, url) = start().await;
    for _ in 0..2 {
        let more = ["--tenants", "acme,bell", "--devices", "--mail"];
        let output = people(&url, &more).await;
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success());
        // Each tenant has as many as the other.
        assert_eq!(said, "6 people are registered\n");
    }
    let (devices, mail) = (books.devices.lock().unwrap(), books.mail.lock().unwrap());
    assert_eq!((devices.len(), mail.len()), (6, 6));
    assert_eq!(devices["acme/user-0"], "acme-user-0");
    assert_eq!(devices["bell/user-5"], "bell-user-5");
    assert_eq!(mail["bell/user-1"], "user-1@bell.example");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_what_was_asked_for_is_registered() {
    let (books, url) = start().await;
    assert!(people(&url, &["--mail"]).await.status.success());
    assert!(books.devices.lock().unwrap().is_empty());
    assert_eq!(books.mail.lock().unwrap().len(), 7);
    assert!(
        people(&url, &["--tenant-count", "2"])
            .await
            .status
            .success()
    );
    let devices = books.devices.lock().unwrap();
    assert_eq!(devices["load-1/user-1"], "load-1-user-1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_ends_it_with_the_reason() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let refuse = || async { (StatusCode::UNAUTHORIZED, "who are you?") };
    let router = Router::new().route("/api/v1/devices", post(refuse));
    tokio::spawn(axum::serve(listener, router).into_future());
    let output = people(&url, &[]).await;
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("401") && said.contains("who are you?"),
        "{said}"
    );
}

#[test]
fn a_short_secret_is_refused_without_being_shown() {
    let output = loadtest(["people", "--secret", "hunter2"])
        .output()
        .unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("--secret") && !said.contains("hunter2"),
        "{said}"
    );
}
