//! Sends to topics: each subscriber is told once, whoever dies or comes at once.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use campanile_domain::{Channel, Fanout, FanoutId, FanoutStatus, Lane, Priority, TenantId, UserId};
use chrono::TimeDelta;

use super::fixture::{fanout, item, keyed, notification, now, plan, tenants, user};
use super::topics::{topic, users};
use crate::{
    AcceptOutcome, CancelFanout, FanoutProgress, FanoutStart, FanoutStep, InboxFilter,
    MOST_OPEN_FANOUTS, NewFanout, PageStart, StepLimits, Storage,
};

/// Small steps, so that few users make many.
const SMALL: StepLimits = StepLimits {
    users: 7,
    bytes: 1 << 20,
    backlog: 100_000,
};

fn answer(_: FanoutId, subscribers: u64) -> String {
    format!("{subscribers} subscribers")
}

async fn start(storage: &dyn Storage, fanout: &Fanout) -> FanoutStart {
    let new = NewFanout {
        fanout: fanout.clone(),
        idempotency: None,
        answer,
    };
    storage.start_fanout(new.into()).await.expect("stored")
}

async fn start_keyed(storage: &dyn Storage, fanout: &Fanout, key: &str, body: u8) -> FanoutStart {
    let new = NewFanout {
        fanout: fanout.clone(),
        idempotency: Some((key.into(), [body; 32])),
        answer,
    };
    storage.start_fanout(new.into()).await.expect("stored")
}

async fn subscribe(storage: &dyn Storage, tenant: &TenantId, users: &[UserId]) {
    let done = storage
        .subscribe(tenant, &topic("news"), users, now())
        .await;
    done.expect("subscribed");
}

async fn unsubscribe(storage: &dyn Storage, tenant: &TenantId, users: &[UserId]) -> Option<u64> {
    let done = storage
        .unsubscribe(tenant, &topic("news"), users, now())
        .await;
    done.expect("unsubscribed")
}

async fn progress(storage: &dyn Storage, of: &Fanout) -> FanoutProgress {
    let found = storage.fanout(&of.tenant, of.id).await;
    found.expect("asked").expect("there")
}

async fn step(storage: &dyn Storage, limits: StepLimits) -> Option<FanoutStep> {
    let turn = storage.step_fanout(limits, None, now()).await;
    turn.expect("done").step
}

/// Steps until there is nothing to do; gives how many steps and notifications there were.
async fn run(storage: &dyn Storage, limits: StepLimits) -> (usize, usize) {
    let (mut steps, mut notifications) = (0, 0);
    while let Some(done) = step(storage, limits).await {
        steps += 1;
        notifications += done.notifications;
    }
    (steps, notifications)
}

/// How many notifications each user was made, by planning all that waits.
async fn told(storage: &dyn Storage) -> BTreeMap<(TenantId, UserId), usize> {
    let mut told = BTreeMap::new();
    loop {
        let planned = plan(storage, &[]).await;
        if planned.notifications == 0 {
            return told;
        }
        for whose in planned.inboxes {
            *told.entry(whose).or_default() += 1;
        }
    }
}

async fn told_once(storage: &dyn Storage, tenant: &TenantId, users: &[UserId]) {
    let told = told(storage).await;
    let expected: BTreeMap<_, _> = users
        .iter()
        .map(|user| ((tenant.clone(), user.clone()), 1))
        .collect();
    assert_eq!(told, expected);
}

/// Step by step; nothing of what was asked is lost on the way, and the progress tells it.
pub async fn each_subscriber_is_told_once(storage: Arc<dyn Storage>) {
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
            10,
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
    assert_eq!(found, expected);
    told_once(storage, &acme, &users(0..20)).await;
}

/// As many as fill their last step leave a step that only ends it; none at all are told at once.
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

