//! Versions that wait for their time.

use std::sync::Arc;

use campanile_domain::{ShownVersion, VersionState, shared_type};
use campanile_pipeline::{
    DuePublished, Published, RollBack, RolledBack, Unscheduled, publish, publish_due, put_off_due,
    roll_back, unschedule,
};
use campanile_storage::{DueTemplate, Storage};
use chrono::TimeDelta;

use super::{current, draft, kind, publication, published};
use crate::fixture::{now, tenants};

/// A scheduled version waits, is published once when it is due, and may be removed before.
pub async fn a_scheduled_version_waits_for_its_time(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let (of, later) = (kind("order"), now() + TimeDelta::hours(1));
    draft(storage, &acme, &of, "first").await;
    published(storage, &acme, &of).await;
    for title in ["second", "third"] {
        draft(storage, &acme, &of, title).await;
        let publication = publication(storage, &acme, &of, Some(later)).await;
        let done = publish(storage, &acme, publication).await.expect("asked");
        let Published::Version(version) = done else {
            panic!("{done:?}");
        };
        assert_eq!(version.state, VersionState::Scheduled);
    }
    let removed = async |version| {
        let done = unschedule(storage, &acme, &of, version).await;
        done.expect("asked")
    };
    assert_eq!(removed(3).await, Unscheduled::Removed);
    assert_eq!(removed(3).await, Unscheduled::NoVersion);
    assert_eq!(removed(1).await, Unscheduled::Published);
    let due = |now| storage.due_templates(now, 10);
    assert_eq!(due(now()).await.expect("read"), []);
    let found = due(later).await.expect("read");
    let second = DueTemplate {
        tenant: acme.clone(),
        notification_type: of.clone(),
        version: 2,
        failures: 0,
    };
    assert_eq!(found, std::slice::from_ref(&second));
    assert_eq!(
        current(storage, &acme, &of).await,
        Some((1, "first".into()))
    );
    let (one, two) = tokio::join!(
        publish_due(storage, &second, later),
        publish_due(storage, &second, later)
    );
    let mut both = [one.expect("asked"), two.expect("asked")];
    both.sort_by_key(|one| *one == DuePublished::Gone);
    assert_eq!(both, [DuePublished::Current, DuePublished::Gone], "once");
    assert_eq!(
        current(storage, &acme, &of).await,
        Some((2, "second".into()))
    );
    assert_eq!(due(later).await.expect("read"), []);
    let heads = storage
        .template_heads(&acme, &of, None, 10)
        .await
        .expect("read");
    assert_eq!(
        (heads[0].published_at, heads[0].due_at),
        (Some(later), None)
    );
}

/// What was scheduled before something newer was published does not undo it. A version that was made because `_shared`
/// changed is no newer.
pub async fn a_scheduled_version_does_not_undo_a_newer_one(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let (of, later) = (kind("order"), now() + TimeDelta::hours(1));
    let schedule = async |title: &str| {
        draft(storage, &acme, &of, title).await;
        let scheduled = publication(storage, &acme, &of, Some(later)).await;
        let done = publish(storage, &acme, scheduled).await;
        assert!(matches!(done, Ok(Published::Version(_))));
        let due = storage.due_templates(later, 10).await.expect("read");
        due.into_iter().next_back().expect("one is due")
    };
    draft(storage, &acme, &of, "first").await;
    published(storage, &acme, &of).await;
    let second = schedule("second").await;
    draft(storage, &acme, &shared_type(), "partial").await;
    published(storage, &acme, &shared_type()).await;
    assert_eq!(
        current(storage, &acme, &of).await,
        Some((3, "first".into()))
    );
    let done = publish_due(storage, &second, later).await;
    assert_eq!(done.expect("asked"), DuePublished::Current);
    assert_eq!(
        current(storage, &acme, &of).await,
        Some((2, "second".into()))
    );

    let fourth = schedule("fourth").await;
    draft(storage, &acme, &of, "fifth").await;
    published(storage, &acme, &of).await;
    let done = publish_due(storage, &fourth, later).await;
    assert_eq!(done.expect("asked"), DuePublished::Superseded);
    assert_eq!(
        current(storage, &acme, &of).await,
        Some((5, "fifth".into()))
    );
    assert_eq!(storage.due_templates(later, 10).await.expect("read"), []);
    let heads = storage.template_heads(&acme, &of, None, 10).await;
    let states = heads.expect("read").into_iter().map(|head| {
        let version = head.version;
        (version, ShownVersion::of(head, Some(5)).state)
    });
    let states: Vec<_> = states.collect();
    assert_eq!(states[1], (4, VersionState::Superseded));
    let to = RollBack {
        notification_type: of.clone(),
        version: 4,
        comment: None,
        seen: None,
        by: "ann".into(),
        now: now(),
    };
    let done = roll_back(storage, &acme, to).await.expect("asked");
    assert!(matches!(done, RolledBack::Version(_)), "{done:?}");
    assert_eq!(
        current(storage, &acme, &of).await,
        Some((6, "fourth".into()))
    );
}

/// A tenant with many versions that are due, or one that always fails, does not hold up the others.
pub async fn due_versions_take_turns_and_those_that_fail_wait(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    let (of, later) = (kind("order"), now() + TimeDelta::hours(1));
    for (tenant, count) in [(&acme, 5), (&other, 1)] {
        for n in 0..count {
            draft(storage, tenant, &of, &format!("title {n}")).await;
            let at = later - TimeDelta::minutes(10 - n)
                + TimeDelta::minutes(i64::from(tenant == &other) * 9);
            let scheduled = publication(storage, tenant, &of, Some(at)).await;
            let done = publish(storage, tenant, scheduled).await;
            assert!(matches!(done, Ok(Published::Version(_))));
        }
    }
    let due = async |now| storage.due_templates(now, 2).await.expect("read");
    let found = due(later).await;
    let whose: Vec<_> = found.iter().map(|one| (&one.tenant, one.version)).collect();
    assert_eq!(whose, [(&acme, 1), (&other, 1)]);
    let first = &found[0];
    let until = put_off_due(storage, first, later).await.expect("noted");
    assert_eq!(until, later + TimeDelta::seconds(10));
    assert_eq!(due(later).await[0].version, 2, "it waits");
    let again = due(until).await.remove(0);
    assert_eq!((again.version, again.failures), (1, 1));
    let until = put_off_due(storage, &again, until).await.expect("noted");
    assert_eq!(until, later + TimeDelta::seconds(30));
    let last = DueTemplate {
        failures: 60,
        ..again
    };
    let until = put_off_due(storage, &last, later).await.expect("noted");
    assert_eq!(until, later + TimeDelta::minutes(10));
}
