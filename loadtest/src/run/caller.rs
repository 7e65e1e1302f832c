//! One request, and its repetitions.

use std::time::Duration;

use anyhow::{Context, ensure};
use http::StatusCode;
use reqwest::Client;
use serde::Deserialize;
use serde_json::json;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::cli::RunOptions;
use crate::clock::{now_us, unique};
use crate::population::Population;
use crate::token::Signer;

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
/// A request is given up, or repeated, after so long.
const PATIENCE: Duration = Duration::from_secs(30);

/// Sends the notifications of all tenants.
pub(super) struct Caller {
    client: Client,
    urls: Vec<String>,
    /// One for each tenant.
    tokens: Vec<String>,
    people: Population,
    /// Unless somebody else's token says which tenant it is.
    knows_tenants: bool,
    /// Whether each request bears a key of its own.
    has_keys: bool,
    /// As the request names them; nothing: all that the tenant has.
    channels: Vec<&'static str>,
    /// Makes the keys of this run its own.
    run: Uuid,
    recipients: u64,
    /// For how long a request is repeated; nothing: it is sent once.
    retry_for: Option<Duration>,
}

/// What became of a request.
pub(super) struct Answer {
    /// Empty where the token was given.
    pub(super) tenant: String,
    pub(super) due_us: u64,
    pub(super) answered_us: u64,
    /// From the moment it was due, by a clock that nobody sets.
    pub(super) took: Duration,
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
        let people = Population::new(&options.tenants.names(), options.users)?;
        ensure!(
            u64::from(options.recipients) <= people.users_each(),
            "--recipients: a request names each user once, so not more than a tenant has of --users"
        );
        let client = Client::builder()
            .timeout(PATIENCE)
            .tcp_nodelay(true)
            .no_proxy();
        Ok(Self {
            client: client.build().context("no HTTP client")?,
            urls: options
                .url
                .iter()
                .map(|url| format!("{}/api/v1/notifications", url.trim_end_matches('/')))
                .collect(),
            tokens: tokens(options, &people)?,
            people,
            knows_tenants: options.token.is_none(),
            has_keys: options.retry || options.idempotency_keys,
            channels: options.channel.iter().map(|one| one.name()).collect(),
            run: unique(),
            recipients: options.recipients.into(),
            retry_for: options.retry.then_some(options.retry_for),
        })
    }

    /// Sends it, and again until it is answered or its time is over.
    pub(super) async fn send(&self, number: u64, due: Instant, due_us: u64) -> Answer {
        let until = self.retry_for.map(|retry_for| Instant::now() + retry_for);
        let (mut pause, mut repeated) = (FIRST_PAUSE, 0);
        loop {
            let result = self.try_once(number).await;
            let result = match result {
                Err((_, true)) if until.is_some_and(|until| Instant::now() + pause < until) => {
                    sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                    repeated += 1;
                    continue;
                }
                Err((why, _)) => Err(why),
                Ok(ids) => Ok(ids),
            };
            return Answer {
                tenant: self.tenant(number),
                due_us,
                answered_us: now_us(),
                took: due.elapsed(),
                repeated,
                result,
            };
        }
    }

    /// Whose turn it is, as far as it is known.
    fn tenant(&self, number: u64) -> String {
        let names = self.people.tenants();
        let name = names
            .get(self.people.turn(number))
            .filter(|_| self.knows_tenants);
        name.cloned().unwrap_or_default()
    }

    /// The promised ids, or why not and whether it is worth repeating.
    async fn try_once(&self, number: u64) -> Result<Vec<Uuid>, (String, bool)> {
        let users = self.people.recipients(number, self.recipients);
        let mut body = json!({
            "notification_type": "loadtest",
            "recipients": users.collect::<Vec<_>>(),
            "title": "Load test",
            "content": {"number": number},
        });
        if !self.channels.is_empty() {
            body["channels"] = json!(self.channels);
        }
        // A round of the tenants goes to one address, the next round to the next.
        let round = number / self.tokens.len() as u64;
        let url = &self.urls[(round % self.urls.len() as u64) as usize];
        let mut request = self
            .client
            .post(url)
            .bearer_auth(&self.tokens[self.people.turn(number)])
            .json(&body);
        if self.has_keys {
            request = request.header("Idempotency-Key", format!("{}-{number}", self.run));
        }
        let lost = |error: reqwest::Error| {
            let why = match () {
                () if error.is_timeout() => "no answer in time",
                () if error.is_decode() => "202 in another shape",
                () if error.is_connect() => "no connection",
                () => "connection lost",
            };
            (why.to_owned(), true)
        };
        let answer = request.send().await.map_err(lost)?;
        let status = answer.status();
        if status != StatusCode::ACCEPTED {
            // What was sent first may still be under way when it is sent again: that is a 409.
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

/// The token that was given, or one of our own for each tenant.
fn tokens(options: &RunOptions, people: &Population) -> anyhow::Result<Vec<String>> {
    if let Some(token) = &options.token {
        return Ok(vec![token.trim().to_owned()]);
    }
    let secret = options.secret.as_deref();
    let signer = Signer::new(secret.context("--token or --secret is needed")?)?;
    let tenants = people.tenants().iter();
    tenants.map(|tenant| signer.service(tenant)).collect()
}
