//! What users do with their notifications.

use std::sync::Arc;

use campanile_domain::{
    InboxChange, InboxMarks, Notification, NotificationId, NotificationType, TenantId,
};
use chrono::{DateTime, TimeDelta, Utc};

use super::fixture::{accept, notification, now, read_all, tenants, user};
use InboxChange::{Archive, Read, Seen, Snooze, Unarchive, Unread as ToUnread, Unsnooze};
use campanile_pipeline::{
    ReadSteps, change_notification, delete_notification, read_step, see_notifications,
};
use campanile_storage::{
    Cancelled, InboxFilter, InboxItem, PageSize, PageStart, READ_AT_ONCE, Storage, UnreadOf,
};

async fn lines(
    storage: &Arc<dyn Storage>,
    tenant: &TenantId,
    filter: &InboxFilter,
    at: DateTime<Utc>,
) -> Vec<InboxItem> {
    let (start, u) = (PageStart::Offset(0), user("u"));
    let size = PageSize::rows(100);
    let page = storage
        .inbox_page(tenant, &u, filter, start, size, at)
        .await;
    let page = page.expect("read");
    let count = storage.inbox_count(tenant, &u, filter, at).await;
    assert_eq!(
        count.expect("counted").count,
        page.total,
        "page and count agree on {filter:?}"
    );
    assert_eq!(page.total, page.items.len() as u64);
    page.items
}

async fn shown(storage: &Arc<dyn Storage>, tenant: &TenantId) -> Vec<NotificationId> {
    let lines = lines(storage, tenant, &InboxFilter::default(), now()).await;
    lines.iter().map(|line| line.notification.id).collect()
}

async fn unread(storage: &Arc<dyn Storage>, tenant: &TenantId) -> usize {
    let unread_only = InboxFilter {
        unread_only: true,
        ..InboxFilter::default()
    };
    lines(storage, tenant, &unread_only, now()).await.len()
}

async fn change(
    storage: &Arc<dyn Storage>,
    of: &Notification,
    change: InboxChange,
    at: DateTime<Utc>,
) {
    let changed =
        change_notification(storage.as_ref(), &of.tenant, &of.user_id, of.id, change, at).await;
    let cancelled = changed.expect("changed").expect("there");
    assert_eq!(cancelled, Cancelled::default(), "nothing was planned");
}

async fn one(storage: &Arc<dyn Storage>) -> (TenantId, Notification) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let made = notification(&acme, "u");
    accept(storage.as_ref(), vec![made.clone()]).await;
    (acme, made)
}

/// Read, unread, seen: the first moment stays, a repetition leaves no trace.
pub async fn marks_are_set_once_and_taken_back(storage: Arc<dyn Storage>) {
    let (acme, made) = one(&storage).await;
    let first = now();
    let at = |seconds| first + TimeDelta::seconds(seconds);
    let all = InboxFilter::default();
    for (second, step, read, seen, updated) in [
        (1, Seen, None, Some(1), 1),
        (2, Seen, None, Some(1), 1),
        (3, Read, Some(3), Some(1), 3),
        (4, Read, Some(3), Some(1), 3),
        (5, ToUnread, None, Some(1), 5),
        (6, ToUnread, None, Some(1), 5),
        (7, Read, Some(7), Some(1), 7),
    ] {
        change(&storage, &made, step, at(second)).await;
        let line = lines(&storage, &acme, &all, at(second)).await.remove(0);
        let expected = InboxMarks {
            read_at: read.map(at),
            seen_at: seen.map(at),
            ..InboxMarks::default()
        };
        assert_eq!(line.marks, expected, "{step:?} at {second}");
        assert_eq!(line.updated_at, at(updated), "{step:?} at {second}");
        assert_eq!(line.notification, made);
        let reported = storage.timeline(&acme, made.id).await.expect("read");
        assert_eq!(reported.expect("there").marks, expected);
        assert_eq!(
            unread(&storage, &acme).await,
            usize::from(read.is_none()),
            "{step:?}"
        );
    }
}

/// They are listed apart, counted apart, and come back as they were.
pub async fn archived_ones_are_listed_apart(storage: Arc<dyn Storage>) {
    let (acme, made) = one(&storage).await;
    let archive = InboxFilter {
        archived: true,
        ..InboxFilter::default()
    };
    assert!(lines(&storage, &acme, &archive, now()).await.is_empty());
    let at = now();
    change(&storage, &made, Archive, at).await;
    change(&storage, &made, Archive, at + TimeDelta::seconds(1)).await;
    assert!(shown(&storage, &acme).await.is_empty());
    assert_eq!(unread(&storage, &acme).await, 0, "not counted");
    let kept = lines(&storage, &acme, &archive, now()).await;
    assert_eq!(kept[0].marks.archived_at, Some(at));
    assert_eq!(kept[0].marks.read_at, None, "put away is not read");
    change(&storage, &made, Unarchive, now()).await;
    assert_eq!(shown(&storage, &acme).await, [made.id]);
    assert_eq!(unread(&storage, &acme).await, 1);
}

