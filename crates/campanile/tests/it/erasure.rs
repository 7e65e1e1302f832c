//! After a person is erased and `up` is stopped, no byte of theirs is in its data directory.

use std::path::Path;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Process, token};

const PERSON: &str = "person-5f1d2c";
const EMAIL: &str = "zoe.5f1d2c@example.com";
const DEVICE: &str = "device-5f1d2c";
const TITLE: &str = "title-5f1d2c";

/// The files in which a text stands.
fn files_with(dir: &Path, text: &str) -> Vec<String> {
    let files = std::fs::read_dir(dir).unwrap().map(|file| file.unwrap());
    files
        .filter(|file| {
            let bytes = std::fs::read(file.path()).unwrap();
            let mut windows = bytes.windows(text.len());
            windows.any(|window| window == text.as_bytes())
        })
        .map(|file| file.file_name().into_string().unwrap())
        .collect()
}

struct Calls<'a> {
    up: &'a Process,
    data: &'a str,
}

impl Calls<'_> {
    async fn call(&self, who: [&str; 2], method: Method, path: &str, body: Value) -> (u16, Value) {
        let [sub, scope] = who;
        let request = reqwest::Client::new()
            .request(method, format!("http://{}{path}", self.up.address()))
            .header("idempotency-key", format!("welcome-{PERSON}"))
            .bearer_auth(token(self.data, sub, scope));
        let request = if body.is_null() {
            request
        } else {
            request.json(&body)
        };
        let answer = request.send().await.unwrap();
        let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_an_erased_person_is_left_in_the_data_directory() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let start = || Process::start(&["up", "--data-dir", data, "--listen", "127.0.0.1:0"], &[]);
    let (service, user, operator) = (
        ["svc", "notifications:send"],
        [PERSON, "inbox"],
        ["ops", "admin"],
    );
    let person = format!("/api/v1/users/{PERSON}");
    let send = || {
        json!({"notification_type": "new_message", "recipients": [PERSON, "somebody-else"],
            "title": TITLE, "content": {"text": "Good morning"}})
    };
    let up = start();
    let calls = Calls { up: &up, data };
    let put = json!({"email": EMAIL, "timezone": "Europe/Berlin"});
    assert_eq!(calls.call(service, Method::PUT, &person, put).await.0, 200);
    let device = json!({"kind": "token", "value": DEVICE, "platform": "android"});
    let posted = calls.call(user, Method::POST, "/api/v1/devices", device);
    assert_eq!(posted.await.0, 201);
    let all_day = json!({"quiet_hours": {"enabled": true, "start_time": "00:00",
        "end_time": "23:59", "timezone": "Europe/Berlin"}});
    let path = "/api/v1/notifications/preferences";
    assert_eq!(calls.call(user, Method::PUT, path, all_day).await.0, 200);
    let path = "/api/v1/topics/news/subscribers";
    let subscribe = json!({"user_ids": [PERSON]});
    assert_eq!(
        calls.call(service, Method::PUT, path, subscribe).await.0,
        200
    );
    let path = "/api/v1/notifications";
    let (status, first) = calls.call(service, Method::POST, path, send()).await;
    assert_eq!(status, 202, "{first}");
    assert!(!files_with(dir.path(), PERSON).is_empty());
    // What notifications say, and where they go, is encrypted.
    for text in [TITLE, EMAIL, DEVICE] {
        assert_eq!(files_with(dir.path(), text), [""; 0], "{text}");
    }
    let erased = calls.call(operator, Method::DELETE, &person, Value::Null);
    assert_eq!(erased.await.0, 204);
    assert_eq!(up.terminate().0, Some(0));
    // The id of the person is in the audit log, as the record that they were erased.
    for text in [EMAIL, DEVICE] {
        assert_eq!(files_with(dir.path(), text), [""; 0], "{text}");
    }
    let up = start();
    let calls = Calls { up: &up, data };
    let path = "/api/v1/users/somebody-else";
    let erased = calls.call(operator, Method::DELETE, path, Value::Null);
    assert_eq!(erased.await.0, 204);
    // What was accepted under the key before is repeated, not accepted again.
    let (status, again) = calls
        .call(service, Method::POST, "/api/v1/notifications", send())
        .await;
    assert_eq!((status, &again), (202, &first));
    let (code, took) = up.terminate();
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(30), "{took:?}");
    for text in [EMAIL, DEVICE, TITLE] {
        assert_eq!(files_with(dir.path(), text), [""; 0], "{text}");
    }
}
