//! What workers say of themselves.

use std::collections::BTreeSet;
use std::sync::Arc;

use campanile_domain::{Channel, WorkerId};
use chrono::{DateTime, DurationRound, TimeDelta, Utc};

use super::fixture::now;
use campanile_storage::{Reported, SentHour, Storage, WorkerReport, WorkerRow};

async fn alive(storage: &dyn Storage, heartbeat_at: DateTime<Utc>) -> WorkerId {
    let row = WorkerRow {
        id: WorkerId::at(now()),
        host: "h".into(),
        heartbeat_at,
    };
    storage.heartbeat(&row).await.expect("beaten");
    row.id
}

fn hour(channel: Channel, ago: i64, sent: u64, failed: u64) -> SentHour {
    let hour = now() - TimeDelta::hours(ago);
    let hour = hour.duration_trunc(TimeDelta::hours(1)).expect("an hour");
    let last_sent_at = (sent > 0).then(|| hour + TimeDelta::minutes(1));
    SentHour {
        channel,
        hour,
        sent,
        failed,
        last_sent_at,
    }
}

async fn reported(storage: &dyn Storage) -> Reported {
    let (alive, day) = (now() - TimeDelta::seconds(30), now() - TimeDelta::hours(24));
    storage.reported(alive, day).await.expect("read")
}

/// Of the living it counts what they say now, of all what they sent in the last day.
pub async fn what_the_living_say_and_all_have_sent(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    assert_eq!(reported(storage).await, Reported::default());
    let one = alive(storage, now()).await;
    assert_eq!(
        reported(storage).await.queue_up,
        None,
        "it has said nothing"
    );
    let mut report = WorkerReport {
        queue_up: false,
        channels: BTreeSet::from([Channel::Push]),
        hours: vec![
            hour(Channel::Push, 1, 3, 1),
            hour(Channel::Email, 30, 5, 5),
            hour(Channel::Email, 2, 0, 2),
        ],
    };
    // Said twice it is the same.
    for _ in 0..2 {
        storage.report(one, &report).await.expect("reported");
    }
    let read = reported(storage).await;
    assert_eq!((read.sent, read.failed), (3, 3));
    assert_eq!(read.last_sent_at, report.hours[0].last_sent_at);
    assert_eq!(read.queue_up, Some(false));
    report.hours = vec![hour(Channel::Push, 1, 4, 1)];
    report.channels = BTreeSet::from([Channel::Webhook]);
    storage.report(one, &report).await.expect("reported");
    let two = alive(storage, now()).await;
    let other = WorkerReport {
        queue_up: true,
        channels: BTreeSet::from([Channel::Email]),
        hours: vec![hour(Channel::Push, 1, 10, 0)],
    };
    storage.report(two, &other).await.expect("reported");
    let read = reported(storage).await;
    assert_eq!((read.sent, read.failed), (14, 3));
    assert_eq!(read.queue_up, Some(true), "one of them reaches it");
    let both = BTreeSet::from([Channel::Email, Channel::Webhook]);
    assert_eq!(read.channels, both);
    // What it has sent stays.
    storage.leave(two).await.expect("left");
    let silent = alive(storage, now() - TimeDelta::minutes(5)).await;
    storage.report(silent, &other).await.expect("reported");
    let read = reported(storage).await;
    assert_eq!(read.queue_up, Some(false));
    assert_eq!(read.channels, report.channels);
    assert_eq!(read.sent, 24);
}

/// Old hours go, but not the knowledge of when something arrived last.
pub async fn old_hours_are_forgotten_save_the_last_success(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let worker = alive(storage, now()).await;
    let last = hour(Channel::Push, 40, 1, 0);
    let report = WorkerReport {
        hours: vec![
            hour(Channel::Push, 50, 1, 0),
            hour(Channel::Email, 45, 0, 9),
            last.clone(),
            hour(Channel::Email, 2, 0, 1),
        ],
        ..WorkerReport::default()
    };
    storage.report(worker, &report).await.expect("reported");
    let before = now() - TimeDelta::hours(25);
    assert_eq!(storage.forget_sent(before).await.expect("forgot"), 2);
    assert_eq!(storage.forget_sent(before).await.expect("forgot"), 0);
    let read = reported(storage).await;
    assert_eq!((read.sent, read.failed), (0, 1));
    assert_eq!(read.last_sent_at, last.last_sent_at);
}
