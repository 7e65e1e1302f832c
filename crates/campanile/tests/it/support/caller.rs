//! A service that sends, and keeps account of what it was promised.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::verified;

/// How long a caller repeats a request that got no answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// Sends with one token; a request without an answer is repeated under the same key.
#[derive(Clone)]
pub struct Caller {
    client: reqwest::Client,
    token: String,
    address: Arc<Mutex<SocketAddr>>,
    promised: Arc<Mutex<BTreeSet<String>>>,
}

impl Caller {
    /// For one token, at one address.
    pub fn new(address: SocketAddr, token: &str) -> Self {
        Self {
            client: reqwest::Client::builder()
                .timeout(Duration::from_secs(5))
                .build()
                .unwrap(),
            token: token.to_owned(),
            address: Arc::new(Mutex::new(address)),
            promised: Arc::default(),
        }
    }

    /// From now on somewhere else.
    pub fn moved_to(&self, address: SocketAddr) {
        *self.address.lock().unwrap() = address;
    }

    /// How many notifications were promised with a 202.
    pub fn promised(&self) -> usize {
        self.promised.lock().unwrap().len()
    }

    /// GET, as JSON.
    pub async fn get(&self, path: &str) -> Value {
        let url = format!("http://{}{path}", *self.address.lock().unwrap());
        let answer = self
            .client
            .get(url)
            .bearer_auth(&self.token)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.json().await.unwrap()
    }

    /// One notification to one user, until it is promised.
    pub async fn send(&self, key: &str) {
        let until = Instant::now() + PATIENCE;
        loop {
            match self.try_send(key).await {
                Ok(answer) if answer.status() == StatusCode::ACCEPTED => {
                    let Ok(body) = answer.json::<Value>().await else {
                        continue;
                    };
                    let id = body["notifications"][0]["id"].as_str();
                    let id = id.unwrap_or_else(|| panic!("no id in {body}")).to_owned();
                    self.promised.lock().unwrap().insert(id);
                    return;
                }
                // Killed, or not up again yet: the key makes the repetition safe.
                Err(_) => {}
                Ok(answer) if answer.status().is_server_error() => {}
                Ok(answer) if answer.status() == StatusCode::CONFLICT => {}
                Ok(answer) => panic!("{}: {:?}", answer.status(), answer.text().await),
            }
            assert!(Instant::now() < until, "no answer to {key}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Many, from several connections at once.
    pub async fn send_many(&self, count: usize, at_once: usize) {
        let mut callers = JoinSet::new();
        for lane in 0..at_once {
            let caller = self.clone();
            callers.spawn(async move {
                for n in (lane..count).step_by(at_once) {
                    caller.send(&format!("key-{n}")).await;
                }
            });
        }
        while let Some(done) = callers.join_next().await {
            done.unwrap();
        }
    }

    /// What was promised, joined with what was received.
    pub fn ledger(&self, received: &[campanile_test_support::webhook::Received]) -> Ledger {
        let mut ids: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for one in received {
            ids.entry(verified(one))
                .or_default()
                .push(one.webhook_id.clone());
        }
        let promised = self.promised.lock().unwrap();
        Ledger {
            lost: promised
                .iter()
                .filter(|id| !ids.contains_key(*id))
                .cloned()
                .collect(),
            doubled: ids.values().filter(|calls| calls.len() > 1).count(),
            renamed: ids
                .values()
                .filter(|calls| calls.iter().collect::<BTreeSet<_>>().len() > 1)
                .count(),
        }
    }

    async fn try_send(&self, key: &str) -> reqwest::Result<reqwest::Response> {
        let url = format!(
            "http://{}/api/v1/notifications",
            *self.address.lock().unwrap()
        );
        let body = json!({
            "notification_type": "message",
            "recipients": [format!("user-{key}")],
            "content": {"text": key},
        });
        let request = self.client.post(url).bearer_auth(&self.token).json(&body);
        request.header("Idempotency-Key", key).send().await
    }
}

/// What became of the promises.
#[derive(Debug)]
pub struct Ledger {
    /// Promised and never received.
    pub lost: Vec<String>,
    /// Received more than once.
    pub doubled: usize,
    /// Received under more than one `webhook-id`: never allowed.
    pub renamed: usize,
}
