//! What a role knows about its surroundings, for the health report.

use std::collections::{BTreeMap, BTreeSet};
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
use campanile_storage::{AccountTrouble, Reported, Storage};
use chrono::TimeDelta;
use tokio::time::timeout;

use super::channels::all_served;
use super::shared::Shared;

/// No part is waited for longer.
const PATIENCE: Duration = Duration::from_secs(2);

/// What "24 h" means: the hours that began in it.
const DAY: TimeDelta = TimeDelta::hours(24);

/// Looks at the parts a role is wired to. A part it does without is `None`.
pub(crate) struct Surroundings {
    pub(crate) storage: Arc<dyn Storage>,
    pub(crate) bus: Option<Arc<dyn Bus>>,
    /// Whether deliveries go through a broker, which only workers speak to.
    pub(crate) has_broker: bool,
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
        let (database, depth, dead_letters, troubles, reported, cache, redis) = tokio::join!(
            timeout(PATIENCE, self.storage.ping()),
            timeout(PATIENCE, self.storage.depth(now)),
            timeout(PATIENCE, self.storage.dead_letter_count()),
            timeout(
                PATIENCE,
                self.storage.troubles(None, now - TROUBLE_COUNTS_FOR)
            ),
            timeout(
                PATIENCE,
                self.storage.reported(now - TROUBLE_COUNTS_FOR, now - DAY)
            ),
            timeout(PATIENCE, self.shared.cache_health()),
            async {
                let Some(bus) = &self.bus else {
                    return ComponentHealth::DISABLED;
                };
                look(async { bus.health().await.up }).await
            },
        );
        let depth = depth.ok().and_then(Result::ok);
        let reported = reported.ok().and_then(Result::ok);
        let (rate_limiter, rate_limiter_is_away) = self.shared.rate_limiter();
        HealthSnapshot {
            database: match database {
                Ok(Ok(latency)) => ComponentHealth::healthy(latency),
                Ok(Err(_)) | Err(_) => ComponentHealth::UNHEALTHY,
            },
            redis,
            rabbitmq: match self.has_broker {
                true => broker(reported.as_ref()),
                false => ComponentHealth::DISABLED,
            },
            queue_depth: depth.map(|d| d.outbox + d.dispatched),
            oldest_age_s: depth.map(|d| d.oldest_age_s),
            dlq_depth: dead_letters.ok().and_then(Result::ok),
            channels: match (troubles, &reported) {
                (Ok(Ok(troubles)), Some(reported)) => {
                    channels(self.configured(reported).as_ref(), &troubles)
                }
                _ => BTreeMap::new(),
            },
            success_rate_24h: reported.as_ref().and_then(success_rate),
            last_successful_send: reported.as_ref().and_then(|reported| reported.last_sent_at),
            cache: cache.unwrap_or_default(),
            rate_limiter,
            rate_limiter_is_away,
            uptime: self.started.elapsed(),
            memory_bytes: resident_bytes(),
        }
    }
}

impl Surroundings {
    /// The channels with at least one account: by this process's accounts if it delivers, else by the reports of live
    /// workers.
    fn configured(&self, reported: &Reported) -> Option<BTreeSet<Channel>> {
        match &self.accounts {
            Some(accounts) => Some(accounts.all().iter().map(|one| one.channel()).collect()),
            None => reported.queue_up.map(|_| reported.channels.clone()),
        }
    }
}

/// The broker, as workers see it.
fn broker(reported: Option<&Reported>) -> ComponentHealth {
    match reported.and_then(|reported| reported.queue_up) {
        Some(true) => ComponentHealth::SAID_TO_BE_HEALTHY,
        Some(false) => ComponentHealth::UNHEALTHY,
        None => ComponentHealth::UNKNOWN,
    }
}

fn success_rate(reported: &Reported) -> Option<f64> {
    let all = reported.sent + reported.failed;
    (all > 0).then(|| reported.sent as f64 / all as f64)
}

