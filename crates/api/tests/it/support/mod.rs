//! The API over a SQLite file for each test, and helpers that call it.

mod database;
mod faulty_storage;
mod keys;
mod worker;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use campanile_api::identity::{
    AllowedOrigins, CallRates, Claims, FailedTokens, KeySettings, Keys, StreamUser, Throttle,
    sign_hs256,
};
use campanile_api::{
    AnswerLives, ApiState, CacheHealth, ComponentHealth, Draining, HealthSnapshot, HealthSource,
    RequestLimits, router,
};
use campanile_app::templates::Announcer;
use campanile_cache::{
    AnnouncingInboxCache, InProcessBus, InProcessInboxSignal, InboxCache, LeasedLimiter,
    NoInboxCache, StreamTickets,
};
use campanile_domain::{Clock, Random, SystemClock};
use campanile_intake::Intake;
use campanile_links::{Links, PublicUrl};
use campanile_live::{Hub, HubParts, StreamLimits};
use campanile_pipeline::Presence;
use campanile_providers::{ProviderService, SenderFactory};
use campanile_sealing::MasterKey;
use campanile_storage::Storage;
use campanile_wording::Wording;
use chrono::Utc;
use http::{HeaderMap, Request, StatusCode};
use secrecy::SecretString;
use serde_json::Value;
use tower::ServiceExt;

pub use database::Folder;
pub use faulty_storage::{Fault, FaultyStorage};
pub use keys::{Pair, ec_pair, ed_pair, rsa_pair};
pub use worker::{make_reachable, work};

pub const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// An answer, read whole.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|v| v.to_str().unwrap())
    }

    /// Checks that it names exactly these wrong fields.
    #[track_caller]
    pub fn names_wrong(&self, expected: &[(&str, &str)]) {
        let json = self.is_problem(422, "validation_failed");
        let found: Vec<_> = json["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| (e["field"].as_str().unwrap(), e["code"].as_str().unwrap()))
            .collect();
        assert_eq!(found, expected, "{}", self.text);
    }

    /// Checks that it is a problem of this kind, whole.
    #[track_caller]
    pub fn is_problem(&self, status: u16, code: &str) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json")
        );
        let json = self.json();
        assert_eq!(json["code"], code);
        assert_eq!(json["status"], status);
        assert_eq!(json["status_code"], status);
        assert_eq!(json["type"], format!("urn:campanile:problem:{code}"));
        assert_eq!(json["request_id"].as_str(), self.header("x-request-id"));
        assert!(json["title"].is_string() && json["detail"].is_string());
        json
    }
}

/// A look-around that always says this.
struct Steady(HealthSnapshot);

#[async_trait]
impl HealthSource for Steady {
    async fn snapshot(&self) -> HealthSnapshot {
        self.0.clone()
    }
}

/// Stands for a stream, see [`TestApi::with_stream_access`].
pub const WHO: &str = "/who";

async fn who(user: StreamUser) -> axum::Json<Value> {
    axum::Json(serde_json::json!({
        "tenant": user.tenant(),
        "user": user.user(),
        "valid_until": user.valid_until(),
    }))
}

pub struct TestApi {
    pub router: Router,
    pub storage: Arc<FaultyStorage>,
    pub draining: Draining,
    /// Where the storage has its file.
    pub folder: Folder,
}

impl TestApi {
    pub async fn new() -> Self {
        Self::with_keys(shared_secret()).await
    }

    pub async fn with_keys(settings: KeySettings) -> Self {
        Self::build(settings, RequestLimits::default(), healthy()).await
    }

    pub async fn with_health(health: HealthSnapshot) -> Self {
        Self::build(shared_secret(), RequestLimits::default(), health).await
    }

    pub async fn with_request_limits(limits: RequestLimits) -> Self {
        Self::build(shared_secret(), limits, healthy()).await
    }

