//! What users and tenants choose, and what becomes of deliveries by it.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use async_trait::async_trait;
use campanile_domain::{
    Channel, Debounce, Delivery, DeliveryState, Device, DeviceId, DeviceKind, DeviceValue,
    EffectivePreferences, Notification, NotificationType, Platform, Preferences, Priority,
    QuietHours, RateRules, Routes, TenantId, TenantPreferences, Throttle, User, WallTime,
};
use chrono::{DateTime, TimeDelta, Timelike, Utc};

use campanile_pipeline::change_notification;

use super::fixture::{
    accept, failed_once, finished, load, notification, now, one, record, release, tenants, user,
};
use super::reading::{Recipient, recipients};
use campanile_pipeline::Presence;
use campanile_storage::{FinishedDelivery, Person, Planned, RelayLimits, Storage};

/// Every tenant has a webhook, and an account for its users' devices.
fn routes(tenant: &TenantId) -> Routes {
    let mut routes = super::fixture::routes(std::slice::from_ref(tenant));
    routes.add_for_users(tenant.clone(), Channel::Push);
    routes
}

/// Gives a user a device.
pub(super) async fn device(storage: &dyn Storage, tenant: &TenantId, of: &str) {
    let now = now();
    let device = Device {
        tenant: tenant.clone(),
        id: DeviceId::at(now),
        user_id: user(of),
        kind: DeviceKind::Token,
        value: DeviceValue::parse(of).expect("a value"),
        platform: Platform::Web,
        app_version: None,
        locale: None,
        timezone: None,
        created_at: now,
        last_seen: now,
    };
    storage.put_device(&device).await.expect("stored");
}

/// A time of day so many minutes from a moment, in UTC.
fn wall(at: DateTime<Utc>, minutes: i64) -> WallTime {
    let at = at + TimeDelta::minutes(minutes);
    let text = format!("{:02}:{:02}", at.hour(), at.minute());
    text.parse().expect("a time of day")
}

/// From an hour before a moment until two hours after it.
pub(super) fn night(at: DateTime<Utc>, zone: Option<&str>) -> Preferences {
    let zone = zone.map(str::to_owned);
    let hours = QuietHours::new(true, wall(at, -60), wall(at, 120), zone);
    Preferences {
        quiet_hours: Some(hours.expect("a window")),
        ..Preferences::default()
    }
}

/// When a night of [`night`] is over, in UTC.
fn morning(at: DateTime<Utc>) -> DateTime<Utc> {
    let own = Some(Arc::new(night(at, Some("UTC"))));
    let wakes_at =
        EffectivePreferences::new(None, own).wakes_at(Channel::Push, Priority::Normal, at);
    wakes_at.expect("it is night")
}

async fn choose(storage: &dyn Storage, tenant: &TenantId, of: &str, choices: &Preferences) {
    let user = user(of);
    let put = storage.put_preferences(tenant, &user, choices, now());
    put.await.expect("stored");
}

pub(super) async fn plan(storage: &dyn Storage, tenant: &TenantId, at: DateTime<Utc>) -> Planned {
    let routes = routes(tenant);
    let planned =
        campanile_pipeline::plan_turn(&storage, RelayLimits::default(), routes.clone(), at);
    planned.await.expect("planned")
}

/// The delivery of a channel, as the timeline shows it.
async fn delivery(storage: &dyn Storage, of: &Notification, channel: Channel) -> Delivery {
    let reported = storage.timeline(&of.tenant, of.id).await.expect("read");
    let mut deliveries = reported.expect("there").deliveries.into_iter();
    let found = deliveries.find(|one| one.channel == channel);
    found.expect("a delivery")
}

fn reported(delivery: &Delivery) -> (DeliveryState, Option<&str>, Option<DateTime<Utc>>) {
    let reason = delivery.reason.as_deref();
    (delivery.state, reason, delivery.next_attempt_at)
}

