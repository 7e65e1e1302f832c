//! `campanile tenant` through a running API, and what becomes of what waits for a suspended tenant.

use std::process::Output;
use std::time::Duration;

use campanile_test_support::webhook::WebhookReceiver;
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Process, SECRET, campanile, complaint, token};

/// The pause between two looks at what was received.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// A running `up`, and its operator.
struct Place {
    up: Process,
    credential: tempfile::NamedTempFile,
    token: String,
}

impl Place {
    fn start(data: &str) -> Self {
        let here = [("CAMPANILE_ALLOW_PRIVATE_NETWORKS", "127.0.0.0/8")];
        let up = ["up", "--data-dir", data, "--listen", "127.0.0.1:0"];
        let up = Process::start(&up, &here);
        let token = token(data, "root", "platform notifications:send");
        let credential = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(credential.path(), &token).unwrap();
        Self {
            up,
            credential,
            token,
        }
    }

    fn tenant(&self, arguments: &[&str]) -> Output {
        let url = format!("http://{}", self.up.address());
        let file = self.credential.path().to_str().unwrap();
        let there = ["--url", &url, "--token-file", file];
        let arguments = [&["tenant"], arguments, &there].concat();
        campanile(&arguments, &[]).output().unwrap()
    }

    #[track_caller]
    fn prints(&self, arguments: &[&str]) -> String {
        let output = self.tenant(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }

    async fn send(&self, tenant: &str, kind: &str, send_at: Option<DateTime<Utc>>) {
        let body = json!({"notification_type": kind, "recipients": ["u1"], "content": {},
            "channels": ["webhook"], "send_at": send_at});
        let path = "/api/v1/notifications";
        let (status, answer) = self.call(Method::POST, path, tenant, body).await;
        assert_eq!(status, 202, "{answer}");
    }

    /// For a tenant, as the operator of the installation.
    async fn call(&self, method: Method, path: &str, tenant: &str, body: Value) -> (u16, Value) {
        let url = format!("http://{}{path}", self.up.address());
        let call = reqwest::Client::new().request(method, url);
        let call = call.bearer_auth(&self.token).header("x-tenant", tenant);
        let answer = call.json(&body).send().await.unwrap();
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or_default())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_for_a_suspended_tenant_is_delivered_when_it_is_resumed() {
    let dir = tempfile::tempdir().unwrap();
    let place = Place::start(dir.path().to_str().unwrap());
    let receivers = [
        WebhookReceiver::start().await,
        WebhookReceiver::start().await,
    ];
    let names = ["acme", "other"];
    for (name, receiver) in names.iter().zip(&receivers) {
        let created = place.prints(&["create", name]);
        assert!(
            created.contains(&format!("created the tenant {name}")),
            "{created}"
        );
        let hook =
            json!({"channel": "webhook", "settings": {"url": receiver.url(), "secret": SECRET}});
        let path = "/api/v1/admin/providers/main";
        let (status, answer) = place.call(Method::PUT, path, name, hook).await;
        assert_eq!(status, 200, "{answer}");
    }
    // Accounts are known within seconds; until then nothing is delivered.
    for (name, receiver) in names.iter().zip(&receivers) {
        while receiver.received().is_empty() {
            place.send(name, "now", None).await;
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }
    // Both are due at the same time, while `acme` is suspended.
    let at = Utc::now() + TimeDelta::seconds(8);
    for name in names {
        place.send(name, "later", Some(at)).await;
    }
    place.prints(&["suspend", "acme"]);
    assert!(Utc::now() < at, "too slow to suspend in time");
    let list: Value = serde_json::from_str(&place.prints(&["list", "--format", "json"])).unwrap();
    assert_eq!(list["tenants"][0]["status"], "suspended");
    let is_there = |receiver: &WebhookReceiver| {
        let received = receiver.received();
        let mut bodies = received
            .iter()
            .map(|one| String::from_utf8_lossy(&one.body));
        bodies.any(|body| body.contains("notification.later"))
    };
    while !is_there(&receivers[1]) {
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    // So the scheduler has passed over the other one.
    assert!(!is_there(&receivers[0]));
    place.prints(&["resume", "acme"]);
    while !is_there(&receivers[0]) {
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    let usage: Value =
        serde_json::from_str(&place.prints(&["usage", "acme", "--format", "json"])).unwrap();
    assert_eq!(usage["providers"], 1);
    for (arguments, wrong) in [
        (&["suspend", "nobody"][..], "there is no tenant nobody"),
        (&["create", "acme"], "the tenant acme already exists"),
        (&["delete", "acme", "--confirm", "other"], "--confirm"),
        (
            &["delete", "default", "--confirm", "default"],
            "cannot be deleted",
        ),
        (&["preferences", "show", "acme"], "--url"),
    ] {
        let said = complaint(&place.tenant(arguments));
        assert!(said.contains(wrong), "{arguments:?}: {said}");
    }
    let deleted = place.prints(&["delete", "acme", "--confirm", "acme"]);
    assert!(deleted.contains("acme is being removed"), "{deleted}");
    assert!(place.prints(&["list"]).contains("removing"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_and_limits_of_a_tenant_are_set_from_the_command_line() {
    let dir = tempfile::tempdir().unwrap();
    let place = Place::start(dir.path().to_str().unwrap());
    place.prints(&["create", "acme"]);
    let file = tempfile::NamedTempFile::new().unwrap();
    let name = file.path().to_str().unwrap();
    let given = |mut key: Value, more: Value| {
        key.as_object_mut()
            .unwrap()
            .append(&mut more.as_object().unwrap().clone());
        std::fs::write(name, json!({"keys": [key]}).to_string()).unwrap();
    };
    let key = json!({"kty": "OKP", "crv": "Ed25519", "kid": "1", "x": "A".repeat(43)});
    given(key.clone(), json!({"d": "B".repeat(43)}));
    let said = complaint(&place.tenant(&["set", "acme", "--token-keys", name]));
    assert!(
        said.contains("/token_keys/keys/0/d") && !said.contains("BBBB"),
        "{said}"
    );
    std::fs::write(name, "-----BEGIN PUBLIC KEY-----").unwrap();
    let said = complaint(&place.tenant(&["set", "acme", "--token-keys", name]));
    assert!(said.contains("--token-keys: not a JWK set"), "{said}");
    given(key, json!({"use": "sig"}));
    place.prints(&["set", "acme", "--token-keys", name, "--max-queued", "50000"]);
    place.prints(&["set", "acme", "--max-notifications", "1000000"]);
    let acme = || {
        let list = place.prints(&["list", "--format", "json"]);
        let list: Value = serde_json::from_str(&list).unwrap();
        list["tenants"][0].clone()
    };
    let set = acme();
    assert_eq!(set["token_keys"]["keys"][0]["alg"], "EdDSA", "{set}");
    let limits = (&set["max_queued"], &set["max_notifications"]);
    assert_eq!(limits, (&json!(50_000), &json!(1_000_000)));
    let usage = place.prints(&["usage", "acme"]);
    assert!(
        usage.contains("queued") && usage.contains("50000"),
        "{usage}"
    );
    place.prints(&["set", "acme", "--token-keys", "", "--max-queued", "default"]);
    let reset = acme();
    assert_eq!(
        (&reset["token_keys"], &reset["max_queued"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(place.up.terminate().0, Some(0));
}
