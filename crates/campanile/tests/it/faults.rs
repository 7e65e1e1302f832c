//! One worker, five tenants, and an FCM for each that has a trouble of its own.
//!
//! The breaker's minute is a minute here too, so the test takes a little more than that.

use std::time::{Duration, Instant};

use campanile_test_support::fcm::{FcmMessage, FcmReply};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::cluster::Cluster;
use crate::providers::HERE;
use crate::support::{Process, Tenant};

/// More than the channel's own least wait, so that nothing else can explain the pause.
const RETRY_AFTER: Duration = Duration::from_secs(12);
/// How long a breaker stays open, less what a clock may be off.
const OPEN_FOR: Duration = Duration::from_secs(59);
/// Longer than a breaker stays open.
const PATIENCE: Duration = Duration::from_secs(150);

/// A cluster in which tenants bring accounts of their own.
pub async fn cluster() -> Cluster {
    let mut cluster = Cluster::new().await;
    let key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let settings = [("CAMPANILE_MASTER_KEY", key), HERE];
    cluster.also(settings.map(|(name, value)| (name.to_owned(), value.to_owned())));
    cluster
}

/// Waits until the api process says this of push.
pub async fn once_push_is(api: &Process, status: &str, breaker: &str) {
    let wanted = json!({"status": status, "breaker": breaker});
    once_health(api, &wanted.to_string(), |report| {
        let push = &report["channels"]["push"];
        let same = |field| push[field] == wanted[field];
        same("status") && same("breaker")
    })
    .await;
}