/// Where nobody ever subscribed, the name is most likely wrong.
pub async fn an_unknown_topic_is_told(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    subscribe(storage, &other, &users(0..3)).await;
    let sent = fanout(&acme);
    assert_eq!(start(storage, &sent).await, FanoutStart::NoTopic);
    assert_eq!(
        start_keyed(storage, &sent, "k", 1).await,
        FanoutStart::NoTopic
    );
    assert_eq!(storage.fanout(&acme, sent.id).await.expect("asked"), None);
    assert_eq!(run(storage, SMALL).await, (0, 0));
}

/// Another tenant neither sees it nor stops it.
pub async fn a_fanout_belongs_to_its_tenant(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    subscribe(storage, &acme, &users(0..3)).await;
    subscribe(storage, &other, &users(0..9)).await;
    let sent = fanout(&acme);
    start(storage, &sent).await;
    assert_eq!(storage.fanout(&other, sent.id).await.expect("asked"), None);
    let cancelled = storage.cancel_fanout(&other, sent.id, now()).await;
    assert_eq!(cancelled.expect("asked"), None);
    run(storage, SMALL).await;
    told_once(storage, &acme, &users(0..3)).await;
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
    told_once(storage, &acme, &[users(10..30), users(32..40)].concat()).await;
}

/// Of these a back end's own test lets every notification be refused; it calls [`what_fails_is_put_off`].
pub const REFUSED: &str = "refused";

/// One that fails whenever it is its turn is put off for ever longer; all others go on at once, its own
/// tenant's too. Where the reason is gone it goes on as if nothing had been.
///
/// Not in the list of promises, for no caller can make a back end refuse: `refuse` does so with every
/// notification of the correlation id [`REFUSED`], or stops doing so.
pub async fn what_fails_is_put_off(storage: &dyn Storage, refuse: impl AsyncFn(bool)) {
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    for tenant in [&acme, &other] {
        subscribe(storage, tenant, &users(0..10)).await;
    }
    let mut poisoned = fanout(&acme);
    poisoned.correlation_id = REFUSED.into();
    poisoned.priority = Priority::Critical;
    let innocent = [fanout(&acme), fanout(&other)];
    for one in [&poisoned, &innocent[0], &innocent[1]] {
        start(storage, one).await;
    }
    refuse(true).await;
    let mut at = now();
    let failing = async |at| {
        let turn = storage.step_fanout(SMALL, None, at).await.expect("noted");
        assert_eq!(turn.step, None);
        turn.failed.expect("it fails")
    };
    let failed = failing(at).await;
    assert_eq!((&failed.tenant, failed.id), (&acme, poisoned.id));
    assert_eq!(failed.failures, 1);
    assert_eq!(failed.retry_at, at + TimeDelta::seconds(1));
    assert!(failed.error.is_lasting(), "{:?}", failed.error);
    let turn = storage.step_fanout(SMALL, None, at).await.expect("done");
    assert_eq!(turn.step.expect("the next one's").id, innocent[0].id);
    while let Some(done) = {
        let turn = storage.step_fanout(SMALL, None, at).await.expect("done");
        assert!(turn.failed.is_none(), "it is put off");
        turn.step
    } {
        assert_ne!(done.id, poisoned.id);
    }
    for one in &innocent {
        assert_eq!(progress(storage, one).await.status, FanoutStatus::Done);
    }
    // It counts as due all the while.
    let depth = storage.fanout_depth(at).await.expect("counted");
    assert_eq!((depth.due, depth.waiting), (1, 10));
    at = failed.retry_at;
    let failed = failing(at).await;
    assert_eq!(failed.failures, 2);
    assert_eq!(failed.retry_at, at + TimeDelta::seconds(2));
    refuse(false).await;
    at = failed.retry_at;
    let turn = storage.step_fanout(SMALL, None, at).await.expect("done");
    assert_eq!(turn.step.expect("a step").notifications, 7);
    // A step that was done begins the count anew.
    refuse(true).await;
    assert_eq!(failing(at).await.failures, 1);
    refuse(false).await;
    at += TimeDelta::seconds(1);
    let turn = storage.step_fanout(SMALL, None, at).await.expect("done");
    assert_eq!(
        turn.step.expect("the last").finished,
        Some(FanoutStatus::Done)
    );
    let told = told(storage).await;
    assert_eq!(told.get(&(acme.clone(), user("u00003"))), Some(&2));
    assert_eq!(told.values().sum::<usize>(), 30);
}

