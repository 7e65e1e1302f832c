//! Two users become one.

use std::sync::Arc;

use campanile_domain::{
    Channel, DeliveryState, MergeStage, Preferences, Routes, TenantId, TopicKey, UserAddress,
    UserAddressText, UserMerge,
};
use campanile_pipeline::{
    MergeRefusal, erase_user, forget_merges, merge_step, merge_users, preferences_of,
    put_preferences, put_user, user_merge,
};
use campanile_storage::{DeadLetterFilter, Storage, StorageError};
use chrono::{DateTime, TimeDelta, Utc};

use super::address_book::{device, person, put};
use super::fixture::{
    accept, dispatched, finished, load, notification, now, one, plan_along, record, tenants, user,
};

/// Late enough that what a promise has sent is settled.
fn later() -> DateTime<Utc> {
    now() + TimeDelta::minutes(5)
}

fn only<T: std::fmt::Debug>(all: Vec<T>) -> T {
    let [one] = all.try_into().expect("one");
    one
}

async fn start(
    storage: &dyn Storage,
    tenant: &TenantId,
    from: &str,
    into: &str,
) -> Result<UserMerge, MergeRefusal> {
    let (from, into) = (user(from), user(into));
    let started = merge_users(&storage, tenant, (&from, &into), later()).await;
    started.expect("answered")
}

/// Steps until no merge is due; gives the number of steps.
async fn run(storage: &dyn Storage) -> u32 {
    let mut steps = 0;
    loop {
        let turn = merge_step(&storage, later()).await.expect("stepped");
        assert!(turn.failed.is_none(), "{turn:?}");
        if turn.stepped.is_none() {
            return steps;
        }
        steps += 1;
    }
}

async fn progress(storage: &dyn Storage, tenant: &TenantId, from: &str) -> UserMerge {
    let found = user_merge(&storage, tenant, &user(from)).await;
    found.expect("read").expect("there")
}

async fn count(storage: &dyn Storage, tenant: &TenantId, of: &str) -> usize {
    let found = storage.user_records(tenant, &user(of), None, 5_000).await;
    found.expect("read").len()
}

fn chat(tenant: &TenantId, of: &str, channel: Channel, text: &str) -> UserAddress {
    UserAddress {
        tenant: tenant.clone(),
        user_id: user(of),
        channel,
        text: UserAddressText::parse(text).expect("a text"),
        created_at: now(),
        updated_at: now(),
        gone_at: None,
    }
}

