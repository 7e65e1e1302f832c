//! Webhooks against a receiver, verified by the official Standard Webhooks library.
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

use std::sync::Arc;
use std::time::Duration;

use campanile_channels::webhook::{WebhookChannel, WebhookSettings};
use campanile_channels::{ChannelSender, Envelope, Reach, Rendered, SenderFactory};
use campanile_domain::{
    Action, Channel, DeliveryId, ItemTexts, Link, Notification, NotificationId, NotificationType,
    Outcome, OutcomeKind, Priority, SystemClock, TenantId, UserId,
};
use campanile_test_support::proxy::FaultProxy;
use campanile_test_support::sockets::assert_nodelay_to;
use campanile_test_support::webhook::{Reply, WebhookReceiver};
use chrono::Utc;
use ipnet::IpNet;
use serde_json::{Value, json};

mod bounds;

/// The example secret of the Standard Webhooks specification's own tests.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn channel(own: &str, allowed: &[&str]) -> WebhookChannel {
    let settings = WebhookSettings::parse(own, SECRET.to_owned().into()).unwrap();
    let allowed: Vec<IpNet> = allowed.iter().map(|net| net.parse().unwrap()).collect();
    let factory = SenderFactory::new(Arc::new(SystemClock), allowed);
    factory.webhook(settings, Reach::Anywhere).unwrap()
}

fn notification() -> Notification {
    let now = Utc::now();
    Notification {
        id: NotificationId::at(now),
        tenant: TenantId::parse("acme").unwrap(),
        user_id: UserId::parse("zoë").unwrap(),
        notification_type: NotificationType::parse("room.invite").unwrap(),
        priority: Priority::High,
        title: Some("Come \"in\"".into()),
        body: None,
        content: r#"{"b": 1,  "a": 12345678901234567890}"#.into(),
        channels: None,
        send_at: None,
        expires_at: None,
        collapse_key: None,
        item: Arc::new(ItemTexts {
            body: Some("made for its user".into()),
            link: Some(Link::parse("https://example.com/r/1").unwrap()),
            actions: vec![Action {
                id: "go".into(),
                title: "Go".into(),
                link: Link::parse("myapp:go").unwrap(),
            }],
            ..ItemTexts::default()
        }),
        correlation_id: "corr".into(),
        created_at: now,
    }
}

async fn send(channel: &WebhookChannel, address: &str) -> Outcome {
    let notification = notification();
    let delivery_id = DeliveryId::of(notification.id, Channel::Webhook, address);
    channel
        .send(Envelope {
            delivery_id,
            address,
            notification: &notification,
            rendered: &Rendered::default(),
        })
        .await
}