/// Several processes, one fan-out: nobody is told twice or forgotten.
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
                let turn = storage.step_fanout(SMALL, None, now()).await;
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
    let told = told(storage.as_ref()).await;
    assert_eq!(told.len(), 500);
    for ((tenant, user), times) in told {
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
        let stepping = storage.step_fanout(SMALL, None, now());
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
    told_once(storage, &acme, &users(0..60)).await;
}

/// The first answer again, for the same request only, and under the keys of ordinary sends too.
pub async fn a_key_is_good_for_one_request(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    subscribe(storage, &acme, &users(0..3)).await;
    let first = fanout(&acme);
    assert_eq!(
        start_keyed(storage, &first, "k", 1).await,
        FanoutStart::Started { subscribers: 3 }
    );
    subscribe(storage, &acme, &users(3..5)).await;
    let response = "3 subscribers".to_owned();
    let again = start_keyed(storage, &fanout(&acme), "k", 1).await;
    assert_eq!(again, FanoutStart::Replayed { response });
    let another = start_keyed(storage, &fanout(&acme), "k", 2).await;
    assert_eq!(another, FanoutStart::KeyReused);
    let ordinary = keyed(notification(&acme, "u"), "k", 3, "{}");
    let ordinary = storage.accept([ordinary].into()).await.expect("asked");
    assert_eq!(ordinary, [AcceptOutcome::KeyReused]);
    run(storage, SMALL).await;
    told_once(storage, &acme, &users(0..3)).await;
}

/// The same request many times at once is accepted once.
pub async fn keys_raced_for_start_one(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    subscribe(storage.as_ref(), &acme, &users(0..3)).await;
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (storage, sent) = (Arc::clone(&storage), fanout(&acme));
        calls.spawn(async move { start_keyed(storage.as_ref(), &sent, "k", 1).await });
    }
    let mut started = 0;
    while let Some(call) = calls.join_next().await {
        match call.expect("no panic") {
            FanoutStart::Started { .. } => started += 1,
            FanoutStart::Replayed { response } => assert_eq!(response, "3 subscribers"),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(started, 1);
    run(storage.as_ref(), SMALL).await;
    told_once(storage.as_ref(), &acme, &users(0..3)).await;
}

/// Who was told stays told; the rest is not. What is over cannot be called off.
pub async fn a_cancelled_one_goes_no_further(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    subscribe(storage, &acme, &users(0..20)).await;
    let sent = fanout(&acme);
    start(storage, &sent).await;
    step(storage, SMALL).await.expect("something to do");
    let at = now();
    let cancelled = storage.cancel_fanout(&acme, sent.id, at).await;
    let Ok(Some(CancelFanout::Cancelled(progress))) = cancelled else {
        panic!("{cancelled:?}")
    };
    assert_eq!(
        (progress.status, progress.expanded, progress.finished_at),
        (FanoutStatus::Cancelled, 7, Some(at))
    );
    assert_eq!(run(storage, SMALL).await, (0, 0));
    let again = storage.cancel_fanout(&acme, sent.id, now()).await;
    assert_eq!(
        again.expect("asked"),
        Some(CancelFanout::Finished(progress))
    );
    let unknown = storage.cancel_fanout(&acme, FanoutId::at(now()), now());
    assert_eq!(unknown.await.expect("asked"), None);
    told_once(storage, &acme, &users(0..7)).await;
}

/// Before `send_at` nothing is made, and then nothing has to wait any more.
pub async fn it_waits_for_its_time(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    subscribe(storage, &acme, &users(0..3)).await;
    let mut later = fanout(&acme);
    later.send_at = Some(now() + TimeDelta::seconds(2));
    start(storage, &later).await;
    assert_eq!(run(storage, SMALL).await, (0, 0));
    assert_eq!(
        progress(storage, &later).await.status,
        FanoutStatus::Pending
    );
    let at = now() + TimeDelta::seconds(3);
    let turn = storage.step_fanout(SMALL, None, at).await.expect("done");
    assert_eq!(turn.step.expect("due").notifications, 3);
    told_once(storage, &acme, &users(0..3)).await;
}

/// Whoever was not told before the deadline never is.
pub async fn a_deadline_ends_it(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    subscribe(storage, &acme, &users(0..20)).await;
    let mut sent = fanout(&acme);
    sent.expires_at = Some(now() + TimeDelta::seconds(2));
    start(storage, &sent).await;
    step(storage, SMALL).await.expect("something to do");
    let late = now() + TimeDelta::seconds(3);
    let turn = storage.step_fanout(SMALL, None, late).await.expect("done");
    let last = turn.step.expect("a step");
    assert_eq!(
        (last.notifications, last.finished),
        (0, Some(FanoutStatus::Expired))
    );
    let over = progress(storage, &sent).await;
    assert_eq!((over.status, over.expanded), (FanoutStatus::Expired, 7));
    assert_eq!(run(storage, SMALL).await, (0, 0));
}

/// One tenant's hundred thousand do not hold up another's three, nor its own next ones.
pub async fn tenants_and_their_fanouts_take_turns(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, brief, other] = tenants(storage, ["acme", "brief", "other"]).await;
    for tenant in [&acme, &brief, &other] {
        subscribe(storage, tenant, &users(0..100)).await;
    }
    let sent = [fanout(&acme), fanout(&acme), fanout(&brief), fanout(&other)];
    for one in &sent {
        start(storage, one).await;
    }
    let mut after = None;
    let mut turns = Vec::new();
    for _ in 0..6 {
        let turn = storage.step_fanout(SMALL, after.as_ref(), now()).await;
        let step = turn.expect("done").step.expect("something to do");
        after = Some(step.tenant);
        turns.push(step.id);
    }
    let [one, two, three, four] = sent.map(|one| one.id);
    assert_eq!(turns, [one, three, four, two, three, four]);
}

