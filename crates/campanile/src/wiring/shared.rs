//! What the nodes of an installation share: the cache of inboxes, the signal that one has changed, stream tickets, and the
//! buckets of rate limits.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use campanile_api::identity::{CallRates, Throttle};
use campanile_api::{AnswerLives, CacheHealth};
use campanile_cache::{
    AnnouncingInboxCache, InProcessInboxCache, InProcessInboxSignal, InProcessStreamTickets,
    InboxCache, InboxSignal, LeasedLimiter, LimiterMode, NoInboxCache, NoStreamTickets,
    PolledInboxSignal, RateLimiter, StreamTickets, TokenSource,
};
use campanile_cache_redis::RedisShared;
use campanile_config::Settings;
use campanile_domain::{Clock, Random};
use campanile_pipeline::{NoPresence, Presence};
use campanile_sealing::KeyRing;
use campanile_storage::Storage;
use secrecy::ExposeSecret;

use super::cluster::namespace;
use super::presence::SharedPresence;
use super::sealed_inboxes::SealedInboxCache;

/// Counts change with every notification and are cheap to ask for.
const COUNTS_LIVE: Duration = Duration::from_secs(60);

/// How often streams look into the database where nodes cannot tell each other of changes.
const STREAMS_POLL: Duration = Duration::from_secs(10);

/// Cheap to clone; the connection ends with the last clone.
#[derive(Clone)]
pub(crate) struct Shared {
    /// Announces through `signal`.
    pub(crate) inboxes: Arc<dyn InboxCache>,
    pub(crate) signal: Arc<dyn InboxSignal>,
    pub(crate) tickets: Arc<dyn StreamTickets>,
    pub(crate) presence: Arc<dyn Presence>,
    pub(crate) lives: AnswerLives,
    limiter: Arc<dyn RateLimiter>,
    rules: CallRates,
    redis: Option<Arc<RedisShared>>,
}

/// What the kinds of installation differ in.
struct Parts {
    inboxes: Arc<dyn InboxCache>,
    signal: Arc<dyn InboxSignal>,
    tickets: Arc<dyn StreamTickets>,
    presence: Arc<dyn Presence>,
    tokens: Option<Arc<dyn TokenSource>>,
    redis: Option<Arc<RedisShared>>,
}

impl Shared {
    /// Through Redis. Without it nothing is cached, because a cache of one node would miss the writes of others; each
    /// node counts separately; streams look into the database for what other nodes did; and there are no tickets.
    pub(crate) fn of_cluster(
        settings: &Settings,
        clock: &Arc<dyn Clock>,
        random: &Random,
    ) -> anyhow::Result<Self> {
        let Some(url) = &settings.redis.url else {
            return Ok(Self::of(
                settings,
                Parts {
                    inboxes: Arc::new(NoInboxCache),
                    signal: Arc::new(PolledInboxSignal::new(STREAMS_POLL)),
                    tickets: Arc::new(NoStreamTickets),
                    presence: Arc::new(NoPresence),
                    tokens: None,
                    redis: None,
                },
            ));
        };
        let redis = RedisShared::start(
            url.expose_secret(),
            &namespace(settings),
            Arc::clone(clock),
            random.clone(),
        );
        let redis = Arc::new(redis.context("REDIS_URL")?);
        Ok(Self::of(
            settings,
            Parts {
                inboxes: redis.inboxes.clone(),
                signal: redis.signal.clone(),
                tickets: redis.tickets.clone(),
                presence: Arc::new(SharedPresence(redis.presence.clone())),
                tokens: Some(redis.tokens.clone()),
                redis: Some(redis),
            },
        ))
    }

    /// The same, with a cache whose answers are sealed if texts are.
    pub(crate) fn sealed(mut self, ring: &Arc<KeyRing>, storage: &Arc<dyn Storage>) -> Self {
        if ring.seals() && self.redis.is_some() {
            self.inboxes = Arc::new(SealedInboxCache {
                cache: self.inboxes,
                ring: Arc::clone(ring),
                storage: Arc::clone(storage),
            });
        }
        self
    }

    /// In this process, which is alone.
    pub(crate) fn alone(settings: &Settings) -> Self {
        let signal = Arc::new(InProcessInboxSignal::default());
        Self::of(
            settings,
            Parts {
                inboxes: Arc::new(InProcessInboxCache::new(settings.cache.entries)),
                signal: signal.clone(),
                tickets: Arc::new(InProcessStreamTickets::default()),
                presence: Arc::new(SharedPresence(signal)),
                tokens: None,
                redis: None,
            },
        )
    }

    fn of(settings: &Settings, parts: Parts) -> Self {
        let Parts {
            inboxes,
            signal,
            tickets,
            presence,
            tokens,
            redis,
        } = parts;
        let lists = Duration::from_secs(settings.redis.cache_ttl_s);
        let limits = &settings.limits;
        Self {
            inboxes: Arc::new(AnnouncingInboxCache::new(inboxes, Arc::clone(&signal))),
            signal,
            tickets,
            presence,
            lives: AnswerLives {
                lists,
                counts: lists.min(COUNTS_LIVE),
            },
            limiter: Arc::new(LeasedLimiter::new(tokens)),
            rules: CallRates {
                tenant: limits.tenant,
                user: limits.user,
                send: limits.send,
                inbox: limits.inbox,
                admin: limits.admin,
            },
            redis,
        }
    }

    /// The limits that the settings name.
    pub(crate) fn throttle(&self) -> Throttle {
        Throttle::new(Arc::clone(&self.limiter), self.rules)
    }

    /// Where requests are counted, and whether that is not where they should be.
    pub(crate) fn rate_limiter(&self) -> (&'static str, bool) {
        // A limiter finds out with the next request; the connection knows before.
        let is_away = |redis: &Arc<RedisShared>| {
            !redis.is_serving() || self.limiter.mode() == LimiterMode::Local
        };
        match &self.redis {
            Some(redis) if is_away(redis) => (LimiterMode::Local.name(), true),
            Some(_) => (LimiterMode::Redis.name(), false),
            None => (LimiterMode::Local.name(), false),
        }
    }

    /// What the cache holds and how much it helps.
    pub(crate) async fn cache_health(&self) -> CacheHealth {
        let asked = |result| {
            let questions = &campanile_telemetry::metrics().inbox_cache_requests_total;
            ["list", "count"]
                .map(|kind| questions.with_label_values(&[kind, result]).get())
                .iter()
                .sum::<u64>()
        };
        let (hits, others) = (asked("hit"), asked("miss") + asked("bypass"));
        CacheHealth {
            size: self.inboxes.size().await,
            hit_rate: hits as f64 / (hits + others).max(1) as f64,
        }
    }
}
