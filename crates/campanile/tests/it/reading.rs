//! Reading in the app cancels what has not left, alone and as a cluster.

use std::sync::Arc;
use std::time::{Duration, Instant};

use campanile_test_support::fcm::FcmServer;
use campanile_test_support::smtp::{SmtpAct, SmtpOffers, SmtpServer};
use reqwest::Method;
use serde_json::{Value, json};

use crate::cluster::Cluster;
use crate::people::{House, accounts, borrowed};
use crate::support::{Process, token};

/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(60);

fn mail(story: &Value) -> &Value {
    let ways = story["deliveries"].as_array().unwrap();
    ways.iter().find(|way| way["channel"] == "email").unwrap()
}

/// The story once the mail has this status.
async fn reported(house: &House, id: &str, status: &str) -> Value {
    let (until, path) = (
        Instant::now() + PATIENCE,
        format!("/api/v1/notifications/{id}/timeline"),
    );
    loop {
        let (_, story) = house
            .call(Method::GET, &path, &house.service, &Value::Null)
            .await;
        let mut ways = story["deliveries"].as_array().unwrap().iter();
        if ways.any(|way| way["channel"] == "email" && way["status"] == status) {
            return story;
        }
        assert!(Instant::now() < until, "{story}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The same story in every shape.
async fn reading_calls_the_mail_back(house: &House, relay: &SmtpServer) {
    house.mail_address("eve", "eve@example.org").await;
    // Greylisting: it comes again in five minutes at the earliest.
    relay.for_recipient("eve@example.org", SmtpAct::say("451 4.7.1 come again"));
    let (read, deleted) = (house.send("eve").await, house.send("eve").await);
    for id in [&read, &deleted] {
        let story = reported(house, id, "retrying").await;
        assert!(mail(&story)["next_attempt_at"].is_string(), "{story}");
        assert_eq!(story["status"], "pending");
    }

    let eve = (house.user)("eve");
    let path = format!("/api/v1/notifications/{read}/read");
    let (status, answer) = house.call(Method::PUT, &path, &eve, &Value::Null).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["message"], "Notification marked as read");
    let story = reported(house, &read, "cancelled").await;
    let way = mail(&story);
    assert_eq!(way["reason"], "read", "{story}");
    assert_eq!(way["next_attempt_at"], Value::Null, "{story}");
    assert_eq!(way["attempts"].as_array().unwrap().len(), 1, "{story}");
    assert_eq!(story["status"], "sent", "it was read in the inbox: {story}");
    let events = story["events"].as_array().unwrap();
    let why = json!("email: read");
    let cancelled = |event: &&Value| event["what"] == "cancelled" && event["why"] == why;
    assert!(events.iter().any(|event| cancelled(&event)), "{story}");

    let path = format!("/api/v1/notifications/{deleted}");
    let (status, answer) = house.call(Method::DELETE, &path, &eve, &Value::Null).await;
    assert_eq!(status, 200, "{answer}");
    let path = format!("{path}/timeline");
    let (status, _) = house
        .call(Method::GET, &path, &house.service, &Value::Null)
        .await;
    assert_eq!(status, 404);
    let metrics = format!("{}/metrics", house.base);
    let metrics = house.client.get(metrics).send().await.unwrap();
    let metrics = metrics.text().await.unwrap();
    for reason in ["read", "deleted"] {
        let line = format!(
            "campanile_deliveries_cancelled_total{{channel=\"email\",reason=\"{reason}\"}} 1"
        );
        assert!(metrics.contains(&line), "{line} in {metrics}");
    }
    assert!(metrics.contains("campanile_inbox_writes_total{verb=\"read\"} 1"));
    assert!(relay.ledger().mails.is_empty());
}

async fn providers() -> (FcmServer, SmtpServer) {
    let relay = SmtpServer::start(SmtpOffers::default()).await;
    (FcmServer::start().await, relay)
}

fn house(cluster: &Arc<Cluster>, api: &Process) -> House {
    let tokens = Arc::clone(cluster);
    House {
        base: format!("http://{}", api.address()),
        service: cluster.token("service", "notifications:send"),
        user: Box::new(move |user| tokens.token(user, "inbox")),
        client: reqwest::Client::new(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn alone_a_mail_that_waits_is_cancelled() {
    let (fcm, relay) = providers().await;
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap().to_owned();
    let arguments = ["up", "--data-dir", &data, "--listen", "127.0.0.1:0"];
    let up = Process::start(&arguments, &borrowed(&accounts(&fcm, &relay)));
    let house = House {
        base: format!("http://{}", up.address()),
        service: token(&data, "service", "notifications:send"),
        user: Box::new(move |user| token(&data, user, "inbox")),
        client: reqwest::Client::new(),
    };
    reading_calls_the_mail_back(&house, &relay).await;
    assert_eq!(up.terminate().0, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_cluster_a_mail_that_waits_is_cancelled() {
    let (fcm, relay) = providers().await;
    let mut cluster = Cluster::new().await;
    cluster.also(accounts(&fcm, &relay));
    let cluster = Arc::new(cluster);
    let (api, worker) = (cluster.api(), cluster.worker_of("push,email"));
    let house = house(&cluster, &api);
    reading_calls_the_mail_back(&house, &relay).await;
    assert_eq!(worker.terminate().0, Some(0));
    assert_eq!(api.terminate().0, Some(0));
    drop(house);
}

/// It was planned at the very moment it was read, so the reader found nothing to cancel: the worker
/// that loads it does.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_read_while_it_was_planned_is_cancelled_by_the_worker() {
    let (fcm, relay) = providers().await;
    let mut cluster = Cluster::new().await;
    cluster.also(accounts(&fcm, &relay));
    // This one plans, but delivers no mail.
    let cluster = Arc::new(cluster);
    let (api, planner) = (cluster.api(), cluster.worker_of("push"));
    let house = house(&cluster, &api);
    house.mail_address("eve", "eve@example.org").await;
    let id = house.send("eve").await;
    reported(&house, &id, "queued").await;
    let read = "UPDATE notifications SET read_at = now()";
    assert_eq!(cluster.database.tamper(read).await, 1);
    let postman = cluster.worker_of("email");
    let story = reported(&house, &id, "cancelled").await;
    let way = mail(&story);
    assert_eq!(way["reason"], "read", "{story}");
    assert!(way["attempts"].as_array().unwrap().is_empty(), "{story}");
    assert!(relay.ledger().mails.is_empty());
    for process in [postman, planner, api] {
        assert_eq!(process.terminate().0, Some(0));
    }
    drop(house);
}
