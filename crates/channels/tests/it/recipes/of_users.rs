//! URLs that users bring: where they lead is judged at each call, and what is said there concerns this user alone.

use std::sync::Arc;

use campanile_channels::recipe::{RecipeChannel, recipe};
use campanile_channels::{ChannelSender, Reach, SenderFactory};
use campanile_domain::{
    AddressFate, Blame, Channel, Outcome, OutcomeKind, RecipeName, SystemClock,
};
use campanile_recipes::Recipe;
use serde_json::json;

use super::service::{Answer, Service};
use super::{LOCAL, send};

/// A recipe whose users have servers of their own, without TLS, so that a test can be one of them.
const HOMES: &str = r#"
name = "homes"
title = "Homes"
about = "Rooms at home."
documentation = ["https://example.com/"]
read = "2026-11-30"
[[setting]]
name = "token"
kind = "text"
secret = true
help = "A token."
example = "t"
[address_url]
prefix = "http://"
help = "The URL of a room."
example = "http://home.example/room"
[[request]]
method = "POST"
url = "{address}"
format = "json"
[request.body]
text = "{message}"
[limits]
concurrency = 8
[default]
2xx = "delivered"
3xx = "misconfigured"
4xx = "rejected"
5xx = "ambiguous"
[[reply]]
status = [401]
outcome = "misconfigured"
remedy = "Set the token."
[[reply]]
status = [404]
outcome = "address_gone"
[[reply]]
status = [429]
outcome = "quota"
"#;

fn homes(allowed_to_users: &[&str]) -> RecipeChannel {
    let channel = Channel::Recipe(RecipeName::stored("homes").unwrap());
    let recipe = Box::leak(Box::new(Recipe::parse("homes", HOMES).unwrap()));
    let nets = |nets: &[&str]| nets.iter().map(|net| net.parse().unwrap()).collect();
    let factory = SenderFactory::new(Arc::new(SystemClock), nets(LOCAL));
    let factory = factory.networks_of_users(nets(allowed_to_users));
    let settings = recipe.accept(Default::default()).unwrap();
    factory
        .recipe(channel, recipe, settings, Reach::Public)
        .unwrap()
}

fn of(service: &Service, host: &str) -> String {
    format!("user:{}/room", service.url().replace("127.0.0.1", host))
}

#[tokio::test]
async fn one_that_leads_inwards_is_not_called_by_whatever_name() {
    let service = Service::start(Answer::text(200, "ok")).await;
    // What tenants may reach says nothing of users.
    let sender = homes(&[]);
    // The name is judged by what it resolves to for this very call: when it was registered, it may have led elsewhere.
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433"] {
        let outcome = send(&sender, &of(&service, host)).await;
        assert_eq!(
            (outcome.kind, &*outcome.code),
            (OutcomeKind::Rejected, "address_forbidden"),
            "{host}"
        );
        assert_eq!(outcome.blame, Blame::Addressee);
        assert!(
            outcome.detail.contains("The user's address"),
            "{}",
            outcome.detail
        );
    }
    assert_eq!(service.calls().len(), 0);
    let outcome = send(&homes(LOCAL), &of(&service, "127.0.0.1")).await;
    assert_eq!(outcome.kind, OutcomeKind::Delivered, "{outcome:?}");
    assert_eq!(service.calls()[0].path, "/room");
}

#[tokio::test]
async fn what_a_users_server_says_stops_nobody_else() {
    let service = Service::start(Answer::text(401, "")).await;
    let sender = homes(LOCAL);
    for (answer, kind, fate) in [
        (401, OutcomeKind::Rejected, AddressFate::Kept),
        (302, OutcomeKind::Rejected, AddressFate::Kept),
        (404, OutcomeKind::AddressGone, AddressFate::Gone),
        (429, OutcomeKind::Retry, AddressFate::Kept),
        (500, OutcomeKind::Ambiguous, AddressFate::Kept),
    ] {
        service.answer(Answer::text(answer, ""));
        let outcome = send(&sender, &of(&service, "127.0.0.1")).await;
        assert_eq!((outcome.kind, outcome.address), (kind, fate), "{answer}");
        assert_eq!(outcome.blame, Blame::Addressee, "{answer}");
        assert_eq!(outcome.remedy, None, "no operator can help: {answer}");
    }
}

/// Calls to one server at a time: a quarter of the account's.
#[tokio::test]
async fn a_server_that_does_not_answer_leaves_calls_for_others() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let slow = format!("user:http://{}/room", silent.local_addr().unwrap());
    let sender = Arc::new(homes(LOCAL));
    assert_eq!(sender.concurrency(), 8);
    let mut waiting = tokio::task::JoinSet::new();
    for _ in 0..2 {
        let (sender, slow) = (Arc::clone(&sender), slow.clone());
        waiting.spawn(async move { send(&sender, &slow).await });
        silent.accept().await.unwrap();
    }
    let outcome: Outcome = send(&sender, &slow).await;
    assert_eq!(
        (outcome.kind, &*outcome.code),
        (OutcomeKind::Retry, "server_busy")
    );
    let service = Service::start(Answer::text(200, "")).await;
    let outcome = send(&sender, &of(&service, "127.0.0.1")).await;
    assert_eq!(outcome.kind, OutcomeKind::Delivered);
}

#[tokio::test]
async fn a_bot_reaches_people_by_id_and_by_their_own_webhooks() {
    let slack = recipe(Channel::Slack).unwrap();
    for (good, is_secret) in [
        ("U024BE7LH", false),
        ("https://hooks.slack.com/services/T/B/X", true),
    ] {
        assert_eq!(slack.check_address(good), Ok(()), "{good}");
        assert_eq!(slack.is_secret_address(good), is_secret, "{good}");
    }
    for bad in [
        "http://hooks.slack.com/services/T/B/X",
        "https://hooks.slack.com.example/services/T/B/X",
        "https://127.0.0.1/",
        "HTTPS://127.0.0.1/",
        "",
    ] {
        assert!(slack.check_address(bad).is_err(), "{bad}");
    }
    let service = Service::start(Answer::json(200, &json!({"ok": true}))).await;
    let bot = json!({"token": "xoxb-1-2", "endpoint": service.url()});
    let sender = super::account(Channel::Slack, bot, LOCAL);
    let outcome = send(&sender, "user:U024BE7LH").await;
    assert_eq!(outcome.kind, OutcomeKind::Delivered);
    assert_eq!(service.calls()[0].json()["channel"], "U024BE7LH");
    // One without a bot cannot write to ids.
    let sender = super::account(Channel::Slack, json!({}), LOCAL);
    let outcome = send(&sender, "user:U024BE7LH").await;
    assert_eq!(
        (outcome.kind, &*outcome.code),
        (OutcomeKind::Rejected, "invalid_address")
    );
    assert_eq!(service.calls().len(), 1);
}
