//! `campanile up`, as the README starts it.

use std::time::Duration;

use campanile_test_support::webhook::WebhookReceiver;
use serde_json::Value;

use crate::support::{Caller, Process, SECRET, campanile, complaint, verified};

/// The words of a pasted command, unquoted.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for c in command.replace("\\\n", " ").chars() {
        match c {
            '\'' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            c => word.push(c),
        }
    }
    words.push(word);
    words
}

/// Does what a pasted `curl` line does.
async fn paste(command: &str) -> (u16, Value) {
    let words = words(command.trim_end_matches("; echo"));
    let url = words
        .iter()
        .find(|word| word.starts_with("http://"))
        .unwrap();
    let after = |flag: &str| {
        let places = words.iter().enumerate().filter(|(_, word)| *word == flag);
        places
            .map(|(at, _)| words[at + 1].clone())
            .collect::<Vec<_>>()
    };
    let client = reqwest::Client::new();
    let body = after("-d").pop();
    let mut request = if body.is_some() {
        client.post(url)
    } else {
        client.get(url)
    };
    for header in after("-H") {
        let (name, value) = header.split_once(": ").unwrap();
        request = request.header(name, value);
    }
    let answer = request.body(body.unwrap_or_default()).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

fn pasted(printed: &str) -> Vec<String> {
    let commands = printed.split("\ncurl ").skip(1);
    commands
        .map(|text| text.split("; echo").next().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_it_prints_can_be_pasted_and_the_webhook_verifies() {
    let (dir, receiver) = (tempfile::tempdir().unwrap(), WebhookReceiver::start().await);
    let url = receiver.url();
    let up = Process::start(
        &[
            "up",
            "--data-dir",
            dir.path().to_str().unwrap(),
            "--listen",
            "127.0.0.1:0",
        ],
        &[("WEBHOOK_URL", &url), ("WEBHOOK_SECRET", SECRET)],
    );
    let printed = up.printed();
    let commands = pasted(&printed);
    let [send, inbox, explain] = commands.as_slice() else {
        panic!("three commands: {printed}")
    };
    let (status, sent) = paste(send).await;
    assert_eq!(status, 202, "{sent}");
    let (status, page) = paste(inbox).await;
    assert_eq!(status, 200, "{page}");
    assert_eq!(page["notifications"][0]["title"], "Hello", "{page}");
    let received = receiver.wait_for(1).await;
    let id = verified(&received[0]);
    assert_eq!(page["notifications"][0]["id"], id.as_str(), "{page}");
    let (status, timeline) = paste(&explain.replace("/ID/", &format!("/{id}/"))).await;
    assert_eq!(status, 200, "{timeline}");
    let ways = timeline["deliveries"].as_array().unwrap();
    assert!(ways.iter().all(|way| way["status"] == "sent"), "{timeline}");
    let (code, took) = up.terminate();
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(20), "{took:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_one_on_the_same_data_is_refused_and_the_data_outlives_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let arguments = [
        "up",
        "--data-dir",
        dir.path().to_str().unwrap(),
        "--listen",
        "127.0.0.1:0",
    ];
    let up = Process::start(&arguments, &[]);
    let commands = pasted(&up.printed());
    paste(&commands[0]).await;
    let second = campanile(&arguments, &[]).output().unwrap();
    let text = complaint(&second);
    assert!(
        text.contains("another campanile process has it open"),
        "{text}"
    );
    assert_eq!(text.lines().count(), 1, "{text}");
    assert_eq!(up.terminate().0, Some(0));
    let again = Process::start(&arguments, &[]);
    let token = commands[1]
        .split("Bearer ")
        .nth(1)
        .unwrap()
        .split('\'')
        .next()
        .unwrap();
    let page = Caller::new(again.address(), token)
        .get("/api/v1/notifications")
        .await;
    assert_eq!(
        page["notifications"][0]["title"], "Hello",
        "the key and the row are kept"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_file_may_be_elsewhere_and_the_doctor_knows_that_it_is_in_use() {
    let dir = tempfile::tempdir().unwrap();
    let (data, file) = (dir.path().join("data"), dir.path().join("elsewhere.db"));
    let url = format!("sqlite://{}", file.display());
    let (data, env) = (data.to_str().unwrap(), [("DATABASE_URL", url.as_str())]);
    let doctor = || {
        let output = campanile(&["doctor", "--data-dir", data], &env).output();
        let output = output.unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{text}");
        text
    };
    let text = doctor();
    assert_eq!(text.matches("none yet").count(), 2, "{text}");
    let up = Process::start(&["up", "--data-dir", data, "--listen", "127.0.0.1:0"], &env);
    assert!(file.exists());
    let text = doctor();
    assert!(text.contains("in use by a running campanile"), "{text}");
    assert_eq!(up.terminate().0, Some(0));
    let text = doctor();
    assert!(text.contains("elsewhere.db answers"), "{text}");
}
