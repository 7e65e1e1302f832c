//! What a tenant's debounce and throttle hold back, and the marks that plans leave.

use std::sync::Arc;

use campanile_domain::{
    Channel, Debounce, Delivery, DeliveryState, Device, DeviceId, DeviceKind, DeviceValue,
    MarkPlace, Notification, NotificationType, Platform, Priority, RateRules, Routes, TenantId,
    TenantPreferences, Text, Throttle,
};
use chrono::{DateTime, TimeDelta, Utc};

use super::fixture::{accept, notification, now, tenants, user};
use super::reading::marks as marks_at;
use campanile_pipeline::{erase_user, put_tenant_preferences};
use campanile_storage::{Planned, RelayLimits, Storage};

/// The window of [`debounce`].
const WITHIN_S: u32 = 900;

/// A webhook, which is never held back, and an account for devices.
fn routes(tenant: &TenantId) -> Routes {
    let mut routes = super::fixture::routes(std::slice::from_ref(tenant));
    routes.add_for_users(tenant.clone(), Channel::Push);
    routes
}

pub(crate) fn debounce() -> RateRules {
    RateRules {
        debounce: Debounce::new(WITHIN_S).ok(),
        throttle: None,
    }
}

fn throttle(burst: u32, per_minute: u32) -> RateRules {
    RateRules {
        debounce: None,
        throttle: Throttle::new(burst, per_minute).ok(),
    }
}

pub(crate) async fn set(storage: &dyn Storage, tenant: &TenantId, rate_rules: RateRules) {
    let set = TenantPreferences {
        rate_rules,
        ..TenantPreferences::default()
    };
    let put = put_tenant_preferences(&storage, tenant, &set, now());
    put.await.expect("stored");
}

pub(crate) async fn device(storage: &dyn Storage, tenant: &TenantId, of: &str) {
    let device = Device {
        tenant: tenant.clone(),
        id: DeviceId::at(now()),
        user_id: user(of),
        kind: DeviceKind::Token,
        value: DeviceValue::parse(of).expect("a value"),
        platform: Platform::Web,
        app_version: None,
        locale: None,
        timezone: None,
        created_at: now(),
        last_seen: now(),
    };
    storage.put_device(&device).await.expect("stored");
}

/// Something to say to somebody.
pub(crate) fn saying(tenant: &TenantId, to: &str, text: &str) -> Notification {
    Notification {
        body: Some(text.to_owned()),
        ..notification(tenant, to)
    }
}

pub(crate) async fn plan(storage: &dyn Storage, tenant: &TenantId, at: DateTime<Utc>) -> Planned {
    let routes = routes(tenant);
    let planned =
        campanile_pipeline::plan_turn(&storage, RelayLimits::default(), routes.clone(), at);
    planned.await.expect("planned")
}

async fn delivery(storage: &dyn Storage, of: &Notification, channel: Channel) -> Delivery {
    let reported = storage.timeline(&of.tenant, of.id).await.expect("read");
    let mut deliveries = reported.expect("there").deliveries.into_iter();
    let found = deliveries.find(|one| one.channel == channel);
    found.expect("a delivery")
}

/// Why the push of one was held back; nothing if it left.
pub(crate) async fn held(storage: &dyn Storage, of: &Notification) -> Option<String> {
    let push = delivery(storage, of, Channel::Push).await;
    match push.state {
        DeliveryState::Queued => assert_eq!(push.reason, None),
        state => assert_eq!(state, DeliveryState::Suppressed),
    }
    let hook = delivery(storage, of, Channel::Webhook).await;
    assert_eq!(hook.state, DeliveryState::Queued, "it disturbs nobody");
    push.reason
}

/// Sends and plans one at a moment; says why its push was held back.
async fn reported(storage: &dyn Storage, one: Notification, at: DateTime<Utc>) -> Option<String> {
    accept(storage, vec![one.clone()]).await;
    let planned = plan(storage, &one.tenant, at).await;
    let held = held(storage, &one).await;
    let counted: Vec<_> = planned.suppressed.iter().collect();
    let reason = counted.first().map(|(_, reason, _)| (*reason).to_owned());
    assert_eq!(
        (counted.len(), reason),
        (usize::from(held.is_some()), held.clone())
    );
    held
}

/// The places of the marks that one asks for.
fn places(of: &Notification, by: RateRules) -> Vec<MarkPlace> {
    by.keys(of, Text::of(of)).places().cloned().collect()
}

