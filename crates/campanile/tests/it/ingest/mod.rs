//! Real programs send in their own protocol: Apprise's command line.

mod apprise;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Process, token};

/// A running `up` whose tenant `default` has ingest addresses.
struct Place {
    up: Process,
    data: String,
    client: reqwest::Client,
    _folder: tempfile::TempDir,
}

impl Place {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data").to_str().unwrap().to_owned();
        let up = ["up", "--data-dir", &data, "--listen", "127.0.0.1:0"];
        Self {
            up: Process::start(&up, &[]),
            data,
            client: reqwest::Client::new(),
            _folder: folder,
        }
    }

    async fn call(&self, method: Method, path: &str, who: [&str; 2], body: &Value) -> Value {
        let url = format!("http://{}{path}", self.up.address());
        let token = token(&self.data, who[0], who[1]);
        let request = self.client.request(method, url).bearer_auth(token);
        let request = match body.is_null() {
            true => request,
            false => request.json(body),
        };
        let answer = request.send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {answer:?}");
        answer.json().await.unwrap()
    }

    /// Creates an address; gives its key.
    async fn address(&self, body: &Value) -> String {
        let path = "/api/v1/admin/ingest-addresses";
        let made = self.call(Method::POST, path, ["ops", "admin"], body).await;
        made["key"].as_str().unwrap().to_owned()
    }

    /// The inbox of `u1`, newest first.
    async fn inbox(&self) -> Vec<Value> {
        let who = ["u1", "inbox"];
        let page = self.call(Method::GET, "/api/v1/notifications", who, &Value::Null);
        page.await["notifications"].as_array().unwrap().clone()
    }
}

fn to_u1(kind: &str) -> Value {
    json!({"kind": kind, "name": kind, "recipients": ["u1"]})
}
