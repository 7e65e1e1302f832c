//! Rotations of data keys seal addresses again (ADR 93).

use std::collections::BTreeMap;
use std::sync::Arc;

use campanile_domain::{
    AddressFate, Channel, DeliveryState, RotationStage, Suppression, SuppressionReason, TenantId,
};
use campanile_pipeline::{
    RotationTurn, add_suppressions, data_key_state, rotate_data_key, rotation_step_at,
};
use campanile_storage::{Job, Storage, SuppressionFilter};
use chrono::{DateTime, TimeDelta, Utc};

use crate::address_book::{gone, jobs};
use crate::fixture::{finished, now, record, tenants, user};
use crate::key_rotations::{run, run_to_the_end};
use crate::sealed_addresses::{entry, has_all, is_all_read, mailbox, token};
use crate::sealing::Process;

/// How the raw statements of a back end write what differs.
#[derive(Debug, Clone, Copy)]
pub struct Raw {
    /// A random id of a device.
    pub id: &'static str,
    /// A moment before the column `last_seen`.
    pub earlier: &'static str,
    /// Makes all devices those of a kind that there is not.
    pub later_kind: &'static str,
}

/// An entry that a bounce made.
fn bounced(of: &str) -> Suppression {
    Suppression {
        reason: SuppressionReason::HardBounce,
        ..entry(of)
    }
}

async fn step(storage: &Arc<dyn Storage>, at: DateTime<Utc>) -> RotationTurn {
    let turn = rotation_step_at(storage, at).await.expect("stepped");
    assert!(turn.failed.is_none(), "{turn:?}");
    turn
}

async fn is_not_lost(storage: &Arc<dyn Storage>, waiting: &[Job]) {
    for job in waiting {
        let of = &job.notification;
        let seen = storage.look_again(&of.tenant, of.id, job.delivery_id).await;
        let lost = seen.expect("looked").expect("open").lost_address;
        assert_eq!(lost, None, "{} of {}", job.channel, of.user_id.as_str());
    }
}

async fn reasons(
    storage: &Arc<dyn Storage>,
    tenant: &TenantId,
) -> BTreeMap<String, SuppressionReason> {
    let filter = SuppressionFilter::default();
    let page = storage.suppressions(tenant, &filter, None, 100).await;
    let items = page.expect("read").items.into_iter();
    let reasons = items.map(|one| (one.key.address.as_str().to_owned(), one.reason));
    reasons.collect()
}

