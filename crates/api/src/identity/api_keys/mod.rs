//! Checks API keys, most of them without a query.
//!
//! What is known of a key is remembered for [`KNOWN`], and asked for again at once when the bus says that a key has ended. So a
//! key that was revoked is rejected everywhere within five seconds, also where there is no bus. What is not remembered is
//! asked for by one task ([`look_ups`]), all that waits in one query: however many unknown keys come, there is one query at
//! a time, and an address has its share of those that wait ([`Shares`]). A wrong secret of a known id costs none.

mod credential;
mod known_key;
mod look_ups;
mod used;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use campanile_cache::{Bus, Wake};
use campanile_domain::{ApiKeyId, ApiKeyState, ApiKeyText, Clock, MalformedApiKey};
use campanile_live::Credential;
use campanile_storage::Storage;
use campanile_telemetry::metrics;
use chrono::{DateTime, Utc};
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout};

use self::credential::KeyCredential;
use self::known_key::{Answer, KnownKey};
use self::look_ups::{Ask, LookUps, WAITING};
use self::used::Used;
use super::answers::Answers;
use super::shares::Shares;
use super::validate::Identity;
use super::voided::Voided;
use crate::problem::{Problem, ProblemCode};

/// For so long what is known of a key counts: with the query before it, less than the five seconds within which a revoked
/// key is to be rejected.
const KNOWN: Duration = Duration::from_secs(4);
/// While the database does not answer, or not in time, a key stays known for so long since it was last
/// read there; a revocation by another server is not noticed meanwhile.
const KNOWN_WITHOUT_DATABASE: Duration = Duration::from_secs(300);
/// A key that is known from before waits for the database no longer than this.
const PATIENCE: Duration = Duration::from_millis(200);
/// More keys than this are not remembered at a time, of those that exist and of others: those that were asked for least make
/// way.
const CAPACITY: u64 = 10_000;

/// Why a key is refused.
#[derive(Debug)]
pub(super) enum KeyRefused {
    /// It is no key, or its checksum is wrong.
    Malformed(MalformedApiKey),
    /// There is no such key.
    Unknown,
    /// It was a key, and its holder may know what became of it.
    Ended(ApiKeyState),
    /// It may not be used from this address.
    Address,
    /// Whether there is such a key cannot be found out now.
    Unavailable(Problem),
}

/// Checks keys; cheap to clone. Its task ends with the last clone.
#[derive(Clone)]
pub struct ApiKeyRing {
    answers: Answers<ApiKeyId, Answer>,
    asks: mpsc::Sender<Ask>,
    shares: Shares,
    used: Used,
    voided: Voided,
    clock: Arc<dyn Clock>,
}

impl ApiKeyRing {
    /// Checks keys in `storage`. Must be called inside a Tokio runtime.
    pub fn start(storage: Arc<dyn Storage>, clock: Arc<dyn Clock>) -> Self {
        let (asks, asked) = mpsc::channel(WAITING);
        let ring = Self {
            answers: Answers::new(CAPACITY),
            asks,
            shares: Shares::default(),
            used: Used::default(),
            voided: Voided::default(),
            clock,
        };
        let look_ups = LookUps {
            storage,
            answers: ring.answers.clone(),
            used: ring.used.clone(),
            voided: ring.voided.clone(),
        };
        tokio::spawn(look_ups.run(asked));
        ring
    }

    /// Asks again for every key when the bus says that one has ended.
    pub(crate) fn voided_by(&self, bus: &dyn Bus) {
        let (mut wakes, voided) = (bus.listen(), self.voided.clone());
        let asks = self.asks.downgrade();
        tokio::spawn(async move {
            loop {
                match wakes.recv().await {
                    Ok(Wake::Access) => voided.now(),
                    // What was missed is found when `KNOWN` is over: asking for all at each lag would cost more.
                    Ok(Wake::Outbox | Wake::Templates) | Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                }
                if asks.upgrade().is_none() {
                    return;
                }
            }
        });
    }

    /// Who a key stands for. `address` is asked for only where the key has networks or is looked up.
    pub(super) async fn identify(
        &self,
        text: &str,
        now: DateTime<Utc>,
        address: impl Fn() -> Option<IpAddr>,
    ) -> Result<Identity, KeyRefused> {
        let (id, hash) = ApiKeyText::read(text).map_err(KeyRefused::Malformed)?;
        let known = self.known(id, &address).await;
        let known = known.map_err(KeyRefused::Unavailable)?;
        let known = known.filter(|known| known.is_proved_by(&hash));
        let known = known.ok_or(KeyRefused::Unknown)?;
        match known.key.state(now) {
            ApiKeyState::Active => {}
            ended @ (ApiKeyState::Expired | ApiKeyState::Revoked) => {
                return Err(KeyRefused::Ended(ended));
            }
        }
        if !known.key.networks.is_empty() && !known.key.allows(address()) {
            return Err(KeyRefused::Address);
        }
        if known.is_first_use() {
            self.used.note(&known.key.tenant, id, now);
        }
        Ok(known.identity())
    }

    /// Whether a key is accepted from an address that is unknown.
    pub async fn accepts(&self, text: &str, now: DateTime<Utc>) -> bool {
        self.identify(text, now, || None).await.is_ok()
    }

    /// What tells a stream whether its key has ended.
    pub(crate) fn credential(&self, id: ApiKeyId) -> Arc<dyn Credential> {
        Arc::new(KeyCredential::new(self.clone(), id))
    }

    async fn known(
        &self,
        id: ApiKeyId,
        address: impl Fn() -> Option<IpAddr>,
    ) -> Result<Option<Arc<KnownKey>>, Problem> {
        let now = Instant::now();
        let last = self.answers.get(&id);
        let holds = |last: &&Answer| last.until > now && !self.voided.has_voided(last.at);
        if let Some(last) = last.as_ref().filter(holds) {
            count("remembered");
            return Ok(last.found.clone());
        }
        count("looked_up");
        let asked = self.ask(id, address());
        let stands_in = last.filter(|last| last.at + KNOWN_WITHOUT_DATABASE > now);
        let Some((found, at)) = stands_in.and_then(|last| Some((last.found?, last.at))) else {
            return asked.await;
        };
        // A key may have ended, so a slow answer is waited for.
        let answer = if self.voided.has_voided(at) {
            asked.await
        } else {
            match timeout(PATIENCE, asked).await {
                Ok(answer) => answer,
                Err(_) => return Ok(Some(found)),
            }
        };
        match answer {
            Err(problem) if problem.is_passing() => Ok(Some(found)),
            answer => answer,
        }
    }

    async fn ask(
        &self,
        id: ApiKeyId,
        address: Option<IpAddr>,
    ) -> Result<Option<Arc<KnownKey>>, Problem> {
        let (reply, answer) = oneshot::channel();
        let ask = self.shares.take(address).map(|share| Ask {
            id,
            reply: Some(reply),
            _share: Some(share),
        });
        if ask.is_none_or(|ask| self.asks.try_send(ask).is_err()) {
            metrics()
                .requests_shed_total
                .with_label_values(&["api_keys_full"])
                .inc();
            let detail = "Too many unknown API keys are being checked; retry later";
            return Err(
                Problem::new(ProblemCode::Overloaded, detail).retry_after(Duration::from_secs(1))
            );
        }
        answer.await.unwrap_or_else(|_| Err(Problem::internal()))
    }
}

fn count(how: &str) {
    let checks = &metrics().api_key_checks_total;
    checks.with_label_values(&[how]).inc();
}