/// Hidden until its moment, and there again without anybody's doing.
pub async fn a_snoozed_one_returns_by_itself(storage: Arc<dyn Storage>) {
    let (acme, made) = one(&storage).await;
    let until = now() + TimeDelta::hours(1);
    let all = InboxFilter::default();
    change(&storage, &made, Snooze { until }, now()).await;
    assert!(shown(&storage, &acme).await.is_empty());
    assert_eq!(unread(&storage, &acme).await, 0);
    let before = until - TimeDelta::microseconds(1);
    assert!(lines(&storage, &acme, &all, before).await.is_empty());
    let back = lines(&storage, &acme, &all, until).await;
    assert_eq!(back[0].marks.snoozed_until, Some(until));
    change(&storage, &made, Unsnooze, now()).await;
    assert_eq!(shown(&storage, &acme).await, [made.id]);
    change(&storage, &made, Snooze { until }, now()).await;
    change(&storage, &made, Archive, now()).await;
    change(&storage, &made, Unarchive, now()).await;
    assert_eq!(
        shown(&storage, &acme).await,
        [made.id],
        "done with is not put off"
    );
}

/// For everybody: list, archive, count, timeline, and every later change.
pub async fn a_deleted_one_is_gone(storage: Arc<dyn Storage>) {
    let (acme, mut made) = one(&storage).await;
    let kept = notification(&acme, "u");
    accept(storage.as_ref(), vec![kept.clone()]).await;
    change(&storage, &made, Read, now()).await;
    let delete = async |of: &Notification| {
        let deleted = delete_notification(storage.as_ref(), &of.tenant, &of.user_id, of.id, now());
        deleted.await.expect("answered")
    };
    assert_eq!(delete(&made).await, Some(Cancelled::default()));
    assert_eq!(delete(&made).await, None, "once");
    assert_eq!(shown(&storage, &acme).await, [kept.id]);
    let archive = InboxFilter {
        archived: true,
        ..InboxFilter::default()
    };
    assert!(lines(&storage, &acme, &archive, now()).await.is_empty());
    let reported = storage.timeline(&acme, made.id).await.expect("read");
    assert_eq!(reported, None);
    for step in [Read, ToUnread, Seen, Archive, Unarchive, Unsnooze] {
        let u = user("u");
        let changed = change_notification(storage.as_ref(), &acme, &u, made.id, step, now());
        assert_eq!(changed.await.expect("answered"), None, "{step:?}");
    }
    made.id = NotificationId::at(now());
    assert_eq!(delete(&made).await, None, "never there");
}

/// Another user's, another tenant's, and what is still to come.
pub async fn nobody_changes_what_is_not_in_their_inbox(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    let made = notification(&acme, "u");
    let mut later = notification(&acme, "u");
    later.send_at = Some(now() + TimeDelta::hours(1));
    accept(storage.as_ref(), vec![made.clone(), later.clone()]).await;
    for (tenant, who, id) in [
        (&acme, "v", made.id),
        (&other, "u", made.id),
        (&acme, "u", later.id),
        (&acme, "u", NotificationId::at(now())),
    ] {
        let who = user(who);
        let changed = change_notification(storage.as_ref(), tenant, &who, id, Read, now()).await;
        assert_eq!(changed.expect("answered"), None, "{tenant} {who} {id}");
        let deleted = delete_notification(storage.as_ref(), tenant, &who, id, now()).await;
        assert_eq!(deleted.expect("answered"), None, "{tenant} {who} {id}");
        let all = read_all(storage.as_ref(), &other, &user("u"), None, now()).await;
        assert_eq!(all.updated, 0);
    }
    assert_eq!(shown(&storage, &acme).await, [made.id]);
    assert_eq!(unread(&storage, &acme).await, 1);
}

