//! From messages to rows: many messages, one query.

use std::sync::Arc;
use std::time::Duration;

use campanile_domain::Backoff;
use campanile_queue::Received;
use campanile_storage::{DispatchRef, LoadedDispatch, StorageError, UNREADABLE_PAUSE};
use campanile_telemetry::Stage;
use chrono::{DateTime, TimeDelta, Utc};

use super::held_message::HeldMessage;
use super::room::Place;
use super::run::Worker;
use crate::trouble::Trouble;

static TROUBLE: Trouble = Trouble::of(
    "loading deliveries",
    "their messages stay unacknowledged and will be retried",
);

/// A dispatch that is published again sooner than this is held before its calls begin, so that
/// two workers do not have it at once.
const HOLD_WITHIN: TimeDelta = TimeDelta::seconds(20);
/// The longest pause between two tries to reach the database.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// A message with its rows.
pub(crate) struct Loaded {
    pub(crate) message: Arc<HeldMessage>,
    pub(crate) rows: LoadedDispatch,
    /// Another worker may have received it before.
    pub(crate) suspect: bool,
    /// When its rows were asked for: what they say was true then.
    pub(crate) seen_at: DateTime<Utc>,
}

impl Worker {
    /// Loads the dispatches of the messages. Void messages are acknowledged; on the stop signal before the database
    /// answers, all are returned.
    pub(crate) async fn load(&self, messages: Vec<(Received, Place)>) -> Vec<(Loaded, Place)> {
        let (mut held, mut refs) = (Vec::new(), Vec::new());
        for (received, place) in messages {
            let Received {
                message,
                redelivered,
                acknowledge,
            } = received;
            let suspect = redelivered || message.suspect;
            let dispatch = DispatchRef {
                tenant: message.tenant.clone(),
                id: message.dispatch,
                epoch: message.epoch,
            };
            let heartbeat = Arc::clone(&self.heartbeat);
            let taken =
                HeldMessage::take(message.tenant, message.dispatch, acknowledge, heartbeat).await;
            if let Some(message) = taken {
                held.push((message, suspect, place));
                refs.push(dispatch);
            }
        }
        let stage = Stage::consume("worker.load");
        let Some((rows, seen_at)) = stage.run(self.rows(&refs)).await else {
            for (message, ..) in held {
                message.hand_back().await;
            }
            return Vec::new();
        };
        let jobs = rows.iter().flatten().flat_map(|row| &row.jobs);
        stage.end(jobs.filter_map(|job| job.trace));
        let mut loaded = Vec::with_capacity(held.len());
        for ((message, suspect, place), rows) in held.into_iter().zip(rows) {
            match rows {
                Some(rows) => {
                    let message = Loaded {
                        message,
                        rows,
                        suspect,
                        seen_at,
                    };
                    loaded.push((message, place));
                }
                None => message.void().await,
            }
        }
        loaded
    }

    /// Queries until the database answers, and returns the time of the query; `None` on the stop signal.
    async fn rows(
        &self,
        refs: &[DispatchRef],
    ) -> Option<(Vec<Option<LoadedDispatch>>, DateTime<Utc>)> {
        let mut backoff = Backoff::new(Duration::from_millis(100), LONGEST_PAUSE);
        loop {
            let asked_at = self.clock.now();
            match TROUBLE.note(self.rows_once(refs).await) {
                Ok(rows) => return Some((rows, asked_at)),
                Err(error) if error.is_lasting() => {
                    return Some((self.readable_rows(refs).await?, asked_at));
                }
                Err(_) => {}
            }
            tokio::select! {
                () = self.stop_taking.cancelled() => return None,
                () = tokio::time::sleep(backoff.pause()) => {}
            }
        }
    }

    /// One by one, since one of them cannot be decoded: that one is published again much later, when it may have been
    /// corrected or the version that wrote it rolled out.
    async fn readable_rows(&self, refs: &[DispatchRef]) -> Option<Vec<Option<LoadedDispatch>>> {
        let mut rows = Vec::with_capacity(refs.len());
        for one in refs {
            let row = match self.rows_once(std::slice::from_ref(one)).await {
                Ok(mut row) => row.pop().flatten(),
                Err(error) if error.is_lasting() => {
                    tracing::error!(
                        tenant.id = %one.tenant, dispatch.id = %one.id, %error,
                        "this dispatch cannot be decoded; it is postponed"
                    );
                    let place = (one.tenant.clone(), one.id);
                    let later = self.clock.now() + UNREADABLE_PAUSE;
                    self.storage.redeliver_at(&[place], later).await.ok()?;
                    None
                }
                Err(_unavailable) => return None,
            };
            rows.push(row);
        }
        Some(rows)
    }

    async fn rows_once(
        &self,
        refs: &[DispatchRef],
    ) -> Result<Vec<Option<LoadedDispatch>>, StorageError> {
        let rows = self.storage.load(refs).await?;
        let soon = self.clock.now() + HOLD_WITHIN;
        let late: Vec<_> = rows
            .iter()
            .flatten()
            .filter(|row| row.dispatch.publish_after < soon)
            .map(|row| (row.dispatch.tenant.clone(), row.dispatch.id))
            .collect();
        if late.is_empty() {
            return Ok(rows);
        }
        // Between the load and the hold the sweeper may have taken it: the epoch shows that.
        self.storage.hold(self.heartbeat.worker(), &late).await?;
        self.storage.load(refs).await
    }
}
