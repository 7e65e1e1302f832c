//! The background task: reads ahead, lets calls fly, decides on their answers.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::callbacks::{Callbacks, Expired, Rejected};
use super::slot::{Faults, Stage};
use super::window::Window;
use crate::answer::Answer;
use crate::http::Http;
use crate::spool::{Entry, Position, RejectedLine, Spool, now_ms};
use crate::{Accepted, Failure, Problem, RetryPolicy};

/// Calls under way at once; more would not make the service commit faster.
const MAX_FLYING: usize = 16;
/// Calls read ahead, so that one person's long line does not hold up others.
const MAX_CALLS: usize = 256;
/// The same in bytes.
const MAX_BYTES: u64 = 4 * 1024 * 1024;
/// As much is read at once.
const READ_BYTES: u64 = 256 * 1024;
/// After a fault of our own disk.
const DISK_PAUSE: Duration = Duration::from_secs(1);

/// Replays until the stop signal.
pub(crate) struct Replay {
    spool: Arc<Spool>,
    http: Arc<Http>,
    policy: RetryPolicy,
    callbacks: Callbacks,
    window: Window,
    /// Behind what was read.
    read_to: Position,
    flights: JoinSet<(u64, Arc<Entry>, Answer<Accepted>)>,
    /// Attempts in a row that showed the service to be away.
    troubles: u32,
    /// Nothing flies before.
    not_before: Instant,
    taken: u64,
}

impl Replay {
    pub(crate) fn new(
        spool: Arc<Spool>,
        http: Arc<Http>,
        policy: RetryPolicy,
        callbacks: Callbacks,
    ) -> Self {
        Self {
            read_to: spool.head(),
            spool,
            http,
            policy,
            callbacks,
            window: Window::default(),
            flights: JoinSet::new(),
            troubles: 0,
            not_before: Instant::now(),
            taken: 0,
        }
    }

