//! `campanile key`: through a running API, and on the database itself, alone and in a cluster.

use std::process::Output;

use campanile_test_support::postgres::TestDatabase;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Acme, campanile, complaint, token};

fn run(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    campanile(arguments, environment).output().unwrap()
}

/// What a command prints that succeeds.
#[track_caller]
fn prints(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout.clone())
        .unwrap()
        .trim_end()
        .to_owned()
}

#[track_caller]
fn json_of(output: &Output) -> Value {
    serde_json::from_str(&prints(output)).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_manages_keys_of_a_running_service_and_of_one_that_is_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let acme = Acme::start(data, &[]);
    let url = format!("http://{}", acme.up.address());
    let (credential, nothing) = (dir.path().join("operator"), dir.path().join("empty"));
    std::fs::write(&credential, format!("{}\n", token(data, "ann", "platform"))).unwrap();
    std::fs::write(&nothing, "\n").unwrap();
    let credential = credential.to_str().unwrap();
    let remote = |arguments: &[&str]| {
        let there = [
            "--tenant",
            "acme",
            "--url",
            &url,
            "--token-file",
            credential,
        ];
        let arguments = [&["key"], arguments, &there].concat();
        run(&arguments, &[])
    };
    let key = prints(&remote(&[
        "create",
        "billing",
        "--scope",
        "notifications:send,viewer",
    ]));
    let client = reqwest::Client::new();
    let body = json!({"notification_type": "t", "recipients": ["u1"], "content": {}});
    let send = |key: String| {
        let call = client.post(format!("{url}/api/v1/notifications"));
        let call = call.bearer_auth(key).json(&body);
        async { call.send().await.unwrap().status().as_u16() }
    };
    assert_eq!(send(key.clone()).await, 202);
    // A key is as good as a token for the command itself.
    let list = run(
        &[
            "key", "list", "--tenant", "acme", "--url", &url, "--format", "json",
        ],
        &[("CAMPANILE_TOKEN", &key)],
    );
    let list = json_of(&list);
    let id = list["api_keys"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(list["api_keys"][0]["created_by"], "ann");
    let rotated = prints(&remote(&["rotate", &id, "--overlap", "0s"]));
    assert_eq!(send(rotated).await, 202);
    let path = "/api/v1/admin/api-keys";
    let (status, answer) = acme
        .call(Method::GET, path, ["ops", "admin"], &Value::Null)
        .await;
    assert_eq!(status, 200, "{answer}");
    for (arguments, wrong) in [
        (
            &["revoke", "01939b1e-0000-7000-8000-000000000000"][..],
            "API key not found",
        ),
        (&["create", "", "--scope", "viewer"], "/name"),
        (&["create", "k", "--scope", "inbox"], "/user_id"),
    ] {
        let said = complaint(&remote(arguments));
        assert!(said.contains(wrong), "{said}");
    }
    let no_token = ["key", "list", "--url", &url];
    assert!(complaint(&run(&no_token, &[])).contains("CAMPANILE_TOKEN"));
    let empty = [&no_token[..], &["--token-file", nothing.to_str().unwrap()]].concat();
    assert!(complaint(&run(&empty, &[])).contains("empty"));
    // Its database has one owner.
    let here = |arguments: &[&str]| {
        let arguments = [
            &["key"],
            arguments,
            &["--tenant", "acme", "--data-dir", data],
        ]
        .concat();
        run(&arguments, &[])
    };
    assert!(complaint(&here(&["list"])).contains("stop"));
    assert_eq!(acme.up.terminate().0, Some(0));
    let mut printed = json_of(&here(&["list", "--format", "json"]));
    // When it was used is stored about once a minute, and when the process ends.
    let mut answer = answer;
    for list in [&mut printed, &mut answer] {
        for key in list["api_keys"].as_array_mut().unwrap() {
            key["last_used_at"].take();
        }
    }
    assert_eq!(printed, answer);
    let table = prints(&here(&["list"]));
    assert!(
        table.contains("billing") && table.contains("expired"),
        "{table}"
    );
    assert!(prints(&here(&["revoke", &id])).contains(&id));
    let printed = json_of(&here(&["list", "--format", "json"]));
    let keys = printed["api_keys"].as_array().unwrap();
    let revoked = keys.iter().find(|key| key["id"] == json!(id)).unwrap();
    assert_eq!(revoked["status"], "revoked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_of_a_cluster_are_managed_in_its_database() {
    let database = TestDatabase::create().await;
    let environment = [("DATABASE_URL", database.url())];
    let command = |arguments: &[&str]| run(&[&["key"], arguments].concat(), &environment);
    let created = command(&[
        "create",
        "root",
        "--scope",
        "platform",
        "--ttl",
        "90d",
        "--network",
        "10.0.0.0/8",
        "--format",
        "json",
    ]);
    let created = json_of(&created);
    assert_eq!(created["networks"], json!(["10.0.0.0/8"]));
    let by = created["created_by"].as_str().expect("a text");
    assert!(by.starts_with("uid "), "{by}");
    // The audit log names the account that ran the command, as for commands that call no API.
    let log = run(&["audit", "list", "--format", "json"], &environment);
    let log = json_of(&log);
    let entry = &log["entries"][0];
    assert_eq!(
        (&entry["action"], &entry["actor_kind"]),
        (&json!("api_key.create"), &json!("command_line"))
    );
    assert!(
        entry["actor"].as_str().unwrap().starts_with("uid "),
        "{entry}"
    );
    let list = json_of(&command(&["list", "--format", "json"]));
    assert_eq!(list["api_keys"][0]["id"], created["id"]);
    assert_eq!(list["active"], 1);
    let unknown = command(&["list", "--tenant", "nobody"]);
    assert!(complaint(&unknown).contains("unknown tenant"));
    database.close().await;
}
