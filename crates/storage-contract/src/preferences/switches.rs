//! What users and tenants choose is kept, and what is switched off is suppressed.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use async_trait::async_trait;
use campanile_domain::{
    Channel, Debounce, DeliveryState, NotificationType, Preferences, RateRules, TenantPreferences,
    Throttle,
};
use campanile_pipeline::{Presence, put_tenant_preferences, put_user};
use campanile_storage::{Person, RelayLimits, Storage};

use super::play::{choose, delivery, device, night, person, plan, reported, routes};
use crate::fixture::{accept, notification, now, one, tenants, user};
use crate::reading::{Recipient, recipients};

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
    let put = put_tenant_preferences(&storage, &acme, &set, now());
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
    let lives = person(&acme, "a", "Asia/Tokyo");
    put_user(&storage, &lives).await.expect("stored");
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
    let put = put_tenant_preferences(&storage, &acme, &set, now());
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
    let put = put_tenant_preferences(&storage, &acme, &set, now());
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