/// Addresses of all kinds are sealed with the new key, those that lay in the open too, and the former key goes. What waits finds its
/// address at all times, and of what is there in two forms one stays. `sql` runs a statement while no process has the database.
///
/// # Panics
/// If a promise is broken.
pub async fn a_rotation_seals_addresses_again(
    mut open: impl AsyncFnMut(Process) -> Arc<dyn Storage>,
    mut sql: impl AsyncFnMut(String),
    raw: Raw,
) {
    let storage = open(Process::Opens).await;
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    has_all(&storage, &acme, "ada").await;
    let mut waiting = jobs(storage.as_ref(), &acme, "ada").await;
    let in_the_open = vec![bounced("eve")];
    let added = add_suppressions(storage.as_ref(), &acme, in_the_open).await;
    assert_eq!(added.expect("added"), 1);
    storage.close().await;
    drop(storage);

    let storage = open(Process::Seals).await;
    has_all(&storage, &acme, "bob").await;
    waiting.extend(jobs(storage.as_ref(), &acme, "bob").await);
    let sent = jobs(storage.as_ref(), &acme, "bob").await;
    let all_sent = sent.iter().map(|job| finished(job, DeliveryState::Sent));
    record(storage.as_ref(), None, all_sent.collect()).await;
    let sealed = vec![bounced("kim"), entry("zoe")];
    let added = add_suppressions(storage.as_ref(), &acme, sealed).await;
    assert_eq!(added.expect("added"), 2);
    let known = storage.devices(&acme, &user("bob")).await.expect("read");
    let begun = rotate_data_key(&storage, &acme, true, now()).await;
    begun.expect("asked").expect("begun");
    storage.close().await;
    drop(storage);
    // As processes would have stored them that seal with the key of before, or not at all.
    let Raw { id, earlier, .. } = raw;
    sql(format!(
        "INSERT INTO devices (tenant, id, user_id, kind, value, platform, created_at, last_seen) \
         SELECT tenant, {id}, user_id, kind, '{}', platform, created_at, {earlier} FROM devices \
         WHERE user_id = 'bob'",
        token("bob")
    ))
    .await;
    let listed = |of: &str| mailbox(of).to_ascii_lowercase();
    for (of, reason, beside) in [
        ("kim", "manual", "hard_bounce"),
        ("zoe", "hard_bounce", "manual"),
    ] {
        sql(format!(
            "INSERT INTO suppressions (tenant, channel, address, notification_type, reason, source, since) \
             SELECT tenant, channel, '{}', notification_type, '{reason}', source, since FROM suppressions \
             WHERE reason = '{beside}' AND address NOT LIKE '%@%'",
            listed(of)
        ))
        .await;
    }

    let storage = open(Process::Seals).await;
    let early = run(storage.as_ref(), now()).await.expect("stepped");
    // A process may still look for the forms of the former key only.
    assert_eq!(early.stage(), RotationStage::Waiting);
    assert_eq!(early.counts.unreadable, 0);
    let mut at = now() + TimeDelta::minutes(10);
    let mut place = String::new();
    for _ in 0..1_000 {
        match step(&storage, at).await.stepped {
            Some(rotation) => place = rotation.place,
            None => at += TimeDelta::minutes(1),
        }
        if place == "deliveries" {
            break;
        }
    }
    assert_eq!(place, "deliveries");
    // The address book has the form of the new key by now, and what waits has not.
    is_not_lost(&storage, &waiting).await;
    let reported = waiting.iter().filter(|job| job.channel == Channel::Push);
    let reported = reported.filter(|job| job.notification.user_id == user("ada"));
    let reported: Vec<_> = reported.map(|job| gone(job, AddressFate::Gone)).collect();
    assert_eq!(reported.len(), 1);
    record(storage.as_ref(), None, reported).await;
    let left = storage.devices(&acme, &user("ada")).await.expect("read");
    assert!(left.is_empty());
    waiting.retain(|job| job.channel != Channel::Push || job.notification.user_id != user("ada"));
    let last = run_to_the_end(storage.as_ref(), at).await;
    assert_eq!(last.counts.unreadable, 0, "{last:?}");
    storage.close().await;
    drop(storage);

    // By a process that has never seen the former key.
    let storage = open(Process::Seals).await;
    let (keys, _) = data_key_state(&storage, &acme).await.expect("read");
    assert_eq!(keys.former, 0);
    is_not_lost(&storage, &waiting).await;
    is_all_read(&storage, &acme, "bob").await;
    let devices = storage.devices(&acme, &user("bob")).await.expect("read");
    assert_eq!(devices[0].id, known[0].id, "the one that was seen last");
    for job in &sent {
        let story = storage.timeline(&acme, job.notification.id).await;
        let mut ways = story.expect("read").expect("there").deliveries.into_iter();
        assert!(ways.any(|way| way.address == job.address));
    }
    let expected = [
        ("eve", SuppressionReason::HardBounce),
        ("kim", SuppressionReason::Manual),
        ("zoe", SuppressionReason::Manual),
    ];
    let expected = expected.map(|(of, reason)| (listed(of), reason));
    assert_eq!(reasons(&storage, &acme).await, expected.into());
    has_all(&storage, &acme, "kim").await;
    let left = jobs(storage.as_ref(), &acme, "kim").await;
    let left: Vec<_> = left.iter().map(|job| job.channel).collect();
    assert_eq!(left, [Channel::Push]);
    storage.close().await;
}

/// A table that only a newer release has is left to it, and a device of a kind that only a newer release has holds up the end.
///
/// # Panics
/// If a promise is broken.
pub async fn what_a_newer_release_seals_keeps_the_former_key(
    mut open: impl AsyncFnMut(Process) -> Arc<dyn Storage>,
    mut sql: impl AsyncFnMut(String),
    raw: Raw,
) {
    let storage = open(Process::Seals).await;
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    has_all(&storage, &acme, "bob").await;
    let begun = rotate_data_key(&storage, &acme, true, now()).await;
    begun.expect("asked").expect("begun");
    run(storage.as_ref(), now()).await.expect("stepped");
    storage.close().await;
    drop(storage);
    sql("UPDATE key_rotations SET place = 'later'".into()).await;

    let storage = open(Process::Seals).await;
    let late = now() + TimeDelta::minutes(10);
    let turn = rotation_step_at(&storage, late).await.expect("put off");
    assert!(turn.failed.is_some(), "{turn:?}");
    storage.close().await;
    drop(storage);
    sql("UPDATE key_rotations SET place = 'providers'".into()).await;
    sql(raw.later_kind.into()).await;

    let storage = open(Process::Seals).await;
    for later in 1..20 {
        run(storage.as_ref(), late + TimeDelta::minutes(later)).await;
    }
    let (keys, rotation) = data_key_state(&storage, &acme).await.expect("read");
    assert_eq!(keys.former, 1);
    assert!(rotation.expect("there").is_running());
    storage.close().await;
    drop(storage);
    sql("UPDATE devices SET kind = 'token'".into()).await;

    let storage = open(Process::Seals).await;
    run_to_the_end(storage.as_ref(), late + TimeDelta::minutes(30)).await;
    let (keys, _) = data_key_state(&storage, &acme).await.expect("read");
    assert_eq!(keys.former, 0);
    is_all_read(&storage, &acme, "bob").await;
    storage.close().await;
}
