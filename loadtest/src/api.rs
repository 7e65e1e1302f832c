//! The service's API as callers use it: over HTTP, with an error that can be counted.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, anyhow};
use http::{Method, StatusCode};
use reqwest::{Client, RequestBuilder};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::clock::unique;

/// For one answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);
/// How long [`Api::insist`] repeats a call: longer than a process takes that is killed and started again.
const PATIENCE: Duration = Duration::from_secs(60);
const PAUSE: Duration = Duration::from_millis(200);

/// Speaks to one or several addresses of the API.
#[derive(Clone)]
pub(crate) struct Api {
    client: Client,
    urls: Arc<[String]>,
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// A word or a status, that counts can be kept by.
    pub(crate) why: String,
    /// What the answer said.
    detail: String,
    /// Another attempt may go better.
    pub(crate) is_passing: bool,
}

/// The body of a 202.
#[derive(Deserialize)]
pub(crate) struct Accepted {
    pub(crate) notifications: Vec<Identified>,
}

#[derive(Deserialize)]
pub(crate) struct Identified {
    pub(crate) id: Uuid,
}

impl Accepted {
    pub(crate) fn ids(self) -> Vec<Uuid> {
        self.notifications.into_iter().map(|one| one.id).collect()
    }
}

impl Api {
    pub(crate) fn new<S: AsRef<str>>(urls: &[S]) -> anyhow::Result<Self> {
        let client = Client::builder().timeout(ANSWER_WITHIN);
        let client = client.tcp_nodelay(true).no_proxy().build();
        let trimmed = urls
            .iter()
            .map(|url| url.as_ref().trim_end_matches('/').to_owned());
        Ok(Self {
            client: client.context("no HTTP client")?,
            urls: trimmed.collect(),
        })
    }

    /// A request for a path; the addresses take turns by number.
    pub(crate) fn request(
        &self,
        number: u64,
        method: Method,
        path: &str,
        token: &str,
    ) -> RequestBuilder {
        let url = &self.urls[(number % self.urls.len() as u64) as usize];
        self.client
            .request(method, format!("{url}{path}"))
            .bearer_auth(token)
    }

    /// Makes a call until it is answered or refused for good. A POST bears a key, so it may be made twice as well.
    pub(crate) async fn insist<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        token: &str,
        body: Option<&Value>,
    ) -> anyhow::Result<T> {
        let (until, key) = (Instant::now() + PATIENCE, unique().to_string());
        for number in 0.. {
            let mut request = self.request(number, method.clone(), path, token);
            if let Some(body) = body {
                request = request.json(body);
            }
            if method == Method::POST {
                request = request.header("Idempotency-Key", &key);
            }
            match answer(request).await {
                Ok(answer) => return Ok(answer),
                Err(refusal) if refusal.is_passing && Instant::now() < until => sleep(PAUSE).await,
                Err(refusal) => return Err(anyhow!("{method} {path}: {refusal}")),
            }
        }
        unreachable!("it repeats until it returns")
    }

    /// The metrics of every process.
    pub(crate) async fn metrics(&self) -> anyhow::Result<Vec<String>> {
        let mut texts = Vec::new();
        for url in self.urls.iter() {
            let answer = self.client.get(format!("{url}/metrics")).send().await;
            let answer = answer
                .and_then(reqwest::Response::error_for_status)
                .context("no metrics")?;
            texts.push(answer.text().await.context("no metrics")?);
        }
        Ok(texts)
    }
}

/// What was answered, or why not.
pub(crate) async fn answer<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, Refusal> {
    let answer = request.send().await?;
    let status = answer.status();
    if status.is_success() {
        let body = answer.bytes().await?;
        // Some calls are answered with a status alone.
        let body: &[u8] = if body.is_empty() { b"null" } else { &body };
        return serde_json::from_slice(body).map_err(|error| Refusal {
            why: "an answer in another shape".to_owned(),
            detail: error.to_string(),
            is_passing: false,
        });
    }
    // A 409 says that what was sent first is still under way.
    let passing = [StatusCode::CONFLICT, StatusCode::TOO_MANY_REQUESTS];
    Err(Refusal {
        why: status.as_str().to_owned(),
        detail: answer.text().await.unwrap_or_default(),
        is_passing: status.is_server_error() || passing.contains(&status),
    })
}

impl From<reqwest::Error> for Refusal {
    fn from(error: reqwest::Error) -> Self {
        let why = match () {
            () if error.is_timeout() => "no answer in time",
            () if error.is_connect() => "no connection",
            () => "connection lost",
        };
        Self {
            why: why.to_owned(),
            detail: error.without_url().to_string(),
            is_passing: true,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.why, self.detail)
    }
}
