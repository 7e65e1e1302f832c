//! Tenants' accounts in a cluster: whose counts, how a mended one is taken up by the processes that
//! run, and what the api process tells of the workers.

use std::time::{Duration, Instant};

use campanile_test_support::fcm::{FcmReply, FcmServer};
use serde_json::{Value, json};

use crate::cluster::Cluster;
use crate::faults::{cluster, once_health, once_push_is};
use crate::support::{Process, Tenant, campanile};

/// A key like the right one in everything but its bytes.
const OTHER_KEY: &str = "BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
/// Longer than any worker takes to look for new accounts.
const PATIENCE: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_for_an_account_goes_on_when_it_is_set_anew_or_a_worker_starts() {
    let cluster = cluster().await;
    let api = cluster.api();
    let acme = Tenant::create(&cluster, &api, "acme", &["phone"]).await;
    let worker = cluster.worker_of("push");
    once_push_is(&api, "healthy", "closed").await;
    // The API speaks to no broker; the worker says so once it is connected.
    once_health(&api, "a broker", |report| {
        report["components"]["rabbitmq"]["status"] == "healthy"
    })
    .await;
    let refused = || FcmReply::error(403, "PERMISSION_DENIED");
    acme.fcm.answer(refused());
    let first = acme.push().await;
    acme.once(&first, "deferred").await;
    let account = acme.once_account("misconfigured").await;
    let detail = account["detail"].as_str().unwrap();
    assert!(detail.contains("PERMISSION_DENIED"), "{account}");
    once_push_is(&api, "degraded", "open").await;

    // Left alone it would wait for five minutes, which is longer than this test.
    acme.fcm.answer(FcmReply::taken());
    acme.set_account().await;
    let way = acme.once(&first, "sent").await;
    assert_eq!(way["attempts"].as_array().unwrap().len(), 1, "{way}");
    acme.once_account("ready").await;
    once_push_is(&api, "healthy", "closed").await;

    // What a dead worker said does not count for long.
    acme.fcm.answer(refused());
    let second = acme.push().await;
    acme.once(&second, "deferred").await;
    once_push_is(&api, "degraded", "open").await;
    worker.kill();
    once_push_is(&api, "unknown", "closed").await;
    acme.once_account("ready").await;
    acme.fcm.answer(FcmReply::taken());
    let worker = cluster.worker_of("push");
    acme.once(&second, "sent").await;
    let taken = acme.fcm.received();
    let taken = taken.iter().filter(|call| call.status == 200).count();
    assert_eq!(taken, 2, "each once");
    assert_eq!(worker.terminate().0, Some(0));
}

/// Sends until a push is made by this account.
async fn once_by(tenant: &Tenant, account: &str) {
    let until = Instant::now() + PATIENCE;
    loop {
        let way = tenant.once(&tenant.push().await, "sent").await;
        if way["attempts"][0]["provider"] == account {
            return;
        }
        assert!(Instant::now() < until, "{way}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_of_the_tenant_default_takes_the_place_of_the_operators() {
    let (mut cluster, operators) = (cluster().await, FcmServer::start().await);
    let account = operators.account().clone();
    let settings = [
        ("FCM_PROJECT_ID", account.project_id),
        ("FCM_CLIENT_EMAIL", account.client_email),
        ("FCM_PRIVATE_KEY", account.private_key),
        ("FCM_PRIVATE_KEY_ID", account.private_key_id),
        ("FCM_TOKEN_URI", operators.token_uri().to_owned()),
        ("FCM_ENDPOINT", operators.endpoint()),
    ];
    cluster.also(settings.map(|(name, value)| (name.to_owned(), value)));
    let (api, worker) = (cluster.api(), cluster.worker_of("push"));
    let tenant = Tenant::there(&cluster, &api, "default", &["phone"]).await;
    once_by(&tenant, "settings").await;
    assert_eq!(tenant.fcm.received().len(), 0);

    tenant.set_account().await;
    once_by(&tenant, "main").await;
    let before = operators.received().len();
    once_by(&tenant, "main").await;
    assert_eq!(operators.received().len(), before, "not by both");

    tenant.remove_account().await;
    once_by(&tenant, "settings").await;
    assert_eq!(worker.terminate().0, Some(0));
}

/// The errors in a log that are ours, and not what the broker's client says of its connection.
fn errors(log: &str) -> Vec<Value> {
    let lines = log.lines().map(|line| serde_json::from_str(line).unwrap());
    let is_ours = |line: &Value| line["target"].as_str().unwrap().starts_with("campanile");
    lines
        .filter(|line: &Value| line["level"] == "ERROR" && is_ours(line))
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_with_another_master_key_says_so_once_and_serves_all_others() {
    let mut cluster = cluster().await;
    let api = cluster.api();
    let acme = Tenant::create(&cluster, &api, "acme", &["phone"]).await;
    let other = Tenant::create(&cluster, &api, "other", &["phone"]).await;
    let dir = tempfile::tempdir().unwrap();
    let log = dir.path().join("worker.log");
    let settings = [
        ("CAMPANILE_MASTER_KEY", OTHER_KEY.to_owned()),
        ("LOG_FILE", log.to_str().unwrap().to_owned()),
    ];
    cluster.also(settings.map(|(name, value)| (name.to_owned(), value)));
    let worker = cluster.worker_of("push,webhook");
    waits_and_is_reported(&acme, &api).await;
    assert_eq!(other.once_account("misconfigured").await["name"], "main");
    // The operator's own account needs no key.
    cluster.caller(&api).send("k").await;
    cluster.receiver.wait_for(1).await;

    let said = errors(&std::fs::read_to_string(&log).unwrap());
    // At the start about all that is encrypted, and then about the providers.
    assert_eq!(said.len(), 2, "{said:?}");
    for line in &said {
        let text = line["message"].as_str().unwrap();
        assert!(text.contains("CAMPANILE_MASTER_KEY"), "{text}");
        assert_eq!(line["count"], json!(2), "{line}");
    }
    doctor_says_it_in_one_line(&cluster);
    assert_eq!(worker.terminate().0, Some(0));
}

async fn waits_and_is_reported(acme: &Tenant, api: &Process) {
    let way = acme.once(&acme.push().await, "deferred").await;
    let reported = (&way["reason"], &way["attempts"]);
    assert_eq!(reported, (&json!("misconfigured"), &json!([])), "{way}");
    let account = acme.once_account("misconfigured").await;
    let detail = account["detail"].as_str().unwrap();
    assert!(detail.contains("another key"), "{account}");
    // Nobody was called, so nothing is open.
    once_push_is(api, "degraded", "closed").await;
}

fn doctor_says_it_in_one_line(cluster: &Cluster) {
    let doctor = campanile(&["doctor"], &cluster.environment()).output();
    let reported = String::from_utf8(doctor.unwrap().stdout).unwrap();
    let line = reported
        .lines()
        .find(|line| line.contains("tenants' providers"));
    let line = line.unwrap_or_else(|| panic!("{reported}"));
    assert!(line.starts_with("FAULT"), "{line}");
    assert!(line.contains("2 of 2: acme/main, other/main: "), "{line}");
    assert_eq!(line.matches("another key").count(), 1, "{line}");
}
