//! Two accounts of a tenant for one channel: who takes over for whom, what never moves, and what is
//! notified of it meanwhile.

use std::time::{Duration, Instant};

use campanile_test_support::fcm::{FcmReply, FcmServer};
use reqwest::Method;
use serde_json::{Value, json};

use crate::providers::{HERE, file};
use crate::support::Acme;

const PROVIDERS: &str = "/api/v1/admin/providers";
const OPS: [&str; 2] = ["ops", "admin"];

/// A tenant whose `main` fails over to `spare`, and one phone.
async fn acme(data: &str, main: &FcmServer, spare: &FcmServer) -> Acme {
    let acme = Acme::start(data, &[HERE]);
    let device = json!({"kind": "token", "value": "phone", "platform": "android"});
    let user = ["u1", "inbox"];
    let (status, _) = acme
        .call(Method::POST, "/api/v1/devices", user, &device)
        .await;
    assert_eq!(status, 201);
    let mut first = json!({"channel": "push", "settings": file(spare)});
    for (name, body) in [
        ("spare", first.clone()),
        ("main", {
            first["settings"] = file(main);
            first["failover_to"] = json!("spare");
            first
        }),
    ] {
        let path = format!("{PROVIDERS}/{name}");
        let (status, shown) = acme.call(Method::PUT, &path, OPS, &body).await;
        assert_eq!(status, 200, "{shown}");
    }
    // Loaded at the start, both at once.
    assert_eq!(acme.up.terminate().0, Some(0));
    Acme::again(data, &[HERE])
}

/// An answer of the API, once it is as wanted.
async fn once(acme: &Acme, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        let (_, answer) = acme.call(Method::GET, path, OPS, &Value::Null).await;
        if wanted(&answer) {
            return answer;
        }
        assert!(Instant::now() < until, "{path}: {answer}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_goes_by_the_second_while_the_first_fails_and_health_says_so() {
    let (main, spare) = (FcmServer::start().await, FcmServer::start().await);
    let dir = tempfile::tempdir().unwrap();
    let acme = acme(dir.path().to_str().unwrap(), &main, &spare).await;
    let health = "/api/v1/notifications/health";
    let push = |report: &Value| report["channels"]["push"].clone();
    let well = json!({"status": "healthy", "breaker": "closed"});
    let report = once(&acme, health, |report| push(report) == well).await;
    assert_eq!(report["status"], "healthy", "{report}");
    assert_eq!(report["channels"]["email"]["status"], "not_configured");

    main.answer(FcmReply::error(503, "UNAVAILABLE"));
    let mut ids = Vec::new();
    for _ in 0..6 {
        ids.push(acme.send("push").await);
    }
    let arrived = |report: &Value| report["success_rate_24h"] == 1.0;
    let report = once(&acme, health, arrived).await;
    assert!(report["last_successful_send"].is_string(), "{report}");
    for id in &ids {
        let way = acme.reported(id, "sent").await;
        let last = way["attempts"].as_array().unwrap().last().unwrap();
        assert_eq!(last["provider"], "spare", "{way}");
    }
    assert_eq!(spare.received().len(), ids.len());
    let ill = json!({"status": "degraded", "breaker": "open"});
    let report = once(&acme, health, |report| push(report) == ill).await;
    assert_eq!(report["status"], "degraded", "{report}");
    let list = once(&acme, PROVIDERS, |list| {
        list["providers"][0]["state"] == "open"
    })
    .await;
    let reported = &list["providers"][0];
    assert_eq!(reported["name"], "main");
    assert!(
        reported["detail"].as_str().unwrap().contains("UNAVAILABLE"),
        "{reported}"
    );
    assert!(reported["since"].is_string(), "{reported}");
    assert_eq!(list["providers"][1]["state"], "ready");

    // Set anew, it starts with a clean sheet: recovery is shown without a restart.
    main.answer(FcmReply::taken());
    let body = json!({"channel": "push", "settings": file(&main), "failover_to": "spare"});
    let path = format!("{PROVIDERS}/main");
    assert_eq!(acme.call(Method::PUT, &path, OPS, &body).await.0, 200);
    once(&acme, health, |report| push(report) == well).await;
    let way = acme.reported(&acme.send("push").await, "sent").await;
    assert_eq!(way["attempts"][0]["provider"], "main", "{way}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unclear_one_stays_with_the_first_after_a_restart_too() {
    let (main, spare) = (FcmServer::start().await, FcmServer::start().await);
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let acme = acme(data, &main, &spare).await;
    main.answer(FcmReply::taken().breaking_off());
    let unclear = acme.send("push").await;
    let way = acme.reported(&unclear, "retrying").await;
    assert_eq!(way["attempts"][0]["outcome"], "ambiguous", "{way}");
    // The first is found to be set up wrongly: others move on, this one waits.
    main.answer(FcmReply::error(403, "PERMISSION_DENIED"));
    let moved = acme.send("push").await;
    let way = acme.reported(&moved, "sent").await;
    assert_eq!(way["attempts"][0]["provider"], "spare", "{way}");
    acme.reported(&unclear, "deferred").await;
    assert_eq!(acme.up.terminate().0, Some(0));
    main.answer(FcmReply::taken());
    let acme = Acme::again(data, &[HERE]);
    let way = acme.reported(&unclear, "deferred").await;
    assert_eq!(way["attempts"].as_array().unwrap().len(), 1, "{way}");
    assert_eq!(spare.received().len(), 1, "never by the second");
}
