//! What a calling service does: subscribe users, send to them, ask how far it is.

use std::time::Duration;

use anyhow::{Context, bail};
use reqwest::{Client, Method};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

/// Users in one call, as many as it takes.
const AT_ONCE: u32 = 1_000;
/// How long a call is repeated that gets no answer, because what serves it is being killed.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(100);

/// How far the send is.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Progress {
    pub(super) status: String,
    pub(super) accepted: u64,
    pub(super) expanded: u64,
}

#[derive(Deserialize)]
struct Sent {
    accepted: u64,
    fanout_id: String,
}

#[derive(Deserialize)]
struct Subscribers {
    subscribers: u64,
}

/// A service of the tenant `default`.
pub(super) struct Service {
    client: Client,
    token: String,
}

impl Service {
    pub(super) fn new(token: String) -> anyhow::Result<Self> {
        let client = Client::builder().no_proxy().tcp_nodelay(true).build();
        Ok(Self {
            client: client.context("no HTTP client")?,
            token,
        })
    }

    async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        url: &str,
        body: &Value,
    ) -> anyhow::Result<T> {
        let until = Instant::now() + PATIENCE;
        loop {
            let request = self.client.request(method.clone(), url);
            let request = request.bearer_auth(&self.token);
            // Every call may be repeated: the send has a key.
            let request = request.header("Idempotency-Key", "topic").json(body);
            match request.send().await {
                Ok(answer) if answer.status().is_success() => {
                    return answer
                        .json()
                        .await
                        .with_context(|| format!("{method} {url}"));
                }
                Ok(answer) if !answer.status().is_server_error() => {
                    let status = answer.status();
                    let why = answer.text().await.unwrap_or_default();
                    bail!("{method} {url}: {status} {why}")
                }
                _ if Instant::now() < until => sleep(PAUSE).await,
                Ok(answer) => bail!("{method} {url}: {}", answer.status()),
                Err(error) => return Err(error).with_context(|| format!("{method} {url}")),
            }
        }
    }

    /// Subscribes the users of the population; gives how many there are then.
    pub(super) async fn subscribe(&self, url: &str, users: u32) -> anyhow::Result<u64> {
        let url = format!("{url}/api/v1/topics/loadtest/subscribers");
        let mut subscribers = 0;
        for first in (0..users).step_by(AT_ONCE as usize) {
            let last = users.min(first.saturating_add(AT_ONCE));
            let ids: Vec<_> = (first..last).map(|n| format!("user-{n}")).collect();
            let body = json!({"user_ids": ids});
            let answer: Subscribers = self.call(Method::PUT, &url, &body).await?;
            subscribers = answer.subscribers;
        }
        Ok(subscribers)
    }

    /// Sends; gives how many it is for, and the fan-out.
    pub(super) async fn send(&self, url: &str) -> anyhow::Result<(u64, String)> {
        let url = format!("{url}/api/v1/notifications");
        let body = json!({
            "notification_type": "loadtest", "topic": "loadtest", "title": "Load test",
            "content": {"text": "To all of you"}, "channels": ["in_app", "push"],
        });
        let sent: Sent = self.call(Method::POST, &url, &body).await?;
        Ok((sent.accepted, sent.fanout_id))
    }

    /// Asks how far it is.
    pub(super) async fn progress(&self, url: &str, fanout: &str) -> anyhow::Result<Progress> {
        let url = format!("{url}/api/v1/fanouts/{fanout}");
        self.call(Method::GET, &url, &Value::Null).await
    }
}