/// The health of the channels, by their accounts and the reports of workers.
fn channels(
    configured: Option<&BTreeSet<Channel>>,
    troubles: &[AccountTrouble],
) -> BTreeMap<&'static str, ChannelHealth> {
    let health = |channel: Channel| {
        let own = || troubles.iter().filter(|one| one.channel == channel);
        let is_there = configured.map(|all| all.contains(&channel));
        let status = match (own().next(), is_there) {
            (Some(_), _) => ChannelStatus::Degraded,
            (None, Some(true)) => ChannelStatus::Healthy,
            (None, Some(false)) => ChannelStatus::NotConfigured,
            (None, None) => ChannelStatus::Unknown,
        };
        let breaker = own().map(|one| match (one.probing, one.breaker_open) {
            (true, _) => ChannelBreaker::HalfOpen,
            (false, true) => ChannelBreaker::Open,
            (false, false) => ChannelBreaker::Closed,
        });
        // Each worker reports it; an account counts once.
        let wrong = own().filter(|one| one.misconfigured);
        let wrong: BTreeSet<_> = wrong.map(|one| (&one.tenant, &one.name)).collect();
        ChannelHealth {
            status,
            breaker: breaker.max().unwrap_or(ChannelBreaker::Closed),
            misconfigured: wrong.len(),
        }
    };
    // Accounts of a recipe that is no longer a channel are in trouble, and nothing else would show them.
    let others = troubles.iter().map(|one| one.channel);
    let others = others.filter(|channel| !channel.is_served());
    all_served()
        .into_iter()
        .chain(others)
        .map(|channel| (channel.name(), health(channel)))
        .collect()
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

#[cfg(test)]
mod tests {
    use campanile_domain::TenantId;
    use chrono::Utc;

    use super::*;

    #[test]
    fn the_share_of_nothing_is_nothing() {
        let of = |sent, failed| {
            let reported = Reported {
                sent,
                failed,
                ..Reported::default()
            };
            success_rate(&reported)
        };
        assert_eq!(
            (of(0, 0), of(3, 1), of(0, 2)),
            (None, Some(0.75), Some(0.0))
        );
    }

    #[test]
    fn what_is_set_up_wrongly_is_distinguished_from_what_fails() {
        let trouble = |name: &str, misconfigured, breaker_open, probing| AccountTrouble {
            tenant: TenantId::parse("acme").expect("a tenant's name"),
            channel: Channel::Push,
            name: name.into(),
            misconfigured,
            breaker_open,
            probing,
            detail: "reported".into(),
            since: Utc::now(),
        };
        let fails = |name| trouble(name, false, true, false);
        let refuses_its_key = |name| trouble(name, true, true, false);
        let cannot_be_made = |name| trouble(name, true, false, false);
        let is_tried = |name| trouble(name, false, true, true);
        use ChannelBreaker::{Closed, HalfOpen, Open};
        for (troubles, breaker, misconfigured) in [
            (vec![], Closed, 0),
            (vec![fails("a")], Open, 0),
            (vec![is_tried("a")], HalfOpen, 0),
            (vec![refuses_its_key("a")], Open, 1),
            (vec![cannot_be_made("a")], Closed, 1),
            // Two workers say the same.
            (vec![cannot_be_made("a"), cannot_be_made("a")], Closed, 1),
            (
                vec![cannot_be_made("a"), cannot_be_made("b"), is_tried("c")],
                HalfOpen,
                2,
            ),
        ] {
            let configured = BTreeSet::from([Channel::Push, Channel::Email]);
            let health = channels(Some(&configured), &troubles);
            let expected = ChannelHealth {
                status: match troubles[..] {
                    [] => ChannelStatus::Healthy,
                    _ => ChannelStatus::Degraded,
                },
                breaker,
                misconfigured,
            };
            assert_eq!(health["push"], expected, "{troubles:?}");
            assert_eq!(health["email"].status, ChannelStatus::Healthy);
            assert_eq!(health["webhook"].status, ChannelStatus::NotConfigured);
            assert_eq!(
                channels(None, &troubles)["email"].status,
                ChannelStatus::Unknown
            );
        }
    }
}
