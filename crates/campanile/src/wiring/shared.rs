//! What the nodes of an installation share: the cache of inboxes, the signal that one has changed, and the buckets of
//! rate limits.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use campanile_api::identity::{CallRates, Throttle};
use campanile_api::{AnswerLives, CacheHealth};
use campanile_cache::{
    AnnouncingInboxCache, InProcessInboxCache, InProcessInboxSignal, InboxCache, InboxSignal,
    LeasedLimiter, LimiterMode, NoInboxCache, RateLimiter, TokenSource,
};
use campanile_cache_redis::RedisShared;
use campanile_config::Settings;
use campanile_domain::{Random, SystemClock};
use secrecy::ExposeSecret;

use super::cluster::namespace;

/// Counts change with every notification and are cheap to ask for.
const COUNTS_LIVE: Duration = Duration::from_secs(60);

/// Cheap to clone; the connection ends with the last clone.
#[derive(Clone)]
pub(crate) struct Shared {
    /// Announces through `signal`.
    pub(crate) inboxes: Arc<dyn InboxCache>,
    pub(crate) signal: Arc<dyn InboxSignal>,
    pub(crate) lives: AnswerLives,
    limiter: Arc<dyn RateLimiter>,
    rules: CallRates,
    redis: Option<Arc<RedisShared>>,
}

impl Shared {
    /// Through Redis. Without it nothing is cached, because a cache of one node would miss the writes of others, and
    /// each node counts separately.
    pub(crate) fn of_cluster(settings: &Settings) -> anyhow::Result<Self> {
        let Some(url) = &settings.redis.url else {
            return Ok(Self::of(settings, Arc::new(NoInboxCache), None, None));
        };
        let redis = RedisShared::start(
            url.expose_secret(),
            &namespace(settings),
            Arc::new(SystemClock),
            Random::system(),
        );
        let redis = Arc::new(redis.context("REDIS_URL")?);
        let (inboxes, tokens) = (redis.inboxes.clone(), redis.tokens.clone());
        Ok(Self::of(settings, inboxes, Some(tokens), Some(redis)))
    }

    /// In this process, which is alone.
    pub(crate) fn alone(settings: &Settings) -> Self {
        let inboxes = Arc::new(InProcessInboxCache::new(settings.cache.entries));
        Self::of(settings, inboxes, None, None)
    }

    fn of(
        settings: &Settings,
        inboxes: Arc<dyn InboxCache>,
        tokens: Option<Arc<dyn TokenSource>>,
        redis: Option<Arc<RedisShared>>,
    ) -> Self {
        let lists = Duration::from_secs(settings.redis.cache_ttl_s);
        let limits = &settings.limits;
        let signal: Arc<dyn InboxSignal> = Arc::new(InProcessInboxSignal::default());
        Self {
            inboxes: Arc::new(AnnouncingInboxCache::new(inboxes, Arc::clone(&signal))),
            signal,
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
