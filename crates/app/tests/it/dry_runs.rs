//! Dry runs.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use async_trait::async_trait;
use campanile_app::devices::{self, DeviceDetails};
use campanile_app::dry_runs::DryRuns;
use campanile_app::preferences;
use campanile_domain::{
    Channel, DeviceKind, DeviceValue, NotificationType, Platform, Preferences, Priority, Random,
    Routes, SystemClock, UserId,
};
use campanile_intake::SendRequest;
use campanile_pipeline::Presence;
use campanile_storage::{Person, Storage};
use chrono::{DateTime, TimeDelta, Utc};

use crate::support::{acme, storage};

/// Only this user has a live stream open. Only those may be asked about whose preferences depend on it.
struct OnlyActive(&'static str);

#[async_trait]
impl Presence for OnlyActive {
    async fn active(&self, people: &BTreeSet<Person>) -> HashSet<Person> {
        assert!(people.iter().all(|(_, user)| user.as_str() != "default"));
        let active = people.iter().filter(|(_, user)| user.as_str() == self.0);
        active.cloned().collect()
    }
}

fn request(users: &[UserId], send_at: Option<DateTime<Utc>>) -> SendRequest {
    SendRequest {
        notification_type: NotificationType::parse("new_message").unwrap(),
        recipients: users.to_vec(),
        content: "{}".into(),
        channels: None,
        priority: Priority::Normal,
        title: None,
        body: None,
        link: None,
        actions: Vec::new(),
        send_at,
        send_at_as_written: send_at,
        expires_at: None,
        is_late: false,
        collapse_key: None,
        lane: None,
    }
}

#[tokio::test]
async fn a_push_is_suppressed_for_a_user_who_is_active_now() {
    let (_folder, storage) = storage().await;
    let storage: Arc<dyn Storage> = Arc::new(storage);
    let (tenant, random, now) = (acme(), Random::seeded(7), Utc::now());
    let users = ["active", "away", "default"].map(|name| UserId::parse(name).unwrap());
    for user in &users {
        let details = DeviceDetails {
            kind: DeviceKind::Token,
            value: DeviceValue::parse(user.as_str()).unwrap(),
            platform: Platform::Android,
            app_version: None,
            locale: None,
            timezone: None,
        };
        let who = (&tenant, user);
        let register = devices::register(storage.as_ref(), &SystemClock, &random, who, details);
        register.await.unwrap();
    }
    let silent = Preferences {
        push_while_active: Some(false),
        ..Preferences::default()
    };
    for user in &users[..2] {
        let choose = preferences::choose(storage.as_ref(), &tenant, user, &silent, now);
        choose.await.unwrap();
    }
    let mut routes = Routes::default();
    routes.add_for_users(tenant.clone(), Channel::Push);
    let dry_runs = DryRuns::new(storage)
        .with_presence(Arc::new(OnlyActive("active")))
        .with_operator_routes(Arc::new(routes));
    let later = now + TimeDelta::hours(1);
    for (send_at, expected) in [
        (None, [Some("user_is_active"), None, None]),
        // Who is active later is not known.
        (Some(later), [Some("scheduled"); 3]),
    ] {
        let request = request(&users, send_at);
        let reported = dry_runs.of(&tenant, &request, now).await.unwrap();
        let push = reported.iter().map(|one| {
            let mut lines = one.deliveries.iter();
            lines.find(|line| line.channel == Channel::Push).unwrap()
        });
        let reasons: Vec<_> = push.map(|line| line.reason).collect();
        assert_eq!(reasons, expected, "{send_at:?}");
    }
}
