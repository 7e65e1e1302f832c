//! Starts and stops everything that delivers.

use std::sync::Arc;
use std::time::Duration;

use campanile_cache::{Bus, InboxCache};
use campanile_domain::{AuditDays, Channel, Clock, Random, RetentionDays, WorkerId};
use campanile_links::Links;
use campanile_pipeline::Presence;
use campanile_queue::{Queue, QueueError};
use campanile_storage::{RelayLimits, Storage};
use campanile_wording::Wording;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::account::Accounts;
use crate::heartbeat::Heartbeat;
use crate::reports::Reporter;
use crate::tally::Tally;
use crate::trials::{self, Suspects};
use crate::vital::vital;
use crate::worker::{Lanes, Recorder, Tracked, Unsubscribing, Worker};
use crate::{
    chores, dead_messages, expedite, fanouts, merges, pauses, recalls, relay, removals,
    reschedules, retention, rotations, scheduler, statistics, sweeper, templates, troubles,
};

/// What delivering needs.
#[derive(Clone)]
pub struct DeliveryParts {
    /// The truth.
    pub storage: Arc<dyn Storage>,
    /// The message queue.
    pub queue: Arc<dyn Queue>,
    /// Wakes the relay.
    pub bus: Arc<dyn Bus>,
    /// Gets the inboxes that have changed.
    pub inboxes: Arc<dyn InboxCache>,
    /// Gives words to notifications.
    pub wording: Wording,
    /// Knows who has a live stream open.
    pub presence: Arc<dyn Presence>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where ids and pauses get their chance from.
    pub random: Random,
    /// The tenants' accounts at providers; may be replaced at any time.
    pub accounts: Arc<Accounts>,
    /// The channels that this process serves.
    pub channels: Vec<Channel>,
}

/// How delivering is set up.
#[derive(Debug, Clone)]
pub struct DeliverySettings {
    /// How much one turn of the relay takes.
    pub relay: RelayLimits,
    /// How long the relay and the scheduler wait if they are not woken.
    pub poll: Duration,
    /// How long a clean stop may take.
    pub grace: Duration,
    /// The default retention period, for tenants that have not set one.
    pub retention: RetentionDays,
    /// The default retention period of audit rows, for tenants that have not set one.
    pub audit_days: AuditDays,
    /// Makes the links in mails; without it there are none.
    pub links: Option<Links>,
    /// This machine's name, for people.
    pub host: String,
}

impl Default for DeliverySettings {
    fn default() -> Self {
        Self {
            relay: RelayLimits::default(),
            poll: Duration::from_millis(250),
            grace: Duration::from_secs(20),
            retention: RetentionDays::DEFAULT,
            audit_days: AuditDays::DEFAULT,
            links: None,
            host: String::new(),
        }
    }
}

/// The running tasks.
pub struct Delivery {
    stop_taking: CancellationToken,
    stop_now: CancellationToken,
    failed: CancellationToken,
    loops: TaskTracker,
    calls: TaskTracker,
    recorder: Recorder,
    heartbeat: Arc<Heartbeat>,
    reporter: Arc<Reporter>,
    storage: Arc<dyn Storage>,
    grace: Duration,
}

