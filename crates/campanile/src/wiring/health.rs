//! What a role knows about its surroundings, for the health report.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use campanile_api::{
    ChannelBreaker, ChannelHealth, ChannelStatus, ComponentHealth, HealthSnapshot, HealthSource,
};
use campanile_cache::Bus;
use campanile_delivery::Accounts;
use campanile_domain::{Channel, Clock};
use campanile_providers::TROUBLE_COUNTS_FOR;
use campanile_queue::Queue;
use campanile_storage::{AccountTrouble, Storage};
use tokio::time::timeout;

use super::channels::SERVED;
use super::shared::Shared;

/// No part is waited for longer.
const PATIENCE: Duration = Duration::from_secs(2);

/// Looks at the parts a role is wired to. A part it does without is `None`.
pub(crate) struct Surroundings {
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) bus: Option<Arc<dyn Bus>>,
    pub(crate) queue: Option<Arc<dyn Queue>>,
    /// This process's own accounts, if it is the one that delivers.
    pub(crate) accounts: Option<Arc<Accounts>>,
    pub(crate) shared: Shared,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) started: Instant,
}

#[async_trait]
impl HealthSource for Surroundings {
    async fn snapshot(&self) -> HealthSnapshot {
        let now = self.clock.now();
        let (database, depth, troubles, cache, redis, rabbitmq) = tokio::join!(
            timeout(PATIENCE, self.storage.ping()),
            timeout(PATIENCE, self.storage.depth(now)),
            timeout(
                PATIENCE,
                self.storage.troubles(None, now - TROUBLE_COUNTS_FOR)
            ),
            timeout(PATIENCE, self.shared.cache_health()),
            async {
                let Some(bus) = &self.bus else {
                    return ComponentHealth::DISABLED;
                };
                look(async { bus.health().await.up }).await
            },
            async {
                let Some(queue) = &self.queue else {
                    return ComponentHealth::DISABLED;
                };
                look(async { queue.health().await.up }).await
            },
        );
        let depth = depth.ok().and_then(Result::ok);
        HealthSnapshot {
            database: match database {
                Ok(Ok(latency)) => ComponentHealth::healthy(latency),
                Ok(Err(_)) | Err(_) => ComponentHealth::UNHEALTHY,
            },
            redis,
            rabbitmq,
            queue_depth: depth.map(|d| d.outbox + d.dispatched),
            oldest_age_s: depth.map(|d| d.oldest_age_s),
            dlq_depth: depth.map(|d| d.dead_letters),
            channels: match troubles {
                Ok(Ok(troubles)) => self.channels(&troubles),
                Ok(Err(_)) | Err(_) => BTreeMap::new(),
            },
            cache: cache.unwrap_or_default(),
            rate_limiter: self.shared.rate_limiter(),
            uptime: self.started.elapsed(),
            memory_bytes: resident_bytes(),
        }
    }
}

impl Surroundings {
    fn channels(&self, troubles: &[AccountTrouble]) -> BTreeMap<&'static str, ChannelHealth> {
        let accounts = self.accounts.as_ref().map(|accounts| accounts.all());
        let health = |channel: Channel| {
            let own = || troubles.iter().filter(|one| one.channel == channel);
            let is_there = accounts
                .as_ref()
                .is_none_or(|all| all.iter().any(|one| one.channel() == channel));
            let status = match (is_there, own().next()) {
                (false, _) => ChannelStatus::Disabled,
                (true, Some(_)) => ChannelStatus::Degraded,
                (true, None) => ChannelStatus::Healthy,
            };
            let breaker = own().map(|one| match one.probing {
                true => ChannelBreaker::HalfOpen,
                false => ChannelBreaker::Open,
            });
            ChannelHealth {
                status,
                breaker: breaker.max().unwrap_or(ChannelBreaker::Closed),
            }
        };
        SERVED
            .map(|channel| (channel.name(), health(channel)))
            .into()
    }
}

async fn look(up: impl Future<Output = bool>) -> ComponentHealth {
    let begun = Instant::now();
    match timeout(PATIENCE, up).await {
        Ok(true) => ComponentHealth::healthy(begun.elapsed()),
        Ok(false) | Err(_) => ComponentHealth::UNHEALTHY,
    }
}

/// The second field of `statm` counts resident pages; Linux on our platforms has 4 KiB pages.
fn resident_bytes() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/statm").ok()?;
    text.split(' ')
        .nth(1)?
        .parse::<u64>()
        .ok()
        .map(|pages| pages * 4_096)
}
