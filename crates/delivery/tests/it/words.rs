//! What a worker says: in whose language, how many are unread, and what the attempt remembers of it.

use campanile_domain::{
    Channel, DeliveryState, Device, DeviceId, DeviceKind, DeviceValue, NotificationType, Platform,
    TenantId, UserId,
};
use chrono::Utc;

use crate::support::{Fake, House};

async fn device(house: &House, locale: Option<&str>) {
    let device = Device {
        id: DeviceId::at(Utc::now()),
        tenant: TenantId::parse("acme").unwrap(),
        user_id: UserId::parse("u0").unwrap(),
        kind: DeviceKind::Token,
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
