//! What a calling service does: subscribe users, send to them, ask how far it is.

use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::Api;

/// Users in one call, as many as it takes.
const AT_ONCE: u32 = 1_000;

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
    api: Api,
    token: String,
}

impl Service {
    pub(super) fn new(url: &str, token: String) -> anyhow::Result<Self> {
        let api = Api::new(&[url])?;
        Ok(Self { api, token })
    }

    /// Subscribes the users of the population; gives how many there are then.
    pub(super) async fn subscribe(&self, users: u32) -> anyhow::Result<u64> {
        let path = "/api/v1/topics/loadtest/subscribers";
        let mut subscribers = 0;
        for first in (0..users).step_by(AT_ONCE as usize) {
            let last = users.min(first.saturating_add(AT_ONCE));
            let ids: Vec<_> = (first..last).map(|n| format!("user-{n}")).collect();
            let body = json!({"user_ids": ids});
            let answer: Subscribers = self
                .api
                .insist(Method::PUT, path, &self.token, Some(&body))
                .await?;
            subscribers = answer.subscribers;
        }
        Ok(subscribers)
    }

    /// Sends; gives how many it is for, and the fan-out.
    pub(super) async fn send(&self) -> anyhow::Result<(u64, String)> {
        let body: Value = json!({
            "notification_type": "loadtest", "topic": "loadtest", "title": "Load test",
            "content": {"text": "To all of you"}, "channels": ["in_app", "push"],
        });
        let path = "/api/v1/notifications";
        let sent: Sent = self
            .api
            .insist(Method::POST, path, &self.token, Some(&body))
            .await?;
        Ok((sent.accepted, sent.fanout_id))
    }

    /// Asks how far it is.
    pub(super) async fn progress(&self, fanout: &str) -> anyhow::Result<Progress> {
        let path = format!("/api/v1/fanouts/{fanout}");
        self.api.insist(Method::GET, &path, &self.token, None).await
    }
}
