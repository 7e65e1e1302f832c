//! Buckets that all nodes share: one script for all buckets of a request, by Redis' own clock.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use campanile_cache::{Grant, TokenRequest, TokenSource, TokensAway};
use campanile_telemetry::Outage;
use redis::Script;

use crate::keys::Keys;
use crate::link::Link;
use crate::pool::is_broken;
use crate::scripts::TAKE;

/// A server may serve the cache and refuse the script.
static COUNTS: Outage = Outage::of(
    "rate limiting through Redis",
    "each process applies the rate limits separately",
);

/// The cluster's buckets.
pub struct RedisTokens {
    link: Arc<Link>,
    keys: Keys,
    take: Script,
}

impl RedisTokens {
    pub(crate) fn new(link: Arc<Link>, keys: Keys) -> Self {
        Self {
            link,
            keys,
            take: Script::new(TAKE),
        }
    }
}

#[async_trait]
impl TokenSource for RedisTokens {
    async fn take(&self, wanted: &[TokenRequest]) -> Result<Vec<Grant>, TokensAway> {
        let mut live = self.link.live().ok_or(TokensAway)?;
        let mut script = self.take.prepare_invoke();
        for one in wanted {
            script.key(self.keys.bucket(&one.bucket));
            script.arg(one.rate.interval_micros());
            script.arg(one.rate.burst());
            script.arg(one.tokens);
        }
        let answer = script
            .invoke_async::<Vec<(u32, u32, u64, u64)>>(&mut live.connection)
            .await;
        match answer {
            Ok(grants) if grants.len() == wanted.len() => {
                COUNTS.worked();
                Ok(grants.into_iter().map(grant).collect())
            }
            Ok(_) => Err(TokensAway),
            Err(error) => {
                // A server that refuses the script still serves the cache.
                if is_broken(&error) {
                    self.link.lost(&live, &error);
                } else {
                    COUNTS.failed(&error);
                }
                Err(TokensAway)
            }
        }
    }
}

fn grant((tokens, remaining, wait, reset): (u32, u32, u64, u64)) -> Grant {
    Grant {
        tokens,
        remaining,
        wait: Duration::from_micros(wait),
        reset: Duration::from_micros(reset),
    }
}