    async fn build(settings: KeySettings, limits: RequestLimits, health: HealthSnapshot) -> Self {
        Self::of(|storage, draining| over(storage, settings, limits, health, draining)).await
    }

    /// Two nodes over one database, neither of which hears what the other announces.
    pub async fn two_that_hear_nothing() -> (Self, Self) {
        let one = Self::new().await;
        let (storage, draining) = (Arc::clone(&one.storage), Draining::default());
        let state = state(
            storage.clone(),
            shared_secret(),
            healthy(),
            draining.clone(),
        );
        let other = Self {
            router: router(state),
            storage,
            draining,
            folder: Folder::new(),
        };
        (one, other)
    }

    /// With a cache of inboxes that the intake raises.
    pub async fn with_cache(cache: Arc<dyn InboxCache>, lives: AnswerLives) -> Self {
        Self::of(|storage, draining| {
            let cached = Arc::clone(&cache);
            let state = state_over(storage, shared_secret(), healthy(), draining, cached);
            let signal = Arc::new(InProcessInboxSignal::default());
            router(state.with_inboxes(cache, lives, signal))
        })
        .await
    }

    /// With streams that hear what happens.
    pub async fn with_streams(limits: StreamLimits) -> (Self, Hub) {
        let signal = Arc::new(InProcessInboxSignal::default());
        let mut hub = None;
        let api = Self::of(|storage, draining| {
            let streams = Hub::start(HubParts {
                storage: Arc::clone(&storage),
                signal: signal.clone(),
                clock: Arc::new(SystemClock),
                random: Random::system(),
                limits,
            });
            hub = Some(streams.clone());
            let cache: Arc<dyn InboxCache> = Arc::new(AnnouncingInboxCache::new(
                Arc::new(NoInboxCache),
                signal.clone(),
            ));
            let announcing = Arc::clone(&cache);
            let state = state_over(storage, shared_secret(), healthy(), draining, announcing);
            let state = state.with_inboxes(cache, AnswerLives::default(), signal);
            router(state.with_streams(streams))
        })
        .await;
        (api, hub.unwrap())
    }

    /// With limits, counted in the process.
    pub async fn with_rules(rules: CallRates) -> Self {
        let throttle = Throttle::new(Arc::new(LeasedLimiter::new(None)), rules);
        Self::of(|storage, draining| {
            router(state(storage, shared_secret(), healthy(), draining).with_throttle(throttle))
        })
        .await
    }

    /// With a limit on refused tokens.
    pub async fn with_failed_tokens(failed: FailedTokens) -> Self {
        Self::of(|storage, draining| {
            let state = state(storage, shared_secret(), healthy(), draining);
            router(state.with_failed_tokens(failed))
        })
        .await
    }

    /// With another address, or none, under which people reach it.
    pub async fn with_public_url(url: Option<&str>) -> Self {
        let public = url.map(|url| PublicUrl::new(&url.parse().unwrap()));
        Self::of(|storage, draining| {
            let links = Links::new(Arc::clone(&storage), Arc::new(SystemClock), public);
            let state = state(storage, shared_secret(), healthy(), draining);
            router(state.with_links(links))
        })
        .await
    }

    /// With a clock of the test's own.
    pub async fn by_clock(clock: Arc<dyn Clock>) -> Self {
        Self::of(|storage, draining| {
            let inboxes = Arc::new(NoInboxCache);
            let health = healthy();
            router(state_by(
                storage,
                shared_secret(),
                health,
                draining,
                inboxes,
                clock,
            ))
        })
        .await
    }

    /// Where these users have a live stream open.
    pub async fn with_presence(presence: Arc<dyn Presence>) -> Self {
        Self::of(|storage, draining| {
            router(state(storage, shared_secret(), healthy(), draining).with_presence(presence))
        })
        .await
    }

    /// For web pages of these origins.
    pub async fn with_origins(origins: AllowedOrigins) -> Self {
        Self::with_origins_and_limits(origins, RequestLimits::default()).await
    }

