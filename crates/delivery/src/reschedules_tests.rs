//! An api dies between two steps of a tenant's change of preferences.

use std::sync::Arc;

use campanile_cache::{InProcessBus, InProcessInboxCache};
use campanile_domain::{
    Channel, Clock, EmailAddress, Preferences, QuietHours, Routes, TenantPreferences, User,
};
use campanile_pipeline::reschedule_step;
use campanile_pipeline::{put_tenant_preferences, put_user};
use campanile_queue::InProcessQueue;
use campanile_storage::{RESCHEDULED_AT_ONCE, RelayLimits};
use campanile_storage_contract::fixture::{accept, notification, now, release, tenants, user};
use campanile_storage_sqlite::SqliteStorage;
use chrono::{DateTime, Timelike, Utc};

use super::*;

/// A clock that stands.
struct At(DateTime<Utc>);

impl Clock for At {
    fn now(&self) -> DateTime<Utc> {
        self.0
    }
}

fn night(at: DateTime<Utc>) -> TenantPreferences {
    let wall = |minutes| {
        let at = at + TimeDelta::minutes(minutes);
        let text = format!("{:02}:{:02}", at.hour(), at.minute());
        text.parse().unwrap()
    };
    let hours = QuietHours::new(true, wall(-60), wall(120), Some("UTC".to_owned()));
    TenantPreferences {
        defaults: Preferences {
            quiet_hours: Some(hours.unwrap()),
            ..Preferences::default()
        },
        ..TenantPreferences::default()
    }
}

#[tokio::test]
async fn what_an_api_left_unfinished_is_finished() {
    let dir = std::env::temp_dir().join(format!("campanile-{}", uuid::Uuid::new_v4()));
    std::fs::create_dir_all(&dir).unwrap();
    let storage = Arc::new(SqliteStorage::open(&dir.join("t.db")).await.unwrap());
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let (begun, person) = (now(), user("u"));
    let known = User {
        tenant: acme.clone(),
        id: person.clone(),
        email: Some(EmailAddress::parse("u@example.com").unwrap()),
        email_gone_at: None,
        locale: None,
        timezone: None,
        attributes: "{}".into(),
        created_at: begun,
        updated_at: begun,
    };
    put_user(&storage, &known).await.unwrap();
    let set = night(begun);
    let put = put_tenant_preferences(&storage, &acme, &set, begun);
    put.await.unwrap();
    let step = async || {
        let scope = Scope::worker_for(&acme);
        let step = reschedule_step(&storage, &scope, &acme, begun);
        step.await.unwrap()
    };
    assert!(!step().await.more);
    let left = 3;
    let sent = (0..RESCHEDULED_AT_ONCE + left).map(|_| notification(&acme, "u"));
    accept(storage.as_ref(), sent.collect()).await;
    let mut routes = Routes::default();
    routes.add_for_users(acme.clone(), Channel::Email);
    let plan = async || {
        campanile_pipeline::plan_turn(&storage, RelayLimits::default(), routes.clone(), begun).await
    };
    while plan().await.unwrap().notifications > 0 {}

    let nothing = TenantPreferences::default();
    let put = put_tenant_preferences(&storage, &acme, &nothing, begun);
    put.await.unwrap();
    assert!(step().await.more, "here it dies");
    let at = |seconds| DeliveryParts {
        storage: storage.clone(),
        queue: Arc::new(InProcessQueue::new()),
        bus: Arc::new(InProcessBus::new()),
        inboxes: Arc::new(InProcessInboxCache::new(10)),
        wording: campanile_wording::Wording::new(storage.clone()),
        presence: Arc::new(campanile_pipeline::NoPresence),
        clock: Arc::new(At(begun + TimeDelta::seconds(seconds))),
        random: campanile_domain::Random::system(),
        accounts: Arc::default(),
        channels: Vec::new(),
    };
    let leaving = async |seconds| {
        turn(&at(seconds)).await.unwrap();
        let due = begun + TimeDelta::seconds(seconds);
        let mut left = 0;
        loop {
            let released = release(storage.as_ref(), due).await;
            left += released
                .dispatches
                .iter()
                .map(|one| one.size)
                .sum::<usize>();
            if !released.more {
                return left;
            }
        }
    };
    let first = leaving(20).await;
    assert_eq!(
        first, RESCHEDULED_AT_ONCE,
        "the process that began the rescheduling may still continue it"
    );
    assert_eq!(leaving(40).await, left);
    assert_eq!(leaving(80).await, 0);
    std::fs::remove_dir_all(&dir).ok();
}
