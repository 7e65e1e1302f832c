//! What is new in inboxes.

use std::sync::Arc;

use campanile_domain::{InboxChange, Notification, NotificationId, TenantId};
use campanile_pipeline::change_notification;
use campanile_storage::{
    ItemsWanted, PageSize, READ_AMONG, Storage, UpdatesFound, UpdatesSize, UpdatesWanted,
};
use chrono::{DateTime, TimeDelta, Utc};

use super::fixture::{accept, notification, now, tenants, user};

const LARGE: UpdatesSize = UpdatesSize {
    each: PageSize::rows(100),
    bytes: usize::MAX,
};

/// Everything of a user that was made in the last minute or is made later.
fn all_of(tenant: &TenantId, name: &str) -> UpdatesWanted {
    UpdatesWanted {
        tenant: tenant.clone(),
        user: user(name),
        items: newer_than(NotificationId::floor(now() - TimeDelta::minutes(1))),
        counts: true,
        read_since: None,
    }
}

fn newer_than(after: NotificationId) -> ItemsWanted {
    ItemsWanted::Newer {
        after,
        up_to: None,
        known: Vec::new(),
    }
}

async fn ask(
    storage: &Arc<dyn Storage>,
    wanted: &[UpdatesWanted],
    size: UpdatesSize,
    at: DateTime<Utc>,
) -> Vec<UpdatesFound> {
    let found = storage.inbox_updates(wanted, size, at).await;
    found.expect("read")
}

async fn one(storage: &Arc<dyn Storage>, wanted: UpdatesWanted, at: DateTime<Utc>) -> UpdatesFound {
    let mut found = ask(storage, &[wanted], LARGE, at).await;
    assert_eq!(found.len(), 1);
    found.remove(0)
}

fn ids(found: &UpdatesFound) -> Vec<NotificationId> {
    found
        .items
        .iter()
        .map(|item| item.notification.id)
        .collect()
}

async fn accepted(
    storage: &Arc<dyn Storage>,
    tenant: &TenantId,
    name: &str,
    number: usize,
) -> Vec<Notification> {
    let made: Vec<_> = (0..number).map(|_| notification(tenant, name)).collect();
    accept(storage.as_ref(), made.clone()).await;
    made
}

async fn change(storage: &Arc<dyn Storage>, of: &Notification, change: InboxChange) {
    let (storage, user) = (storage.as_ref(), &of.user_id);
    let changed = change_notification(storage, &of.tenant, user, of.id, change, now());
    changed.await.expect("changed").expect("found");
}

/// Oldest first, without those that are known, and in pages that miss nothing.
pub async fn what_came_later_is_found_but_what_is_known(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let made = accepted(&storage, &acme, "u", 6).await;
    let all: Vec<_> = made.iter().map(|one| one.id).collect();
    let wanted = all_of(&acme, "u");
    assert_eq!(ids(&one(&storage, wanted.clone(), now()).await), all);
    let floor = NotificationId::floor(now() - TimeDelta::minutes(1));
    let of = |after, up_to, known: &[NotificationId]| UpdatesWanted {
        items: ItemsWanted::Newer {
            after,
            up_to,
            known: known.to_vec(),
        },
        ..wanted.clone()
    };
    let found = one(&storage, of(floor, Some(all[1]), &[]), now()).await;
    assert_eq!(ids(&found), all[..2]);
    let known = [all[1], all[5]];
    let found = one(&storage, of(floor, None, &known), now()).await;
    assert_eq!(ids(&found), [all[0], all[2], all[3], all[4]]);
    assert_eq!((found.total, found.unread, found.has_more), (6, 6, false));
    let mut size = LARGE;
    size.each.rows = 1;
    let found = ask(&storage, &[of(all[2], None, &known)], size, now()).await;
    assert_eq!((ids(&found[0]), found[0].has_more), (vec![all[3]], true));
    let found = ask(&storage, &[of(all[3], None, &known)], size, now()).await;
    assert_eq!((ids(&found[0]), found[0].has_more), (vec![all[4]], false));
}

