//! Outbox rows become plans, and plans become messages.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use campanile_cache::{Mailbox, Wake};
use campanile_domain::{TenantId, UserId};
use campanile_storage::RelayLimits;
use campanile_telemetry::{Stage, metrics};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Notify;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::publish::publish;
use crate::trials::Suspects;
use crate::trouble::Trouble;
use crate::{DeliveryParts, DeliverySettings, turn_counts};

static TROUBLE: Trouble = Trouble::of("planning", "it will be retried");

/// What "just accepted" means: the commit of an accept and the wake take a fraction of this. What
/// takes longer is found by the next turn that looks at everything.
const RECENT: TimeDelta = TimeDelta::seconds(2);

/// From the beginning of one turn to that of the next, at least, unless more waits than a turn
/// takes. The first notification after a pause is planned at once; under load those that come within
/// this time share a transaction, their dispatches and messages, which costs the database and the
/// broker a fraction of a turn for each.
const TURN_EVERY: Duration = Duration::from_millis(10);

/// Runs until the stop signal.
///
/// One task leads: it waits for wakes and polls. A second one joins in while turns are full, so that
/// one plans while the other's messages are confirmed.
pub(crate) async fn run(
    parts: DeliveryParts,
    settings: DeliverySettings,
    suspects: Arc<Suspects>,
    stop: CancellationToken,
) {
    let relay = Relay {
        parts,
        settings,
        suspects,
        stop,
        pace: Mutex::default(),
        full: Notify::new(),
    };
    tokio::join!(relay.lead(), relay.join_in());
}

struct Relay {
    parts: DeliveryParts,
    settings: DeliverySettings,
    suspects: Arc<Suspects>,
    stop: CancellationToken,
    pace: Mutex<Pace>,
    /// A turn left something.
    full: Notify,
}

impl Relay {
    /// A lost wake costs one poll.
    async fn lead(&self) {
        let mut wakes = self.parts.bus.listen();
        while !self.stop.is_cancelled() {
            let begun = Instant::now();
            // This turn sees everything that was announced until now, so the wakes so far are dropped.
            while let Ok(_) | Err(TryRecvError::Lagged(_)) = wakes.try_recv() {}
            if self.turn().await {
                self.full.notify_one();
                continue;
            }
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = sleep_until(begun + TURN_EVERY) => {}
            }
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = tokio::time::sleep(self.settings.poll) => {}
                wake = wakes.recv() => match wake {
                    // A turn that finds nothing costs little.
                    Ok(Wake::Outbox | Wake::Templates | Wake::Access) | Err(RecvError::Lagged(_)) => {}
                    // No bus any more: the poll remains.
                    Err(RecvError::Closed) => tokio::time::sleep(self.settings.poll).await,
                },
            }
        }
    }

    async fn join_in(&self) {
        loop {
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = self.full.notified() => {}
            }
            while !self.stop.is_cancelled() && self.turn().await {}
        }
    }

    /// Plans once; whether another turn may find more at once.
    async fn turn(&self) -> bool {
        let whole = self.pace().is_whole(&self.settings);
        let since = (!whole).then(|| self.parts.clock.now() - RECENT);
        let planned = turn(&self.parts, &self.settings, &self.suspects, since).await;
        self.pace().after(&planned, whole);
        planned.more
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Which turns look at everything that waits: one in every poll, and all while something older is
/// left. Those between them only take what has just been accepted.
#[derive(Default)]
struct Pace {
    whole_at: Option<Instant>,
    is_behind: bool,
}

impl Pace {
    fn is_whole(&self, settings: &DeliverySettings) -> bool {
        let is_due = |at: Instant| at.elapsed() >= settings.poll;
        self.is_behind || self.whole_at.is_none_or(is_due)
    }

    fn after(&mut self, planned: &Outcome, whole: bool) {
        if whole {
            self.whole_at = Some(Instant::now());
            self.is_behind = planned.held || planned.more && planned.is_old;
        }
    }
}

/// What a turn leaves.
#[derive(Default)]
struct Outcome {
    /// Another turn may find more at once.
    more: bool,
    /// A tenant with a full window waits.
    held: bool,
    /// It had rows that are not just accepted any more.
    is_old: bool,
}

/// Plans once.
async fn turn(
    parts: &DeliveryParts,
    settings: &DeliverySettings,
    suspects: &Suspects,
    since: Option<DateTime<Utc>>,
) -> Outcome {
    let routes = parts.accounts.routes();
    let limits = RelayLimits {
        since,
        ..settings.relay
    };
    let now = parts.clock.now();
    let planned = campanile_pipeline::plan_turn_with_presence(
        &parts.storage,
        limits,
        routes.clone(),
        Arc::clone(&parts.presence),
        now,
    );
    let stage = Stage::begin("relay.plan");
    match TROUBLE.note(stage.run(planned).await) {
        Ok(planned) => {
            metrics()
                .notifications_planned_total
                .inc_by(planned.notifications as u64);
            turn_counts::count(&planned);
            suspects.note_planned(planned.faults);
            // Before anything leaves: a user who gets a push must find the notification in the inbox. The process
            // that accepted it may have died before it revoked the cached answers.
            raise(parts, planned.inboxes).await;
            stage.run(publish(parts, &planned.dispatches)).await;
            stage.end(planned.traces);
            Outcome {
                more: planned.more,
                held: planned.held,
                is_old: planned.oldest.is_some_and(|at| at < now - RECENT),
            }
        }
        Err(_) => Outcome::default(),
    }
}

/// Revokes the cached answers of these inboxes.
pub(crate) async fn raise(parts: &DeliveryParts, inboxes: Vec<(TenantId, UserId)>) {
    let whose: BTreeSet<_> = inboxes
        .into_iter()
        .map(|(tenant, user)| Mailbox { tenant, user })
        .collect();
    if !whose.is_empty() {
        let whose: Vec<_> = whose.into_iter().collect();
        parts.inboxes.raise(&whose).await;
    }
}
