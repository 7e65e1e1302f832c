//! One request, and its repetitions.

use std::time::Duration;

use anyhow::Context;
use reqwest::{Client, StatusCode};
use serde::Deserialize;
use serde_json::json;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::cli::RunOptions;
use crate::clock::now_us;

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// A request is given up, or repeated, after so long.
const PATIENCE: Duration = Duration::from_secs(30);

/// Sends one tenant's notifications.
pub(super) struct Caller {
    client: Client,
    url: String,
    token: String,
    /// Makes the keys of this run its own.
    run: Uuid,
    users: u64,
    recipients: u64,
    retry_for: Duration,
}

/// What became of a request.
pub(super) struct Answer {
    pub(super) due_us: u64,
    pub(super) answered_us: u64,
    /// How often it was sent again.
    pub(super) repeated: u32,
    /// The notifications promised, or why there are none.
    pub(super) result: Result<Vec<Uuid>, String>,
}

#[derive(Deserialize)]
struct Accepted {
    notifications: Vec<One>,
}

#[derive(Deserialize)]
struct One {
    id: Uuid,
}

impl Caller {
    pub(super) fn new(options: &RunOptions) -> anyhow::Result<Self> {
        let client = Client::builder()
            .timeout(PATIENCE)
            .tcp_nodelay(true)
            .no_proxy();
        Ok(Self {
            client: client.build().context("no HTTP client")?,
            url: format!("{}/api/v1/notifications", options.url.trim_end_matches('/')),
            token: options.token.trim().to_owned(),
            run: Uuid::new_v4(),
            users: options.users.into(),
            recipients: options.recipients.into(),
            retry_for: options.retry_for,
        })
    }

    pub(super) async fn send(&self, number: u64, due_us: u64) -> Answer {
        let (until, mut pause, mut repeated) = (Instant::now() + self.retry_for, FIRST_PAUSE, 0);
        loop {
            let result = self.try_once(number).await;
            let result = match result {
                Err((_, true)) if Instant::now() + pause < until => {
                    sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                    repeated += 1;
                    continue;
                }
                Err((why, _)) => Err(why),
                Ok(ids) => Ok(ids),
            };
            return Answer {
                due_us,
                answered_us: now_us(),
                repeated,
                result,
            };
        }
    }

    /// The promised ids, or why not and whether it is worth repeating.
    async fn try_once(&self, number: u64) -> Result<Vec<Uuid>, (String, bool)> {
        let users = (0..self.recipients)
            .map(|n| format!("user-{}", (number * self.recipients + n) % self.users));
        let body = json!({
            "notification_type": "loadtest",
            "recipients": users.collect::<Vec<_>>(),
            "title": "Load test",
            "content": {"number": number},
        });
        let request = self
            .client
            .post(&self.url)
            .bearer_auth(&self.token)
            .header("Idempotency-Key", format!("{}-{number}", self.run))
            .json(&body);
        let lost = |error: reqwest::Error| {
            let why = if error.is_timeout() {
                "no answer in time"
            } else {
                "no connection"
            };
            (why.to_owned(), true)
        };
        let answer = request.send().await.map_err(lost)?;
        let status = answer.status();
        if status != StatusCode::ACCEPTED {
            let again = status.is_server_error() || status == StatusCode::CONFLICT;
            return Err((status.as_str().to_owned(), again));
        }
        let accepted: Accepted = answer.json().await.map_err(lost)?;
        Ok(accepted
            .notifications
            .into_iter()
            .map(|one| one.id)
            .collect())
    }
}