#[tokio::test]
async fn the_official_library_verifies_and_the_body_says_everything() {
    let receiver = WebhookReceiver::start().await;
    let (url, sent) = (receiver.url(), notification());
    let delivery_id = DeliveryId::of(sent.id, Channel::Webhook, &url);
    let envelope = Envelope {
        delivery_id,
        address: &url,
        notification: &sent,
        rendered: &Rendered::default(),
    };
    let outcome = channel(&url, &[]).send(envelope).await;
    assert_eq!(
        (outcome.kind, outcome.code.as_str()),
        (OutcomeKind::Delivered, "200")
    );
    let received = receiver.wait_for(1).await.remove(0);
    let official = standardwebhooks::Webhook::new(SECRET).unwrap();
    official
        .verify(&received.body, &received.headers)
        .expect("verified");
    let other = standardwebhooks::Webhook::new("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD").unwrap();
    other
        .verify(&received.body, &received.headers)
        .expect_err("another key");
    assert_eq!(received.webhook_id, delivery_id.to_string());
    let signed_at = received.headers["webhook-timestamp"].to_str().unwrap();
    let age = received.at.timestamp() - signed_at.parse::<i64>().unwrap();
    assert!((0..60).contains(&age), "signed {age} s before");
    assert_eq!(received.headers["content-type"], "application/json");
    assert!(
        received.headers["user-agent"]
            .to_str()
            .unwrap()
            .starts_with("Campanile/")
    );
    let text = std::str::from_utf8(&received.body).unwrap();
    assert!(
        text.contains(&*sent.content),
        "the content as it was sent: {text}"
    );
    let mut body: Value = serde_json::from_str(text).unwrap();
    body["data"]["content"].take();
    let created_at = sent
        .created_at
        .to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
    let expected = json!({
        "type": "notification.room.invite",
        "timestamp": created_at,
        "data": {
            "id": sent.id, "tenant": "acme", "user_id": "zoë", "notification_type": "room.invite",
            "title": "Come \"in\"", "body": "made for its user", "link": "https://example.com/r/1",
            "actions": [{"id": "go", "title": "Go", "link": "myapp:go"}],
            "priority": "high", "content": null,
            "created_at": created_at,
        },
    });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn answers_are_classified_and_redirects_are_not_followed() {
    let (receiver, elsewhere) = (
        WebhookReceiver::start().await,
        WebhookReceiver::start().await,
    );
    let (url, other) = (receiver.url(), elsewhere.url());
    let channel = channel(&url, &[]);
    send(&channel, &url).await;
    assert_nodelay_to(receiver.address()).await;
    receiver.answer([
        Reply::status(302).header("location", &other),
        Reply::status(307).header("location", &other),
        Reply::status(410),
        Reply::status(503).header("retry-after", "120"),
        Reply::status(204),
    ]);
    let mut seen = Vec::new();
    for _ in 0..5 {
        let outcome = send(&channel, &url).await;
        seen.push((
            outcome.code,
            outcome.kind,
            outcome.retry_after.map(|wait| wait.as_secs()),
        ));
    }
    let expected = [
        ("302", OutcomeKind::Retry, None),
        ("307", OutcomeKind::Retry, None),
        ("410", OutcomeKind::AddressGone, None),
        ("503", OutcomeKind::Retry, Some(120)),
        ("204", OutcomeKind::Delivered, None),
    ];
    assert_eq!(
        seen,
        expected.map(|(code, kind, wait)| (code.to_owned(), kind, wait))
    );
    assert!(elsewhere.received().is_empty());
}

#[tokio::test]
async fn an_endless_answer_is_not_read_to_its_end() {
    let receiver = WebhookReceiver::start().await;
    let url = receiver.url();
    let channel = channel(&url, &[]);
    receiver.answer([
        Reply::status(200).body(64 * 1024 * 1024),
        Reply::status(500).body(70_000),
    ]);
    assert_eq!(send(&channel, &url).await.kind, OutcomeKind::Delivered);
    assert_eq!(send(&channel, &url).await.kind, OutcomeKind::Retry);
    assert_eq!(
        send(&channel, &url).await.kind,
        OutcomeKind::Delivered,
        "and the next one is fine"
    );
}

#[tokio::test]
async fn what_never_left_is_tried_again_and_what_may_have_arrived_is_ambiguous() {
    let receiver = WebhookReceiver::start().await;
    let upstream = receiver.url().replace("http://", "").replace("/hook", "");
    let proxy = FaultProxy::start(&upstream).await;
    let url = format!("http://{}/hook", proxy.address());
    let channel = channel(&url, &[]);
    receiver.delay(Duration::from_secs(10));
    let cut = async {
        receiver.wait_for(1).await;
        proxy.cut();
    };
    let (lost, ()) = tokio::join!(send(&channel, &url), cut);
    assert_eq!(
        (lost.kind, lost.code.as_str()),
        (OutcomeKind::Ambiguous, "connection_lost")
    );
    let refused = send(&channel, &url).await;
    assert_eq!(
        (refused.kind, refused.code.as_str()),
        (OutcomeKind::Retry, "connect")
    );
    let nowhere = send(&self::channel(&url, &[]), "http://campanile.invalid/").await;
    assert_eq!(
        (nowhere.kind, nowhere.code.as_str()),
        (OutcomeKind::Retry, "dns")
    );
}

#[tokio::test]
async fn only_the_operators_own_address_may_be_private_unless_its_network_is_allowed() {
    let receiver = WebhookReceiver::start().await;
    let url = receiver.url();
    let by_name = url.replace("127.0.0.1", "localhost");
    let mapped = url.replace("127.0.0.1", "[::ffff:127.0.0.1]");
    let strict = channel("https://operator.example/", &[]);
    for address in [&url, &by_name, &mapped] {
        let outcome = send(&strict, address).await;
        let expected = (OutcomeKind::Rejected, "address_forbidden");
        assert_eq!((outcome.kind, outcome.code.as_str()), expected, "{address}");
    }
    assert!(receiver.received().is_empty());
    let own = channel(&url, &[]);
    assert_eq!(send(&own, &url).await.kind, OutcomeKind::Delivered);
    // Its host in another address opens nothing.
    let other_path = send(&own, &url.replace("/hook", "/admin")).await;
    assert_eq!(other_path.code, "address_forbidden");
    let lenient = channel("https://operator.example/", &["127.0.0.0/8", "::1/128"]);
    for address in [&url, &by_name] {
        assert_eq!(
            send(&lenient, address).await.kind,
            OutcomeKind::Delivered,
            "{address}"
        );
    }
}

#[tokio::test]
async fn an_address_that_is_none_is_rejected() {
    let channel = channel("https://operator.example/", &[]);
    for address in [
        "",
        "nowhere",
        "ftp://host/",
        "file:///etc/passwd",
        "http://u:p@host/",
    ] {
        let outcome = send(&channel, address).await;
        let expected = (OutcomeKind::Rejected, "invalid_url");
        assert_eq!((outcome.kind, outcome.code.as_str()), expected, "{address}");
        assert!(
            address.is_empty() || !outcome.detail.contains(address),
            "{}",
            outcome.detail
        );
    }
}
