//! A user's inbox.

use std::sync::Arc;

use campanile_domain::{
    Channel, DeliveryState, InboxChange, InboxMarks, ItemTexts, Notification, NotificationId,
    NotificationType, TenantId,
};
use chrono::TimeDelta;

use campanile_pipeline::change_notification;

use super::fixture::{
    accept, dispatched, finished, load, notification, now, record, tenants, user,
};
use campanile_storage::{InboxFilter, InboxPage, PageSize, PageStart, Search, Storage};

async fn page(
    storage: &Arc<dyn Storage>,
    tenant: &TenantId,
    filter: &InboxFilter,
    start: PageStart,
    limit: u32,
) -> InboxPage {
    sized(storage, tenant, filter, start, PageSize::rows(limit)).await
}

async fn sized(
    storage: &Arc<dyn Storage>,
    tenant: &TenantId,
    filter: &InboxFilter,
    start: PageStart,
    size: PageSize,
) -> InboxPage {
    let page = storage
        .inbox_page(tenant, &user("u"), filter, start, size, now())
        .await;
    page.expect("read")
}

fn ids(page: &InboxPage) -> Vec<NotificationId> {
    page.items.iter().map(|item| item.notification.id).collect()
}

/// Five notifications for `u`, a second apart, the newest made now; newest first.
async fn five(storage: &Arc<dyn Storage>, tenant: &TenantId) -> Vec<Notification> {
    let newest = now();
    let made: Vec<_> = (0..5)
        .map(|n| {
            let mut one = notification(tenant, "u");
            one.created_at = newest - TimeDelta::seconds(n);
            one.id = NotificationId::at(one.created_at);
            one
        })
        .collect();
    accept(storage.as_ref(), made.clone()).await;
    made
}

/// Limit, offset, total and whether more follows.
pub async fn pages_go_from_new_to_old(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let all: Vec<_> = five(&storage, &acme).await.iter().map(|n| n.id).collect();
    for (offset, limit, expected, more) in [
        (0, 2, &all[..2], true),
        (2, 2, &all[2..4], true),
        (4, 2, &all[4..], false),
        (0, 5, &all[..], false),
        (9, 2, &[][..], false),
    ] {
        let start = PageStart::Offset(offset);
        let page = page(&storage, &acme, &InboxFilter::default(), start, limit).await;
        assert_eq!(ids(&page), expected, "offset {offset}, limit {limit}");
        assert_eq!(
            (page.total, page.has_more),
            (5, more),
            "offset {offset}, limit {limit}"
        );
    }
}

