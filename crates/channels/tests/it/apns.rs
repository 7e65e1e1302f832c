//! Messages to Apple's devices, against a server that verifies tokens and headers as Apple does.

use std::collections::HashSet;
use std::sync::Arc;

use campanile_channels::apns::{ApnsAccount, ApnsChannel, ApnsSettings};
use campanile_channels::push::PushError;
use campanile_channels::{ChannelSender, Envelope, Reach, Rendered, SenderFactory};
use campanile_domain::{
    AddressFate, Blame, Channel, Clock, DeliveryId, ManualClock, Notification, NotificationId,
    NotificationType, Outcome, OutcomeKind, Priority, SystemClock, TenantId, UserId,
};
use campanile_test_support::apns::{ApnsReply, ApnsServer};
use chrono::{TimeDelta, Utc};
use serde_json::json;

const TOKEN: &str = "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0";

fn account(server: &ApnsServer) -> ApnsAccount {
    let known = server.account();
    ApnsAccount {
        key_id: known.key_id.clone(),
        team_id: known.team_id.clone(),
        private_key: known.private_key.clone().into(),
        topics: format!("{}, com.example.other", known.topic),
        endpoint: Some(server.endpoint()),
    }
}

fn channel_at(account: &ApnsAccount, clock: Arc<dyn Clock>) -> ApnsChannel {
    let settings = ApnsSettings::parse(account).unwrap();
    let factory = SenderFactory::new(clock, Vec::new());
    factory.apns(settings, Reach::Anywhere).unwrap()
}

fn channel(server: &ApnsServer) -> ApnsChannel {
    channel_at(&account(server), Arc::new(SystemClock))
}

fn notification() -> Notification {
    let now = Utc::now();
    Notification {
        id: NotificationId::at(now),
        tenant: TenantId::parse("acme").unwrap(),
        user_id: UserId::parse("zoë").unwrap(),
        notification_type: NotificationType::parse("room.invite").unwrap(),
        priority: Priority::Normal,
        title: None,
        body: None,
        content: r#"{"room_name": "Kitchen", "seats": 4, "aps": {"alert": "forged"}}"#.into(),
        channels: None,
        send_at: None,
        expires_at: None,
        collapse_key: None,
        item: Default::default(),
        correlation_id: "corr".into(),
        created_at: now,
    }
}

fn rendered() -> Rendered {
    Rendered {
        title: "Come \"in\"".into(),
        text: "The kitchen is warm".into(),
        ..Rendered::default()
    }
}

async fn send_to(
    channel: &ApnsChannel,
    address: &str,
    notification: &Notification,
    rendered: &Rendered,
) -> Outcome {
    let envelope = Envelope {
        delivery_id: DeliveryId::of(notification.id, Channel::Apns, address),
        address,
        notification,
        rendered,
    };
    channel.send(envelope).await
}

async fn send(channel: &ApnsChannel) -> Outcome {
    let address = format!("apns:production:com.example.app:{TOKEN}");
    send_to(channel, &address, &notification(), &rendered()).await
}

#[tokio::test]
async fn apple_gets_what_it_asks_for() {
    let server = ApnsServer::start().await;
    let channel = channel(&server);
    let address = format!("apns:sandbox:com.example.app:{TOKEN}");
    let sent = Notification {
        priority: Priority::Critical,
        expires_at: Some(Utc::now() + TimeDelta::hours(1)),
        collapse_key: Some("room 7".into()),
        ..notification()
    };
    let shown = Rendered {
        image: Some("https://example.com/kitchen.png".into()),
        badge: Some(7),
        ..rendered()
    };
    let outcome = send_to(&channel, &address, &sent, &shown).await;
    assert_eq!(
        (outcome.kind, &*outcome.code),
        (OutcomeKind::Delivered, "200")
    );
    let push = server.received().remove(0);
    assert_eq!((push.status, &*push.token), (200, TOKEN));
    let id = DeliveryId::of(sent.id, Channel::Apns, &address);
    assert_eq!(push.header("apns-id"), id.to_string());
    assert_eq!(push.header("apns-push-type"), "alert");
    assert_eq!(push.header("apns-topic"), "com.example.app");
    assert_eq!(push.header("apns-priority"), "10");
    let until = sent.expires_at.unwrap().timestamp().to_string();
    assert_eq!(push.header("apns-expiration"), until);
    // A key that has characters which a header may not have is hashed.
    assert_eq!(push.header("apns-collapse-id").len(), 64);
    let expected = json!({
        "aps": {
            "alert": {"title": "Come \"in\"", "body": "The kitchen is warm"},
            "sound": "default",
            "badge": 7,
            "thread-id": "room.invite",
            "interruption-level": "time-sensitive",
            "mutable-content": 1,
        },
        "notification_id": sent.id.to_string(),
        "notification_type": "room.invite",
        "room_name": "Kitchen",
        "seats": "4",
        "content_aps": r#"{"alert": "forged"}"#,
        "image": "https://example.com/kitchen.png",
    });
    assert_eq!(push.payload, expected);
}

