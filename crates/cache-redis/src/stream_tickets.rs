//! Stream tickets, shared by all nodes: a key each, which expires by itself and is taken out in one command.

use std::sync::Arc;

use async_trait::async_trait;
use campanile_cache::{StreamGrant, StreamTickets, TicketHash, TicketsUnavailable};
use campanile_domain::{ApiKeyId, TenantId, UserId};
use chrono::{DateTime, Utc};
use redis::{Cmd, FromRedisValue};

use crate::keys::Keys;
use crate::link::Link;
use crate::pool::is_broken;

/// What a key of the tenant is marked by.
const OF_TENANT: &str = "token:";

/// The cluster's tickets.
pub struct RedisStreamTickets {
    pub(crate) link: Arc<Link>,
    pub(crate) keys: Keys,
}

impl RedisStreamTickets {
    async fn ask<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, TicketsUnavailable> {
        let live = self.link.live_or_connect().await;
        let mut live = live.ok_or(TicketsUnavailable::Away)?;
        command
            .query_async(&mut live.connection)
            .await
            .map_err(|error| {
                if is_broken(&error) {
                    self.link.lost(&live, &error);
                } else {
                    tracing::warn!(%error, "Redis refused a command on stream tickets");
                }
                TicketsUnavailable::Away
            })
    }
}

#[async_trait]
impl StreamTickets for RedisStreamTickets {
    async fn put(
        &self,
        hash: &TicketHash,
        grant: &StreamGrant,
        expires_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), TicketsUnavailable> {
        let life_ms = (expires_at - now).num_milliseconds().max(1);
        let mut command = redis::cmd("SET");
        command
            .arg(self.keys.stream_ticket(&grant.tenant, hash))
            .arg(encode(grant, expires_at))
            .arg("PX")
            .arg(life_ms);
        self.ask(&command).await
    }

    async fn take(
        &self,
        tenant: &TenantId,
        hash: &TicketHash,
        now: DateTime<Utc>,
    ) -> Result<Option<StreamGrant>, TicketsUnavailable> {
        let mut command = redis::cmd("GETDEL");
        command.arg(self.keys.stream_ticket(tenant, hash));
        let kept: Option<String> = self.ask(&command).await?;
        Ok(kept.and_then(|kept| decode(tenant, &kept, now)))
    }
}

/// `<expires at> <valid until> <user>`, both in microseconds; with an API key `<valid until>/<key>`, with a key of the
/// tenant `<valid until>/token:<key>`. Versions that know no such keys do not read it: for them the ticket is unknown.
fn encode(grant: &StreamGrant, expires_at: DateTime<Utc>) -> String {
    let key = match (grant.api_key, grant.token_key) {
        (Some(id), _) => format!("/{id}"),
        (None, Some(print)) => format!("/{OF_TENANT}{print}"),
        (None, None) => String::new(),
    };
    format!(
        "{} {}{key} {}",
        expires_at.timestamp_micros(),
        grant.valid_until.timestamp_micros(),
        grant.user.as_str()
    )
}

/// The grant, unless it has expired or another version wrote it.
fn decode(tenant: &TenantId, kept: &str, now: DateTime<Utc>) -> Option<StreamGrant> {
    let mut parts = kept.splitn(3, ' ');
    let moment = |text: &str| DateTime::from_timestamp_micros(text.parse().ok()?);
    let expires_at = moment(parts.next()?)?;
    let ends = parts.next()?;
    let (valid_until, key) = match ends.split_once('/') {
        Some((until, key)) => (until, Some(key)),
        None => (ends, None),
    };
    let (api_key, token_key) = match key.map(|key| (key, key.strip_prefix(OF_TENANT))) {
        Some((_, Some(print))) => (None, Some(print.parse().ok()?)),
        Some((id, None)) => (Some(ApiKeyId(id.parse().ok()?)), None),
        None => (None, None),
    };
    let valid_until = moment(valid_until)?;
    let user = UserId::parse(parts.next()?).ok()?;
    (expires_at > now).then(|| StreamGrant {
        tenant: tenant.clone(),
        user,
        valid_until,
        api_key,
        token_key,
    })
}
