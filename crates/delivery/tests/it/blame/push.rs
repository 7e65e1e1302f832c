//! Pushes, against a server that answers as FCM does.

use std::num::NonZeroUsize;
use std::sync::Arc;

use campanile_channels::Reach;
use campanile_channels::push::{PushSettings, ServiceAccount};
use campanile_delivery::Addresses;
use campanile_domain::{
    Channel, Clock, Device, DeviceId, DeviceKind, DeviceValue, Platform, UserId,
};
use campanile_test_support::fcm::{FcmReply, FcmServer};
use chrono::TimeDelta;

use super::{AtMost, accept_for, account, acme, codes, factory, is_held, is_sent};
use crate::support::{House, Row};

/// A house whose users have a device each, named as they are.
async fn house(server: &FcmServer, devices: &[(&str, Platform)]) -> House {
    let house = House::build(&["acme"]).await;
    for (user, platform) in devices {
        // Seen before anything is sent to it: one that is seen later keeps its address.
        let now = house.clock.now() - TimeDelta::minutes(1);
        let device = Device {
            id: DeviceId::at(now),
            tenant: acme(),
            user_id: UserId::parse(user).unwrap(),
            kind: DeviceKind::Token,
            value: DeviceValue::parse(user).unwrap(),
            platform: *platform,
            app_version: None,
            locale: None,
            timezone: None,
            created_at: now,
            last_seen: now,
        };
        house.storage.put_device(&device).await.unwrap();
    }
    let known = server.account();
    let settings = PushSettings::parse(&ServiceAccount {
        project_id: Some(known.project_id.clone()),
        client_email: Some(known.client_email.clone()),
        private_key: Some(known.private_key.clone().into()),
        private_key_id: Some(known.private_key_id.clone()),
        token_uri: Some(server.token_uri().to_owned()),
        endpoint: Some(server.endpoint()),
    });
    let factory = factory().push_connections(NonZeroUsize::MIN);
    let sender = factory.push(settings.unwrap(), Reach::Anywhere).unwrap();
    house
        .accounts
        .replace(&[account(Arc::new(AtMost(4, sender)), Addresses::OfUsers)]);
    house
}

fn calls_for(server: &FcmServer, device: &str) -> usize {
    let all = server.received();
    let to_it = all.iter().filter(|one| one.message["token"] == device);
    to_it.count()
}

#[tokio::test]
async fn a_platforms_wrong_credential_holds_back_that_platform_and_android_goes_on() {
    let server = FcmServer::start().await;
    let devices = [
        ("iphone", Platform::Ios),
        ("ipad", Platform::Ios),
        ("pixel", Platform::Android),
        ("browser", Platform::Web),
    ];
    let house = house(&server, &devices).await;
    let no_key = FcmReply::error(401, "THIRD_PARTY_AUTH_ERROR");
    for device in ["iphone", "ipad"] {
        server.answer_for(device, [no_key.clone()]);
    }
    let delivery = house.deliver_by(Channel::Push, 64).await;
    let held = |row: &Row| is_held(row, "platform_misconfigured");
    let first = accept_for(&house, &["iphone"]).await;
    house.all(&first, held).await;
    let second = accept_for(&house, &["ipad", "iphone"]).await;
    house.all(&second, held).await;
    for _ in 0..3 {
        let others = accept_for(&house, &["pixel", "browser"]).await;
        let rows = house.all(&others, is_sent).await;
        assert!(rows.iter().all(|row| row.attempts.len() == 1));
    }
    assert_eq!(
        (calls_for(&server, "iphone"), calls_for(&server, "ipad")),
        (1, 0)
    );
    let reported = house.troubles(1).await.remove(0);
    assert!(
        reported.misconfigured && !reported.breaker_open,
        "{reported:?}"
    );
    for said in ["ios", "THIRD_PARTY_AUTH_ERROR", "APNs"] {
        assert!(reported.detail.contains(said), "{reported:?}");
    }

    // A probe that fails uses an attempt, and the others are still spared.
    let ios: Vec<_> = first.iter().chain(&second).cloned().collect();
    house.clock.advance(TimeDelta::seconds(317));
    house
        .until(|| calls_for(&server, "iphone") + calls_for(&server, "ipad") == 2)
        .await;
    let others = accept_for(&house, &["pixel"]).await;
    house.all(&others, is_sent).await;
    for device in ["iphone", "ipad"] {
        server.answer_for(device, [FcmReply::taken()]);
    }
    let rows = house.in_time(&ios, is_sent).await;
    let refused = rows.iter().flat_map(codes).filter(|code| *code != "200");
    assert_eq!(refused.collect::<Vec<_>>(), ["THIRD_PARTY_AUTH_ERROR"]);
    house.troubles(0).await;
    delivery.stop().await;
}

#[tokio::test]
async fn an_app_that_gives_itself_out_for_android_holds_back_nobody() {
    let server = FcmServer::start().await;
    let devices = [("odd", Platform::Android), ("pixel", Platform::Android)];
    let house = house(&server, &devices).await;
    server.answer_for("odd", [FcmReply::error(401, "THIRD_PARTY_AUTH_ERROR")]);
    let delivery = house.deliver_by(Channel::Push, 64).await;
    let odd = accept_for(&house, &["odd", "odd", "odd"]).await;
    house.all(&odd, |row| row.attempts.len() == 1).await;
    let others = accept_for(&house, &["pixel"]).await;
    house.all(&others, is_sent).await;
    house.troubles(0).await;
    delivery.stop().await;
}

#[tokio::test]
async fn a_token_that_fcm_calls_invalid_in_words_is_forgotten() {
    // https://firebase.google.com/docs/cloud-messaging/error-codes, the second example.
    let said = r#"{"error":{"code":400,"message":"The registration token is not a valid FCM registration token",
        "status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.firebase.fcm.v1.FcmError",
        "errorCode":"INVALID_ARGUMENT"}]}}"#;
    let server = FcmServer::start().await;
    let house = house(&server, &[("old", Platform::Android)]).await;
    server.answer_for("old", [FcmReply::raw(400, said)]);
    let delivery = house.deliver_by(Channel::Push, 64).await;
    let ids = accept_for(&house, &["old"]).await;
    let rows = house
        .all(&ids, |row| row.reason.as_deref() == Some("address_gone"))
        .await;
    assert_eq!(codes(&rows[0]), ["INVALID_ARGUMENT"]);
    let user = UserId::parse("old").unwrap();
    let left = house.storage.devices(&acme(), &user).await.unwrap();
    assert_eq!(left, []);
    delivery.stop().await;
}

#[tokio::test]
async fn a_token_that_lives_for_ever_is_one_that_lives_for_a_day() {
    let server = FcmServer::start().await;
    server.token_life(u64::MAX);
    let house = house(&server, &[("pixel", Platform::Android)]).await;
    let delivery = house.deliver_by(Channel::Push, 64).await;
    let ids = accept_for(&house, &["pixel", "pixel"]).await;
    house.all(&ids, is_sent).await;
    assert_eq!(server.exchanges(), 1);
    delivery.stop().await;
}