/// Plans one notification for a user whose night it is; gives it.
async fn deferred(storage: &dyn Storage, tenant: &TenantId, of: &str) -> Notification {
    device(storage, tenant, of).await;
    let sent = notification(tenant, of);
    accept(storage, vec![sent.clone()]).await;
    let planned = plan(storage, tenant, now()).await;
    let reasons: Vec<_> = planned.deferred.iter().collect();
    assert_eq!(reasons, [(Channel::Push, "quiet_hours", 1)]);
    sent
}

/// Has a live stream open.
struct OnlyLooking(&'static str);

#[async_trait]
impl Presence for OnlyLooking {
    async fn active(&self, people: &BTreeSet<Person>) -> HashSet<Person> {
        let looking = people.iter().filter(|(_, who)| who.as_str() == self.0);
        looking.cloned().collect()
    }
}

/// Where the user, or by default the tenant, has chosen that; those who are not looking get it.
pub async fn a_push_is_suppressed_while_its_user_is_looking(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let set = TenantPreferences {
        defaults: Preferences {
            push_while_active: Some(false),
            ..Preferences::default()
        },
        ..TenantPreferences::default()
    };
    let put = storage.put_tenant_preferences(&acme, &set, now());
    put.await.expect("stored");
    let mut sent = Vec::new();
    for who in ["looks", "away", "wants"] {
        device(storage, &acme, who).await;
        sent.push(notification(&acme, who));
    }
    let always = Preferences {
        push_while_active: Some(true),
        ..Preferences::default()
    };
    choose(storage, &acme, "wants", &always).await;
    accept(storage, sent.clone()).await;
    for who in ["looks", "wants"] {
        let turn = campanile_pipeline::plan_turn_with_presence(
            &storage,
            RelayLimits::default(),
            routes(&acme),
            Arc::new(OnlyLooking(who)),
            now(),
        );
        let planned = turn.await.expect("planned");
        let suppressed: Vec<_> = planned.suppressed.iter().collect();
        if who == "looks" {
            assert_eq!(suppressed, [(Channel::Push, "user_is_active", 1)]);
        } else {
            assert_eq!(suppressed, []);
            break;
        }
        sent.extend([notification(&acme, "wants")]);
        accept(storage, vec![sent[3].clone()]).await;
    }
    let suppressed = (DeliveryState::Suppressed, Some("user_is_active"), None);
    let queued = (DeliveryState::Queued, None, None);
    for (place, expected) in [suppressed, queued, queued, queued].into_iter().enumerate() {
        let push = delivery(storage, &sent[place], Channel::Push).await;
        assert_eq!(reported(&push), expected, "{place}");
        let webhook = delivery(storage, &sent[place], Channel::Webhook).await;
        assert_eq!(reported(&webhook), queued, "{place}");
    }
}

/// A later choice takes the place of an earlier one; no other user's changes; the zone comes along.
pub async fn choices_are_put_and_replaced(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    let off = Preferences {
        push_notifications: Some(false),
        ..Preferences::default()
    };
    choose(storage, &acme, "a", &off).await;
    choose(storage, &acme, "a", &night(now(), None)).await;
    choose(storage, &acme, "b", &off).await;
    device(storage, &acme, "b").await;
    let lives = User {
        tenant: acme.clone(),
        id: user("a"),
        email: None,
        email_gone_at: None,
        locale: None,
        timezone: Some("Asia/Tokyo".into()),
        attributes: "{}".into(),
        created_at: now(),
        updated_at: now(),
    };
    storage.put_user(&lives).await.expect("stored");
    let set = TenantPreferences {
        defaults: Preferences {
            email_notifications: Some(false),
            ..Preferences::default()
        },
        mandatory_types: [NotificationType::parse("alert").expect("a type")].into(),
        rate_rules: RateRules {
            debounce: Debounce::new(900).ok(),
            throttle: Throttle::new(100, 10).ok(),
        },
    };
    let put = storage.put_tenant_preferences(&acme, &set, now());
    put.await.expect("stored");
    let got = storage.tenant_preferences(&acme).await.expect("read");
    assert_eq!(got, set);
    let nothing = storage.tenant_preferences(&other).await.expect("read");
    assert_eq!(nothing, TenantPreferences::default());

    let who = ["b", "nobody", "a"].map(user);
    let found = recipients(storage, &acme, &who).await;
    let reported: Vec<_> = found
        .iter()
        .map(|one| {
            let all = one.preferences.effective();
            let hours = all.quiet_hours.expect("hours");
            let zone = hours.timezone.expect("a zone");
            let push = all.push_notifications.expect("said");
            (push, all.email_notifications, hours.enabled, zone)
        })
        .collect();
    assert_eq!(
        reported,
        [
            (false, Some(false), false, "UTC".to_owned()),
            (true, Some(false), false, "UTC".to_owned()),
            (true, Some(false), true, "Asia/Tokyo".to_owned()),
        ]
    );
    assert_eq!(found[0].addresses, [(Channel::Push, "token:b".to_owned())]);
    assert!(found[1].addresses.is_empty() && found[2].addresses.is_empty());
    let strangers = recipients(storage, &other, &who).await;
    assert!(strangers.iter().all(|one| *one == Recipient::default()));
}

/// One line says why; the rest goes out.
pub async fn what_is_switched_off_is_suppressed(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let kind = || NotificationType::parse("message").expect("a type");
    for (of, choices) in [
        (
            "channel_off",
            Preferences {
                push_notifications: Some(false),
                ..Preferences::default()
            },
        ),
        (
            "type_channel_off",
            Preferences {
                channels: [(kind(), [(Channel::Push, false)].into())].into(),
                ..Preferences::default()
            },
        ),
    ] {
        device(storage, &acme, of).await;
        choose(storage, &acme, of, &choices).await;
        let sent = notification(&acme, of);
        accept(storage, vec![sent.clone()]).await;
        let planned = plan(storage, &acme, now()).await;
        let reasons: Vec<_> = planned.suppressed.iter().collect();
        assert_eq!(reasons, [(Channel::Push, of, 1)]);
        let suppressed = delivery(storage, &sent, Channel::Push).await;
        assert_eq!(
            reported(&suppressed),
            (DeliveryState::Suppressed, Some(of), None)
        );
        assert_eq!(suppressed.address, "");
        assert_eq!(one(planned.dispatches).channel, Channel::Webhook);
    }
    let set = TenantPreferences {
        defaults: Preferences {
            notification_types: [(kind(), false)].into(),
            ..Preferences::default()
        },
        ..TenantPreferences::default()
    };
    let put = storage.put_tenant_preferences(&acme, &set, now());
    put.await.expect("stored");
    let sent = notification(&acme, "nobody");
    accept(storage, vec![sent.clone()]).await;
    assert!(plan(storage, &acme, now()).await.dispatches.is_empty());
    let hook = delivery(storage, &sent, Channel::Webhook).await;
    assert_eq!(
        reported(&hook),
        (DeliveryState::Suppressed, Some("type_off"), None)
    );
}

/// What disturbs waits for the morning and then leaves; what does not disturb leaves at once; what is
/// critical does too.
pub async fn quiet_hours_hold_back_until_the_morning(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let (asked, wakes_at) = (now(), morning(now()));
    choose(storage, &acme, "u", &night(asked, None)).await;
    let sent = deferred(storage, &acme, "u").await;
    let waits = delivery(storage, &sent, Channel::Push).await;
    let night = (DeliveryState::Deferred, Some("quiet_hours"), Some(wakes_at));
    assert_eq!(reported(&waits), night);
    assert_eq!(waits.deferrals.len(), 1);
    let hook = delivery(storage, &sent, Channel::Webhook).await;
    assert_eq!(hook.state, DeliveryState::Queued);
    assert_eq!(hook.deferrals, []);

    let early = release(storage, wakes_at - TimeDelta::seconds(1)).await;
    assert!(early.dispatches.is_empty());
    let released = one(release(storage, wakes_at).await.dispatches);
    assert_eq!(released.channel, Channel::Push);
    let job = load(storage, &released)
        .await
        .expect("there")
        .jobs
        .remove(0);
    assert_eq!((job.delivery_id, job.attempts_made), (waits.id, 0));
    record(
        storage,
        Some(&released),
        vec![finished(&job, DeliveryState::Sent)],
    )
    .await;
    let sent_at_last = delivery(storage, &sent, Channel::Push).await;
    assert_eq!(sent_at_last.state, DeliveryState::Sent);
    assert_eq!(sent_at_last.deferrals, waits.deferrals, "its story stays");

    let mut urgent = notification(&acme, "u");
    urgent.priority = Priority::Critical;
    accept(storage, vec![urgent.clone()]).await;
    assert_eq!(plan(storage, &acme, asked).await.dispatches.len(), 2);
}

/// It neither waits for the morning nor leaves.
pub async fn a_deadline_in_the_night_expires_on_time(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    choose(storage, &acme, "u", &night(now(), None)).await;
    device(storage, &acme, "u").await;
    let mut short = notification(&acme, "u");
    let deadline = short.created_at + TimeDelta::minutes(30);
    short.expires_at = Some(deadline);
    accept(storage, vec![short.clone()]).await;
    plan(storage, &acme, now()).await;
    let waits = delivery(storage, &short, Channel::Push).await;
    assert_eq!(waits.next_attempt_at, Some(deadline));
    assert!(release(storage, deadline).await.dispatches.is_empty());
    let over = delivery(storage, &short, Channel::Push).await;
    let expired = (DeliveryState::Expired, Some("deadline_passed"), None);
    assert_eq!(reported(&over), expired);
}

/// With its attempts, and with each night in its story.
pub async fn a_retry_that_falls_due_at_night_waits(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    device(storage.as_ref(), &acme, "u").await;
    let mut push = notification(&acme, "u");
    push.channels = Some(vec![Channel::Push]);
    let due = now() + TimeDelta::seconds(5);
    accept(storage.as_ref(), vec![push.clone()]).await;
    let dispatch = one(plan(storage.as_ref(), &acme, now()).await.dispatches);
    let loaded = load(storage.as_ref(), &dispatch).await.expect("there");
    let failed = FinishedDelivery {
        next_attempt_at: Some(due),
        ..finished(&loaded.jobs[0], DeliveryState::Retrying)
    };
    record(storage.as_ref(), Some(&dispatch), vec![failed]).await;
    choose(storage.as_ref(), &acme, "u", &night(due, None)).await;

    let released = release(storage.as_ref(), due).await;
    assert!(released.dispatches.is_empty());
    let reasons: Vec<_> = released.deferred.iter().collect();
    assert_eq!(reasons, [(Channel::Push, "quiet_hours", 1)]);
    let waits = delivery(storage.as_ref(), &push, Channel::Push).await;
    assert_eq!(waits.state, DeliveryState::Deferred);
    assert_eq!((waits.attempts.len(), waits.deferrals.len()), (1, 1));
    let wakes_at = waits.next_attempt_at.expect("a moment");
    choose(storage.as_ref(), &acme, "u", &night(wakes_at, None)).await;
    assert!(
        release(storage.as_ref(), wakes_at)
            .await
            .dispatches
            .is_empty()
    );
    let again = delivery(storage.as_ref(), &push, Channel::Push).await;
    assert_eq!((again.attempts.len(), again.deferrals.len()), (1, 2));
    let morning = again.next_attempt_at.expect("a moment");
    assert!(morning > wakes_at);
    assert_eq!(release(storage.as_ref(), morning).await.dispatches.len(), 1);
}

/// A webhook has no night, whatever its user's is.
pub async fn a_retry_of_what_does_not_disturb_leaves_at_night(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let due = now() + TimeDelta::seconds(5);
    failed_once(&storage, notification(&acme, "u"), due).await;
    choose(storage.as_ref(), &acme, "u", &night(due, None)).await;
    assert_eq!(release(storage.as_ref(), due).await.dispatches.len(), 1);
}

/// At once, and by the new choice: still quiet, wanted no more, or free to leave.
pub async fn what_waits_is_looked_at_when_its_user_chooses_anew(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let people = ["longer", "off", "none", "same"];
    let mut sent = Vec::new();
    for of in people {
        choose(storage, &acme, of, &night(now(), None)).await;
        sent.push(deferred(storage, &acme, of).await);
    }
    assert!(release(storage, now()).await.dispatches.is_empty());
    let later = now() + TimeDelta::minutes(60);
    let longer = night(later, Some("UTC"));
    let off = Preferences {
        push_notifications: Some(false),
        ..Preferences::default()
    };
    choose(storage, &acme, "longer", &longer).await;
    choose(storage, &acme, "off", &off).await;
    choose(storage, &acme, "none", &Preferences::default()).await;
    let released = release(storage, now() + TimeDelta::seconds(1)).await;
    assert_eq!(one(released.dispatches).size, 1, "the one that is free");
    let wakes_at = Some(morning(later));
    for (one, expected) in sent.iter().zip([
        (DeliveryState::Deferred, Some("quiet_hours"), wakes_at),
        (DeliveryState::Suppressed, Some("channel_off"), None),
    ]) {
        let now = delivery(storage, one, Channel::Push).await;
        assert_eq!(reported(&now), expected);
    }
    let same = delivery(storage, &sent[3], Channel::Push).await;
    assert_eq!(same.deferrals.len(), 1, "nobody else's is looked at");
}

/// Their quiet hours are read where they live.
pub async fn what_waits_is_looked_at_when_its_user_moves(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let person = |of: &str, zone: &str| User {
        tenant: acme.clone(),
        id: user(of),
        email: None,
        email_gone_at: None,
        locale: None,
        timezone: Some(zone.into()),
        attributes: "{}".into(),
        created_at: now(),
        updated_at: now(),
    };
    let mut sent = Vec::new();
    for (of, zone) in [("theirs", None), ("chosen", Some("UTC"))] {
        storage.put_user(&person(of, "UTC")).await.expect("stored");
        choose(storage, &acme, of, &night(now(), zone)).await;
        sent.push(deferred(storage, &acme, of).await);
        // Who stays where they are leaves everything as it is.
        storage.put_user(&person(of, "UTC")).await.expect("stored");
        assert!(
            release(storage, now())
                .await
                .deferred
                .iter()
                .next()
                .is_none()
        );
    }
    for of in ["theirs", "chosen"] {
        // Half a day away it is no night.
        let moved = person(of, "Pacific/Fiji");
        storage.put_user(&moved).await.expect("stored");
    }
    let released = release(storage, now() + TimeDelta::seconds(1)).await;
    assert_eq!(one(released.dispatches).size, 1);
    let theirs = delivery(storage, &sent[0], Channel::Push).await;
    assert_eq!(theirs.deferrals.len(), 1);
    let chosen = delivery(storage, &sent[1], Channel::Push).await;
    assert_eq!(chosen.state, DeliveryState::Deferred);
}

/// A user who has read it in the night gets nothing in the morning.
pub async fn what_waits_is_cancelled_when_it_is_read(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    choose(storage, &acme, "u", &night(now(), None)).await;
    let sent = deferred(storage, &acme, "u").await;
    let read = campanile_domain::InboxChange::Read;
    let reader = user("u");
    let change = change_notification(storage, &acme, &reader, sent.id, read, now());
    assert!(change.await.expect("changed").is_some());
    assert!(release(storage, morning(now())).await.dispatches.is_empty());
    let over = delivery(storage, &sent, Channel::Push).await;
    assert_eq!(
        reported(&over),
        (DeliveryState::Cancelled, Some("read"), None)
    );
}

/// Neither their choices nor their name in what waits.
pub async fn an_erased_persons_choices_go(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    choose(storage, &acme, "u", &night(now(), None)).await;
    deferred(storage, &acme, "u").await;
    assert!(
        storage
            .erase_user(&acme, &user("u"), now())
            .await
            .expect("erased")
    );
    let found = recipients(storage, &acme, &[user("u")]).await;
    assert_eq!(found, [Recipient::default()]);
    release(storage, now() + TimeDelta::seconds(1)).await;
    assert_eq!(storage.depth(now()).await.expect("counted").scheduled, 0);
    choose(storage, &acme, "v", &Preferences::default()).await;
    let erased = storage
        .erase_user(&acme, &user("v"), now())
        .await
        .expect("erased");
    assert!(erased, "choices are something of theirs");
}