#[tokio::test]
async fn priorities_say_how_much_a_message_disturbs() {
    let server = ApnsServer::start().await;
    let channel = channel(&server);
    let address = format!("apns:production:com.example.app:{TOKEN}");
    for (priority, number, has_sound) in [
        (Priority::Critical, "10", true),
        (Priority::High, "10", true),
        (Priority::Normal, "5", true),
        (Priority::Low, "1", false),
    ] {
        let sent = Notification {
            priority,
            ..notification()
        };
        let silent = Rendered::default();
        for shown in [&rendered(), &silent] {
            let outcome = send_to(&channel, &address, &sent, shown).await;
            assert_eq!(outcome.kind, OutcomeKind::Delivered, "{outcome:?}");
        }
        let received = server.received();
        let [.., heard, unheard] = &received[..] else {
            panic!("two calls")
        };
        assert_eq!(heard.header("apns-priority"), number);
        let sound = heard.payload["aps"].get("sound").is_some();
        assert_eq!(sound, has_sound, "{priority:?}");
        // The same notification again takes its own place.
        assert_eq!(heard.header("apns-collapse-id"), sent.id.to_string());
        assert_eq!(unheard.header("apns-priority"), "5");
        assert_eq!(unheard.header("apns-push-type"), "background");
        assert_eq!(unheard.payload["aps"], json!({"content-available": 1}));
    }
}

#[tokio::test]
async fn what_is_too_long_is_shortened() {
    let server = ApnsServer::start().await;
    let channel = channel(&server);
    let address = format!("apns:production:com.example.app:{TOKEN}");
    let fields: serde_json::Map<_, _> = (0..40)
        .map(|n| (format!("field{n}"), json!("v\"".repeat(40))))
        .collect();
    for (content, text) in [
        ("{}".to_owned(), "ü\n".repeat(9_000)),
        (json!(fields).to_string(), "short".to_owned()),
        (json!(fields).to_string(), "\u{1}".repeat(9_000)),
    ] {
        let sent = Notification {
            content: content.into(),
            ..notification()
        };
        let shown = Rendered {
            text,
            image: Some(format!("https://example.com/{}", "x".repeat(900))),
            ..rendered()
        };
        let outcome = send_to(&channel, &address, &sent, &shown).await;
        assert_eq!(outcome.kind, OutcomeKind::Delivered, "{outcome:?}");
        let push = server.received().pop().unwrap();
        assert!(push.bytes.len() <= 4_096 && push.bytes.len() > 1_000);
        assert_eq!(push.payload["aps"]["alert"]["title"], "Come \"in\"");
    }
}

#[tokio::test]
async fn a_token_serves_many_calls_and_is_renewed_in_time() {
    let server = ApnsServer::start().await;
    let clock = Arc::new(ManualClock::new(Utc::now() - TimeDelta::minutes(50)));
    let channel = channel_at(&account(&server), clock.clone());
    for _ in 0..3 {
        assert_eq!(send(&channel).await.kind, OutcomeKind::Delivered);
    }
    assert_eq!(server.provider_tokens(), 1);
    clock.advance(TimeDelta::minutes(46));
    assert_eq!(send(&channel).await.kind, OutcomeKind::Delivered);
    assert_eq!(server.provider_tokens(), 2);
}

#[tokio::test]
async fn an_expired_token_is_renewed_once() {
    let server = ApnsServer::start().await;
    let expired = || ApnsReply::refused(403, "ExpiredProviderToken");
    let clock = Arc::new(ManualClock::new(Utc::now() - TimeDelta::minutes(30)));
    let channel = channel_at(&account(&server), clock.clone());
    assert_eq!(send(&channel).await.kind, OutcomeKind::Delivered);
    clock.advance(TimeDelta::minutes(25));
    server.answer_for(TOKEN, [expired(), ApnsReply::taken()]);
    let outcome = send(&channel).await;
    assert_eq!(outcome.kind, OutcomeKind::Delivered, "{outcome:?}");
    assert_eq!(server.provider_tokens(), 2);
    // A new one that has expired is a wrong clock: no other is signed for it.
    server.answer_for(TOKEN, [expired()]);
    for _ in 0..3 {
        let outcome = send(&channel).await;
        assert_eq!(
            (outcome.kind, &*outcome.code, outcome.blame),
            (
                OutcomeKind::Misconfigured,
                "ExpiredProviderToken",
                Blame::Account
            )
        );
    }
    assert_eq!(server.provider_tokens(), 2);
    assert_eq!(server.received().len(), 6);
}