/// Everything of the one is the other's, and nothing of the one is left; other users and tenants keep theirs.
pub async fn everything_of_the_one_becomes_the_others(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    // One of these is history, one dead, and of one a delivery is open.
    let dispatch = dispatched(storage, &acme, &["zoe"]).await;
    let job = only(load(storage, &dispatch).await.expect("there").jobs);
    let dead = job.notification.id;
    let dies = finished(&job, DeliveryState::Dead);
    record(storage, Some(&dispatch), vec![dies]).await;
    accept(storage, vec![notification(&acme, "zoe")]).await;
    plan_along(storage, &Routes::default()).await;
    dispatched(storage, &acme, &["zoe"]).await;
    accept(
        storage,
        vec![notification(&acme, "ada"), notification(&acme, "bob")],
    )
    .await;
    accept(storage, vec![notification(&other, "zoe")]).await;
    put_user(&storage, &person(&acme, "zoe", Some("zoe@example.com")))
        .await
        .expect("stored");
    put(storage, &device(&acme, "zoe", "z")).await;
    put(storage, &device(&acme, "ada", "a")).await;
    let choices = Preferences::default();
    put_preferences(&storage, &acme, &user("zoe"), &choices, now())
        .await
        .expect("stored");
    for address in [
        chat(&acme, "zoe", Channel::Slack, "Z"),
        chat(&acme, "zoe", Channel::Discord, "Z"),
        chat(&acme, "ada", Channel::Slack, "A"),
    ] {
        storage.put_user_address(&address).await.expect("stored");
    }
    let topic = |name| TopicKey::parse(name).expect("a topic");
    for (name, who) in [("news", "zoe"), ("both", "zoe"), ("both", "ada")] {
        let (topic, who) = (topic(name), [user(who)]);
        let subscribed = storage.subscribe(&acme, &topic, &who, now()).await;
        subscribed.expect("subscribed");
    }

    let merge = start(storage, &acme, "zoe", "ada").await.expect("begun");
    assert_eq!((merge.stage, merge.total), (MergeStage::History, 3));
    assert_eq!(run(storage).await, 3, "history, topics, rest");
    let done = progress(storage, &acme, "zoe").await;
    assert_eq!(done.stage, MergeStage::Done);
    let moved = done.moved;
    assert_eq!((moved.notifications, moved.devices), (3, 1));
    assert_eq!((moved.addresses, moved.topics), (1, 1));

    assert_eq!(count(storage, &acme, "ada").await, 4);
    for (tenant, who, expected) in [(&acme, "zoe", 0), (&acme, "bob", 1), (&other, "zoe", 1)] {
        assert_eq!(count(storage, tenant, who).await, expected, "{who}");
    }
    let ada = storage.user(&acme, &user("ada")).await.expect("read");
    let email = ada.expect("the row was renamed").email.expect("an address");
    assert_eq!(email.as_str(), "zoe@example.com");
    let devices = storage.devices(&acme, &user("ada")).await.expect("read");
    assert_eq!(devices.len(), 2);
    let own = preferences_of(storage, &acme, &user("ada")).await;
    assert!(own.expect("read").own().is_some());
    let addresses = storage.user_addresses(&acme, &user("ada")).await;
    let mut addresses: Vec<_> = addresses
        .expect("read")
        .into_iter()
        .map(|one| (one.channel, one.text.as_str().to_owned()))
        .collect();
    addresses.sort_by_key(|(channel, _)| channel.name());
    let expected = [
        (Channel::Discord, "Z".to_owned()),
        (Channel::Slack, "A".to_owned()),
    ];
    assert_eq!(addresses, expected, "the kept user's stays");
    for name in ["news", "both"] {
        let subscribers = storage.subscribers(&acme, &topic(name), None, 10).await;
        assert_eq!(subscribers.expect("read"), [user("ada")], "{name}");
        let counted = storage.topic(&acme, &topic(name)).await.expect("read");
        assert_eq!(counted.expect("there").subscribers, 1, "{name}");
    }
    let all = DeadLetterFilter::default();
    let letters = storage.dead_letters(&acme, &all, None, 10).await;
    let letter = only(letters.expect("read").items);
    assert_eq!(letter.notification_id, Some(dead));
    assert_eq!(letter.user_id, Some(user("ada")));
    // What was open goes to the kept user.
    let known = erase_user(&storage, &acme, &user("zoe"), now()).await;
    assert!(known.expect("erased"), "the row of the merge named them");
    assert!(
        user_merge(&storage, &acme, &user("zoe"))
            .await
            .expect("read")
            .is_none()
    );
}

/// What both have once: the kept user's.
pub async fn what_the_kept_user_has_stays(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let mut kept = person(&acme, "ada", Some("ada@example.com"));
    kept.timezone = None;
    kept.attributes = r#"{"plan":"free"}"#.into();
    let mut gone = person(&acme, "zoe", Some("zoe@example.com"));
    gone.timezone = Some("Asia/Tokyo".into());
    for one in [&kept, &gone] {
        put_user(&storage, one).await.expect("stored");
    }
    let quiet = Preferences {
        push_notifications: Some(false),
        ..Preferences::default()
    };
    for (who, choices) in [("ada", &quiet), ("zoe", &Preferences::default())] {
        put_preferences(&storage, &acme, &user(who), choices, now())
            .await
            .expect("stored");
    }
    start(storage, &acme, "zoe", "ada").await.expect("begun");
    run(storage).await;
    let ada = storage.user(&acme, &user("ada")).await.expect("read");
    let ada = ada.expect("there");
    assert_eq!(ada.email, kept.email);
    assert_eq!(ada.attributes, kept.attributes);
    assert_eq!(ada.timezone, gone.timezone, "the kept user had none");
    let own = preferences_of(storage, &acme, &user("ada")).await;
    assert_eq!(own.expect("read").own(), Some(&quiet));
    assert!(
        storage
            .user(&acme, &user("zoe"))
            .await
            .expect("read")
            .is_none()
    );
}

