//! A receiver that wants no more calls: what is shown of it, how it is resumed, and what waits meanwhile.

use std::time::{Duration, Instant};

use campanile_test_support::webhook::{Reply, WebhookReceiver};
use reqwest::Method;
use serde_json::{Value, json};

use crate::providers::HERE;
use crate::support::{Acme, campanile};

const PROVIDERS: &str = "/api/v1/admin/providers";
const OPS: [&str; 2] = ["ops", "admin"];
/// Workers take over what is stored every 5 s.
const PATIENCE: Duration = Duration::from_secs(60);

/// The only provider, once it stands like this.
async fn once(acme: &Acme, state: &str) -> Value {
    let until = Instant::now() + PATIENCE;
    loop {
        let (_, list) = acme.call(Method::GET, PROVIDERS, OPS, &Value::Null).await;
        let one = list["providers"][0].clone();
        if one["state"] == state {
            return one;
        }
        assert!(Instant::now() < until, "not {state}: {list}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn health(acme: &Acme) -> Value {
    let path = "/api/v1/notifications/health";
    acme.call(Method::GET, path, OPS, &Value::Null).await.1["channels"]["webhook"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receiver_that_is_gone_is_reported_and_called_again_when_it_is_resumed() {
    let receiver = WebhookReceiver::start().await;
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let acme = Acme::start(data, &[HERE]);
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let body = json!({"channel": "webhook", "settings": {"url": receiver.url(), "secret": secret}});
    let hook = format!("{PROVIDERS}/hook");
    let (status, set) = acme.call(Method::PUT, &hook, OPS, &body).await;
    assert_eq!(status, 200, "{set}");
    assert_eq!(acme.up.terminate().0, Some(0));
    let acme = Acme::again(data, &[HERE]);

    receiver.answer([Reply::status(410)]);
    let way = acme.reported(&acme.send("webhook").await, "dead").await;
    assert_eq!(way["reason"], "address_gone", "{way}");
    let paused = once(&acme, "paused").await;
    assert!(
        paused["detail"].as_str().unwrap().contains("410"),
        "{paused}"
    );
    let waiting = acme.send("webhook").await;
    let way = acme.reported(&waiting, "deferred").await;
    assert_eq!(way["reason"], "endpoint_gone", "{way}");
    let until = Instant::now() + PATIENCE;
    while health(&acme).await["misconfigured"] != 1 {
        assert!(Instant::now() < until, "{}", health(&acme).await);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // A restart is nobody's word that the receiver is back; the command works on the file meanwhile.
    assert_eq!(acme.up.terminate().0, Some(0));
    let list = [
        "provider",
        "list",
        "--tenant",
        "acme",
        "--data-dir",
        data,
        "--format",
        "json",
    ];
    let reported = campanile(&list, &[]).output().unwrap();
    let reported: Value = serde_json::from_slice(&reported.stdout).unwrap();
    assert_eq!(reported["providers"][0]["state"], "paused", "{reported}");
    let acme = Acme::again(data, &[HERE]);
    let later = acme.send("webhook").await;
    acme.reported(&later, "deferred").await;
    assert_eq!(receiver.received().len(), 1);

    let resume = format!("{hook}/resume");
    assert_eq!(
        acme.call(Method::POST, &resume, OPS, &Value::Null).await.0,
        204
    );
    for id in [&waiting, &later] {
        acme.reported(id, "sent").await;
    }
    once(&acme, "ready").await;

    receiver.answer([Reply::status(410)]);
    acme.reported(&acme.send("webhook").await, "dead").await;
    once(&acme, "paused").await;
    assert_eq!(acme.up.terminate().0, Some(0));
    let resume = [
        "provider",
        "resume",
        "hook",
        "--tenant",
        "acme",
        "--data-dir",
        data,
    ];
    assert!(campanile(&resume, &[]).status().unwrap().success());
    assert!(
        !campanile(&resume, &[]).status().unwrap().success(),
        "it is not paused any more"
    );
    let acme = Acme::again(data, &[HERE]);
    acme.reported(&acme.send("webhook").await, "sent").await;
    assert_eq!(acme.up.terminate().0, Some(0));
}