/// Each answer is about its own tenant and user, also where there is nothing.
pub async fn many_inboxes_are_read_at_once(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    let of_acme = accepted(&storage, &acme, "u", 2).await;
    let of_other = accepted(&storage, &other, "u", 1).await;
    let of_second = accepted(&storage, &acme, "v", 3).await;
    change(&storage, &of_second[0], InboxChange::Read).await;
    change(&storage, &of_second[1], InboxChange::Archive).await;
    let wanted = [
        all_of(&acme, "v"),
        all_of(&other, "nobody"),
        all_of(&other, "u"),
        all_of(&acme, "u"),
        all_of(&acme, "v"),
    ];
    let found = ask(&storage, &wanted, LARGE, now()).await;
    let counts: Vec<_> = found.iter().map(|one| (one.total, one.unread)).collect();
    assert_eq!(counts, [(2, 1), (0, 0), (1, 1), (2, 2), (2, 1)]);
    let expected = [
        vec![of_second[0].id, of_second[2].id],
        vec![],
        vec![of_other[0].id],
        of_acme.iter().map(|one| one.id).collect(),
        vec![of_second[0].id, of_second[2].id],
    ];
    assert_eq!(found.iter().map(ids).collect::<Vec<_>>(), expected);
    assert_eq!(found[0], found[4]);
    assert!(found[0].items[0].marks.read_at.is_some());
    assert!(ask(&storage, &[], LARGE, now()).await.is_empty());
}

/// Only if it is asked for, and however small their ids are.
pub async fn what_an_inbox_shows_by_itself_is_found(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let begun = now();
    let mut later = notification(&acme, "u");
    later.send_at = Some(begun + TimeDelta::minutes(5));
    accept(storage.as_ref(), vec![later.clone()]).await;
    let snoozed = accepted(&storage, &acme, "u", 1).await.remove(0);
    let until = begun + TimeDelta::minutes(10);
    change(&storage, &snoozed, InboxChange::Snooze { until }).await;
    let mut wanted = all_of(&acme, "u");
    wanted.items = newer_than(NotificationId::floor(begun + TimeDelta::minutes(1)));
    let at = |minutes| begun + TimeDelta::minutes(minutes);
    let first = one(&storage, wanted.clone(), begun).await;
    assert_eq!((ids(&first), first.total), (vec![], 0));
    assert_eq!(first.changes_at, later.send_at);
    assert!(ids(&one(&storage, wanted.clone(), at(6)).await).is_empty());
    let second = one(&storage, due(&acme, begun, None), at(6)).await;
    assert_eq!((ids(&second), second.total), (vec![later.id], 1));
    assert_eq!(second.changes_at, Some(until));
    let third = one(&storage, due(&acme, at(6), None), at(10)).await;
    assert_eq!((ids(&third), third.total), (vec![snoozed.id], 2));
    assert_eq!(third.items[0].due_at(), Some(until));
    let older = due(&acme, begun, Some(later.id));
    assert_eq!(ids(&one(&storage, older, at(10)).await), [later.id]);
}

/// Of user `u`, with later moments.
fn due(tenant: &TenantId, after: DateTime<Utc>, up_to: Option<NotificationId>) -> UpdatesWanted {
    UpdatesWanted {
        items: ItemsWanted::Due {
            after: (after, NotificationId::LAST),
            up_to,
        },
        ..all_of(tenant, "u")
    }
}

