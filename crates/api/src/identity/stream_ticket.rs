//! Stream tickets: issued to a user, and exchanged for the user again when a stream is opened.
//!
//! The text is `<tenant>.<random>`. The tenant finds the ticket, the random part proves it; only its hash is stored.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use campanile_cache::{StreamGrant, StreamTickets, TicketHash, TicketsUnavailable};
use campanile_domain::{Clock, Random, TenantId};
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use super::InboxUser;
use crate::problem::{Problem, ProblemCode};

/// How long a ticket can be used.
const LIFE: TimeDelta = TimeDelta::seconds(30);

/// The random part: two UUIDs, so 244 bits.
const RANDOM_BYTES: usize = 32;

/// A ticket as its user gets it.
pub(crate) struct IssuedTicket {
    pub(crate) text: String,
    pub(crate) expires_at: DateTime<Utc>,
}

/// Issues tickets and takes them back; cheap to clone.
#[derive(Clone)]
pub(crate) struct TicketOffice {
    pub(crate) tickets: Arc<dyn StreamTickets>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Random,
}

impl TicketOffice {
    /// A ticket for a stream of this user, which ends with their token at the latest.
    pub(crate) async fn issue(&self, user: &InboxUser) -> Result<IssuedTicket, Problem> {
        let now = self.clock.now().trunc_subsecs(3);
        let grant = StreamGrant {
            tenant: user.tenant().clone(),
            user: user.user().clone(),
            valid_until: user.token_ends_at(),
            api_key: user.api_key(),
            token_key: user.token_key(),
        };
        // A token is accepted a little longer than it says, and so is its last ticket.
        let expires_at = (now + LIFE).min(grant.valid_until.max(now + TimeDelta::seconds(1)));
        let mut random = [0; RANDOM_BYTES];
        for half in random.chunks_mut(16) {
            half.copy_from_slice(self.random.uuid().as_bytes());
        }
        let text = format!("{}.{}", grant.tenant, URL_SAFE_NO_PAD.encode(random));
        self.tickets
            .put(&hash(&text), &grant, expires_at, now)
            .await
            .map_err(unavailable)?;
        Ok(IssuedTicket { text, expires_at })
    }

    /// What a ticket grants, if it is one that was not used and has not expired.
    pub(super) async fn redeem(&self, text: &str) -> Result<Option<StreamGrant>, Problem> {
        let Some((tenant, random)) = text.split_once('.') else {
            return Ok(None);
        };
        let Ok(tenant) = TenantId::parse(tenant) else {
            return Ok(None);
        };
        if URL_SAFE_NO_PAD.decode(random).map(|bytes| bytes.len()) != Ok(RANDOM_BYTES) {
            return Ok(None);
        }
        let (hash, now) = (hash(text), self.clock.now());
        let taken = self.tickets.take(&tenant, &hash, now).await;
        taken.map_err(unavailable)
    }
}

fn hash(text: &str) -> TicketHash {
    Sha256::digest(text).into()
}

fn unavailable(why: TicketsUnavailable) -> Problem {
    match why {
        TicketsUnavailable::Away => Problem::unavailable(
            "Stream tickets are not available at the moment; open the stream with the Authorization header instead, \
             or retry later",
        ),
        TicketsUnavailable::NotShared => Problem::new(
            ProblemCode::NotConfigured,
            "Stream tickets require Redis (REDIS_URL) in a cluster; open the stream with the Authorization header \
             instead",
        ),
    }
}
