//! Each subscriber is notified once, whichever process dies or works at the same time.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use campanile_domain::{Channel, FanoutStatus, ItemTexts, Priority, TenantId, UserId};
use chrono::TimeDelta;

use super::super::fixture::{fanout, item_texts, notification, now, tenants, user};
use super::super::topics::{topic, users};
use super::play::{
    SMALL, notified_once, progress, reported, run, start, step, subscribe, unsubscribe,
};
use campanile_pipeline::{FanoutWords, NoWords, erase_user, step_fanout};
use campanile_storage::{
    FanoutSays, FanoutStart, InboxFilter, PageSize, PageStart, Storage, StorageError,
};

/// Step by step; nothing of what was asked is lost on the way, and the progress tells it.
pub async fn each_subscriber_is_notified_once(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    subscribe(storage, &acme, &users(0..20)).await;
    let mut sent = fanout(&acme);
    sent.priority = Priority::High;
    sent.title = Some("Title with 'quotes', \\ and {braces}".into());
    sent.body = Some("two\nlines, 日本語".into());
    sent.content = r#"{"b": 1, "a":  [12345678901234567890, null]}"#.into();
    sent.channels = Some(vec![Channel::InApp, Channel::Webhook]);
    sent.expires_at = Some(now() + TimeDelta::days(3));
    sent.collapse_key = Some("k".into());
    sent.correlation_id = "corr-1".into();
    sent.link = item_texts().link.clone();
    sent.actions.clone_from(&item_texts().actions);
    let started = FanoutStart::Started { subscribers: 20 };
    assert_eq!(start(storage, &sent).await, started);
    let at_first = progress(storage, &sent).await;
    assert_eq!(
        (at_first.status, at_first.accepted, at_first.expanded),
        (FanoutStatus::Pending, 20, 0)
    );
    assert_eq!((at_first.id, at_first.topic), (sent.id, topic("news")));
    assert_eq!(at_first.expires_at, sent.expires_at);
    let done = step(storage, SMALL).await.expect("something to do");
    assert_eq!((done.tenant, done.id), (acme.clone(), sent.id));
    assert_eq!((done.notifications, done.inboxes), (7, users(0..7)));
    assert_eq!(done.finished, None);
    let midway = progress(storage, &sent).await;
    assert_eq!((midway.status, midway.expanded), (FanoutStatus::Running, 7));
    assert_eq!(midway.finished_at, None);
    assert_eq!(run(storage, SMALL).await, (2, 13));
    let over = progress(storage, &sent).await;
    assert_eq!((over.status, over.expanded), (FanoutStatus::Done, 20));
    assert_eq!(over.finished_at, Some(over.updated_at));
    let page = storage
        .inbox_page(
            &acme,
            &user("u00003"),
            &InboxFilter::default(),
            PageStart::Offset(0),
            PageSize::rows(10),
            now(),
        )
        .await
        .expect("read");
    let id = page.items.first().expect("one").notification.id;
    let found = storage.timeline(&acme, id).await.expect("read");
    let found = found.expect("there").notification;
    let mut expected = notification(&acme, "u00003");
    expected.id = id;
    expected.notification_type = sent.notification_type.clone();
    expected.priority = sent.priority;
    expected.title = sent.title.clone();
    expected.body = sent.body.clone();
    expected.content = Arc::clone(&sent.content);
    expected.channels = sent.channels.clone();
    expected.expires_at = sent.expires_at;
    expected.collapse_key = sent.collapse_key.clone();
    expected.correlation_id = sent.correlation_id.clone();
    expected.created_at = found.created_at;
    expected.item = Arc::new(ItemTexts {
        link: sent.link.clone(),
        actions: sent.actions.clone(),
        ..ItemTexts::default()
    });
    assert_eq!(found, expected);
    notified_once(storage, &acme, &users(0..20)).await;
}

/// Words that name their reader.
struct OfEach;

#[async_trait]
impl FanoutWords for OfEach {
    async fn items(
        &self,
        tenant: &TenantId,
        says: &FanoutSays,
        users: &[UserId],
    ) -> Result<Vec<Arc<ItemTexts>>, StorageError> {
        let of = |user: &UserId| {
            let title = format!("{tenant}: {}, {user}", says.content);
            Arc::new(ItemTexts {
                title: Some(title),
                ..ItemTexts::clone(&item_texts())
            })
        };
        Ok(users.iter().map(of).collect())
    }
}

