//! The operator's commands.

use std::process::Command;

use campanile_test_support::postgres::TestDatabase;
use serde_json::Value;

use crate::support::{Caller, Process, campanile, complaint, token};

const JWT: (&str, &str) = ("JWT_SECRET", "0123456789abcdef0123456789abcdef");

fn answer(mut command: Command) -> String {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_printed_alone_and_opens_what_its_scope_says() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let up = Process::start(&["up", "--data-dir", data, "--listen", "127.0.0.1:0"], &[]);
    let inbox = token(data, "u", "inbox");
    let page = Caller::new(up.address(), &inbox)
        .get("/api/v1/notifications")
        .await;
    assert_eq!(page["total"], 0);
    let url = format!("http://{}/api/v1/notifications", up.address());
    let service = token(data, "u", "notifications:send");
    let refused = reqwest::Client::new()
        .get(url)
        .bearer_auth(service)
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), 403);
}

#[test]
fn tenants_of_a_stopped_up_are_created_listed_and_changed() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let up = Process::start(&["up", "--data-dir", data, "--listen", "127.0.0.1:0"], &[]);
    let busy = campanile(&["tenant", "list", "--data-dir", data], &[])
        .output()
        .unwrap();
    assert!(complaint(&busy).contains("another campanile process has it open"));
    assert_eq!(up.terminate().0, Some(0));
    tenants(&["--data-dir", data], &[]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tenants_of_a_cluster_are_created_listed_and_changed() {
    let database = TestDatabase::create().await;
    tenants(&[], &[("DATABASE_URL", database.url())]);
    database.close().await;
}

fn tenants(place: &[&str], environment: &[(&str, &str)]) {
    let run = |arguments: &[&str]| {
        let arguments = [&["tenant"], arguments, place].concat();
        campanile(&arguments, environment).output().unwrap()
    };
    assert!(
        run(&["create", "acme", "--retry-ladder", "5s,2m"])
            .status
            .success()
    );
    let again = complaint(&run(&["create", "acme"]));
    assert!(again.contains("the tenant acme already exists"), "{again}");
    let list = || -> Value {
        let output = run(&["list", "--format", "json"]);
        serde_json::from_slice(&output.stdout).unwrap()
    };
    assert_eq!(list()["tenants"][0]["tenant"], "acme");
    assert_eq!(
        list()["tenants"][0]["retry_ladder"],
        serde_json::json!(["5s", "2m"])
    );
    assert!(run(&["set", "acme"]).status.success());
    assert_eq!(list()["tenants"][0]["retry_ladder"], Value::Null);
    let set = [
        "set",
        "acme",
        "--link-schemes",
        "tel,MyApp",
        "--locale",
        "de_AT",
        "--push-badge",
        "true",
    ];
    assert!(
        run(&["set", "acme", "--retry-ladder", "5s"])
            .status
            .success()
    );
    assert!(run(&set).status.success());
    let acme = list()["tenants"][0].take();
    assert_eq!(acme["link_schemes"], serde_json::json!(["myapp", "tel"]));
    assert_eq!(
        (&acme["locale"], &acme["push_badge"]),
        (&"de-AT".into(), &true.into())
    );
    assert_eq!(acme["retry_ladder"], serde_json::json!(["5s"]), "it stays");
    for (never, named) in [("javascript", "--link-schemes"), ("a b", "--link-schemes")] {
        let refused = complaint(&run(&["set", "acme", "--link-schemes", never]));
        assert!(refused.contains(named), "{refused}");
    }
    let refused = complaint(&run(&["set", "acme", "--locale", "no tag"]));
    assert!(refused.contains("--locale"), "{refused}");
    assert!(
        run(&["set", "acme", "--link-schemes", "", "--locale", ""])
            .status
            .success()
    );
    assert_eq!(list()["tenants"][0]["link_schemes"], serde_json::json!([]));
    let unknown = complaint(&run(&["set", "nobody", "--retry-ladder", "1s"]));
    assert!(unknown.contains("there is no tenant nobody"), "{unknown}");
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().to_str().unwrap();
    let set = |text: &str| {
        std::fs::write(path, text).unwrap();
        run(&["preferences", "set", "acme", path])
    };
    let good = r#"{"push_notifications": false, "mandatory_types": ["alert"]}"#;
    assert!(set(good).status.success());
    let shown = run(&["preferences", "show", "acme", "--format", "json"]);
    let shown: Value = serde_json::from_slice(&shown.stdout).unwrap();
    assert_eq!(shown["push_notifications"], false);
    assert_eq!(shown["mandatory_types"], serde_json::json!(["alert"]));
    let wrong = complaint(&set(r#"{"channels": {"t": {"pigeon": true}}}"#));
    assert!(wrong.contains("/channels/t/pigeon"), "{wrong}");
    let unknown = complaint(&run(&["preferences", "show", "nobody"]));
    assert!(unknown.contains("there is no tenant nobody"), "{unknown}");
    let table = run(&["list"]).stdout;
    assert!(String::from_utf8(table).unwrap().contains("default"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_finds_what_is_wrong_and_says_what_is_right() {
    let database = TestDatabase::create().await;
    let (redis, rabbitmq) = (crate::cluster::redis_url(), crate::cluster::rabbitmq_url());
    let healthy = [
        ("DATABASE_URL", database.url()),
        ("REDIS_URL", redis.as_str()),
        ("RABBITMQ_URL", rabbitmq.as_str()),
        JWT,
    ];
    let output = campanile(&["doctor"], &healthy).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    assert!(text.lines().all(|line| line.starts_with("ok")), "{text}");
    for what in [
        "configuration",
        "identity",
        "database as api",
        "database as worker",
        "cache",
        "broker",
        "providers",
    ] {
        assert!(text.contains(what), "{what}: {text}");
    }
    let mut sick = healthy;
    sick[1].1 = "redis://127.0.0.1:1";
    sick[2].1 = "amqp://127.0.0.1:1/%2f";
    let output = campanile(&["doctor"], &sick).output().unwrap();
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(complaint(&output).contains("2 faults"));
    let faults: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("FAULT"))
        .collect();
    assert!(
        faults[0].contains("cache") && faults[1].contains("broker"),
        "{text}"
    );
    database.close().await;
}

#[test]
fn help_is_there_for_every_command_and_the_document_is_printed() {
    for command in [
        "up",
        "api",
        "worker",
        "migrate",
        "doctor",
        "health",
        "token",
        "tenant",
        "provider",
        "dlq",
        "openapi",
        "completions",
        "man",
    ] {
        let help = answer(campanile(&[command, "--help"], &[]));
        assert!(help.contains("Usage: campanile"), "{help}");
    }
    let document: Value = serde_json::from_str(&answer(campanile(&["openapi"], &[]))).unwrap();
    assert_eq!(document["openapi"], "3.1.0");
}