#[tokio::test]
async fn a_device_that_is_gone_says_since_when() {
    let server = ApnsServer::start().await;
    let channel = channel(&server);
    server.answer(ApnsReply::gone_since(1_800_000_000_000));
    let outcome = send(&channel).await;
    assert_eq!(
        (outcome.kind, outcome.address),
        (OutcomeKind::AddressGone, AddressFate::Gone)
    );
    let since = outcome.address_as_of.unwrap();
    assert_eq!(since.timestamp(), 1_800_000_000);
}

#[tokio::test]
async fn other_apps_and_other_addresses_are_not_called() {
    let server = ApnsServer::start().await;
    let channel = channel(&server);
    let foreign = format!("apns:production:com.stranger.app:{TOKEN}");
    let outcome = send_to(&channel, &foreign, &notification(), &rendered()).await;
    assert_eq!(
        (&*outcome.code, outcome.address, outcome.blame),
        ("unknown_topic", AddressFate::Detached, Blame::Addressee)
    );
    for address in [
        "token:abc",
        "apns:production:com.example.app:../x",
        "apns:x:com.example.app:00",
    ] {
        let outcome = send_to(&channel, address, &notification(), &rendered()).await;
        assert_eq!(outcome.code, "invalid_address", "{address}");
    }
    assert!(server.received().is_empty());
    // Of the account's apps, one that the key may not send to is not the device's fault alone.
    let other = format!("apns:production:com.example.other:{TOKEN}");
    let outcome = send_to(&channel, &other, &notification(), &rendered()).await;
    assert_eq!(
        (&*outcome.code, outcome.blame),
        ("TopicDisallowed", Blame::Unclear)
    );
}

#[tokio::test]
async fn a_wrong_key_is_the_accounts_fault() {
    let (server, other) = (ApnsServer::start().await, ApnsServer::start().await);
    let stranger = ApnsAccount {
        private_key: other.account().private_key.clone().into(),
        ..account(&server)
    };
    let channel = channel_at(&stranger, Arc::new(SystemClock));
    let outcome = send(&channel).await;
    assert_eq!(
        (outcome.kind, &*outcome.code),
        (OutcomeKind::Misconfigured, "InvalidProviderToken")
    );
    assert!(outcome.remedy.is_some());
    let probed = channel.probe().await.unwrap_err();
    assert_eq!(probed.code, "InvalidProviderToken");
}

#[tokio::test]
async fn a_probe_notifies_no_device() {
    let server = ApnsServer::start().await;
    let probed = channel(&server).probe().await;
    assert!(probed.is_ok(), "{probed:?}");
    let received = server.received();
    assert_eq!((received.len(), received[0].status), (1, 400));
}

#[tokio::test]
async fn what_is_not_apples_does_not_count() {
    let server = ApnsServer::start().await;
    let channel = channel(&server);
    for (reply, kind) in [
        (ApnsReply::taken().of_a_stranger(), OutcomeKind::Ambiguous),
        (
            ApnsReply::raw(502, "<html>").of_a_stranger(),
            OutcomeKind::Ambiguous,
        ),
        (
            ApnsReply::raw(404, "<html>").of_a_stranger(),
            OutcomeKind::Misconfigured,
        ),
    ] {
        server.answer(reply);
        assert_eq!(send(&channel).await.kind, kind);
    }
}

#[tokio::test]
async fn many_calls_share_few_connections() {
    let server = ApnsServer::start().await;
    let channel = channel(&server);
    let calls = (0..200).map(|_| send(&channel));
    for outcome in futures_util::future::join_all(calls).await {
        assert_eq!(outcome.kind, OutcomeKind::Delivered, "{outcome:?}");
    }
    let ids: HashSet<String> = server
        .received()
        .iter()
        .map(|push| push.header("apns-id").to_owned())
        .collect();
    assert_eq!((ids.len(), server.provider_tokens()), (200, 1));
}

#[test]
fn an_endpoint_inside_is_refused_to_tenants() {
    let known = ApnsAccount {
        key_id: "ABC123DEFG".into(),
        team_id: "DEF123GHIJ".into(),
        private_key: campanile_test_support::apns::ApnsAccount::new()
            .private_key
            .into(),
        topics: "com.example.app".into(),
        endpoint: Some("http://169.254.169.254".into()),
    };
    let settings = ApnsSettings::parse(&known).unwrap();
    let factory = SenderFactory::new(Arc::new(SystemClock), Vec::new());
    let refused = factory.apns(settings, Reach::Public).err();
    assert!(matches!(
        refused,
        Some(PushError::Field {
            field: "endpoint",
            ..
        })
    ));
}
