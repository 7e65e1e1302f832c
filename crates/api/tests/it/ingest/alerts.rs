//! Webhooks of Alertmanager and Grafana.

use serde_json::{Value, json};

use super::{address, inbox, send, subscribe};
use crate::support::{Fault, TestApi, service};

fn alert(name: &str, status: &str, starts_at: &str) -> Value {
    json!({"status": status, "labels": {"alertname": name}, "annotations": {"summary": format!("{name} is bad")},
        "startsAt": starts_at, "endsAt": "0001-01-01T00:00:00Z", "fingerprint": name})
}

fn webhook(status: &str, alerts: &[Value]) -> Value {
    json!({"version": "4", "groupKey": "{}:{job=\"a\"}", "status": status, "receiver": "r",
        "groupLabels": {"job": "a"}, "commonLabels": {}, "commonAnnotations": {},
        "externalURL": "http://alertmanager:9093", "alerts": alerts})
}

struct Sender {
    api: TestApi,
    path: String,
}

impl Sender {
    async fn new(mut new: Value) -> Self {
        let api = TestApi::new().await;
        subscribe(&api, "on-call", "u9").await;
        new["name"] = json!("Alerts");
        let path = format!("/ingest/{}", address(&api, new).await);
        Self { api, path }
    }

    async fn send(&self, body: &Value) -> Value {
        let headers = [("content-type", "application/json")];
        let body = body.to_string();
        let answer = send(&self.api, "POST", &self.path, &headers, body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }

    /// Titles of the inbox, newest first, with whether each was read.
    async fn inbox(&self) -> Vec<(String, bool)> {
        let inbox = inbox(&self.api, "u1").await;
        let of = |one: &Value| {
            let title = one["title"].as_str().unwrap().to_owned();
            (title, one["is_read"].as_bool().unwrap())
        };
        inbox.iter().map(of).collect()
    }
}

fn titled(titles: &[(&str, bool)]) -> Vec<(String, bool)> {
    let titles = titles.iter();
    titles
        .map(|(title, read)| ((*title).to_owned(), *read))
        .collect()
}

#[tokio::test]
async fn a_group_is_one_notification_per_change_and_its_end_closes_it() {
    for kind in ["alertmanager", "grafana"] {
        let sender = Sender::new(json!({"kind": kind, "recipients": ["u1"]})).await;
        let (disk, cpu) = (alert("Disk", "firing", "t1"), alert("Cpu", "firing", "t2"));
        let first = sender
            .send(&webhook("firing", std::slice::from_ref(&disk)))
            .await;
        assert_eq!(
            (&first["accepted"], &first["repeated"]),
            (&json!(1), &json!(false))
        );
        // Alertmanager repeats what goes on, and both of a pair may send.
        for _ in 0..2 {
            let again = sender
                .send(&webhook("firing", std::slice::from_ref(&disk)))
                .await;
            assert_eq!(again["repeated"], true);
            assert_eq!(again["notifications"], first["notifications"]);
        }
        let one = "[1 firing] Disk · a";
        assert_eq!(sender.inbox().await, titled(&[(one, false)]));
        // Another alert joins, ends, and the first goes on: each is a change.
        let both = sender.send(&webhook("firing", &[disk.clone(), cpu])).await;
        assert_eq!(both["closed"], 1);
        let ended = alert("Cpu", "resolved", "t2");
        sender
            .send(&webhook("firing", &[disk.clone(), ended]))
            .await;
        let again = sender.send(&webhook("firing", &[disk])).await;
        assert_eq!(again["repeated"], true, "the end of the other was told");
        let three = [(one, false), ("[2 firing] Disk · a", true), (one, true)];
        assert_eq!(sender.inbox().await, titled(&three));
        let over = sender
            .send(&webhook("resolved", &[alert("Disk", "resolved", "t1")]))
            .await;
        assert_eq!((&over["accepted"], &over["closed"]), (&json!(0), &json!(1)));
        let over = sender
            .send(&webhook("resolved", &[alert("Disk", "resolved", "t1")]))
            .await;
        assert_eq!(
            (&over["repeated"], &over["closed"]),
            (&json!(true), &json!(0))
        );
        assert!(sender.inbox().await.iter().all(|(_, is_read)| *is_read));
        // It fires again.
        sender
            .send(&webhook("firing", &[alert("Disk", "firing", "t3")]))
            .await;
        assert_eq!(sender.inbox().await[0], (one.to_owned(), false));
    }
}

#[tokio::test]
async fn the_end_is_told_where_that_is_wanted() {
    let new = json!({"kind": "alertmanager", "recipients": ["u1"], "notify_resolved": true});
    let sender = Sender::new(new).await;
    sender
        .send(&webhook("firing", &[alert("Disk", "firing", "t1")]))
        .await;
    for _ in 0..2 {
        sender
            .send(&webhook("resolved", &[alert("Disk", "resolved", "t1")]))
            .await;
    }
    let told = [
        ("[Resolved] Disk · a", false),
        ("[1 firing] Disk · a", true),
    ];
    assert_eq!(sender.inbox().await, titled(&told));
}

/// A member of a group may come and go while the alert itself began once: each return is a new notification.
#[tokio::test]
async fn a_change_that_comes_again_is_told_again() {
    let new = json!({"kind": "alertmanager", "recipients": ["u1"], "notify_resolved": true});
    let sender = Sender::new(new).await;
    let firing = webhook("firing", &[alert("Disk", "firing", "t1")]);
    let over = webhook("resolved", &[alert("Disk", "resolved", "t1")]);
    let mut ids = std::collections::BTreeSet::new();
    for round in 0..3 {
        for body in [&firing, &over] {
            let sent = sender.send(body).await;
            assert_eq!(sent["repeated"], false, "round {round}");
            assert!(ids.insert(sent["notifications"][0].to_string()));
            let again = sender.send(body).await;
            assert_eq!(again["repeated"], true, "round {round}");
        }
    }
    let inbox = sender.inbox().await;
    assert_eq!(inbox.len(), 6);
    let unread = inbox.iter().filter(|(_, is_read)| !is_read).count();
    assert_eq!(unread, 3, "the ends are still to be read");
}

#[tokio::test]
async fn a_call_that_broke_off_is_repeated_without_a_second_notification() {
    let sender = Sender::new(json!({"kind": "alertmanager", "recipients": ["u1"]})).await;
    let first = webhook("firing", &[alert("Disk", "firing", "t1")]);
    sender.send(&first).await;
    let second = webhook(
        "firing",
        &[alert("Disk", "firing", "t1"), alert("Cpu", "firing", "t2")],
    );
    // Sent and not kept, and sent and not closed.
    for broken in ["put_ingest_group", "recipient"] {
        sender.api.storage.break_call(broken, Fault::Error);
        let headers = [("content-type", "application/json")];
        let body = second.to_string();
        let answer = send(&sender.api, "POST", &sender.path, &headers, body).await;
        assert_eq!(answer.status, 503, "{broken}: {}", answer.text);
        sender.api.storage.recover();
    }
    let done = sender.send(&second).await;
    assert_eq!(done["accepted"], 1);
    let two = [
        ("[2 firing] Disk · a", false),
        ("[1 firing] Disk · a", true),
    ];
    assert_eq!(sender.inbox().await, titled(&two));
}

#[tokio::test]
async fn a_topic_is_told_and_its_end_recalls_what_has_not_left() {
    let sender = Sender::new(json!({"kind": "alertmanager", "topic": "on-call"})).await;
    let first = sender
        .send(&webhook("firing", &[alert("Disk", "firing", "t1")]))
        .await;
    let id = first["fanout_id"].as_str().unwrap();
    let over = sender
        .send(&webhook("resolved", &[alert("Disk", "resolved", "t1")]))
        .await;
    assert_eq!(over["closed"], 1);
    let fanout = sender
        .api
        .get(&format!("/api/v1/fanouts/{id}"), &service("acme"))
        .await;
    assert_eq!(fanout.json()["status"], "cancelled", "{}", fanout.text);
}

#[tokio::test]
async fn what_is_no_webhook_of_theirs_is_a_problem() {
    let sender = Sender::new(json!({"kind": "alertmanager", "recipients": ["u1"]})).await;
    let headers = [("content-type", "application/json")];
    let wrong = send(&sender.api, "POST", &sender.path, &headers, "{}").await;
    wrong.names_wrong(&[("/groupKey", "required")]);
    let wrong = send(&sender.api, "POST", &sender.path, &headers, "x").await;
    wrong.is_problem(400, "malformed_request");
    assert!(sender.inbox().await.is_empty());
}
