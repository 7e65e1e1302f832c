//! Campanile: one api (or `up`), its users and their streams.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, ensure};
use http::Method;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};
use url::Url;
use uuid::Uuid;

use super::audience::Audience;
use super::others::Others;
use super::sent::{Sender, Sent};
use super::venue::{Source, Venue};
use crate::api::{Accepted, Api, answer};
use crate::cli::StreamsOptions;
use crate::clock::{now_us, unique};
use crate::cluster::{Line, Roles, Stage};
use crate::report::pss_kib;
use crate::token::Signer;

const TENANT: &str = "default";
/// Connections and caches of a service that has just started are not what is measured.
const WARM_UP: Duration = Duration::from_secs(2);
/// Subscribers in one call.
const AT_ONCE: usize = 1_000;

/// Longer than a node needs to notice it.
const REDIS_AWAY: Duration = Duration::from_secs(1);

/// What happens under load.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Disturbance {
    /// A stream is cut.
    Cut,
    /// The process that serves the streams is killed.
    Kill,
    /// Redis cannot be reached for a while.
    RedisCut,
}

/// What runs, and who calls it.
pub(super) struct Ours {
    roles: Roles,
    api: watch::Sender<Api>,
    address: watch::Sender<SocketAddr>,
    /// The way to Redis, if it is to be cut.
    redis: Option<Line>,
    users: Arc<Users>,
    before_kib: u64,
}

/// Their names and tokens.
struct Users {
    service: String,
    tokens: Vec<String>,
}

fn name(user: u32) -> String {
    format!("user-{user}")
}

impl Ours {
    /// Starts it, warms it up, and subscribes all users to a topic.
    pub(super) async fn start(options: &StreamsOptions, stage: &Stage) -> anyhow::Result<Self> {
        stage.tell("starting");
        let mut roles = Roles::new(stage, None)?;
        let room = (options.streams + 1_000).max(11_000).to_string();
        roles.set("STREAM_LIMIT", &room);
        roles.set("STREAM_LIMIT_TENANT", &room);
        let redis = match options.redis_cuts {
            0 => None,
            _ => Some(line_to_redis(stage).await?),
        };
        if let Some(line) = &redis {
            roles.set("REDIS_URL", line.url());
        }
        roles.start_all(stage.shape, 1, None).await?;
        let signer: Signer = stage.signer()?;
        let tokens = (0..options.streams).map(|user| signer.token(TENANT, &name(user), "inbox"));
        let users = Users {
            service: signer.service(TENANT)?,
            tokens: tokens.collect::<anyhow::Result<_>>()?,
        };
        let url = roles.url()?;
        let mut ours = Self {
            roles,
            api: watch::Sender::new(Api::new(&[&url])?),
            address: watch::Sender::new(address(&url)?),
            redis,
            users: Arc::new(users),
            before_kib: 0,
        };
        ours.subscribe(options.streams).await?;
        stage.tell("warming up");
        // To users without a stream, so that no stream has missed it.
        let warm = Warm(ours.sender());
        Sent::default()
            .at_rate(warm, options.rate / 10 + 1, WARM_UP, options.streams)
            .await;
        ours.before_kib = ours.memory_kib()?;
        Ok(ours)
    }

    async fn subscribe(&self, users: u32) -> anyhow::Result<()> {
        let (api, users): (Api, Vec<u32>) = (self.api(), (0..users).collect());
        for some in users.chunks(AT_ONCE) {
            let names: Vec<String> = some.iter().copied().map(name).collect();
            let body = json!({"user_ids": names});
            let path = "/api/v1/topics/loadtest/subscribers";
            api.insist::<Value>(Method::PUT, path, &self.users.service, Some(&body))
                .await?;
        }
        Ok(())
    }

    fn api(&self) -> Api {
        self.api.borrow().clone()
    }

    /// The ids in a user's inbox.
    pub(super) async fn inbox(&self, user: u32) -> anyhow::Result<Vec<Uuid>> {
        #[derive(serde::Deserialize)]
        struct Page {
            #[serde(flatten)]
            items: Accepted,
            next_cursor: Option<String>,
        }
        let (api, token) = (self.api(), &self.users.tokens[user as usize]);
        let (mut ids, mut cursor) = (Vec::new(), Some(String::new()));
        while let Some(next) = cursor {
            let path = format!("/api/v1/notifications?limit=100{next}");
            let page: Page = api.insist(Method::GET, &path, token, None).await?;
            ids.extend(page.items.ids());
            cursor = page.next_cursor.map(|next| format!("&cursor={next}"));
        }
        Ok(ids)
    }

    pub(super) async fn stop(self) -> anyhow::Result<()> {
        self.roles.stop().await
    }
}

async fn line_to_redis(stage: &Stage) -> anyhow::Result<Line> {
    let installation = stage.installation.as_ref();
    let installation = installation.context("--redis-cuts: only a cluster has Redis")?;
    Line::to(installation.redis_url(), 6379).await
}

