//! Messages that no worker can read, from the broker's dead-letter queue to the list of dead letters.

use std::time::{Duration, Instant};

use campanile_test_support::rabbitmq;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::cluster::{Cluster, rabbitmq_url};
use crate::support::{Caller, Process, campanile};

const PATH: &str = "/api/v1/admin/dead-letters";
const PATIENCE: Duration = Duration::from_secs(60);

/// Repeats a question until its answer will do.
async fn until<T, F: Future<Output = T>>(ask: impl Fn() -> F, will_do: impl Fn(&T) -> bool) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        let answer = ask().await;
        if will_do(&answer) {
            return answer;
        }
        assert!(Instant::now() < end, "it never came about");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn metrics(role: &Process) -> String {
    let url = format!("http://{}/metrics", role.address());
    reqwest::get(url).await.unwrap().text().await.unwrap()
}

/// The list, once it has so many lines.
async fn listed(operator: &Caller, total: u64) -> Value {
    until(|| operator.get(PATH), |page| page["total"] == total).await
}

async fn sweep(api: &Process, token: &str, act: &str, body: Value) -> Value {
    let url = format!("http://{}{PATH}/{act}", api.address());
    let request = reqwest::Client::new().post(url).bearer_auth(token);
    let answer = request.json(&body).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    answer.json().await.unwrap()
}

/// A message that can be read, of a row that is not there any more.
fn readable() -> Vec<u8> {
    let id = "01939b1e-0000-7000-8000-000000000000";
    let message = json!({"v": "1", "tenant": "default", "dispatch": id, "epoch": 0,
        "channel": "webhook", "lane": "default"});
    message.to_string().into_bytes()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_no_worker_can_read_is_listed_with_its_tenant_and_purged() {
    let cluster = Cluster::new().await;
    let create = campanile(&["tenant", "create", "acme"], &cluster.environment());
    assert!({ create }.status().unwrap().success());
    let (api, worker, name) = (cluster.api(), cluster.worker(), cluster.name());
    // Once something was delivered, the lanes are there and worked off.
    cluster.caller(&api).send("k").await;
    cluster.receiver.wait_for(1).await;
    let lane = |lane: &str| format!("{name}.webhook.{lane}");
    let (broker, dead) = (rabbitmq_url(), format!("{name}.dead"));
    rabbitmq::publish(&broker, &lane("default"), b"zoe@example.com").await;
    rabbitmq::publish_of(&broker, &lane("bulk"), "acme", b"{\"v\":\"9\"}").await;
    rabbitmq::publish_of(&broker, &lane("critical"), "nobody", b"{}").await;
    rabbitmq::publish(&broker, &dead, &readable()).await;

    let tokens = ["default", "acme"].map(|tenant| cluster.token_of(tenant, "ops", "admin"));
    let [operator, acmes] = [0, 1].map(|n| Caller::new(api.address(), &tokens[n]));
    let page = listed(&operator, 2).await;
    for letter in page["dead_letters"].as_array().unwrap() {
        assert_eq!(letter["code"], "unreadable_message");
        assert_eq!(letter["channel"], "webhook");
        assert_eq!(letter["attempts"], 0);
        assert!(letter["notification_id"].is_null() && letter["user_id"].is_null());
        let detail = letter["detail"].as_str().unwrap();
        assert!(
            detail.contains("bytes, SHA-256 ") && !detail.contains("zoe"),
            "{detail}"
        );
    }
    let acmes_page = listed(&acmes, 1).await;
    let detail = acmes_page["dead_letters"][0]["detail"].as_str().unwrap();
    assert!(detail.contains("version is unknown"), "{detail}");

    let text = until(
        || metrics(&worker),
        |text| text.contains("\ncampanile_dead_letters 3\n"),
    )
    .await;
    for (outcome, count) in [("listed", 3), ("republished", 1)] {
        let line = format!("campanile_dead_messages_total{{outcome=\"{outcome}\"}} {count}\n");
        assert!(text.contains(&line), "{line}");
    }
    let health = operator.get("/api/v1/notifications/health").await;
    assert_eq!(health["dlq_depth"], 3, "{health}");

    // There is nothing in them to deliver.
    let replayed = sweep(&api, &tokens[0], "replay", json!({"all": true})).await;
    assert_eq!(replayed, json!({"replayed": 0, "more": false}));
    let code = json!({"code": "unreadable_message"});
    let purged = sweep(&api, &tokens[0], "purge", code).await;
    assert_eq!(purged, json!({"purged": 2, "more": false}));
    let run = |arguments: &[&str]| {
        let arguments = [&["dlq"], arguments, &["--tenant", "acme"]].concat();
        campanile(&arguments, &cluster.environment())
            .output()
            .unwrap()
    };
    let table = String::from_utf8(run(&["list", "--wide"]).stdout).unwrap();
    assert!(
        table.contains("unreadable_message") && table.contains(" - "),
        "{table}"
    );
    assert_eq!(run(&["replay", "--all"]).stdout, b"replayed 0\n");
    assert_eq!(run(&["purge", "--all", "--yes"]).stdout, b"purged 1\n");

    // What a worker still had in hand would be there again.
    assert_eq!(worker.terminate().0, Some(0));
    assert_eq!(rabbitmq::waiting(&broker, &dead).await, 0);
    listed(&operator, 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_comes_while_the_database_is_away_is_listed_when_it_is_back() {
    let mut cluster = Cluster::new().await;
    let api = cluster.api();
    let proxy = cluster.through_proxy("DATABASE_URL").await;
    let worker = cluster.worker();
    cluster.caller(&api).send("k").await;
    cluster.receiver.wait_for(1).await;
    let (broker, dead) = (rabbitmq_url(), format!("{}.dead", cluster.name()));
    proxy.cut();
    rabbitmq::publish(&broker, &dead, b"no message of ours").await;
    // With the worker, which can store it nowhere.
    until(|| rabbitmq::waiting(&broker, &dead), |count| *count == 0).await;
    let operator = Caller::new(api.address(), &cluster.token("ops", "admin"));
    assert_eq!(operator.get(PATH).await["total"], 0);
    proxy.restore().await;
    let page = listed(&operator, 1).await;
    assert!(page["dead_letters"][0]["channel"].is_null(), "{page}");
    assert_eq!(worker.terminate().0, Some(0));
    assert_eq!(rabbitmq::waiting(&broker, &dead).await, 0);
}
