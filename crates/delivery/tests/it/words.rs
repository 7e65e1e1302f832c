//! What a worker says: in whose language, how many are unread, and what the attempt remembers of it.

use std::sync::Arc;
use std::time::Duration;

use campanile_domain::{
    Channel, DeliveryState, Device, DeviceId, DeviceKind, DeviceValue, Fanout, ItemTexts,
    NotificationType, Platform, Precondition, TemplateKey, TemplateSnapshot, TenantId, TopicKey,
    User, UserId,
};
use campanile_pipeline::{
    Publication, Published, SaveDraft, publish, put_user, save_draft, start_fanout,
};
use campanile_storage::{InboxFilter, NewFanout, PageSize, PageStart};
use chrono::Utc;

use crate::faulty_storage::{Fault, FaultyStorage};
use crate::support::{Fake, House};

async fn device(house: &House, locale: Option<&str>) {
    device_of(house, DeviceKind::Token, locale).await;
}

async fn device_of(house: &House, kind: DeviceKind, locale: Option<&str>) {
    let device = Device {
        id: DeviceId::at(Utc::now()),
        tenant: TenantId::parse("acme").unwrap(),
        user_id: UserId::parse("u0").unwrap(),
        kind,
        value: DeviceValue::parse("phone").unwrap(),
        platform: Platform::Ios,
        app_version: None,
        locale: locale.map(str::to_owned),
        timezone: None,
        created_at: Utc::now(),
        last_seen: Utc::now(),
    };
    house.storage.put_device(&device).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_push_is_in_the_language_of_its_device_and_tells_how_many_are_unread() {
    for (locale, title, shown, badge) in [
        (
            Some("de-AT"),
            "Ada möchte mit dir befreundet sein",
            "de",
            true,
        ),
        (None, "Ada wants to be your friend", "en", false),
    ] {
        let house = House::build(&["acme"]).await;
        let acme = TenantId::parse("acme").unwrap();
        assert!(house.storage.set_push_badge(&acme, badge).await.unwrap());
        device(&house, locale).await;
        let phone = Fake::through(Channel::Push, 1);
        house.use_accounts(&[("acme", "own", &phone)]);
        let request = |one: &mut campanile_domain::Notification| {
            one.notification_type = NotificationType::parse("friend_request").unwrap();
            one.content = r#"{"sender_username":"Ada"}"#.into();
        };
        // Another one is in the inbox alone.
        house
            .accept_changed("acme", 1, |one| one.channels = Some(vec![Channel::InApp]))
            .await;
        let ids = house.accept_changed("acme", 1, request).await;
        let delivery = house.deliver_by(Channel::Push, 64).await;
        let rows = house
            .all(&ids, |row| row.state == DeliveryState::Sent)
            .await;
        let said = phone.rendered().remove(0);
        assert_eq!(said.title, title);
        assert_eq!(said.badge, badge.then_some(2));
        let used = rows[0].attempts[0].texts.clone().unwrap();
        assert_eq!(
            (used.level.as_str(), used.version, used.locale.as_str()),
            ("built_in", None, shown)
        );
        delivery.stop().await;
    }
}

/// Whichever way leads to the device.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn browsers_and_apples_devices_are_told_how_many_are_unread() {
    for kind in [DeviceKind::WebPush, DeviceKind::Apns] {
        let house = House::build(&["acme"]).await;
        let acme = TenantId::parse("acme").unwrap();
        device_of(&house, kind, None).await;
        let (channel, mut told) = (kind.channel(), Vec::new());
        let phone = Fake::through(channel, 1);
        house.use_accounts(&[("acme", "own", &phone)]);
        for wanted in [true, false] {
            assert!(house.storage.set_push_badge(&acme, wanted).await.unwrap());
            let ids = house.accept("acme", 1).await;
            // A worker asks anew what the tenant wants.
            let delivery = house.deliver_by(channel, 64).await;
            house
                .all(&ids, |row| row.state == DeliveryState::Sent)
                .await;
            delivery.stop().await;
            told.push(phone.rendered().pop().unwrap().badge);
        }
        assert_eq!(told, [Some(1), None], "{channel}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_has_no_words_of_its_own() {
    let house = House::build(&["acme"]).await;
    let hook = Fake::of(1);
    house.use_accounts(&[("acme", "own", &hook)]);
    let ids = house.accept("acme", 1).await;
    let delivery = house.deliver(64).await;
    let rows = house
        .all(&ids, |row| row.state == DeliveryState::Sent)
        .await;
    assert_eq!(rows[0].attempts[0].texts, None);
    assert_eq!(hook.rendered().remove(0).title, "");
    delivery.stop().await;
}

/// Publishes the title of a push for notifications of the type `t`.
async fn publish_push(house: &House, acme: &TenantId, title: &str) {
    let of = NotificationType::parse("t").unwrap();
    let (storage, now) = (house.storage.as_ref(), Utc::now());
    let draft = SaveDraft {
        key: TemplateKey {
            notification_type: of.clone(),
            channel: Channel::Push,
            locale: "en".into(),
        },
        parts: [("title".to_owned(), title.to_owned())].into(),
        seen: Precondition::None,
        by: "ann".into(),
        now,
    };
    save_draft(storage, acme, draft).await.unwrap();
    let drafts = storage.template_drafts(acme, Some(&of)).await.unwrap();
    let publication = Publication {
        notification_type: of,
        snapshot: TemplateSnapshot::of(drafts, None),
        in_use: Vec::new(),
        at: None,
        comment: None,
        seen: None,
        by: "ann".into(),
        now,
    };
    let done = publish(storage, acme, publication).await.unwrap();
    assert!(matches!(done, Published::Version(_)), "{done:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_push_waits_until_its_version_can_be_read() {
    let mut house = House::build(&["acme"]).await;
    let acme = TenantId::parse("acme").unwrap();
    publish_push(&house, &acme, "Published").await;
    device(&house, None).await;
    let faulty = Arc::new(FaultyStorage::over(Arc::clone(&house.storage)));
    house.storage = faulty.clone();
    let phone = Fake::through(Channel::Push, 1);
    house.use_accounts(&[("acme", "own", &phone)]);
    faulty.break_call("template_version", Fault::Error);
    let ids = house
        .accept_changed("acme", 1, |one| {
            one.item = Arc::new(ItemTexts {
                version: Some(1),
                ..ItemTexts::default()
            });
        })
        .await;
    let delivery = house.deliver_by(Channel::Push, 64).await;
    house
        .until(|| faulty.calls(&["template_version"]) > 0)
        .await;
    faulty.recover();
    let rows = house
        .in_time(&ids, |row| row.state == DeliveryState::Sent)
        .await;
    let said = phone.rendered();
    assert_eq!((said.len(), &*said[0].title), (1, "Published"));
    assert_eq!(rows[0].attempts.len(), 1, "waiting is no attempt");
    let used = rows[0].attempts[0].texts.clone().unwrap();
    assert_eq!((&*used.level, used.version), ("stored", Some(1)));
    delivery.stop().await;
}

fn fanout(acme: &TenantId, now: chrono::DateTime<Utc>) -> Fanout {
    Fanout {
        notification_type: NotificationType::parse("friend_request").unwrap(),
        content: r#"{"sender_username":"Ada"}"#.into(),
        created_at: now,
        ..campanile_storage_contract::fixture::fanout(acme)
    }
}

/// Each subscriber of a topic reads their language, and what cannot be known yet is not stored in English.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn subscribers_of_a_topic_read_their_languages() {
    let mut house = House::build(&["acme"]).await;
    let acme = TenantId::parse("acme").unwrap();
    let users = [("anna", Some("de-AT")), ("bob", None), ("yuki", Some("ja"))];
    let ids = users.map(|(name, _)| UserId::parse(name).unwrap());
    for (id, (_, locale)) in ids.iter().zip(users) {
        let user = User {
            tenant: acme.clone(),
            id: id.clone(),
            email: None,
            email_gone_at: None,
            locale: locale.map(str::to_owned),
            timezone: None,
            attributes: "{}".into(),
            created_at: Utc::now(),
            updated_at: Utc::now(),
        };
        put_user(house.storage.as_ref(), &user).await.unwrap();
    }
    let topic = TopicKey::parse("news").unwrap();
    let now = campanile_domain::Clock::now(house.clock.as_ref());
    house
        .storage
        .subscribe(&acme, &topic, &ids, now)
        .await
        .unwrap();
    let new = NewFanout {
        fanout: fanout(&acme, now),
        idempotency: None,
    };
    let of = new.fanout.id;
    start_fanout(house.storage.as_ref(), new.into())
        .await
        .unwrap();
    let faulty = Arc::new(FaultyStorage::over(Arc::clone(&house.storage)));
    house.storage = faulty.clone();
    faulty.break_call("readers", Fault::Error);
    let delivery = house.deliver_by(Channel::Push, 64).await;
    house.until(|| faulty.calls(&["readers"]) > 0).await;
    let title = async |user: &UserId| {
        let (filter, start) = (InboxFilter::default(), PageStart::Offset(0));
        let size = PageSize::rows(9);
        let now = campanile_domain::Clock::now(house.clock.as_ref());
        let page = house
            .storage
            .inbox_page(&acme, user, &filter, start, size, now);
        let items = page.await.unwrap().items;
        assert!(items.len() < 2, "one for each");
        Some(items.first()?.notification.shown_title()?.to_owned())
    };
    assert_eq!(title(&ids[1]).await, None, "the step left nothing");
    faulty.recover();
    let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
    while title(&ids[1]).await.is_none() {
        assert!(
            tokio::time::Instant::now() < deadline,
            "the step is repeated"
        );
        // A step that failed is postponed.
        house.clock.advance(chrono::TimeDelta::seconds(1));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let expected = [
        "Ada möchte mit dir befreundet sein",
        "Ada wants to be your friend",
        "Adaさんから友達リクエストが届きました",
    ];
    for (user, expected) in ids.iter().zip(expected) {
        assert_eq!(title(user).await.as_deref(), Some(expected));
    }
    let progress = house.storage.fanout(&acme, of).await.unwrap().unwrap();
    assert_eq!(progress.expanded, 3);
    delivery.stop().await;
}