fn address(url: &str) -> anyhow::Result<SocketAddr> {
    let addresses = Url::parse(url)?.socket_addrs(|| None)?;
    addresses.into_iter().next().context("no address")
}

impl Source for Arc<Users> {
    fn request(&self, user: u32, last_event_id: Option<&str>) -> String {
        let token = &self.tokens[user as usize];
        let last = last_event_id.map(|id| format!("Last-Event-ID: {id}\r\n"));
        format!(
            "GET /api/v1/notifications/stream HTTP/1.1\r\nHost: loadtest\r\nAccept: text/event-stream\r\nAuthorization: Bearer {token}\r\n{}\r\n",
            last.unwrap_or_default()
        )
    }

    fn greeting(&self) -> Option<&'static str> {
        Some("connection")
    }
}

/// A calling service.
#[derive(Clone)]
pub(super) struct Service {
    api: watch::Receiver<Api>,
    users: Arc<Users>,
}

impl Service {
    async fn send_to(&self, number: u64, user: String) -> Result<Uuid, String> {
        let body = json!({
            "notification_type": "loadtest", "recipients": [user], "channels": ["in_app"],
            "title": "Load test", "content": {"number": number},
        });
        let api = self.api.borrow().clone();
        let path = "/api/v1/notifications";
        let post = api
            .request(0, Method::POST, path, &self.users.service)
            .json(&body);
        let accepted = answer::<Accepted>(post)
            .await
            .map_err(|refusal| refusal.why)?;
        let first = accepted.ids().into_iter().next();
        first.ok_or_else(|| "202 without an id".to_owned())
    }
}

impl Sender for Service {
    async fn send(&self, number: u64, user: u32) -> Result<Uuid, String> {
        self.send_to(number, name(user)).await
    }
}

/// Sends to users who have no stream.
#[derive(Clone)]
struct Warm(Service);

impl Sender for Warm {
    async fn send(&self, number: u64, user: u32) -> Result<Uuid, String> {
        self.0.send_to(number, format!("warm-{user}")).await
    }
}

impl Venue for Ours {
    const NAME: &'static str = "Campanile";
    type Sender = Service;

    fn address(&self) -> watch::Receiver<SocketAddr> {
        self.address.subscribe()
    }

    fn source(&self) -> Box<dyn Source> {
        Box::new(Arc::clone(&self.users))
    }

    fn sender(&self) -> Service {
        Service {
            api: self.api.subscribe(),
            users: Arc::clone(&self.users),
        }
    }

    fn memory_kib(&self) -> anyhow::Result<u64> {
        pss_kib(self.roles.api_pid()?)
    }

    fn memory_before_kib(&self) -> u64 {
        self.before_kib
    }

    async fn disturb(
        &mut self,
        options: &StreamsOptions,
        audience: &Audience,
    ) -> anyhow::Result<()> {
        // At random moments, of random streams.
        let begun = Instant::now();
        let part = || {
            options
                .duration
                .mul_f64((unique().as_u128() % 1_000) as f64 / 1_000.0)
        };
        let mut moments = Vec::new();
        for (times, what) in [
            (options.cuts, Disturbance::Cut),
            (options.kills, Disturbance::Kill),
            (options.redis_cuts, Disturbance::RedisCut),
        ] {
            moments.extend((0..times).map(|_| (part(), what)));
        }
        moments.sort_unstable();
        for (after, what) in moments {
            sleep_until(begun + after).await;
            match (what, &self.redis) {
                (Disturbance::Cut, _) => {
                    audience.cut((unique().as_u128() % u128::from(options.streams)) as u32);
                }
                (Disturbance::Kill, _) => {
                    self.roles.kill_api().await?;
                    let url = self.roles.url()?;
                    self.address.send_replace(address(&url)?);
                    self.api.send_replace(Api::new(&[&url])?);
                }
                (Disturbance::RedisCut, Some(line)) => {
                    line.cut();
                    sleep(REDIS_AWAY).await;
                    line.restore();
                }
                (Disturbance::RedisCut, None) => {}
            }
        }
        Ok(())
    }

    async fn send_to_all(&self) -> anyhow::Result<u64> {
        let body = json!({
            "notification_type": "loadtest", "topic": "loadtest", "title": "To all of you",
            "content": {}, "channels": ["in_app"],
        });
        let path = "/api/v1/notifications";
        let sent: Value = self
            .api()
            .insist(Method::POST, path, &self.users.service, Some(&body))
            .await?;
        ensure!(
            sent["accepted"].is_u64(),
            "a send to a topic without a number: {sent}"
        );
        Ok(now_us())
    }

    async fn others(&self) -> anyhow::Result<Option<Others>> {
        let others = Others::connect(&self.roles.url()?, self.users.tokens.clone()).await?;
        Ok(Some(others))
    }
}
