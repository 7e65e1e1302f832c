//! One access token for all calls of an account: kept, renewed early, fetched by one at a time.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use campanile_domain::{Clock, Outcome};
use campanile_telemetry::Outage;
use reqwest::header::HeaderValue;
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::Instant;

use super::exchange::{Granted, exchange};
use super::{PushClients, PushSettings};

/// A failure answers all calls for so long, so that a broken account asks its token server six times
/// a minute and not once per message.
const FAILURE_KEPT: Duration = Duration::from_secs(10);
/// A token server's own wish is followed so far.
const FAILURE_KEPT_AT_MOST: Duration = Duration::from_secs(300);
/// After FCM refused a token and its successor too, no other is fetched for that reason so soon.
const REFUSAL_KEPT: Duration = Duration::from_secs(30);

/// The right to send.
#[derive(Clone)]
pub(super) struct Bearer {
    pub(super) header: HeaderValue,
    generation: u64,
}

/// An account's token.
pub(super) struct Tokens {
    settings: PushSettings,
    clients: PushClients,
    clock: Arc<dyn Clock>,
    state: RwLock<State>,
    /// Held by the task that fetches.
    flight: Mutex<()>,
    outage: Outage,
}

#[derive(Default)]
struct State {
    held: Option<Held>,
    generation: u64,
    failed: Option<(Instant, Outcome)>,
    refused_until: Option<Instant>,
}

struct Held {
    bearer: Bearer,
    /// At four fifths of its life: twelve minutes before an hour's token ends.
    renew_at: Instant,
    /// A little before it ends, for calls take time.
    ends_at: Instant,
}

enum TokenState {
    Fresh(Bearer),
    Ageing(Bearer),
    Failed(Outcome),
    Nothing,
}

impl Tokens {
    pub(super) fn new(
        settings: PushSettings,
        clients: PushClients,
        clock: Arc<dyn Clock>,
    ) -> Arc<Self> {
        Arc::new(Self {
            settings,
            clients,
            clock,
            state: RwLock::default(),
            flight: Mutex::default(),
            outage: Outage::of(
                "fetching access tokens for a push account",
                "its deliveries are deferred",
            ),
        })
    }

    pub(super) fn settings(&self) -> &PushSettings {
        &self.settings
    }

    /// The token, or why there is none. Waits only where there is none yet; one that grows old is
    /// renewed aside.
    pub(super) async fn bearer(self: &Arc<Self>) -> Result<Bearer, Outcome> {
        match self.find() {
            TokenState::Fresh(bearer) => return Ok(bearer),
            TokenState::Ageing(bearer) => {
                self.renew_aside();
                return Ok(bearer);
            }
            TokenState::Failed(outcome) => return Err(outcome),
            TokenState::Nothing => {}
        }
        let flight = self.flight.lock().await;
        // Others may have waited for the same.
        match self.find() {
            TokenState::Fresh(bearer) | TokenState::Ageing(bearer) => Ok(bearer),
            TokenState::Failed(outcome) => Err(outcome),
            TokenState::Nothing => self.fetch(flight).await,
        }
    }

    /// FCM refused a token; whether it is worth while to try once more with another.
    pub(super) fn refused(&self, bearer: &Bearer) -> bool {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let is_held = |held: &Held| held.bearer.generation == bearer.generation;
        if !state.held.as_ref().is_some_and(is_held) {
            return true;
        }
        let now = Instant::now();
        if state.refused_until.is_some_and(|until| now < until) {
            return false;
        }
        state.refused_until = Some(now + REFUSAL_KEPT);
        state.held = None;
        true
    }

    fn find(&self) -> TokenState {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let failed = state.failed.as_ref().filter(|(until, _)| now < *until);
        match (&state.held, failed) {
            (Some(held), _) if now < held.renew_at => TokenState::Fresh(held.bearer.clone()),
            // It is not renewed while that fails, but it is still good.
            (Some(held), Some(_)) if now < held.ends_at => TokenState::Fresh(held.bearer.clone()),
            (Some(held), None) if now < held.ends_at => TokenState::Ageing(held.bearer.clone()),
            (_, Some((_, outcome))) => TokenState::Failed(outcome.clone()),
            _ => TokenState::Nothing,
        }
    }

    fn renew_aside(self: &Arc<Self>) {
        if self.flight.try_lock().is_err() {
            return;
        }
        let tokens = Arc::clone(self);
        tokio::spawn(async move {
            let Ok(flight) = tokens.flight.try_lock() else {
                return;
            };
            if let TokenState::Ageing(_) = tokens.find() {
                // A failure is kept; the next call sees it.
                let _ = tokens.fetch(flight).await;
            }
        });
    }

    async fn fetch(&self, _flight: MutexGuard<'_, ()>) -> Result<Bearer, Outcome> {
        let asked_at = Instant::now();
        let granted = exchange(
            &self.settings,
            self.clients.for_tokens(),
            self.clock.as_ref(),
        )
        .await;
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        match granted {
            Ok(Granted { header, lifetime }) => {
                state.generation += 1;
                let bearer = Bearer {
                    header,
                    generation: state.generation,
                };
                self.outage.worked();
                state.failed = None;
                state.held = Some(Held {
                    bearer: bearer.clone(),
                    renew_at: asked_at + lifetime / 5 * 4,
                    ends_at: asked_at + lifetime / 20 * 19,
                });
                Ok(bearer)
            }
            Err(outcome) => {
                let (code, detail) = (&outcome.code, &outcome.detail);
                self.outage.failed(&format_args!("{code}: {detail}"));
                let wish = outcome.retry_after.unwrap_or_default();
                let kept = wish.clamp(FAILURE_KEPT, FAILURE_KEPT_AT_MOST);
                state.failed = Some((Instant::now() + kept, outcome.clone()));
                Err(outcome)
            }
        }
    }
}