/// Urgent ones go first.
pub async fn urgent_topics_go_first(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    subscribe(storage, &acme, &users(0..3)).await;
    let [mut high, normal, mut critical] = [fanout(&acme), fanout(&acme), fanout(&acme)];
    high.priority = Priority::High;
    critical.priority = Priority::Critical;
    for one in [&normal, &high, &critical] {
        start(storage, one).await;
    }
    for expected in [critical, high, normal] {
        let done = step(storage, SMALL).await.expect("something to do");
        assert_eq!(done.id, expected.id);
    }
}

/// While the relay is behind, no more is made: only what is more urgent than what waits.
pub async fn a_backlog_holds_it(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    for tenant in [&acme, &other] {
        subscribe(storage, tenant, &users(0..50)).await;
    }
    let tight = StepLimits {
        backlog: 10,
        ..SMALL
    };
    let sent = fanout(&acme);
    start(storage, &sent).await;
    // Up to the bound, and not a step beyond it.
    assert_eq!(run(storage, tight).await, (2, 14));
    let turn = storage.step_fanout(tight, None, now()).await.expect("done");
    assert_eq!((turn.step, turn.held), (None, true));
    start(storage, &fanout(&other)).await;
    let others = step(storage, tight).await.expect("another tenant's");
    assert_eq!(others.tenant, other);
    let mut urgent = fanout(&acme);
    urgent.priority = Priority::Critical;
    start(storage, &urgent).await;
    let done = step(storage, tight).await.expect("room for what is urgent");
    assert_eq!(done.id, urgent.id);
    plan(storage, &[]).await;
    assert!(step(storage, tight).await.is_some(), "it goes on");
    // Ordinary sends make a backlog as well.
    let mut many = item((0..20).map(|_| notification(&acme, "u")).collect());
    many.lane = Lane::Critical;
    storage.accept([many].into()).await.expect("stored");
    let cancelled = storage.cancel_fanout(&acme, urgent.id, now()).await;
    cancelled.expect("asked");
    while let Some(done) = step(storage, tight).await {
        assert_eq!(done.tenant, other);
    }
    assert!(!progress(storage, &sent).await.status.is_final());
}