/// By their lines and by their bytes, and following the cursor or the offset misses nothing.
pub async fn pages_are_bounded_by_bytes(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let mut made: Vec<_> = (0..6).map(|_| notification(&acme, "u")).collect();
    // A page of 10,000 bytes: what reaches it is its last; one that is larger goes alone.
    for (one, bytes) in made
        .iter_mut()
        .zip([100, 4_000, 9_000, 30_000, 100, 12_000])
    {
        one.title = Some("Ü".repeat(40));
        one.content = format!(r#"{{"text":"needle {}"}}"#, "ü".repeat(bytes / 2)).into();
    }
    accept(storage.as_ref(), made.clone()).await;
    made.reverse();
    let all: Vec<_> = made.iter().map(|n| n.id).collect();
    let size = PageSize {
        rows: 4,
        bytes: 10_000,
    };
    for filter in [InboxFilter::default(), saying("needle")] {
        for by_cursor in [true, false] {
            let (mut seen, mut pages) = (Vec::new(), Vec::new());
            let mut start = PageStart::Offset(0);
            loop {
                let page = sized(&storage, &acme, &filter, start, size).await;
                assert_eq!(page.total, 6);
                seen.extend(ids(&page));
                pages.push(page.items.len());
                assert_eq!(page.has_more, seen.len() < 6, "{pages:?}");
                if !page.has_more {
                    break;
                }
                start = match by_cursor {
                    true => PageStart::After(*seen.last().expect("a page has a line")),
                    false => PageStart::Offset(u32::try_from(seen.len()).expect("few")),
                };
            }
            assert_eq!(seen, all);
            assert_eq!(pages, [1, 2, 2, 1], "{filter:?}");
        }
    }
    let few = PageSize { rows: 1, ..size };
    let page = sized(
        &storage,
        &acme,
        &InboxFilter::default(),
        PageStart::Offset(4),
        few,
    )
    .await;
    assert_eq!((ids(&page), page.has_more), (all[4..5].to_vec(), true));
    let beyond = PageStart::Offset(6);
    let page = sized(&storage, &acme, &InboxFilter::default(), beyond, size).await;
    assert_eq!((page.items.len(), page.total, page.has_more), (0, 6, false));
}

/// What is added meanwhile moves nothing.
pub async fn a_cursor_continues_where_the_page_ended(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let all: Vec<_> = five(&storage, &acme).await.iter().map(|n| n.id).collect();
    accept(storage.as_ref(), vec![notification(&acme, "u")]).await;
    let start = PageStart::After(all[1]);
    let page = page(&storage, &acme, &InboxFilter::default(), start, 2).await;
    assert_eq!(ids(&page), all[2..4]);
    assert_eq!((page.total, page.has_more), (6, true));
}

/// Count and total agree with the page for every filter.
pub async fn filters_narrow_page_and_count_alike(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let all = five(&storage, &acme).await;
    let mut special = notification(&acme, "u");
    special.notification_type = NotificationType::parse("room.invite").expect("a type");
    accept(storage.as_ref(), vec![special.clone()]).await;
    let none = InboxFilter::default;
    let invite = Some(special.notification_type.clone());
    let (from, to) = (Some(all[3].created_at), Some(all[1].created_at));
    for (filter, expected) in [
        (none(), 6),
        (
            InboxFilter {
                unread_only: true,
                ..none()
            },
            6,
        ),
        (
            InboxFilter {
                notification_type: invite,
                ..none()
            },
            1,
        ),
        (InboxFilter { from, ..none() }, 5),
        (InboxFilter { to, ..none() }, 3),
        // From is included, to is not.
        (InboxFilter { from, to, ..none() }, 2),
    ] {
        let page = page(&storage, &acme, &filter, PageStart::Offset(0), 50).await;
        assert_eq!(page.items.len(), expected, "{filter:?}");
        assert_eq!(page.total, expected as u64, "{filter:?}");
        let count = storage
            .inbox_count(&acme, &user("u"), &filter, now())
            .await
            .expect("counted")
            .count;
        assert_eq!(count, expected as u64, "{filter:?}");
    }
}

/// Same user name, other tenant; same tenant, other user.
pub async fn users_and_tenants_see_their_own(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    let mine = notification(&acme, "u");
    for one in [
        mine.clone(),
        notification(&acme, "v"),
        notification(&other, "u"),
    ] {
        accept(storage.as_ref(), vec![one]).await;
    }
    let filter = InboxFilter::default();
    let page = page(&storage, &acme, &filter, PageStart::Offset(0), 50).await;
    assert_eq!(ids(&page), [mine.id]);
    assert_eq!(page.items[0].notification, mine);
    assert_eq!(page.items[0].marks, InboxMarks::default());
    let absent = storage
        .inbox_count(&acme, &user("nobody"), &filter, now())
        .await;
    assert_eq!(absent.expect("counted").count, 0);
}

/// Channels without `in_app`, and what is for later, are not shown.
pub async fn only_in_app_is_in_the_inbox(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let mut both = notification(&acme, "u");
    both.channels = Some(vec![Channel::Webhook, Channel::InApp]);
    let mut webhook = notification(&acme, "u");
    webhook.channels = Some(vec![Channel::Webhook]);
    let mut later = notification(&acme, "u");
    let due = later.created_at + TimeDelta::minutes(1);
    later.send_at = Some(due);
    accept(storage.as_ref(), vec![both.clone(), webhook, later.clone()]).await;
    let filter = InboxFilter::default();
    assert_eq!(
        ids(&page(&storage, &acme, &filter, PageStart::Offset(0), 50).await),
        [both.id]
    );
    let then = storage
        .inbox_page(
            &acme,
            &user("u"),
            &filter,
            PageStart::Offset(0),
            PageSize::rows(50),
            due,
        )
        .await;
    let mut shown = ids(&then.expect("read"));
    shown.sort_unstable();
    assert_eq!(shown, [both.id, later.id], "its moment has come");
}

/// For the status that is derived from them.
pub async fn delivery_states_come_along(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let dispatch = dispatched(storage.as_ref(), &acme, &["u"]).await;
    let states = |page: &InboxPage| page.items[0].delivery_states.clone();
    let filter = InboxFilter::default();
    let before = page(&storage, &acme, &filter, PageStart::Offset(0), 1).await;
    assert_eq!(states(&before), [DeliveryState::Queued]);
    let job = load(storage.as_ref(), &dispatch)
        .await
        .expect("there")
        .jobs
        .remove(0);
    record(
        storage.as_ref(),
        Some(&dispatch),
        vec![finished(&job, DeliveryState::Dead)],
    )
    .await;
    let after = page(&storage, &acme, &filter, PageStart::Offset(0), 1).await;
    assert_eq!(states(&after), [DeliveryState::Dead]);
}

fn saying(text: &str) -> InboxFilter {
    InboxFilter {
        search: Search::of(text),
        ..InboxFilter::default()
    }
}

/// In title, body and content, whatever the case, page by page, and in nobody else's.
pub async fn a_search_finds_what_is_said(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    let mut made: Vec<_> = (0..4).map(|_| notification(&acme, "u")).collect();
    made[0].title = Some("Grüße aus Köln".into());
    made[1].body = Some("Viele GRÜSSE".into());
    // What is shown in place of what the sender wrote is found.
    made[1].title = Some("Tower".into());
    made[1].item = Arc::new(ItemTexts {
        title: Some("Turm".into()),
        ..ItemTexts::default()
    });
    made[2].content = r#"{"from":{"names":["grüner Kölner"],"street":"Domstraße"}}"#.into();
    let mut elsewhere = [notification(&other, "u"), notification(&acme, "v")];
    for one in &mut elsewhere {
        one.title = Some("grün".into());
        accept(storage.as_ref(), vec![one.clone()]).await;
    }
    accept(storage.as_ref(), made.clone()).await;
    let start = PageStart::Offset(0);
    for (text, expected) in [
        ("GRÜ", &[2, 1, 0][..]),
        ("köln", &[2, 0]),
        ("ko\u{308}ln", &[2, 0]),
        ("DOMSTRASSE", &[2]),
        ("turm", &[1]),
        ("tower", &[]),
        ("names", &[]),
        ("%", &[]),
    ] {
        let filter = saying(text);
        let found = page(&storage, &acme, &filter, start, 50).await;
        let expected: Vec<_> = expected.iter().map(|n: &usize| made[*n].id).collect();
        assert_eq!(ids(&found), expected, "{text}");
        let count = storage.inbox_count(&acme, &user("u"), &filter, now()).await;
        assert_eq!(
            count.expect("counted").count,
            expected.len() as u64,
            "{text}"
        );
    }
    let first = page(&storage, &acme, &saying("grü"), start, 2).await;
    assert_eq!(ids(&first), [made[2].id, made[1].id]);
    assert_eq!(first.items[0].notification, made[2]);
    assert_eq!((first.total, first.has_more), (3, true));
    for next in [PageStart::After(made[1].id), PageStart::Offset(2)] {
        let rest = page(&storage, &acme, &saying("grü"), next, 2).await;
        assert_eq!(ids(&rest), [made[0].id], "{next:?}");
        assert_eq!((rest.total, rest.has_more), (3, false), "{next:?}");
    }
}

/// What lies deeper is not opened.
pub async fn a_search_opens_the_newest_thousand(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let opened = usize::try_from(Search::OPENED).expect("small");
    let mut made: Vec<_> = (0..=opened).map(|_| notification(&acme, "u")).collect();
    made[0].title = Some("needle".into());
    made[1].title = Some("needle".into());
    accept(storage.as_ref(), made.clone()).await;
    let found = page(&storage, &acme, &saying("needle"), PageStart::Offset(0), 50).await;
    assert_eq!(ids(&found), [made[1].id]);
}

/// Nor what lies behind 16 MiB of texts.
pub async fn a_search_opens_so_many_bytes(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let large = format!(r#"{{"text":"{}"}}"#, "x".repeat(256 * 1024));
    let opened = Search::OPENED_BYTES / large.len() + 1;
    let mut made: Vec<_> = (0..opened + 2).map(|_| notification(&acme, "u")).collect();
    for one in &mut made {
        one.content = large.as_str().into();
    }
    for one in &mut made[..2] {
        one.content = r#"{"text":"needle"}"#.into();
    }
    // The last that is opened.
    made[2].content = large.replacen("xxxxxx", "needle", 1).into();
    for one in made.clone() {
        accept(storage.as_ref(), vec![one]).await;
    }
    let found = page(&storage, &acme, &saying("needle"), PageStart::Offset(0), 50).await;
    assert_eq!(ids(&found), [made[2].id]);
}

/// The next `send_at` or end of a snooze of what the inbox will show, and of nobody else's.
pub async fn what_will_change_by_itself_is_known(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    let now = now();
    let at = |tenant: &TenantId, to: &str, seconds: Option<i64>, channels: Option<Vec<Channel>>| {
        let mut one = notification(tenant, to);
        one.send_at = seconds.map(|seconds| now + TimeDelta::seconds(seconds));
        one.channels = channels;
        one
    };
    let changes_at = async |now| {
        let (u, all, start) = (user("u"), InboxFilter::default(), PageStart::Offset(0));
        let counted = storage.inbox_count(&acme, &u, &all, now).await;
        let page = storage.inbox_page(&acme, &u, &all, start, PageSize::rows(1), now);
        let changes_at = counted.expect("counted").changes_at;
        assert_eq!(page.await.expect("read").changes_at, changes_at);
        changes_at
    };
    accept(
        storage.as_ref(),
        vec![
            at(&acme, "u", None, None),
            at(&acme, "v", Some(10), None),
            at(&acme, "u", Some(20), Some(vec![Channel::Webhook])),
        ],
    )
    .await;
    accept(storage.as_ref(), vec![at(&other, "u", Some(10), None)]).await;
    assert_eq!(changes_at(now).await, None);
    let (first, second) = (
        at(&acme, "u", Some(30), None),
        at(&acme, "u", Some(40), None),
    );
    let moments = [first.send_at, second.send_at];
    accept(storage.as_ref(), vec![second, first]).await;
    assert_eq!(changes_at(now).await, moments[0]);
    assert_eq!(changes_at(now + TimeDelta::seconds(30)).await, moments[1]);
    assert_eq!(changes_at(now + TimeDelta::seconds(40)).await, None);
    let waits = notification(&acme, "u");
    accept(storage.as_ref(), vec![waits.clone()]).await;
    let until = now + TimeDelta::seconds(35);
    let (snooze, who) = (InboxChange::Snooze { until }, user("u"));
    let snoozed = change_notification(storage.as_ref(), &acme, &who, waits.id, snooze, now);
    assert!(snoozed.await.expect("changed").is_some());
    assert_eq!(changes_at(now).await, moments[0]);
    assert_eq!(changes_at(now + TimeDelta::seconds(30)).await, Some(until));
    assert_eq!(changes_at(until).await, moments[1]);
}
