//! Services that recipes describe, as servers of their own: what arrives there, and what their responses become.
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
#![allow(clippy::disallowed_methods, reason = "tests live in the present")]

mod hostile;
mod of_users;
mod service;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use campanile_channels::recipe::{RecipeChannel, recipe};
use campanile_channels::{ChannelSender, Envelope, Reach, Rendered, SenderFactory};
use campanile_domain::{
    Blame, Channel, DeliveryId, Notification, NotificationId, NotificationType, Outcome,
    OutcomeKind, Priority, SystemClock, TenantId, UserId,
};
use chrono::Utc;
use serde_json::{Value, json};
use service::{Answer, Service};

const LOCAL: &[&str] = &["127.0.0.0/8"];
const PUSHOVER_USER: &str = "user:uQiRzpo4DXghDmr9QzzfQu27cmVRsG";

/// A tenant's account of a channel, which may reach these networks beside the public internet.
fn account(channel: Channel, settings: Value, allowed: &[&str]) -> RecipeChannel {
    let found = recipe(channel).unwrap();
    let Value::Object(settings) = settings else {
        panic!("settings are an object")
    };
    let settings = found.accept(BTreeMap::from_iter(settings)).unwrap();
    let allowed = allowed.iter().map(|net| net.parse().unwrap()).collect();
    let factory = SenderFactory::new(Arc::new(SystemClock), allowed);
    factory
        .recipe(channel, found, settings, Reach::Public)
        .unwrap()
}

fn pushover(service: &Service) -> RecipeChannel {
    let settings = json!({"token": "azGDORePK8gMaC0QOYAMyEEuzJnyUi", "endpoint": service.url()});
    account(Channel::Pushover, settings, LOCAL)
}

async fn send(sender: &RecipeChannel, address: &str) -> Outcome {
    let now = Utc::now();
    let notification = Notification {
        id: NotificationId::at(now),
        tenant: TenantId::parse("acme").unwrap(),
        user_id: UserId::parse("zoë").unwrap(),
        notification_type: NotificationType::parse("room.invite").unwrap(),
        priority: Priority::High,
        title: None,
        body: None,
        content: "{}".into(),
        item: Default::default(),
        channels: None,
        send_at: None,
        expires_at: None,
        collapse_key: None,
        correlation_id: "corr".into(),
        created_at: now,
    };
    let rendered = Rendered {
        title: "Come \"in\"".into(),
        text: "Room <7> & more".into(),
        ..Rendered::default()
    };
    sender
        .send(Envelope {
            delivery_id: DeliveryId::of(notification.id, sender.channel(), address),
            address,
            notification: &notification,
            rendered: &rendered,
        })
        .await
}

#[tokio::test]
async fn slack_gets_what_it_documents_through_both_of_its_doors() {
    let service = Service::start(Answer::text(200, "ok")).await;
    let hook = format!("{}/services/T0/B0/secret", service.url());
    let outcome = send(
        &account(Channel::Slack, json!({"url": hook}), LOCAL),
        "slack",
    )
    .await;
    assert_eq!(outcome.kind, OutcomeKind::Delivered, "{outcome:?}");
    service.answer(Answer::json(200, &json!({"ok": true, "ts": "1.2"})));
    let bot = json!({"token": "xoxb-1-2", "endpoint": service.url()});
    let outcome = send(&account(Channel::Slack, bot, LOCAL), "user:U024BE7LH").await;
    assert_eq!(outcome.kind, OutcomeKind::Delivered, "{outcome:?}");
    let [hook, bot] = &service.calls()[..] else {
        panic!("two calls")
    };
    assert_eq!(hook.path, "/services/T0/B0/secret");
    assert_eq!(hook.header("authorization"), None);
    let text = "Come \"in\"\nRoom &lt;7&gt; &amp; more";
    assert_eq!(hook.json()["text"], text);
    assert_eq!(hook.json()["blocks"][1]["text"]["type"], "mrkdwn");
    assert_eq!(bot.path, "/api/chat.postMessage");
    assert_eq!(bot.header("authorization"), Some("Bearer xoxb-1-2"));
    assert_eq!(bot.header("content-type"), Some("application/json"));
    assert_eq!(bot.json()["channel"], "U024BE7LH");
}

#[tokio::test]
async fn slacks_refusal_with_status_200_is_a_refusal() {
    let refused = Answer::json(200, &json!({"ok": false, "error": "invalid_auth"}));
    let service = Service::start(refused).await;
    let bot = json!({"token": "xoxb-1-2", "channel": "C1", "endpoint": service.url()});
    let outcome = send(&account(Channel::Slack, bot, LOCAL), "C1").await;
    assert_eq!(
        (outcome.kind, &*outcome.code),
        (OutcomeKind::Misconfigured, "invalid_auth")
    );
    assert!(outcome.remedy.is_some());
}

#[tokio::test]
async fn discords_fractional_wait_is_kept_and_blames_the_quota() {
    let limited = Answer::json(
        429,
        &json!({"message": "You are being rate limited.", "retry_after": 1.337, "global": false}),
    );
    let service = Service::start(limited.header("X-RATELIMIT-RESET-AFTER", "0.9")).await;
    let hook = json!({"url": format!("{}/api/webhooks/1/x", service.url())});
    let outcome = send(&account(Channel::Discord, hook, LOCAL), "discord").await;
    assert_eq!(outcome.retry_after, Some(Duration::from_millis(1_337)));
    assert_eq!(
        (outcome.kind, outcome.blame),
        (OutcomeKind::Retry, Blame::Quota)
    );
    let [call] = &service.calls()[..] else {
        panic!("one call")
    };
    assert_eq!(call.json()["allowed_mentions"], json!({"parse": []}));
    assert_eq!(call.json()["embeds"][0]["title"], "Come \"in\"");
}

#[tokio::test]
async fn pushover_gets_its_user_and_names_one_that_is_gone() {
    let service = Service::start(Answer::json(200, &json!({"status": 1, "request": "r"}))).await;
    let sender = pushover(&service);
    assert_eq!(
        send(&sender, PUSHOVER_USER).await.kind,
        OutcomeKind::Delivered
    );
    service.answer(Answer::json(400, &json!({"user": "invalid", "status": 0})));
    assert_eq!(
        send(&sender, PUSHOVER_USER).await.kind,
        OutcomeKind::AddressGone
    );
    let calls = service.calls();
    assert_eq!(calls[0].path, "/1/messages.json");
    let body = calls[0].json();
    assert_eq!(
        (&body["user"], &body["priority"]),
        (&json!(&PUSHOVER_USER[5..]), &json!(0))
    );
    // What is no address never reaches the service.
    let wrong = send(&sender, "user:not-a-key").await;
    assert_eq!(
        (wrong.kind, &*wrong.code),
        (OutcomeKind::Rejected, "invalid_address")
    );
    let none = send(&sender, "").await;
    assert_eq!(
        (none.kind, &*none.code),
        (OutcomeKind::Rejected, "no_address")
    );
    assert_eq!(service.calls().len(), 2);
}