/// Within the window since the last that passed, and only what is equal.
pub async fn what_equals_the_last_is_held_back(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    for tenant in [&acme, &other] {
        device(storage, tenant, "u").await;
    }
    let start = now();
    let after = |seconds: i64| start + TimeDelta::seconds(seconds);
    let say = |text| saying(&acme, "u", text);
    assert_eq!(reported(storage, say("a"), start).await, None);
    assert_eq!(reported(storage, say("a"), start).await, None, "it is off");
    set(storage, &acme, debounce()).await;
    assert_eq!(reported(storage, say("a"), start).await, None);
    let debounced = Some("debounced".to_owned());
    assert_eq!(reported(storage, say("a"), after(1)).await, debounced);
    assert_eq!(reported(storage, say("b"), after(1)).await, None);
    let headed = Notification {
        title: Some("a".into()),
        ..say("a")
    };
    assert_eq!(reported(storage, headed, after(1)).await, None);
    let other_content = Notification {
        content: r#"{"room":7}"#.into(),
        ..say("a")
    };
    assert_eq!(
        reported(storage, other_content.clone(), after(1)).await,
        None
    );
    let again = Notification {
        id: campanile_domain::NotificationId::at(now()),
        ..other_content
    };
    assert_eq!(reported(storage, again, after(2)).await, debounced);
    let window = i64::from(WITHIN_S);
    assert_eq!(
        reported(storage, say("a"), after(window - 1)).await,
        debounced
    );
    assert_eq!(reported(storage, say("a"), after(window)).await, None);
    assert_eq!(
        reported(storage, say("a"), after(window + 1)).await,
        debounced
    );
    // Another tenant has no such rule, and another user has heard nothing.
    assert_eq!(
        reported(storage, saying(&other, "u", "a"), after(1)).await,
        None
    );
    device(storage, &acme, "v").await;
    assert_eq!(
        reported(storage, saying(&acme, "v", "a"), after(1)).await,
        None
    );
}

/// However they share outbox rows. Which one is decided by their ids, so within a millisecond by chance.
pub async fn of_equal_ones_in_a_turn_one_passes(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    device(storage, &acme, "u").await;
    set(storage, &acme, debounce()).await;
    let all: Vec<_> = (0..4).map(|_| saying(&acme, "u", "a")).collect();
    accept(storage, all[..2].to_vec()).await;
    accept(storage, all[2..].to_vec()).await;
    let planned = plan(storage, &acme, now()).await;
    let reasons: Vec<_> = planned.suppressed.iter().collect();
    assert_eq!(reasons, [(Channel::Push, "debounced", 3)]);
    let mut passed = 0;
    for one in &all {
        passed += usize::from(held(storage, one).await.is_none());
    }
    assert_eq!(passed, 1);
}

/// Each of them sees the marks of the others, or waits for them.
pub async fn turns_at_once_let_one_of_equal_ones_pass(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    set(storage.as_ref(), &acme, debounce()).await;
    let people = ["a", "b", "c", "d", "e"];
    let mut all = Vec::new();
    for of in people {
        device(storage.as_ref(), &acme, of).await;
    }
    for _ in 0..12 {
        // In turns' worth of their own, and in no order of users.
        for of in people {
            let one = saying(&acme, of, "a");
            accept(storage.as_ref(), vec![one.clone()]).await;
            all.push(one);
        }
    }
    let relays = (0..4).map(|_| {
        let (storage, routes) = (Arc::clone(&storage), routes(&acme));
        tokio::spawn(async move {
            let limits = RelayLimits {
                rows: 4,
                rows_per_tenant: 4,
                ..RelayLimits::default()
            };
            while storage.depth(now()).await.expect("counted").outbox > 0 {
                let turn = campanile_pipeline::plan_turn(&storage, limits, routes.clone(), now());
                turn.await.expect("planned");
            }
        })
    });
    for relay in relays.collect::<Vec<_>>() {
        relay.await.expect("ran");
    }
    for of in people {
        let mut passed = 0;
        for one in all.iter().filter(|one| one.user_id == user(of)) {
            passed += usize::from(held(storage.as_ref(), one).await.is_none());
        }
        assert_eq!(passed, 1, "{of}");
    }
}

