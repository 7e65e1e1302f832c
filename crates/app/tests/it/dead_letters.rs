//! Replays and purges of many dead letters.

use std::time::Instant;

use campanile_app::dead_letters::{Bounds, Sweep, Swept, sweep};
use campanile_domain::{Act, DeliveryId, Lane, SystemClock};
use campanile_storage::{BuriedMessage, DeadLetterFilter, DeadLetters};
use chrono::Utc;
use uuid::Uuid;

use crate::support::{acme, storage};

#[tokio::test]
async fn a_sweep_ends_at_its_bounds_and_says_whether_more_is_left() {
    let (_folder, storage) = storage().await;
    let messages: Vec<_> = (0..3_500).map(message).collect();
    storage.bury_messages(&messages).await.unwrap();
    let (tenant, filter) = (acme(), DeadLetterFilter::default());
    let past = Bounds {
        until: Some(Instant::now()),
        ..Bounds::NONE
    };
    let few = Bounds {
        most: 1_200,
        ..Bounds::NONE
    };
    let last = Bounds {
        most: 1_300,
        ..Bounds::NONE
    };
    for (bounds, steps, more) in [
        (past, &[1_000][..], true),
        (few, &[1_000, 1_200], true),
        (last, &[1_000, 1_300], false),
        (Bounds::NONE, &[0], false),
    ] {
        let mut counts = Vec::new();
        let note = |count| counts.push(count);
        let act = Act::at_command_line("ann", &SystemClock);
        let swept = sweep(&storage, &tenant, &filter, Sweep::Purge, &act, bounds, note).await;
        let count = *steps.last().unwrap();
        assert_eq!(swept.unwrap(), Swept { count, more });
        assert_eq!(counts, steps);
    }
}

fn message(n: u128) -> BuriedMessage {
    BuriedMessage {
        id: DeliveryId(Uuid::from_u128(n)),
        tenant: acme(),
        channel: None,
        lane: Lane::Default,
        detail: "cannot be read".into(),
        died_at: Utc::now(),
    }
}