    pub async fn with_origins_and_limits(origins: AllowedOrigins, limits: RequestLimits) -> Self {
        Self::of(|storage, draining| {
            let state = state(storage, shared_secret(), healthy(), draining);
            router(state.with_origins(origins).with_limits(limits))
        })
        .await
    }

    /// With tickets, a clock, allowed origins, limits, and [`WHO`], which answers who may open a stream.
    pub async fn with_stream_access(
        clock: Arc<dyn Clock>,
        tickets: Arc<dyn StreamTickets>,
        origins: AllowedOrigins,
        rules: CallRates,
    ) -> Self {
        let throttle = Throttle::new(Arc::new(LeasedLimiter::new(None)), rules);
        Self::of(|storage, draining| {
            let inboxes = Arc::new(NoInboxCache);
            let (keys, health) = (shared_secret(), healthy());
            let state = state_by(storage, keys, health, draining, inboxes, clock)
                .with_throttle(throttle)
                .with_stream_tickets(tickets)
                .with_origins(origins);
            let who = Router::new().route(WHO, axum::routing::get(who));
            router(state.clone()).merge(who.with_state(state))
        })
        .await
    }

    async fn of(router: impl FnOnce(Arc<dyn Storage>, Draining) -> Router) -> Self {
        let folder = Folder::new();
        let storage = Arc::new(FaultyStorage::over(folder.open().await));
        let draining = Draining::default();
        Self {
            router: router(storage.clone(), draining.clone()),
            storage,
            draining,
            folder,
        }
    }