/// For each user and type, and refilled by the clock.
pub async fn what_is_too_much_of_a_type_is_held_back(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    for of in ["u", "v"] {
        device(storage, &acme, of).await;
    }
    set(storage, &acme, throttle(2, 1)).await;
    let start = now();
    let after = |seconds: i64| start + TimeDelta::seconds(seconds);
    let throttled = Some("throttled".to_owned());
    let same = || saying(&acme, "u", "again and again");
    assert_eq!(reported(storage, same(), start).await, None);
    assert_eq!(reported(storage, same(), start).await, None);
    assert_eq!(reported(storage, same(), after(1)).await, throttled);
    assert_eq!(
        reported(storage, saying(&acme, "v", "a"), after(1)).await,
        None
    );
    let of_another_type = Notification {
        notification_type: NotificationType::parse("other").expect("a type"),
        ..same()
    };
    assert_eq!(reported(storage, of_another_type, after(1)).await, None);
    assert_eq!(reported(storage, same(), after(60)).await, None);
    assert_eq!(reported(storage, same(), after(61)).await, throttled);
    // In one turn as well.
    let some: Vec<_> = (0..3).map(|_| same()).collect();
    accept(storage, some.clone()).await;
    let planned = plan(storage, &acme, after(180)).await;
    let reasons: Vec<_> = planned.suppressed.iter().collect();
    assert_eq!(reasons, [(Channel::Push, "throttled", 1)]);
    assert_eq!(held(storage, &some[1]).await, None);
    assert_eq!(held(storage, &some[2]).await, throttled);
}

/// What is critical, and what disturbs nobody, is not held back and leaves no mark.
pub async fn what_rules_do_not_bind_leaves_no_mark(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let both = RateRules {
        debounce: debounce().debounce,
        throttle: throttle(1, 1).throttle,
    };
    set(storage, &acme, both).await;
    let silent = saying(&acme, "u", "a");
    accept(storage, vec![silent.clone()]).await;
    plan(storage, &acme, now()).await;
    device(storage, &acme, "u").await;
    let urgent = Notification {
        priority: Priority::Critical,
        ..saying(&acme, "u", "a")
    };
    assert_eq!(reported(storage, urgent.clone(), now()).await, None);
    let places = places(&silent, both);
    let marks = marks_at(storage, &acme, &places).await;
    assert_eq!(marks.len(), 0);
    assert_eq!(
        reported(storage, saying(&acme, "u", "a"), now()).await,
        None
    );
    let marks = marks_at(storage, &acme, &places).await;
    assert_eq!(marks.len(), 2);
    let again = Notification {
        id: campanile_domain::NotificationId::at(now()),
        ..urgent
    };
    assert_eq!(reported(storage, again, now()).await, None, "critical");
}

/// They carry the notification, are their tenant's, and go when they say nothing any more.
pub async fn marks_are_kept_while_they_say_something(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    device(storage, &acme, "u").await;
    set(storage, &acme, debounce()).await;
    let (one, start) = (saying(&acme, "u", "a"), now());
    reported(storage, one.clone(), start).await;
    reported(storage, saying(&acme, "u", "a"), start).await;
    let places = places(&one, debounce());
    let marks = marks_at(storage, &acme, &places).await;
    let mark = marks[&places[0]];
    let until = start + TimeDelta::seconds(WITHIN_S.into());
    assert_eq!(
        (mark.notification, mark.at, mark.until),
        (one.id, start, until)
    );
    // The same user and the same text, in another tenant.
    let of_other = self::places(&saying(&other, "u", "a"), debounce());
    let of_other = marks_at(storage, &other, &of_other).await;
    assert!(of_other.is_empty());
    let early = until - TimeDelta::microseconds(1);
    assert_eq!(storage.expire_plan_marks(early).await.expect("done"), 0);
    assert_eq!(storage.expire_plan_marks(until).await.expect("done"), 1);
    let gone = marks_at(storage, &acme, &places).await;
    assert!(gone.is_empty());
}

/// With everything else of theirs.
pub async fn an_erased_persons_marks_go(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    set(storage, &acme, debounce()).await;
    for of in ["u", "v"] {
        device(storage, &acme, of).await;
        reported(storage, saying(&acme, of, "a"), now()).await;
    }
    assert!(
        erase_user(&storage, &acme, &user("u"), now())
            .await
            .expect("erased")
    );
    for (of, left) in [("u", 0), ("v", 1)] {
        let places = places(&saying(&acme, of, "a"), debounce());
        let marks = marks_at(storage, &acme, &places).await;
        assert_eq!(marks.len(), left, "{of}");
    }
}