/// Waits until the health report of the api process is as wanted.
pub async fn once_health(api: &Process, wanted: &str, is_wanted: impl Fn(&Value) -> bool) {
    let url = format!("http://{}/api/v1/notifications/health", api.address());
    let until = Instant::now() + PATIENCE;
    loop {
        let report = reqwest::get(&url).await.unwrap().text().await.unwrap();
        let report: Value = serde_json::from_str(&report).unwrap();
        if is_wanted(&report) {
            return;
        }
        assert!(Instant::now() < until, "not {wanted}: {report}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// For which notification a call was.
fn about(call: &FcmMessage) -> &str {
    call.message["data"]["notification_id"].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_tenants_trouble_stays_its_own_and_ends_by_itself() {
    let cluster = cluster().await;
    let api = cluster.api();
    let tenant = |name, devices| Tenant::create(&cluster, &api, name, devices);
    let down = tenant("down", &["phone"]).await;
    let busy = tenant("busy", &["phone"]).await;
    let moved = tenant("moved", &["old-phone", "new-phone"]).await;
    let foreign = tenant("foreign", &["foreign-phone"]).await;
    let well = tenant("well", &["phone"]).await;
    // The accounts are there before the worker, so the first push has a way.
    let worker = cluster.worker_of("push");
    once_push_is(&api, "healthy", "closed").await;

    down.fcm.answer(FcmReply::error(503, "UNAVAILABLE"));
    let tried = [down.push().await, down.push().await, down.push().await];
    for id in &tried {
        // Between two attempts, or already found to be of no use before the second.
        down.once_all(id, |way| way["attempts"][0]["code"] == "UNAVAILABLE")
            .await;
    }
    once_push_is(&api, "degraded", "open").await;
    assert_eq!(down.account().await["state"], "open");
    let (spared, also_spared) = (down.push().await, down.push().await);
    for id in [&spared, &also_spared] {
        let way = down.once(id, "deferred").await;
        let reported = (&way["reason"], &way["attempts"]);
        assert_eq!(reported, (&json!("breaker_open"), &json!([])), "{way}");
    }

    well_is_served(&well, &down, &spared).await;
    tokio::join!(
        waits_as_long_as_it_is_asked_to(&busy),
        an_old_address_is_forgotten(&moved),
        another_projects_address_is_set_aside(&foreign),
    );

    down.fcm.answer(FcmReply::taken());
    let spared = [spared, also_spared];
    for id in tried.iter().chain(&spared) {
        down.once(id, "sent").await;
    }
    once_push_is(&api, "healthy", "closed").await;
    assert_eq!(down.account().await["state"], "ready");
    let calls = down.fcm.received();
    for id in tried.iter().chain(&spared) {
        let own: Vec<_> = calls.iter().filter(|call| about(call) == id).collect();
        let taken = own.iter().filter(|call| call.status == StatusCode::OK);
        assert_eq!(taken.count(), 1, "{id}");
        let way = &down.deliveries(id).await[0];
        let reported = way["attempts"].as_array().unwrap().len();
        assert_eq!(reported, own.len(), "none is used up by waiting: {way}");
    }
    // The third opened it; from then on one call a minute finds out, until one is taken.
    let mut probes = calls[2..]
        .windows(2)
        .take_while(|two| two[0].status != StatusCode::OK);
    assert!(probes.all(|two| two[1].at - two[0].at >= OPEN_FOR));
    assert_eq!(worker.terminate().0, Some(0));
    assert_eq!(api.terminate().0, Some(0));
}

/// While another tenant's deliveries wait.
async fn well_is_served(well: &Tenant, down: &Tenant, waiting: &str) {
    let way = well.once(&well.push().await, "sent").await;
    assert_eq!(way["attempts"].as_array().unwrap().len(), 1, "{way}");
    assert_eq!(well.account().await["state"], "ready");
    assert_eq!(down.deliveries(waiting).await[0]["status"], "deferred");
}

async fn waits_as_long_as_it_is_asked_to(busy: &Tenant) {
    let wish = RETRY_AFTER.as_secs().to_string();
    let full = FcmReply::error(429, "QUOTA_EXCEEDED").header("retry-after", &wish);
    busy.fcm.answer_for("phone", [full, FcmReply::taken()]);
    let way = busy.once(&busy.push().await, "sent").await;
    let calls = busy.fcm.received();
    assert_eq!(calls.len(), 2);
    let paused = calls[1].at - calls[0].at;
    assert!(paused >= RETRY_AFTER, "{paused:?}");
    let [first, second] = [&way["attempts"][0], &way["attempts"][1]];
    assert_eq!(
        (&first["outcome"], &first["code"]),
        (&json!("retry"), &json!("QUOTA_EXCEEDED"))
    );
    assert_eq!(second["outcome"], "delivered", "{way}");
    let moment = |text: &Value| {
        text.as_str()
            .unwrap()
            .parse::<chrono::DateTime<chrono::Utc>>()
    };
    let (reported, made) = (moment(&first["retry_at"]), moment(&second["started_at"]));
    assert!(reported.unwrap() <= made.unwrap(), "{way}");
}

async fn an_old_address_is_forgotten(moved: &Tenant) {
    let gone = FcmReply::error(404, "UNREGISTERED");
    moved.fcm.answer_for("old-phone", [gone]);
    let over = |way: &Value| way["status"] == "sent" || way["status"] == "dead";
    let ways = moved.once_all(&moved.push().await, over).await;
    assert_eq!(ways.len(), 2, "{ways:?}");
    let dead = ways.iter().find(|way| way["status"] == "dead").unwrap();
    assert_eq!(dead["reason"], "address_gone", "{dead}");
    assert_eq!(dead["attempts"][0]["code"], "UNREGISTERED", "{dead}");
    assert!(ways.iter().any(|way| way["status"] == "sent"), "{ways:?}");
    // As it is shown: shortened.
    assert_eq!(moved.devices().await, ["new-ph…"]);
    // The next one is for the other device alone, and the account was never to blame.
    moved.once(&moved.push().await, "sent").await;
    assert_eq!(moved.account().await["state"], "ready");
}

async fn another_projects_address_is_set_aside(foreign: &Tenant) {
    let mismatch = FcmReply::error(403, "SENDER_ID_MISMATCH");
    foreign.fcm.answer_for("foreign-phone", [mismatch]);
    let way = foreign.once(&foreign.push().await, "dead").await;
    assert_eq!(way["attempts"][0]["code"], "SENDER_ID_MISMATCH", "{way}");
    assert_eq!(way["attempts"][0]["outcome"], "rejected", "{way}");
    let next = foreign.once(&foreign.push().await, "suppressed").await;
    assert_eq!(next["reason"], "no_address", "{next}");
    assert_eq!(foreign.fcm.received().len(), 1);
    assert_eq!(foreign.account().await["state"], "ready");
}