impl Delivery {
    /// Starts relay, fan-outs, recalls, merges, rotations of keys, scheduler, sweeper, chores, the emptying of dead letters, heartbeat and a worker per channel.
    ///
    /// # Errors
    /// [`QueueError`] where the queue can never serve a channel.
    pub async fn start(
        parts: DeliveryParts,
        settings: DeliverySettings,
    ) -> Result<Self, QueueError> {
        let (stop_taking, stop_now) = (CancellationToken::new(), CancellationToken::new());
        let (loops, calls) = (TaskTracker::new(), TaskTracker::new());
        let failed = CancellationToken::new();
        let heartbeat = Arc::new(Heartbeat::new(
            WorkerId::new(parts.clock.now(), &parts.random),
            settings.host.clone(),
            Arc::clone(&parts.storage),
            Arc::clone(&parts.clock),
        ));
        heartbeat.beat().await;
        if let Err(error) = pauses::take_over(&parts).await {
            tracing::warn!(%error, "could not load the paused accounts; they will be loaded later");
        }
        let beating = Arc::clone(&heartbeat).run(stop_now.clone());
        tokio::spawn(vital("heartbeat", failed.clone(), beating));
        let tally = Arc::new(Tally::default());
        let suspects = Arc::new(Suspects::default());
        let recorder = Recorder::start(
            Arc::clone(&parts.storage),
            Arc::clone(&parts.clock),
            Arc::clone(&tally),
            Arc::clone(&suspects),
            failed.clone(),
        );
        let reporter = Arc::new(Reporter {
            parts: parts.clone(),
            worker: heartbeat.worker(),
            tally,
        });
        let unsubscribing = Unsubscribing::new(settings.links.clone(), Arc::clone(&parts.storage));
        let unsubscribing = Arc::new(unsubscribing);
        let tracked = Arc::new(Tracked::new(settings.links.clone()));
        for &channel in &parts.channels {
            let worker = Worker {
                channel,
                accounts: Arc::clone(&parts.accounts),
                storage: Arc::clone(&parts.storage),
                wording: parts.wording.clone(),
                unsubscribing: Arc::clone(&unsubscribing),
                tracked: Arc::clone(&tracked),
                clock: Arc::clone(&parts.clock),
                random: parts.random.clone(),
                heartbeat: Arc::clone(&heartbeat),
                recorder: recorder.clone(),
                calls: calls.clone(),
                stop_taking: stop_taking.clone(),
                stop_now: stop_now.clone(),
                alone: Semaphore::new(1),
                room: Arc::default(),
            };
            let lanes = Lanes::open(parts.queue.as_ref(), channel).await?;
            loops.spawn(vital("worker", failed.clone(), Arc::new(worker).run(lanes)));
        }
        let stop = || stop_taking.clone();
        let relaying = relay::run(
            parts.clone(),
            settings.clone(),
            Arc::clone(&suspects),
            stop(),
        );
        loops.spawn(vital("relay", failed.clone(), relaying));
        let fanning_out = fanouts::run(parts.clone(), settings.clone(), stop());
        loops.spawn(vital("fanouts", failed.clone(), fanning_out));
        let recalling = recalls::run(parts.clone(), settings.poll, stop());
        loops.spawn(vital("recalls", failed.clone(), recalling));
        let merging = merges::run(parts.clone(), settings.poll, stop());
        loops.spawn(vital("merges of users", failed.clone(), merging));
        let rotating = rotations::run(parts.clone(), stop());
        loops.spawn(vital("rotations of keys", failed.clone(), rotating));
        let releasing = scheduler::run(parts.clone(), settings.clone(), stop());
        loops.spawn(vital("scheduler", failed.clone(), releasing));
        let sweeping = sweeper::run(parts.clone(), stop());
        loops.spawn(vital("sweeper", failed.clone(), sweeping));
        let tidying = chores::run(parts.clone(), stop());
        loops.spawn(vital("chores", failed.clone(), tidying));
        let analyzing = statistics::run(parts.clone(), stop());
        loops.spawn(vital("statistics", failed.clone(), analyzing));
        let retaining = retention::run(
            parts.clone(),
            settings.retention,
            settings.audit_days,
            stop(),
        );
        loops.spawn(vital("retention", failed.clone(), retaining));
        let rescheduling = reschedules::run(parts.clone(), stop());
        loops.spawn(vital("reschedules", failed.clone(), rescheduling));
        let removing = removals::run(parts.clone(), stop());
        loops.spawn(vital("removals", failed.clone(), removing));
        let publishing = templates::run(parts.clone(), stop());
        loops.spawn(vital("templates", failed.clone(), publishing));
        let stopping = trials::run(parts.clone(), suspects, stop());
        loops.spawn(vital("trials", failed.clone(), stopping));
        let emptying = dead_messages::run(parts.clone(), stop());
        loops.spawn(vital("dead_messages", failed.clone(), emptying));
        let telling = troubles::run(parts.clone(), heartbeat.worker(), stop());
        loops.spawn(vital("troubles", failed.clone(), telling));
        let reporting = Arc::clone(&reporter).run(stop());
        loops.spawn(vital("reports", failed.clone(), reporting));
        let pausing = pauses::run(parts.clone(), stop());
        loops.spawn(vital("pauses", failed.clone(), pausing));
        let expediting = expedite::run(parts.clone(), stop());
        loops.spawn(vital("expedite", failed.clone(), expediting));
        loops.close();
        let (storage, grace) = (parts.storage, settings.grace);
        Ok(Self {
            stop_taking,
            stop_now,
            failed,
            loops,
            calls,
            recorder,
            heartbeat,
            reporter,
            storage,
            grace,
        })
    }

    /// Ends when a task has failed that delivering needs: the process is no use any more.
    pub async fn failed(&self) {
        self.failed.cancelled().await;
    }

    /// Stops taking, lets calls in flight end within the grace, records them, hands the rest back.
    pub async fn stop(self) {
        self.stop_taking.cancel();
        // The heartbeat goes on until the last call has ended: its lease covers them.
        let ended = async {
            self.loops.wait().await;
            self.calls.close();
            self.calls.wait().await;
        };
        if tokio::time::timeout(self.grace, ended).await.is_err() {
            tracing::warn!(
                calls = self.calls.len(),
                "provider calls did not finish in time; their messages were returned to the queue"
            );
            self.stop_now.cancel();
            self.recorder.expedite();
            self.calls.close();
            self.calls.wait().await;
        }
        self.recorder.close().await;
        self.reporter.tell_the_rest().await;
        self.stop_now.cancel();
        if let Err(error) = self.storage.leave(self.heartbeat.worker()).await {
            tracing::warn!(%error, "could not remove the worker's row; it expires with its heartbeat");
        }
    }
}
