//! One request, and its repetitions.

use std::time::Duration;

use anyhow::{Context, ensure};
use http::Method;
use serde_json::json;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::api::{Accepted, Api, Refusal, answer};
use crate::cli::RunOptions;
use crate::clock::{now_us, unique};
use crate::population::Population;
use crate::token::Signer;

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// Sends the notifications of all tenants.
pub(super) struct Caller {
    api: Api,
    /// One for each tenant.
    tokens: Vec<String>,
    people: Population,
    /// Unless a token that was given says which tenant it is.
    knows_tenants: bool,
    /// Whether each request bears a key of its own.
    has_keys: bool,
    /// As the request names them; nothing: all that the tenant has.
    channels: Vec<String>,
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
    /// From the moment it was due, by a clock that is never set.
    pub(super) took: Duration,
    /// How often it was sent again.
    pub(super) repeated: u32,
    /// The notifications promised, or why there are none.
    pub(super) result: Result<Vec<Uuid>, String>,
}

impl Caller {
    pub(super) fn new(options: &RunOptions) -> anyhow::Result<Self> {
        let people = Population::new(&options.tenants.names(), options.users)?;
        ensure!(
            u64::from(options.recipients) <= people.users_each(),
            "--recipients: a request names each user once, so not more than a tenant has of --users"
        );
        Ok(Self {
            api: Api::new(&options.url)?,
            tokens: tokens(options, &people)?,
            people,
            knows_tenants: options.token.is_none(),
            has_keys: options.retry || options.idempotency_keys,
            channels: channels(options),
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
            if let (Err(refusal), Some(until)) = (&result, until)
                && refusal.is_passing
                && Instant::now() + pause < until
            {
                sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
                repeated += 1;
                continue;
            }
            return Answer {
                tenant: self.tenant(number),
                due_us,
                answered_us: now_us(),
                took: due.elapsed(),
                repeated,
                result: result.map_err(|refusal| refusal.why),
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

    /// The promised ids.
    async fn try_once(&self, number: u64) -> Result<Vec<Uuid>, Refusal> {
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
        let token = &self.tokens[self.people.turn(number)];
        let request = self
            .api
            .request(round, Method::POST, "/api/v1/notifications", token);
        let mut request = request.json(&body);
        if self.has_keys {
            request = request.header("Idempotency-Key", format!("{}-{number}", self.run));
        }
        answer(request).await.map(Accepted::ids)
    }
}

fn channels(options: &RunOptions) -> Vec<String> {
    let named = options.channel.iter().map(|one| one.name().to_owned());
    named.chain(options.recipe.iter().cloned()).collect()
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
