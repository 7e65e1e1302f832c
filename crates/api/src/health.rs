//! What the binary knows about its surroundings and the health report shows.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::Serialize;
use tokio::sync::Mutex;
use tokio::time::Instant;
use utoipa::ToSchema;

/// State of one component.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ComponentStatus {
    /// It answers.
    Healthy,
    /// It does not.
    Unhealthy,
    /// Those who would know do not say: no worker lives.
    Unknown,
    /// This installation does without it.
    Disabled,
}

/// One component of the installation.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct ComponentHealth {
    /// State of the component.
    pub status: ComponentStatus,
    /// Response time. Absent without an answer, and for components whose state other processes report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub latency_ms: Option<f64>,
}

impl ComponentHealth {
    /// A part that this installation does without.
    pub const DISABLED: Self = Self {
        status: ComponentStatus::Disabled,
        latency_ms: None,
    };
    /// A part of which nothing is known.
    pub const UNKNOWN: Self = Self {
        status: ComponentStatus::Unknown,
        latency_ms: None,
    };
    /// A part that works, as others say.
    pub const SAID_TO_BE_HEALTHY: Self = Self {
        status: ComponentStatus::Healthy,
        latency_ms: None,
    };
    /// A part that does not answer.
    pub const UNHEALTHY: Self = Self {
        status: ComponentStatus::Unhealthy,
        latency_ms: None,
    };

    /// A part that answered after so long.
    pub fn healthy(latency: Duration) -> Self {
        Self {
            status: ComponentStatus::Healthy,
            latency_ms: Some(latency.as_secs_f64() * 1_000.0),
        }
    }
}

/// Whether a channel delivers notifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChannelStatus {
    /// No worker has a complaint about any account.
    Healthy,
    /// An account, of whatever tenant, is left alone or set up wrongly; its deliveries wait.
    Degraded,
    /// No tenant has an account for it: its deliveries are suppressed or deferred.
    NotConfigured,
    /// No live worker has reported it.
    Unknown,
}

/// State of the circuit breakers of the channel's accounts. If there are several accounts, the worst state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChannelBreaker {
    /// Calls are made.
    Closed,
    /// One call at a time finds out whether an account works again.
    HalfOpen,
    /// An account is not called.
    Open,
}

/// One channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChannelHealth {
    /// `healthy` if the channel works for all tenants.
    pub status: ChannelStatus,
    /// State of the circuit breakers of the usable accounts.
    pub breaker: ChannelBreaker,
    /// Number of accounts that need an operator's intervention; absent if there are none. An account with invalid
    /// settings has no circuit breaker; one whose provider rejects its credentials has.
    #[serde(skip_serializing_if = "is_none")]
    #[schema(minimum = 1)]
    pub misconfigured: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde asks with")]
fn is_none(number: &usize) -> bool {
    *number == 0
}

/// The inbox cache.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, ToSchema)]
pub struct CacheHealth {
    /// Number of inboxes in the local cache, or of keys in the shared cache. Absent while the shared cache is
    /// unreachable.
    pub size: Option<u64>,
    /// Cache hit rate of this process, from 0 to 1.
    pub hit_rate: f64,
}

/// A look at everything around this process.
#[derive(Debug, Clone, PartialEq)]
pub struct HealthSnapshot {
    /// Where everything accepted lives; without it nothing works.
    pub database: ComponentHealth,
    /// Caches and wakes; without it everything is slower.
    pub redis: ComponentHealth,
    /// The message queue; without it deliveries wait.
    pub rabbitmq: ComponentHealth,
    /// Rows waiting to be delivered, if the database answered.
    pub queue_depth: Option<u64>,
    /// Age of the oldest of them, in seconds.
    pub oldest_age_s: Option<u64>,
    /// Dead letters of all tenants, if the database could say.
    pub dlq_depth: Option<u64>,
    /// The channels by name; none if the database did not answer.
    pub channels: BTreeMap<&'static str, ChannelHealth>,
    /// The inbox cache.
    pub cache: CacheHealth,
    /// Share of the deliveries of the last 24 hours that arrived, of those that arrived or died; none if there were none.
    pub success_rate_24h: Option<f64>,
    /// When a delivery arrived last.
    pub last_successful_send: Option<DateTime<Utc>>,
    /// Where requests are counted: `redis` or `local`.
    pub rate_limiter: &'static str,
    /// Whether they are counted locally although they should be in Redis.
    pub rate_limiter_is_away: bool,
    /// How long this process has been running.
    pub uptime: Duration,
    /// Resident memory of this process, if the system reports it.
    pub memory_bytes: Option<u64>,
}

impl HealthSnapshot {
    /// What is known when even the look did not end.
    const NOTHING_ANSWERS: Self = Self {
        database: ComponentHealth::UNHEALTHY,
        redis: ComponentHealth::UNHEALTHY,
        rabbitmq: ComponentHealth::UNHEALTHY,
        queue_depth: None,
        oldest_age_s: None,
        dlq_depth: None,
        channels: BTreeMap::new(),
        cache: CacheHealth {
            size: None,
            hit_rate: 0.0,
        },
        success_rate_24h: None,
        last_successful_send: None,
        rate_limiter: "local",
        rate_limiter_is_away: false,
        uptime: Duration::ZERO,
        memory_bytes: None,
    };
}

/// Looks around; implemented where all the parts are known.
#[async_trait]
pub trait HealthSource: Send + Sync + 'static {
    /// Looks now. Must bound its own waiting to about two seconds.
    async fn snapshot(&self) -> HealthSnapshot;
}

/// A report is open to everybody, so a flood of questions must not become a flood of look-ups.
const FRESH: Duration = Duration::from_secs(1);

/// A look that takes longer counts as "nothing answers".
const PATIENCE: Duration = Duration::from_secs(4);

/// Looks at most once a second; cheap to clone.
#[derive(Clone)]
pub(crate) struct RecentHealth {
    source: Arc<dyn HealthSource>,
    last: Arc<Mutex<Option<(HealthSnapshot, Instant)>>>,
}

impl RecentHealth {
    pub(crate) fn new(source: Arc<dyn HealthSource>) -> Self {
        Self {
            source,
            last: Arc::default(),
        }
    }

    /// The last look, or a new one if that is over a second old.
    pub(crate) async fn snapshot(&self) -> HealthSnapshot {
        let mut last = self.last.lock().await;
        match &*last {
            Some((snapshot, at)) if at.elapsed() < FRESH => snapshot.clone(),
            _ => {
                let look = tokio::time::timeout(PATIENCE, self.source.snapshot());
                let snapshot = look.await.unwrap_or(HealthSnapshot::NOTHING_ANSWERS);
                *last = Some((snapshot.clone(), Instant::now()));
                snapshot
            }
        }
    }
}
