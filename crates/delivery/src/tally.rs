//! How many deliveries of this process arrived and died, by channel and hour.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use campanile_domain::{Channel, Clock, DeliveryState};
use campanile_storage::{FinishedDelivery, SentHour};
use chrono::{DateTime, DurationRound, TimeDelta, Utc};

/// The counts that this process has, a line for each hour and channel.
#[derive(Default)]
pub(crate) struct Tally(Mutex<HashMap<(DateTime<Utc>, Channel), Line>>);

struct Line {
    hour: SentHour,
    is_reported: bool,
}

impl Tally {
    /// Counts deliveries whose results are stored.
    pub(crate) fn count(&self, deliveries: &[FinishedDelivery], clock: &dyn Clock) {
        let now = clock.now();
        let hour = now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now);
        let mut lines = self.lines();
        for delivery in deliveries {
            let (sent, failed) = match delivery.state {
                DeliveryState::Sent => (1, 0),
                DeliveryState::Dead => (0, 1),
                // Nothing was tried to the end.
                _ => continue,
            };
            let channel = delivery.channel;
            let line = lines.entry((hour, channel)).or_insert_with(|| Line {
                hour: SentHour {
                    channel,
                    hour,
                    sent: 0,
                    failed: 0,
                    last_sent_at: None,
                },
                is_reported: false,
            });
            line.hour.sent += sent;
            line.hour.failed += failed;
            if sent > 0 {
                line.hour.last_sent_at = Some(now);
            }
            line.is_reported = false;
        }
    }

    /// What has changed and was not reported yet.
    pub(crate) fn unreported(&self) -> Vec<SentHour> {
        let lines = self.lines();
        let unreported = lines.values().filter(|line| !line.is_reported);
        unreported.map(|line| line.hour.clone()).collect()
    }

    /// These are stored. Hours that are over need not be kept here.
    pub(crate) fn reported(&self, hours: &[SentHour]) {
        let mut lines = self.lines();
        for reported in hours {
            if let Some(line) = lines.get_mut(&(reported.hour, reported.channel)) {
                // What arrives meanwhile is reported the next time.
                line.is_reported = line.hour == *reported;
            }
        }
        let newest = lines.keys().map(|(hour, _)| *hour).max();
        lines.retain(|(hour, _), line| !line.is_reported || Some(*hour) == newest);
    }

    fn lines(&self) -> MutexGuard<'_, HashMap<(DateTime<Utc>, Channel), Line>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
