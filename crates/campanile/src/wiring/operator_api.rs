//! The API as an operator's command calls it: a running one, or one in this process over the database itself.
//!
//! Both are the same calls with the same answers, so a command is written once, and what it prints as JSON is what the
//! API answers.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use axum::Router;
use axum::body::{Body, to_bytes};
use campanile_api::identity::{AtCommandLine, Claims, KeySettings, Keys, sign_hs256};
use campanile_api::{ApiState, Draining, router};
use campanile_app::templates::Announcer;
use campanile_config::Role;
use campanile_domain::{Clock, Random, TenantId};
use campanile_intake::Intake;
use campanile_providers::ProviderService;
use campanile_storage::Storage;
use campanile_wording::Wording;
use http::{Method, Request, StatusCode};
use secrecy::SecretString;
use serde_json::Value;
use tower::ServiceExt;

use super::health::Surroundings;
use super::shared::Shared;
use super::{act, channels, cluster, database, links, settings};
use crate::cli::ReachOptions;

/// The name under which changes by the command line are recorded.
const SUBJECT: &str = "command-line";
/// The token of one command in this process; nothing else accepts it.
const TOKEN_TTL_S: i64 = 24 * 60 * 60;
/// Commands print what calls return.
const RECEIPT: &str = "return=representation";
/// A call to a running API takes no longer.
const PATIENCE: Duration = Duration::from_secs(60);
/// More than any answer to an operator has.
const MAX_ANSWER_BYTES: usize = 64 * 1024 * 1024;

/// Calls the API for an operator.
pub(crate) struct OperatorApi {
    place: Place,
    token: String,
}

enum Place {
    Remote {
        client: reqwest::Client,
        url: String,
    },
    Here {
        router: Box<Router>,
        storage: Arc<dyn Storage>,
        is_file: bool,
    },
}

impl OperatorApi {
    /// The API at `--url`, with the token that the options name; else one over the database.
    pub(crate) async fn open(
        file: Option<&Path>,
        clock: &Arc<dyn Clock>,
        random: Random,
        options: &ReachOptions,
    ) -> anyhow::Result<Self> {
        match &options.url {
            Some(url) => Self::remote(url, options),
            None => Self::here(file, clock, random, options).await,
        }
    }

    fn remote(url: &str, options: &ReachOptions) -> anyhow::Result<Self> {
        let text = match &options.token_file {
            Some(path) => read(path)?,
            None => std::env::var("CAMPANILE_TOKEN").ok().context(
                "--url requires a token or an API key: give --token-file, or set CAMPANILE_TOKEN",
            )?,
        };
        let token = text.trim().to_owned();
        let is_one = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
        ensure!(is_one, "the token for --url is empty or not a token");
        let client = reqwest::Client::builder().timeout(PATIENCE).build()?;
        let url = url.trim_end_matches('/').to_owned();
        let place = Place::Remote { client, url };
        Ok(Self { place, token })
    }

    async fn here(
        file: Option<&Path>,
        clock: &Arc<dyn Clock>,
        random: Random,
        options: &ReachOptions,
    ) -> anyhow::Result<Self> {
        let settings = settings::load(file, Role::Cli)?;
        let role = campanile_storage_postgres::Role::Api;
        let storage = database::open(&settings, &options.data.data_dir, role).await?;
        let secret = SecretString::from(format!("{}{}", random.uuid(), random.uuid()));
        let now = clock.now().timestamp();
        let claims = Claims {
            sub: SUBJECT.to_owned(),
            tenant: "default".to_owned(),
            scope: "platform notifications:send".to_owned(),
            exp: now + TOKEN_TTL_S,
            iat: now,
            aud: None,
            iss: None,
        };
        let token = sign_hs256(&secret, &claims)?;
        let keys = Keys::new(KeySettings {
            jwt_secret: Some(secret),
            ..KeySettings::default()
        })?;
        // With Redis, running processes hear of changes at once; without it they find them within seconds.
        let bus = cluster::bus(&settings, &random).await?;
        let bus = bus.unwrap_or_else(cluster::local_bus);
        let shared = Shared::alone(&settings);
        let intake = Intake::start(
            Arc::clone(&storage),
            Wording::new(Arc::clone(&storage)),
            Arc::clone(&bus),
            Arc::clone(&shared.inboxes),
            Arc::clone(clock),
            random.clone(),
        );
        let health = Surroundings {
            storage: Arc::clone(&storage),
            bus: None,
            has_broker: false,
            accounts: None,
            shared,
            clock: Arc::clone(clock),
            started: Instant::now(),
        };
        let state = ApiState::new(
            Arc::clone(&storage),
            intake,
            Arc::new(keys),
            Arc::new(health),
            Arc::clone(clock),
            random.clone(),
            Draining::default(),
        );
        // Without a master key: what needs one has commands that take it.
        let senders = channels::sender_factory(&settings, Arc::clone(clock));
        let providers = ProviderService::new(Arc::clone(&storage), None, senders, random);
        let state = state
            .with_providers(providers)
            .with_announcer(Announcer::new(bus))
            .with_links(links::links(&settings, &storage, clock))
            .with_retention(settings.retention.days);
        let place = Place::Here {
            router: Box::new(router(state)),
            storage,
            is_file: !settings.database.is_server(),
        };
        Ok(Self { place, token })
    }