/// The words are asked for once a step, with what is said, and each subscriber gets theirs.
pub async fn each_subscriber_sees_their_own_words(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    subscribe(storage, &acme, &users(0..9)).await;
    let mut sent = fanout(&acme);
    sent.title = Some("Title".into());
    sent.content = r#"{"n":1}"#.into();
    start(storage, &sent).await;
    for notifications in [7, 2] {
        let turn = step_fanout(&storage, Arc::new(OfEach), SMALL, None, now()).await;
        let step = turn.expect("done").step.expect("something to do");
        assert_eq!(step.notifications, notifications);
    }
    for name in users(0..9) {
        let filter = InboxFilter::default();
        let (start, size) = (PageStart::Offset(0), PageSize::rows(10));
        let page = storage.inbox_page(&acme, &name, &filter, start, size, now());
        let mut items = page.await.expect("read").items;
        let shown = items.pop().expect("one").notification;
        let title = format!(r#"acme: {{"n":1}}, {name}"#);
        assert_eq!(shown.shown_title(), Some(title.as_str()));
        assert_eq!(shown.title.as_deref(), Some("Title"));
        let expected = ItemTexts {
            title: Some(title),
            ..ItemTexts::clone(&item_texts())
        };
        assert_eq!(*shown.item, expected);
    }
}

/// As many as fill their last step leave a step that only ends it; a topic without subscribers ends at once.
pub async fn whole_steps_and_empty_topics_end_too(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    subscribe(storage, &acme, &users(0..14)).await;
    let full = fanout(&acme);
    start(storage, &full).await;
    assert_eq!(run(storage, SMALL).await, (3, 14));
    let left = unsubscribe(storage, &acme, &users(0..14)).await;
    assert_eq!(left, Some(0));
    let empty = fanout(&acme);
    let started = FanoutStart::Started { subscribers: 0 };
    assert_eq!(start(storage, &empty).await, started);
    assert_eq!(run(storage, SMALL).await, (1, 0));
    for one in [full, empty] {
        assert_eq!(progress(storage, &one).await.status, FanoutStatus::Done);
    }
}

/// It is for those who are subscribed when it is accepted and still when their turn comes.
pub async fn who_comes_later_or_leaves_is_passed_over(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    subscribe(storage, &acme, &users(10..40)).await;
    let sent = fanout(&acme);
    start(storage, &sent).await;
    step(storage, SMALL).await.expect("something to do");
    // Before the cursor, within what is left, and behind the end.
    subscribe(storage, &acme, &[users(0..5), users(38..60)].concat()).await;
    let left = [users(10..12), users(30..32)].concat();
    unsubscribe(storage, &acme, &left).await;
    // Who comes again has come later.
    subscribe(storage, &acme, &users(31..32)).await;
    run(storage, SMALL).await;
    let over = progress(storage, &sent).await;
    assert_eq!((over.accepted, over.expanded), (30, 28));
    notified_once(storage, &acme, &[users(10..30), users(32..40)].concat()).await;
}

/// Several processes, one fan-out: no subscriber is notified twice or left out.
pub async fn steppers_at_once_tell_each_user_once(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    subscribe(storage.as_ref(), &acme, &users(0..300)).await;
    subscribe(storage.as_ref(), &other, &users(0..200)).await;
    let sent = [fanout(&acme), fanout(&acme), fanout(&other)];
    for one in &sent {
        start(storage.as_ref(), one).await;
    }
    let mut steppers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let storage = Arc::clone(&storage);
        steppers.spawn(async move {
            loop {
                let turn = step_fanout(&storage, NoWords::shared(), SMALL, None, now()).await;
                let turn = turn.expect("done");
                if turn.step.is_none() && !turn.held {
                    return;
                }
            }
        });
    }
    while let Some(done) = steppers.join_next().await {
        done.expect("no panic");
    }
    for one in &sent {
        let over = progress(storage.as_ref(), one).await;
        assert_eq!(over.status, FanoutStatus::Done);
        assert_eq!(over.expanded, over.accepted);
    }
    let reported = reported(storage.as_ref()).await;
    assert_eq!(reported.len(), 500);
    for ((tenant, user), times) in reported {
        assert_eq!(times, if tenant == acme { 2 } else { 1 }, "{tenant} {user}");
    }
}

/// A step that is broken off anywhere has happened or has not.
pub async fn a_step_that_breaks_off_doubles_nobody(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    subscribe(storage, &acme, &users(0..60)).await;
    let sent = fanout(&acme);
    start(storage, &sent).await;
    let mut patience = Duration::ZERO;
    let mut broken = 0;
    while !progress(storage, &sent).await.status.is_final() {
        let stepping = step_fanout(&storage, NoWords::shared(), SMALL, None, now());
        match tokio::time::timeout(patience, stepping).await {
            Ok(done) => {
                done.expect("done");
                patience = Duration::ZERO;
            }
            Err(_) => {
                broken += 1;
                patience = patience * 5 / 4 + Duration::from_micros(100);
            }
        }
    }
    assert!(broken > 0, "none was broken off");
    let over = progress(storage, &sent).await;
    assert_eq!((over.status, over.expanded), (FanoutStatus::Done, 60));
    notified_once(storage, &acme, &users(0..60)).await;
}

/// A user who is erased before their turn gets nothing, and nothing of them is left.
pub async fn an_erased_person_is_not_notified(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    subscribe(storage, &acme, &users(0..20)).await;
    let sent = fanout(&acme);
    start(storage, &sent).await;
    step(storage, SMALL).await.expect("something to do");
    for erased in [user("u00003"), user("u00013")] {
        assert!(
            erase_user(&storage, &acme, &erased, now())
                .await
                .expect("erased")
        );
    }
    run(storage, SMALL).await;
    let left = [users(0..3), users(4..13), users(14..20)].concat();
    notified_once(storage, &acme, &left).await;
}