    /// Runs until `stop` is set or its sender is dropped; calls in flight are still finished.
    pub(crate) async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let mut changes = self.spool.changes();
        while !*stop.borrow_and_update() {
            changes.borrow_and_update();
            self.read_ahead().await;
            self.drop_expired();
            self.forget_done().await;
            // One time for both: a call that is too early at the first check must not be late at the second, or
            // nothing would wake this task.
            let now = Instant::now();
            self.start(now);
            let next = self.next_start();
            tokio::select! {
                Some(landed) = self.flights.join_next(), if !self.flights.is_empty() => self.landed(landed).await,
                () = sleep_until(next), if next > now => {}
                _ = changes.changed() => {}
                gone = stop.changed() => if gone.is_err() { break },
            }
        }
        while let Some(landed) = self.flights.join_next().await {
            self.landed(landed).await;
        }
        self.forget_done().await;
    }

    async fn read_ahead(&mut self) {
        while self.window.len() < MAX_CALLS && self.window.bytes < MAX_BYTES {
            match self.spool.read(self.read_to, READ_BYTES).await {
                Ok(more) if more.is_empty() => return,
                Ok(more) => more.into_iter().for_each(|stored| {
                    self.read_to = stored.end;
                    if stored.entry.is_none() {
                        tracing::error!(
                            segment = stored.end.segment,
                            "a spooled call cannot be read; its segment is kept as *.damaged"
                        );
                        self.spool.damaged(stored.end.segment);
                    }
                    self.window.push(stored);
                }),
                Err(error) => {
                    tracing::error!(%error, "the spool cannot be read");
                    self.not_before = Instant::now() + DISK_PAUSE;
                    return;
                }
            }
        }
    }

    /// The service would refuse each, and no operator could do anything about it.
    fn drop_expired(&mut self) {
        let dropped = self.window.drop_expired(now_ms());
        if dropped.is_empty() {
            return;
        }
        let count = dropped.len() as u64;
        self.spool.count(|status| status.expired += count);
        tracing::warn!(
            calls = count,
            "spooled calls are dropped: their expires_at has passed"
        );
        for entry in dropped {
            tracing::debug!(key = %entry.key, path = entry.path, "a spooled call has expired");
            if let Some(on_expired) = &self.callbacks.on_expired {
                on_expired(Expired {
                    key: entry.key.clone(),
                    path: entry.path.clone(),
                    body: serde_json::from_str(entry.body.get()).unwrap_or(Value::Null),
                });
            }
        }
    }

    fn start(&mut self, now: Instant) {
        // One call tries whether the service is back.
        let most = if self.troubles == 0 { MAX_FLYING } else { 1 };
        while now >= self.not_before && self.window.flying < most {
            let Some((number, entry)) = self.window.start_next(now) else {
                return;
            };
            let http = Arc::clone(&self.http);
            self.flights.spawn(async move {
                let call = (&entry.key, entry.body.get().as_bytes());
                let answer = http.post(&entry.path, call).await;
                (number, entry, answer)
            });
        }
    }

    /// When there is something to start that cannot be started now.
    fn next_start(&self) -> Instant {
        let due = self.window.next_due();
        due.map_or(self.not_before, |due| due.max(self.not_before))
    }

    async fn landed(
        &mut self,
        landed: Result<(u64, Arc<Entry>, Answer<Accepted>), tokio::task::JoinError>,
    ) {
        let (number, entry, answer) = match landed {
            Ok(landed) => landed,
            // A call in flight is never aborted; a bug in one must not look like an empty spool.
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        };
        match answer {
            Answer::Done(_) => self.taken(number, &entry),
            // The key is ours alone, so the other request was this one: an earlier attempt had been accepted, and what
            // it asked for means something else by now (`send_at` has passed).
            Answer::Refused(problem) if problem.is_key_reused() && !entry.is_callers_key => {
                self.taken(number, &entry);
            }
            Answer::Refused(problem) => self.refused(number, &entry, problem).await,
            Answer::Again {
                why: Failure::Later(problem),
                retry_after: None,
            } if problem.status == 500 => self.fault(number, &entry, problem).await,
            Answer::Again { why, retry_after } => {
                self.window.landed(number, Stage::Waiting);
                self.trouble(&why, retry_after);
            }
            // It says nothing about the call, and an operator will correct it.
            Answer::Credential(problem) => {
                self.window.landed(number, Stage::Waiting);
                self.trouble(&Failure::Later(problem), None);
            }
        }
    }

    fn taken(&mut self, number: u64, entry: &Entry) {
        self.window.landed(number, Stage::Done);
        self.taken += 1;
        self.spool.count(|status| {
            status.replayed += 1;
            status.late += u64::from(entry.is_late());
        });
        if std::mem::take(&mut self.troubles) > 0 {
            tracing::info!("the service is available again; replaying the spool");
        }
    }

    /// The service is away, or wants to be left alone.
    fn trouble(&mut self, why: &Failure, retry_after: Option<Duration>) {
        let now = Instant::now();
        if self.troubles == 0 {
            tracing::warn!(
                error = why as &dyn std::error::Error,
                "the service is unavailable; calls stay in the spool"
            );
        }
        // Calls in flight together end together, and count as one result.
        if now >= self.not_before {
            self.not_before = now + self.policy.pause(self.troubles, retry_after);
            self.troubles += 1;
        } else if let Some(wait) = retry_after {
            self.not_before = self.not_before.max(now + wait);
        }
    }

    /// The service failed at this call, which may be the call's fault: it waits alone, and is set aside in the end.
    async fn fault(&mut self, number: u64, entry: &Entry, problem: Problem) {
        let (now, taken) = (Instant::now(), self.taken);
        let faults = Faults::another(self.window.faults(number), now, taken);
        if faults.are_the_calls(now, taken) {
            return self.refused(number, entry, problem).await;
        }
        let slot = self.window.landed(number, Stage::Waiting);
        slot.faults = Some(faults);
        slot.not_before = Some(now + self.policy.pause(faults.count, None));
    }

    async fn refused(&mut self, number: u64, entry: &Entry, problem: Problem) {
        let line = RejectedLine {
            rejected_at_ms: now_ms(),
            problem: &problem,
            entry,
        };
        if let Err(error) = self.spool.set_aside(&line).await {
            tracing::error!(%error, "cannot write a refused call to rejected.jsonl; it stays in the spool");
            let slot = self.window.landed(number, Stage::Waiting);
            slot.not_before = Some(Instant::now() + DISK_PAUSE);
            return;
        }
        self.window.landed(number, Stage::Done);
        self.spool.count(|status| status.rejected += 1);
        tracing::error!(key = %entry.key, path = entry.path, %problem, "the service refused a spooled call; it is in rejected.jsonl");
        if let Some(on_rejected) = &self.callbacks.on_rejected {
            on_rejected(Rejected {
                key: entry.key.clone(),
                path: entry.path.clone(),
                body: serde_json::from_str(entry.body.get()).unwrap_or(Value::Null),
                problem,
            });
        }
    }

    async fn forget_done(&mut self) {
        while let Some(done) = self.window.take_done() {
            let advanced = self.spool.advance(done.end, done.entries, done.bytes).await;
            if let Err(error) = advanced {
                tracing::warn!(%error, "the spool's cursor cannot be written; a restart replays calls again under their keys");
            }
        }
    }
}
