//! The page of `up`, and the module of the inbox.

use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use crate::support::Process;

fn up(dir: &tempfile::TempDir) -> Process {
    let dir = dir.path().to_str().unwrap();
    Process::start(&["up", "--data-dir", dir, "--listen", "127.0.0.1:0"], &[])
}

#[tokio::test]
async fn the_printed_link_signs_in_once_and_its_token_sends_and_reads() {
    let dir = tempfile::tempdir().unwrap();
    let up = up(&dir);
    let (printed, client) = (up.printed(), Client::new());
    let link = printed.lines().find(|line| line.contains("/#start="));
    let (page, code) = link.unwrap().split_once("#start=").unwrap();

    let html = client.get(page).send().await.unwrap();
    assert_eq!(html.status(), StatusCode::OK);
    assert!(html.headers().contains_key("x-request-id"));
    assert!(html.text().await.unwrap().contains("<campanile-inbox"));

    let exchange = || client.post(format!("{page}sign-in")).body(code.to_owned());
    let answer: Value = exchange().send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["user"], "alice");
    let again = exchange().send().await.unwrap();
    assert_eq!(again.status(), StatusCode::FORBIDDEN);

    let (url, token) = (
        format!("{page}api/v1/notifications"),
        answer["token"].as_str().unwrap(),
    );
    let sent = client
        .post(&url)
        .bearer_auth(token)
        .json(&json!({"notification_type": "new_message", "recipients": ["alice"], "title": "Hello", "content": {}}))
        .send()
        .await
        .unwrap();
    assert_eq!(sent.status(), StatusCode::ACCEPTED);
    let inbox = client.get(&url).bearer_auth(token).send().await.unwrap();
    let inbox: Value = inbox.json().await.unwrap();
    assert_eq!(inbox["notifications"][0]["title"], "Hello");
    assert_eq!(up.terminate().0, Some(0));
}

#[tokio::test]
async fn the_module_of_the_inbox_is_served() {
    let dir = tempfile::tempdir().unwrap();
    let up = up(&dir);
    let url = format!("http://{}/assets/campanile-inbox.js", up.address());
    let module = reqwest::get(url).await.unwrap();
    assert_eq!(module.status(), StatusCode::OK);
    assert_eq!(module.headers()["access-control-allow-origin"], "*");
    assert_eq!(up.terminate().0, Some(0));
}