/// A tenant has so many at a time; an answer that was given is given again all the same.
pub async fn so_many_are_open_at_a_time(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    for tenant in [&acme, &other] {
        subscribe(storage, tenant, &users(0..1)).await;
    }
    let started = FanoutStart::Started { subscribers: 1 };
    assert_eq!(start_keyed(storage, &fanout(&acme), "k", 1).await, started);
    for _ in 1..MOST_OPEN_FANOUTS {
        assert_eq!(start(storage, &fanout(&acme)).await, started);
    }
    let refused = fanout(&acme);
    assert_eq!(start(storage, &refused).await, FanoutStart::TooMany);
    assert_eq!(
        start_keyed(storage, &refused, "new", 1).await,
        FanoutStart::TooMany
    );
    assert_eq!(
        storage.fanout(&acme, refused.id).await.expect("asked"),
        None
    );
    // What waits for its time takes nobody's place, and finds one.
    let mut later = fanout(&acme);
    later.send_at = Some(later.created_at + TimeDelta::days(1));
    assert_eq!(start(storage, &later).await, started);
    let response = "1 subscribers".to_owned();
    let again = start_keyed(storage, &fanout(&acme), "k", 1).await;
    assert_eq!(again, FanoutStart::Replayed { response });
    assert_eq!(start(storage, &fanout(&other)).await, started);
    step(storage, SMALL).await.expect("something to do");
    // The key that was refused was not used up.
    assert_eq!(start_keyed(storage, &refused, "new", 1).await, started);
}

/// Whoever is erased before their turn gets nothing, and nothing of them is left.
pub async fn an_erased_person_is_not_told(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    subscribe(storage, &acme, &users(0..20)).await;
    let sent = fanout(&acme);
    start(storage, &sent).await;
    step(storage, SMALL).await.expect("something to do");
    for erased in [user("u00003"), user("u00013")] {
        assert!(storage.erase_user(&acme, &erased).await.expect("erased"));
    }
    run(storage, SMALL).await;
    let left = [users(0..3), users(4..13), users(14..20)].concat();
    told_once(storage, &acme, &left).await;
}

/// What is due and not over is counted.
pub async fn depth_tells_how_much_waits(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    subscribe(storage, &acme, &users(0..20)).await;
    let mut later = fanout(&acme);
    later.send_at = Some(now() + TimeDelta::hours(1));
    for one in [&fanout(&acme), &fanout(&acme), &later] {
        start(storage, one).await;
    }
    step(storage, SMALL).await.expect("something to do");
    let depth = storage.fanout_depth(now()).await.expect("counted");
    assert_eq!((depth.due, depth.waiting), (2, 33));
    run(storage, SMALL).await;
    let depth = storage.fanout_depth(now()).await.expect("counted");
    assert_eq!((depth.due, depth.waiting), (0, 0));
}

/// What is over and past its term goes; what is not over stays, however old.
pub async fn what_is_over_is_forgotten(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    for tenant in [&acme, &other] {
        subscribe(storage, tenant, &users(0..3)).await;
    }
    let [over, theirs] = [fanout(&acme), fanout(&other)];
    for one in [&over, &theirs] {
        start(storage, one).await;
    }
    run(storage, SMALL).await;
    let mut open = fanout(&acme);
    open.send_at = Some(now() + TimeDelta::hours(1));
    start(storage, &open).await;
    let forget = async |before| {
        let gone = storage.forget_fanouts(&acme, before).await;
        gone.expect("removed")
    };
    let ended = progress(storage, &over).await.finished_at;
    let ended = ended.expect("it is over");
    assert_eq!(forget(ended).await, 0, "it is not older than itself");
    assert_eq!(forget(ended + TimeDelta::seconds(1)).await, 1);
    assert_eq!(storage.fanout(&acme, over.id).await.expect("asked"), None);
    assert_eq!(progress(storage, &open).await.status, FanoutStatus::Pending);
    assert_eq!(progress(storage, &theirs).await.status, FanoutStatus::Done);
}
