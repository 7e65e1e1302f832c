//! `GET /api/v1/notifications/health`: how the service is, for people and their dashboards.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use campanile_domain::Clock;
use campanile_live::Hub;
use chrono::{DateTime, Utc};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use crate::health::{
    CacheHealth, ChannelHealth, ChannelStatus, ComponentHealth, ComponentStatus, HealthSnapshot,
    RecentHealth,
};

/// Overall health of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Overall {
    /// Everything works.
    Healthy,
    /// Requests are accepted; something is slower or waits.
    Degraded,
    /// Nothing can be accepted.
    Unhealthy,
}

impl Overall {
    /// Only the database is indispensable.
    fn of(snapshot: &HealthSnapshot) -> Self {
        let waits = |channel: &ChannelHealth| channel.status == ChannelStatus::Degraded;
        let down = |part: ComponentHealth| match part.status {
            ComponentStatus::Unhealthy | ComponentStatus::Unknown => true,
            ComponentStatus::Healthy | ComponentStatus::Disabled => false,
        };
        if down(snapshot.database) {
            Self::Unhealthy
        } else if down(snapshot.redis)
            || down(snapshot.rabbitmq)
            || snapshot.rate_limiter_is_away
            || snapshot.channels.values().any(waits)
        {
            Self::Degraded
        } else {
            Self::Healthy
        }
    }

    const fn status(self) -> StatusCode {
        match self {
            Self::Healthy | Self::Degraded => StatusCode::OK,
            Self::Unhealthy => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// The components.
#[derive(Debug, Serialize, ToSchema)]
struct Components {
    database: ComponentHealth,
    redis: ComponentHealth,
    rabbitmq: ComponentHealth,
}

/// Open streams.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StreamsHealth)]
struct Streams {
    /// Streams that are open now.
    open: usize,
    /// The number at which further ones are refused.
    limit: usize,
}

/// The health of the service.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Health {
    status: Overall,
    timestamp: DateTime<Utc>,
    components: Components,
    /// Number of rows waiting to be delivered.
    queue_depth: Option<u64>,
    /// Age of the oldest waiting row.
    oldest_age_s: Option<u64>,
    /// Dead letters of all tenants.
    dlq_depth: Option<u64>,
    /// Share of the deliveries that succeeded among those that succeeded or died in the last 24 hours, from 0 to 1.
    /// `null` if there were none. At most a few seconds old.
    #[schema(minimum = 0, maximum = 1, example = 0.998)]
    success_rate_24h: Option<f64>,
    /// When a delivery last succeeded; `null` if none has.
    last_successful_send: Option<DateTime<Utc>>,
    /// The channels by name, as the live workers report their accounts.
    channels: BTreeMap<&'static str, ChannelHealth>,
    /// The inbox cache.
    cache: CacheHealth,
    /// The open streams of this process.
    streams: Streams,
    /// Where requests are counted for the rate limits: `redis` for all nodes together, `local` for this process only.
    #[schema(example = "redis")]
    rate_limiter: &'static str,
    /// How long this process has been running.
    dispatcher_uptime_s: u64,
    /// Resident memory of this process.
    memory_bytes: Option<u64>,
}

/// Reports the health of the service: 200 while it accepts requests, 503 when it cannot.
#[utoipa::path(
    get,
    operation_id = "report_health",
    path = "/api/v1/notifications/health",
    tag = "operations",
    responses(
        (status = 200, description = "`healthy` or `degraded`", body = Health),
        (status = 503, description = "`unhealthy`", body = Health),
    ),
)]
pub(super) async fn health(
    State(recent): State<RecentHealth>,
    State(clock): State<Arc<dyn Clock>>,
    State(hub): State<Hub>,
) -> Response {
    let snapshot = recent.snapshot().await;
    let status = Overall::of(&snapshot);
    let report = Health {
        status,
        timestamp: clock.now(),
        components: Components {
            database: snapshot.database,
            redis: snapshot.redis,
            rabbitmq: snapshot.rabbitmq,
        },
        queue_depth: snapshot.queue_depth,
        oldest_age_s: snapshot.oldest_age_s,
        dlq_depth: snapshot.dlq_depth,
        success_rate_24h: snapshot.success_rate_24h,
        last_successful_send: snapshot.last_successful_send,
        channels: snapshot.channels,
        cache: snapshot.cache,
        streams: Streams {
            open: hub.open_streams(),
            limit: hub.limits().process,
        },
        rate_limiter: snapshot.rate_limiter,
        dispatcher_uptime_s: snapshot.uptime.as_secs(),
        memory_bytes: snapshot.memory_bytes,
    };
    (status.status(), Json(report)).into_response()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn only_the_database_makes_it_unhealthy() {
        let well = ComponentHealth::healthy(Duration::from_millis(1));
        let base = HealthSnapshot {
            database: well,
            redis: ComponentHealth::DISABLED,
            rabbitmq: well,
            queue_depth: None,
            oldest_age_s: None,
            dlq_depth: None,
            channels: BTreeMap::new(),
            cache: CacheHealth::default(),
            success_rate_24h: None,
            last_successful_send: None,
            rate_limiter: "local",
            rate_limiter_is_away: false,
            uptime: Duration::ZERO,
            memory_bytes: None,
        };
        assert_eq!(Overall::of(&base), Overall::Healthy);
        for (status, expected) in [
            (ChannelStatus::Healthy, Overall::Healthy),
            (ChannelStatus::NotConfigured, Overall::Healthy),
            (ChannelStatus::Unknown, Overall::Healthy),
            (ChannelStatus::Degraded, Overall::Degraded),
        ] {
            let mut with_push = base.clone();
            let breaker = crate::ChannelBreaker::Closed;
            let push = ChannelHealth {
                status,
                breaker,
                misconfigured: 0,
            };
            with_push.channels.insert("push", push);
            assert_eq!(Overall::of(&with_push), expected);
        }
        let mut degraded = base.clone();
        degraded.rate_limiter_is_away = true;
        assert_eq!(Overall::of(&degraded), Overall::Degraded);
        degraded = base.clone();
        for rabbitmq in [ComponentHealth::UNKNOWN, ComponentHealth::UNHEALTHY] {
            degraded.rabbitmq = rabbitmq;
            assert_eq!(Overall::of(&degraded), Overall::Degraded);
        }
        degraded.database = ComponentHealth::UNHEALTHY;
        assert_eq!(Overall::of(&degraded), Overall::Unhealthy);
    }
}