    pub async fn call(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        // A stream has no end that a test would wait for.
        let is_stream = parts
            .headers
            .get("content-type")
            .is_some_and(|kind| kind == "text/event-stream");
        let body = if is_stream { Body::empty() } else { body };
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    pub async fn get(&self, path: &str, token: &str) -> Answer {
        self.call(get(path, token)).await
    }

    /// Sends `body` as the service `svc` of `acme`.
    pub async fn post(&self, body: impl Into<Body>) -> Answer {
        self.call(post(&service("acme")).body(body.into()).unwrap())
            .await
    }
}

/// The whole API over any back end.
pub fn over(
    storage: Arc<dyn Storage>,
    settings: KeySettings,
    limits: RequestLimits,
    health: HealthSnapshot,
    draining: Draining,
) -> Router {
    let service = ProviderService::new(
        Arc::clone(&storage),
        Some(master_key()),
        sender_factory(),
        Random::system(),
    );
    let state = state(storage, settings, health, draining);
    router(state.with_limits(limits).with_providers(service))
}

/// The API of a server that has no master key.
pub fn without_key(storage: Arc<dyn Storage>, limits: RequestLimits, draining: Draining) -> Router {
    router(state(storage, shared_secret(), healthy(), draining).with_limits(limits))
}

fn state(
    storage: Arc<dyn Storage>,
    settings: KeySettings,
    health: HealthSnapshot,
    draining: Draining,
) -> ApiState {
    state_over(storage, settings, health, draining, Arc::new(NoInboxCache))
}

fn state_over(
    storage: Arc<dyn Storage>,
    settings: KeySettings,
    health: HealthSnapshot,
    draining: Draining,
    inboxes: Arc<dyn InboxCache>,
) -> ApiState {
    state_by(
        storage,
        settings,
        health,
        draining,
        inboxes,
        Arc::new(SystemClock),
    )
}

fn state_by(
    storage: Arc<dyn Storage>,
    settings: KeySettings,
    health: HealthSnapshot,
    draining: Draining,
    inboxes: Arc<dyn InboxCache>,
    clock: Arc<dyn Clock>,
) -> ApiState {
    let bus = Arc::new(InProcessBus::new());
    let intake = Intake::start(
        Arc::clone(&storage),
        Wording::new(Arc::clone(&storage)),
        bus.clone(),
        inboxes,
        Arc::clone(&clock),
        Random::system(),
    );
    let keys = Arc::new(Keys::new(settings).unwrap());
    let health = Arc::new(Steady(health));
    let random = Random::system();
    let public = PublicUrl::new(&PUBLIC_URL.parse().unwrap());
    let links = Links::new(Arc::clone(&storage), Arc::clone(&clock), Some(public));
    ApiState::new(storage, intake, keys, health, clock, random, draining)
        .with_links(links)
        .with_announcer(Announcer::new(bus.clone()))
        .voided_by(bus.as_ref())
}

fn master_key() -> Arc<MasterKey> {
    Arc::new(MasterKey::parse(&MasterKey::generate().unwrap()).unwrap())
}

fn sender_factory() -> Arc<SenderFactory> {
    Arc::new(SenderFactory::new(Arc::new(SystemClock), Vec::new()))
}

/// Under which people reach the API.
pub const PUBLIC_URL: &str = "https://notify.example";

/// The settings that [`token`] signs for.
pub fn shared_secret() -> KeySettings {
    KeySettings {
        jwt_secret: Some(SecretString::from(SECRET)),
        ..KeySettings::default()
    }
}

pub fn healthy() -> HealthSnapshot {
    HealthSnapshot {
        database: ComponentHealth::healthy(Duration::from_millis(2)),
        redis: ComponentHealth::DISABLED,
        rabbitmq: ComponentHealth::healthy(Duration::from_millis(3)),
        queue_depth: Some(7),
        dlq_depth: Some(3),
        oldest_age_s: Some(1),
        channels: std::collections::BTreeMap::new(),
        cache: CacheHealth {
            size: Some(5),
            hit_rate: 0.75,
        },
        success_rate_24h: Some(0.75),
        last_successful_send: None,
        rate_limiter: "redis",
        rate_limiter_is_away: false,
        uptime: Duration::from_secs(60),
        memory_bytes: None,
    }
}

pub fn get(path: &str, token: &str) -> Request<Body> {
    Request::get(path)
        .header("authorization", format!("Bearer {token}"))
        .body(Body::empty())
        .unwrap()
}

pub fn post(token: &str) -> http::request::Builder {
    Request::post("/api/v1/notifications")
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
}

pub fn claims(tenant: &str, sub: &str, scope: &str) -> Claims {
    let now = Utc::now().timestamp();
    Claims {
        sub: sub.into(),
        tenant: tenant.into(),
        scope: scope.into(),
        exp: now + 600,
        iat: now,
        aud: None,
        iss: None,
    }
}

pub fn token(tenant: &str, sub: &str, scope: &str) -> String {
    sign(&claims(tenant, sub, scope))
}

/// A token with these claims.
pub fn sign(claims: &Claims) -> String {
    sign_hs256(&SecretString::from(SECRET), claims).unwrap()
}

/// A service's token.
pub fn service(tenant: &str) -> String {
    token(tenant, "svc", "notifications:send")
}

/// A user's token.
pub fn user(tenant: &str, id: &str) -> String {
    token(tenant, id, "inbox")
}

/// An operator's token.
pub fn operator(tenant: &str) -> String {
    token(tenant, "ops", "admin")
}

/// Any request with a JSON body.
pub fn send_json(method: &str, path: &str, token: &str, body: impl Into<Body>) -> Request<Body> {
    Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .body(body.into())
        .unwrap()
}

/// A DELETE.
pub fn delete(path: &str, token: &str) -> Request<Body> {
    Request::delete(path)
        .header("authorization", format!("Bearer {token}"))
        .body(Body::empty())
        .unwrap()
}

/// The smallest valid request.
pub fn message(recipients: &[&str]) -> Value {
    serde_json::json!({
        "notification_type": "new_message",
        "recipients": recipients,
        "content": {"message_id": "m1", "n": 1.50},
    })
}
