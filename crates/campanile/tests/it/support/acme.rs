//! A tenant of a running `up` that brings providers of its own.

use std::time::{Duration, Instant};

use campanile_test_support::fcm::FcmServer;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Process, campanile};

/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(60);
const PROVIDER: &str = "/api/v1/admin/providers/main";

/// A running `up` and its tenant `acme`.
pub struct Acme {
    pub up: Process,
    data: String,
}

impl Acme {
    pub fn start(data: &str, environment: &[(&str, &str)]) -> Self {
        let listen = ["up", "--data-dir", data, "--listen", "127.0.0.1:0"];
        assert_eq!(Process::start(&listen, &[]).terminate().0, Some(0));
        let create = ["tenant", "create", "acme", "--data-dir", data];
        assert!(campanile(&create, &[]).status().unwrap().success());
        Self::again(data, environment)
    }

    pub fn again(data: &str, environment: &[(&str, &str)]) -> Self {
        let listen = ["up", "--data-dir", data, "--listen", "127.0.0.1:0"];
        Self {
            up: Process::start(&listen, environment),
            data: data.to_owned(),
        }
    }

    pub async fn call(
        &self,
        method: Method,
        path: &str,
        who: [&str; 2],
        body: &Value,
    ) -> (u16, Value) {
        let [sub, scope] = who;
        let arguments = ["token", "--tenant", "acme", "--sub", sub, "--scope", scope];
        let arguments = [&arguments[..], &["--data-dir", &self.data]].concat();
        let token = campanile(&arguments, &[]).output().unwrap().stdout;
        let url = format!("http://{}{path}", self.up.address());
        let request = reqwest::Client::new()
            .request(method, url)
            .bearer_auth(String::from_utf8(token).unwrap().trim());
        let request = if body.is_null() {
            request
        } else {
            request.json(body)
        };
        let answer = request.send().await.unwrap();
        let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    pub async fn admin(&self, method: Method, body: &Value) -> (u16, Value) {
        self.call(method, PROVIDER, ["ops", "admin"], body).await
    }

    pub async fn send(&self, channel: &str) -> String {
        let body = json!({"notification_type": "new_message", "recipients": ["u1"],
            "content": {"message_preview": "Are you coming?"}, "channels": [channel]});
        let path = "/api/v1/notifications";
        let who = ["svc", "notifications:send"];
        let (status, answer) = self.call(Method::POST, path, who, &body).await;
        assert_eq!(status, 202, "{answer}");
        let id = answer["notifications"][0]["id"].as_str().unwrap();
        id.to_owned()
    }

    /// The first delivery in the timeline, once there is one.
    pub async fn first(&self, id: &str) -> Value {
        let until = Instant::now() + PATIENCE;
        let path = format!("/api/v1/notifications/{id}/timeline");
        let who = ["svc", "notifications:send"];
        loop {
            let (_, story) = self.call(Method::GET, &path, who, &Value::Null).await;
            if let Some(way) = story["deliveries"].as_array().and_then(|all| all.first()) {
                return way.clone();
            }
            assert!(Instant::now() < until, "{story}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// The delivery in the timeline, once it has this status.
    pub async fn reported(&self, id: &str, status: &str) -> Value {
        let until = Instant::now() + PATIENCE;
        let path = format!("/api/v1/notifications/{id}/timeline");
        let who = ["svc", "notifications:send"];
        loop {
            let (_, story) = self.call(Method::GET, &path, who, &Value::Null).await;
            let mut ways = story["deliveries"].as_array().unwrap().iter();
            if let Some(way) = ways.find(|way| way["status"] == status) {
                return way.clone();
            }
            assert!(Instant::now() < until, "{story}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Sends until a push arrives: an account is used within seconds.
    pub async fn send_until_received(&self, fcm: &FcmServer) {
        let until = Instant::now() + PATIENCE;
        while fcm.received().is_empty() {
            assert!(Instant::now() < until, "nothing arrives");
            self.send("push").await;
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }
}