/// A push that waits when two users are merged still goes to its device, which is the kept user's by then.
pub async fn a_delivery_that_waits_goes_to_the_kept_user(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    put(storage, &device(&acme, "zoe", "z")).await;
    put(storage, &device(&acme, "ada", "a")).await;
    let mut routes = Routes::default();
    routes.add_for_users(acme.clone(), Channel::Push);
    accept(storage, vec![notification(&acme, "zoe")]).await;
    let dispatch = one(plan_along(storage, &routes).await.dispatches);
    start(storage, &acme, "zoe", "ada").await.expect("begun");
    run(storage).await;
    let job = only(load(storage, &dispatch).await.expect("there").jobs);
    assert_eq!(job.notification.user_id, user("ada"));
    assert_eq!(job.standing.lost_address, None);
}

/// A crash between two steps loses nothing: any process goes on. What was sent meanwhile is moved, too.
pub async fn a_merge_goes_on_where_it_was(storage: Arc<dyn Storage>) {
    let shared = storage;
    let storage = shared.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    for _ in 0..6 {
        let some = (0..200).map(|_| notification(&acme, "zoe")).collect();
        accept(storage, some).await;
    }
    accept(storage, vec![notification(&acme, "ada")]).await;
    plan_along(storage, &Routes::default()).await;
    let merge = start(storage, &acme, "zoe", "ada").await.expect("begun");
    assert_eq!(merge.total, 1_200);
    let first = merge_step(&storage, later()).await.expect("stepped");
    assert_eq!(first.moved, 500);
    let again = start(storage, &acme, "zoe", "ada").await.expect("it runs");
    assert_eq!(again.moved.notifications, 500);
    accept(storage, vec![notification(&acme, "zoe")]).await;
    // Several at once: each step is made once.
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let storage = Arc::clone(&shared);
        workers.spawn(async move {
            while let Some(merge) = merge_step(&storage, later()).await?.stepped {
                if merge.stage == MergeStage::Done {
                    break;
                }
            }
            Ok::<_, StorageError>(())
        });
    }
    while let Some(done) = workers.join_next().await {
        done.expect("no panic").expect("stepped");
    }
    run(storage).await;
    let done = progress(storage, &acme, "zoe").await;
    assert_eq!(
        (done.stage, done.moved.notifications),
        (MergeStage::Done, 1_201)
    );
    assert_eq!(count(storage, &acme, "ada").await, 1_202);
    assert_eq!(count(storage, &acme, "zoe").await, 0);
    let kept = forget_merges(&storage, now()).await.expect("none is due");
    assert_eq!(kept, 0);
    let gone = forget_merges(&storage, now() + TimeDelta::days(31)).await;
    assert_eq!(gone.expect("removed"), 1);
}

/// Nonsense is refused, and changes nothing.
pub async fn what_cannot_be_merged_is_refused(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let some = ["zoe", "ada", "bob"].map(|who| notification(&acme, who));
    accept(storage, some.into()).await;
    for (from, into, why) in [
        ("zoe", "zoe", MergeRefusal::SameUser),
        ("nobody", "ada", MergeRefusal::UnknownUser),
        ("zoe", "nobody", MergeRefusal::UnknownKeptUser),
    ] {
        assert_eq!(start(storage, &acme, from, into).await, Err(why));
    }
    start(storage, &acme, "zoe", "ada").await.expect("begun");
    for (from, into) in [
        ("ada", "zoe"),
        ("ada", "bob"),
        ("bob", "zoe"),
        ("zoe", "bob"),
    ] {
        let refused = start(storage, &acme, from, into).await;
        assert_eq!(refused, Err(MergeRefusal::Running), "{from} {into}");
    }
    run(storage).await;
    assert_eq!(count(storage, &acme, "ada").await, 2);
    // The id is a new user's from now on.
    accept(storage, vec![notification(&acme, "zoe")]).await;
    start(storage, &acme, "zoe", "bob")
        .await
        .expect("begun anew");
    run(storage).await;
    assert_eq!(count(storage, &acme, "bob").await, 2);
}
