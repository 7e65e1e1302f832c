//! Tenants, users, devices, topics and fan-outs.

use campanile_app::devices::{self, DeviceDetails};
use campanile_app::templates::Announcer;
use campanile_app::tenants::{TenantBook, TenantError};
use campanile_app::topics::{self, SubscriberPage};
use campanile_app::users::{self, UserDetails};
use campanile_app::{fanouts, tenants};
use campanile_domain::{
    Act, DeviceKind, DeviceValue, FanoutId, Platform, Random, RetryLadder, SystemClock, Tenant,
    TenantId, TopicKey, UserId,
};
use campanile_storage::Storage;
use chrono::{SubsecRound, Utc};
use std::sync::Arc;
use std::time::Duration;

use crate::support::{acme, storage};

fn user(name: &str) -> UserId {
    UserId::parse(name).unwrap()
}

#[tokio::test]
async fn a_tenant_is_created_once_with_its_retry_schedule() {
    let (_folder, storage) = storage().await;
    let storage: Arc<dyn Storage> = Arc::new(storage);
    let name = TenantId::parse("new").unwrap();
    let exists = || tenants::exists(storage.as_ref(), &name);
    assert!(!exists().await.unwrap());
    let clock = Arc::new(SystemClock);
    let book = TenantBook::new(Arc::clone(&storage), Announcer::silent(), clock);
    let act = Act::at_command_line("test", &SystemClock);
    let wanted = Tenant {
        retry_ladder: RetryLadder::new(vec![Duration::from_secs(3)]),
        ..Tenant::new(name.clone(), Utc::now().trunc_subsecs(6))
    };
    assert_eq!(book.create(wanted.clone(), &act).await.unwrap(), wanted);
    let again = book
        .create(Tenant::new(name.clone(), Utc::now()), &act)
        .await;
    assert!(matches!(again, Err(TenantError::Exists(_))));
    assert!(exists().await.unwrap());
    assert_eq!(book.tenant(&name).await.unwrap(), wanted);
}

#[tokio::test]
async fn a_user_who_is_replaced_keeps_the_moment_of_creation() {
    let (_folder, storage) = storage().await;
    let tenant = acme();
    let put = |details| users::put(&storage, &SystemClock, &tenant, user("u1"), details);
    let first = put(UserDetails {
        locale: Some("pt-BR".into()),
        ..UserDetails::default()
    })
    .await
    .unwrap();
    let second = put(UserDetails::default()).await.unwrap();
    assert_eq!(first.locale.as_deref(), Some("pt-BR"));
    assert_eq!((second.locale, &*second.attributes), (None, "{}"));
    assert_eq!(second.created_at, first.created_at);
}

#[tokio::test]
async fn a_device_that_registers_again_stays_the_same_device() {
    let (_folder, storage) = storage().await;
    let (tenant, user, random) = (acme(), user("u1"), Random::seeded(7));
    let details = DeviceDetails {
        kind: DeviceKind::Token,
        value: DeviceValue::parse("token-1").unwrap(),
        platform: Platform::Android,
        app_version: None,
        locale: None,
        timezone: None,
    };
    let who = (&tenant, &user);
    let register = || devices::register(&storage, &SystemClock, &random, who, details.clone());
    let (first, second) = (register().await.unwrap(), register().await.unwrap());
    assert!(first.is_new && !second.is_new);
    assert_eq!(first.device.id, second.device.id);
    let remove = || devices::remove(&storage, &tenant, &user, first.device.id);
    assert!(remove().await.unwrap());
    assert!(!remove().await.unwrap());
}

#[tokio::test]
async fn a_page_of_subscribers_says_whether_others_follow() {
    let (_folder, storage) = storage().await;
    let topic = TopicKey::parse("team:7").unwrap();
    let tenant = acme();
    let page = |after: Option<UserId>, limit| {
        let (storage, tenant, topic) = (&storage, &tenant, &topic);
        async move {
            let page = topics::subscribers(storage, tenant, topic, after.as_ref(), limit);
            page.await.unwrap()
        }
    };
    assert_eq!(page(None, 2).await, None);
    let users = ["a", "b", "c"].map(user);
    let subscribed = topics::subscribe(&storage, &SystemClock, &tenant, &topic, &users);
    assert_eq!(subscribed.await.unwrap(), 3);
    for (after, limit, expected, has_more) in [
        (None, 2, &users[..2], true),
        (None, 3, &users[..], false),
        (Some(user("b")), 2, &users[2..], false),
    ] {
        let expected = SubscriberPage {
            users: expected.to_vec(),
            subscribers: 3,
            has_more,
        };
        assert_eq!(page(after, limit).await, Some(expected));
    }
    let left = topics::unsubscribe(&storage, &SystemClock, &tenant, &topic, &users);
    assert_eq!(left.await.unwrap(), Some(0));
}

#[tokio::test]
async fn a_fanout_that_does_not_exist_is_neither_listed_nor_cancelled() {
    let (_folder, storage) = storage().await;
    let (tenant, id) = (acme(), FanoutId::floor(Utc::now()));
    let page = fanouts::page(&storage, &tenant, None, None, 1);
    let page = page.await.unwrap();
    assert!(page.fanouts.is_empty() && !page.has_more);
    let cancelled = fanouts::cancel(&storage, &SystemClock, &tenant, id);
    assert_eq!(cancelled.await.unwrap(), None);
}