/// In the order in which the inbox shows them, of which many may have the same moment; each once.
pub async fn what_an_inbox_shows_by_itself_is_found_in_pages(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    // Only what is shown can be snoozed.
    let begun = now() - TimeDelta::minutes(10);
    let at = |minutes| begun + TimeDelta::minutes(minutes);
    let mut all: Vec<_> = (0..7).map(|_| notification(&acme, "u")).collect();
    for (one, minutes) in all.iter_mut().zip([9, 5, 5, 5, 3, 3, 3]) {
        one.send_at = Some(at(minutes));
    }
    accept(storage.as_ref(), all.clone()).await;
    // Scheduled and snoozed: the later moment counts.
    let until = at(4);
    change(&storage, &all[6], InboxChange::Snooze { until }).await;
    let until = at(1);
    change(&storage, &all[5], InboxChange::Snooze { until }).await;
    let mut size = LARGE;
    size.each.rows = 2;
    let (mut wanted, mut came) = (due(&acme, begun, None), Vec::new());
    loop {
        let found = ask(&storage, &[wanted.clone()], size, at(5))
            .await
            .remove(0);
        came.extend(ids(&found));
        let last = found.items.last().expect("never empty");
        wanted.items = ItemsWanted::Due {
            after: (last.due_at().expect("due"), last.notification.id),
            up_to: None,
        };
        assert_eq!(found.total, 6);
        if !found.has_more {
            break;
        }
    }
    let expected = [4, 5, 6, 1, 2, 3].map(|n: usize| all[n].id);
    assert_eq!(came, expected);
}

/// A question that does not ask for the numbers gets the same items without them.
pub async fn numbers_are_given_to_those_who_ask(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let mut later = notification(&acme, "u");
    later.send_at = Some(now() + TimeDelta::minutes(5));
    accept(storage.as_ref(), vec![later.clone()]).await;
    let made = accepted(&storage, &acme, "u", 2).await;
    let with = all_of(&acme, "u");
    let without = UpdatesWanted {
        counts: false,
        ..with.clone()
    };
    let found = ask(&storage, &[with, without], LARGE, now()).await;
    let expected: Vec<_> = made.iter().map(|one| one.id).collect();
    let numbers = |n: usize| (found[n].total, found[n].unread, found[n].changes_at);
    assert_eq!(
        [ids(&found[0]), ids(&found[1])],
        [expected.clone(), expected]
    );
    assert_eq!(numbers(0), (2, 2, later.send_at));
    assert_eq!(numbers(1), (0, 0, None));
}

/// Of the newest, since a moment.
pub async fn what_was_read_lately_is_listed(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let made = accepted(&storage, &acme, "u", READ_AMONG as usize + 1).await;
    let (oldest, second) = (&made[0], &made[1]);
    for read in [oldest, second] {
        change(&storage, read, InboxChange::Read).await;
    }
    let mut wanted = all_of(&acme, "u");
    wanted.items = newer_than(NotificationId::at(now()));
    assert!(one(&storage, wanted.clone(), now()).await.read.is_empty());
    wanted.read_since = Some(now() - TimeDelta::minutes(1));
    let found = one(&storage, wanted.clone(), now()).await;
    assert_eq!(found.read, [second.id]);
    wanted.read_since = Some(now() + TimeDelta::minutes(1));
    assert!(one(&storage, wanted, now()).await.read.is_empty());
}

/// Those behind the bytes are not answered, and the first is, however large.
pub async fn answers_are_bounded_by_bytes(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    for name in ["u", "v", "w"] {
        let mut made: Vec<_> = (0..3).map(|_| notification(&acme, name)).collect();
        for one in &mut made {
            one.content = format!(r#"{{"text":"{}"}}"#, "x".repeat(1_000)).into();
        }
        accept(storage.as_ref(), made).await;
    }
    let wanted = ["u", "v", "w"].map(|name| all_of(&acme, name));
    for (each, bytes, expected) in [
        (10_000, 10_000, vec![3, 3, 3]),
        (1_500, 10_000, vec![2, 2, 2]),
        (1_500, 3_000, vec![2, 2]),
        (1, 1, vec![1]),
    ] {
        let size = UpdatesSize {
            each: PageSize {
                rows: 100,
                bytes: each,
            },
            bytes,
        };
        let found = ask(&storage, &wanted, size, now()).await;
        let items: Vec<_> = found.iter().map(|one| one.items.len()).collect();
        assert_eq!(items, expected, "{size:?}");
        assert!(
            found
                .iter()
                .all(|one| one.has_more == (one.items.len() < 3))
        );
        assert!(found.iter().all(|one| one.total == 3));
    }
}