    /// Calls the API for a tenant, and gives the body of its answer; fails with what it says where it refuses.
    pub(crate) async fn call(
        &self,
        method: Method,
        path: &str,
        tenant: Option<&TenantId>,
        body: Option<&Value>,
    ) -> anyhow::Result<Value> {
        let (status, text) = match &self.place {
            Place::Remote { client, url } => {
                let mut request = client
                    .request(method, format!("{url}{path}"))
                    .header("prefer", RECEIPT)
                    .bearer_auth(&self.token);
                if let Some(tenant) = tenant {
                    request = request.header("x-tenant", tenant.as_str());
                }
                if let Some(body) = body {
                    request = request.json(body);
                }
                let answer = request.send().await;
                let answer =
                    answer.with_context(|| format!("--url: no server answers at {url}"))?;
                (answer.status(), answer.text().await?)
            }
            Place::Here { router, .. } => {
                let mut request = Request::builder()
                    .method(method)
                    .uri(path)
                    .extension(AtCommandLine(act::account()))
                    .header("prefer", RECEIPT)
                    .header("authorization", format!("Bearer {}", self.token));
                if let Some(tenant) = tenant {
                    request = request.header("x-tenant", tenant.as_str());
                }
                let body = match body {
                    Some(body) => {
                        request = request.header("content-type", "application/json");
                        Body::from(body.to_string())
                    }
                    None => Body::empty(),
                };
                let answer = router.as_ref().clone().oneshot(request.body(body)?);
                let answer = match answer.await {
                    Ok(answer) => answer,
                    Err(never) => match never {},
                };
                let (parts, body) = answer.into_parts();
                let bytes = to_bytes(body, MAX_ANSWER_BYTES).await?;
                (parts.status, String::from_utf8_lossy(&bytes).into_owned())
            }
        };
        answer(status, &text)
    }

    /// The database, where it is a file that only this process has open: there is no worker for what the API leaves to them.
    pub(crate) fn without_workers(&self) -> Option<&dyn Storage> {
        match &self.place {
            Place::Here {
                storage,
                is_file: true,
                ..
            } => Some(storage.as_ref()),
            Place::Here { .. } | Place::Remote { .. } => None,
        }
    }

    /// Closes the database, if this process had it open.
    pub(crate) async fn close(self) {
        if let Place::Here { storage, .. } = self.place {
            storage.close().await;
        }
    }
}

/// Why the API refuses a call.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// The stable code of the problem.
    pub(crate) code: String,
    line: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line)
    }
}

impl std::error::Error for Refusal {}

fn answer(status: StatusCode, text: &str) -> anyhow::Result<Value> {
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    if status.is_success() {
        return Ok(value);
    }
    let Some(detail) = value["detail"].as_str() else {
        bail!("the API answered {status} and gave no reason");
    };
    let errors = value["errors"].as_array().filter(|all| all.len() > 1);
    let line = match errors {
        None => lower(detail),
        Some(errors) => {
            let texts = errors.iter().map(|one| {
                let text = |name: &str| one[name].as_str().unwrap_or_default();
                format!("{}: {}", text("field"), text("detail"))
            });
            texts.collect::<Vec<_>>().join("; ")
        }
    };
    let code = value["code"].as_str().unwrap_or_default().to_owned();
    Err(Refusal { code, line }.into())
}

/// As the command line begins its lines: a small letter, but for an abbreviation.
fn lower(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().unwrap_or_default();
    if letters.clone().next().is_some_and(char::is_uppercase) {
        return text.to_owned();
    }
    first.to_lowercase().chain(letters).collect()
}

fn read(path: &Path) -> anyhow::Result<String> {
    let read = match path.to_str() {
        Some("-") => std::io::read_to_string(std::io::stdin()),
        _ => std::fs::read_to_string(path),
    };
    read.with_context(|| format!("--token-file: cannot read {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_one_line() {
        let of = |status: u16, text: &str| {
            let status = StatusCode::from_u16(status).expect("a status");
            answer(status, text).map_err(|error| error.to_string())
        };
        assert_eq!(of(204, ""), Ok(Value::Null));
        assert_eq!(
            of(404, r#"{"detail": "API key not found"}"#),
            Err("API key not found".into())
        );
        let two = r#"{"detail": "2 values are invalid; see errors", "errors": [
            {"field": "/name", "detail": "is required"}, {"field": "/scopes", "detail": "is required"}]}"#;
        let line = "/name: is required; /scopes: is required";
        assert_eq!(of(422, two), Err(line.into()));
        let page = "<html>Bad gateway</html>";
        let line = "the API answered 502 Bad Gateway and gave no reason";
        assert_eq!(of(502, page), Err(line.into()));
    }
}