/// Those that were seen stay as they are; what is not in the user's inbox is left alone.
pub async fn many_are_seen_in_one_transaction(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    let all: Vec<_> = (0..3).map(|_| notification(&acme, "u")).collect();
    let (foreign, of_another) = (notification(&other, "u"), notification(&acme, "v"));
    let mut later = notification(&acme, "u");
    later.send_at = Some(now() + TimeDelta::hours(1));
    let [seen, deleted, unseen] = &all[..] else {
        unreachable!("three")
    };
    let mut stored = all.clone();
    stored.extend([of_another.clone(), later.clone()]);
    accept(storage.as_ref(), stored).await;
    accept(storage.as_ref(), vec![foreign.clone()]).await;
    let first = now();
    change(&storage, seen, Seen, first).await;
    let u = user("u");
    let gone = delete_notification(storage.as_ref(), &acme, &u, deleted.id, first).await;
    assert!(gone.expect("answered").is_some());
    let others = [&foreign, &of_another, &later];
    let ids: Vec<_> = all.iter().chain(others).map(|one| one.id).collect();
    for (second, number) in [(1, 1), (2, 0)] {
        let at = first + TimeDelta::seconds(second);
        let marked = see_notifications(storage.as_ref(), &acme, &u, ids.clone(), at).await;
        assert_eq!(marked.expect("answered"), number, "at {second}");
    }
    let after = now() + TimeDelta::hours(2);
    for (one, seconds) in [(seen, Some(0)), (unseen, Some(1)), (&later, None)] {
        let line = lines(&storage, &acme, &InboxFilter::default(), after).await;
        let line = line.into_iter().find(|line| line.notification.id == one.id);
        let expected = seconds.map(|seconds| first + TimeDelta::seconds(seconds));
        assert_eq!(line.expect("shown").marks.seen_at, expected);
    }
    for (tenant, id) in [(&other, foreign.id), (&acme, of_another.id)] {
        let reported = storage.timeline(tenant, id).await.expect("read");
        assert_eq!(reported.expect("there").marks, InboxMarks::default());
    }
}

/// Of old and young ones, more than one transaction takes: all that the inbox shows unread, of the
/// type, and nothing else.
pub async fn read_all_is_complete_and_marks_nothing_else(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let typed = NotificationType::parse("room.invite").expect("a type");
    let many = READ_AT_ONCE + 7;
    let of = |name: &str| -> Vec<_> { (0..many).map(|_| notification(&acme, name)).collect() };
    let mut invite = notification(&acme, "u");
    invite.notification_type = typed.clone();
    let (mine, others) = (of("u"), notification(&acme, "v"));
    let (archived, snoozed) = (notification(&acme, "u"), notification(&acme, "u"));
    let singles = vec![invite, others, archived.clone(), snoozed.clone()];
    for batch in [mine.clone(), singles] {
        accept(storage.as_ref(), batch).await;
    }
    change(&storage, &archived, Archive, now()).await;
    let until = now() + TimeDelta::hours(1);
    change(&storage, &snoozed, Snooze { until }, now()).await;
    change(&storage, &mine[0], Read, now()).await;
    let u = user("u");
    let read = async |kind: Option<&NotificationType>, at: DateTime<Utc>| {
        let all = read_all(storage.as_ref(), &acme, &u, kind, at).await;
        all.updated
    };
    assert_eq!(read(Some(&typed), now()).await, 1);
    assert_eq!(read(Some(&typed), now()).await, 0);
    // Ten minutes later they are all old.
    let at = now() + TimeDelta::minutes(10);
    assert_eq!(read(None, at).await, many as u64 - 1);
    assert_eq!(read(None, at).await, 0);
    assert_eq!(unread(&storage, &acme).await, 0);
    let theirs = InboxFilter {
        unread_only: true,
        ..InboxFilter::default()
    };
    let theirs = storage.inbox_count(&acme, &user("v"), &theirs, now()).await;
    assert_eq!(theirs.expect("counted").count, 1, "another user's");
    change(&storage, &archived, Unarchive, now()).await;
    change(&storage, &snoozed, Unsnooze, now()).await;
    assert_eq!(unread(&storage, &acme).await, 2, "what was not shown");

    accept(storage.as_ref(), of("u")).await;
    assert_eq!(read(None, now()).await, many as u64 + 2, "young ones");
}

/// Stamped before the call or after it: what was not there when it began stays unread.
pub async fn read_all_leaves_what_arrives_meanwhile(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let stamped_before = notification(&acme, "u");
    let there = notification(&acme, "u");
    accept(storage.as_ref(), vec![there.clone()]).await;
    let began = now();
    let late = vec![stamped_before.clone(), notification(&acme, "u")];
    let of_u = UnreadOf {
        tenant: acme.clone(),
        user: user("u"),
        notification_type: None,
        now: began,
    };
    let (mut steps, mut read, mut arriving) = (ReadSteps::begin(began), 0, Some(late.clone()));
    while let Some(which) = steps.next(&storage, &of_u).await.expect("listed") {
        // At the worst moment: when the call has just looked at what is there.
        if let Some(late) = arriving.take() {
            accept(storage.as_ref(), late).await;
        }
        let step = read_step(&storage, &of_u, which).await.expect("read");
        steps.done(&step);
        read += step.updated;
    }
    assert_eq!(read, 1);
    for line in lines(&storage, &acme, &InboxFilter::default(), now()).await {
        let id = line.notification.id;
        assert_eq!(line.marks.read_at.is_some(), id == there.id, "{id}");
    }
    assert_eq!(unread(&storage, &acme).await, late.len());
}
