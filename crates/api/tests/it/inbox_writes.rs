//! What users do with their notifications.

use chrono::{TimeDelta, Utc};
use http::Request;
use serde_json::{Value, json};

use axum::body::Body;

use crate::support::{Answer, TestApi, delete, message, send_json, service, user};

const INBOX: &str = "/api/v1/notifications";

fn put(path: &str, token: &str) -> Request<Body> {
    let request = Request::put(path).header("authorization", format!("Bearer {token}"));
    request.body(Body::empty()).unwrap()
}

/// The API, and a user's view of it.
struct Inbox {
    api: TestApi,
}

async fn inbox() -> Inbox {
    let api = TestApi::new().await;
    Inbox { api }
}

impl Inbox {
    async fn sent(&self, recipients: &[&str]) -> String {
        let answer = self.api.post(message(recipients).to_string()).await;
        assert_eq!(answer.status, 202, "{}", answer.text);
        let id = answer.json()["notifications"][0]["id"].clone();
        id.as_str().unwrap().to_owned()
    }

    async fn list(&self, query: &str) -> Vec<Value> {
        let path = format!("{INBOX}?{query}");
        let page = self.api.get(&path, &user("acme", "u1")).await.json();
        page["notifications"].as_array().unwrap().clone()
    }

    async fn count(&self, query: &str) -> Value {
        let path = format!("{INBOX}/count?{query}");
        let answer = self.api.get(&path, &user("acme", "u1")).await;
        answer.json()["count"].clone()
    }

    async fn put(&self, path: &str) -> Answer {
        let path = format!("{INBOX}/{path}");
        self.api.call(put(&path, &user("acme", "u1"))).await
    }

    async fn snooze(&self, id: &str, body: &str) -> Answer {
        let (path, token) = (format!("{INBOX}/{id}/snooze"), user("acme", "u1"));
        let request = send_json("PUT", &path, &token, body.to_owned());
        self.api.call(request).await
    }
}

#[tokio::test]
async fn every_change_answers_alike_as_often_as_it_is_made() {
    let inbox = inbox().await;
    let id = inbox.sent(&["u1"]).await;
    for (verb, message) in [
        ("seen", "Notification marked as seen"),
        ("read", "Notification marked as read"),
        ("unread", "Notification marked as unread"),
        ("archive", "Notification archived"),
        ("unarchive", "Notification moved back to the inbox"),
        ("unsnooze", "Notification returned to the inbox"),
    ] {
        for _ in 0..2 {
            let answer = inbox.put(&format!("{id}/{verb}")).await;
            assert_eq!(answer.status, 200, "{verb}: {}", answer.text);
            let expected = json!({"success": true, "message": message});
            assert_eq!(answer.json(), expected, "{verb}");
        }
    }
    let line = inbox.list("").await.remove(0);
    assert!(line["seen_at"].is_string(), "{line}");
    assert_eq!(line["read_at"], Value::Null);
}

#[tokio::test]
async fn what_is_read_is_shown_and_counted_as_read() {
    let inbox = inbox().await;
    let (first, second) = (inbox.sent(&["u1"]).await, inbox.sent(&["u1", "u2"]).await);
    inbox.put(&format!("{first}/read")).await;
    assert_eq!(inbox.count("unread_only=true").await, 1);
    assert_eq!(
        inbox.list("unread_only=true").await[0]["id"],
        second.as_str()
    );
    let lines = inbox.list("").await;
    assert_eq!(lines[1]["is_read"], true);
    assert!(lines[1]["read_at"].is_string());
    let path = format!("{INBOX}/{first}/timeline");
    let story = inbox.api.get(&path, &service("acme")).await.json();
    assert_eq!(story["status"], "sent");
    let mut events = story["events"].as_array().unwrap().iter();
    assert!(events.any(|event| event["what"] == "read"), "{story}");
}

#[tokio::test]
async fn reading_all_says_how_many_and_keeps_to_the_type() {
    let inbox = inbox().await;
    for _ in 0..3 {
        inbox.sent(&["u1", "u2"]).await;
    }
    for (query, updated) in [
        ("?notification_type=friend_request", 0),
        ("?notification_type=new_message", 3),
        ("", 0),
    ] {
        let answer = inbox.put(&format!("read-all{query}")).await;
        let expected = json!({"success": true, "updated_count": updated,
            "message": "All notifications marked as read"});
        assert_eq!(answer.json(), expected, "{query}");
    }
    assert_eq!(inbox.count("unread_only=true").await, 0);
    let path = format!("{INBOX}/count?unread_only=true");
    let theirs = inbox.api.get(&path, &user("acme", "u2")).await;
    assert_eq!(theirs.json()["count"], 3);
    for query in ["notification_type=%00", "notification_type=A", "type=x"] {
        let answer = inbox.put(&format!("read-all?{query}")).await;
        answer.is_problem(422, "validation_failed");
    }
}

#[tokio::test]
async fn the_archive_is_a_list_of_its_own() {
    let inbox = inbox().await;
    let (kept, put_away) = (inbox.sent(&["u1"]).await, inbox.sent(&["u1"]).await);
    inbox.put(&format!("{put_away}/archive")).await;
    assert_eq!(inbox.list("").await[0]["id"], kept.as_str());
    assert_eq!(inbox.count("").await, 1);
    let archive = inbox.list("archived=true").await;
    assert_eq!(archive.len(), 1);
    assert_eq!(archive[0]["id"], put_away.as_str());
    assert!(archive[0]["archived_at"].is_string());
}

#[tokio::test]
async fn what_is_snoozed_is_hidden_until_its_time() {
    let inbox = inbox().await;
    let id = inbox.sent(&["u1"]).await;
    let until = |ahead: TimeDelta| json!({"until": Utc::now() + ahead}).to_string();
    let answer = inbox.snooze(&id, &until(TimeDelta::days(365))).await;
    let expected = json!({"success": true, "message": "Notification snoozed"});
    assert_eq!(answer.json(), expected);
    assert!(inbox.list("").await.is_empty());
    assert_eq!(inbox.count("unread_only=true").await, 0);
    inbox.put(&format!("{id}/unsnooze")).await;
    assert_eq!(inbox.count("").await, 1);
}

#[tokio::test]
async fn a_wrong_moment_is_named() {
    let inbox = inbox().await;
    let id = inbox.sent(&["u1"]).await;
    let past = json!({"until": Utc::now() - TimeDelta::seconds(1)}).to_string();
    let far = json!({"until": Utc::now() + TimeDelta::days(367)}).to_string();
    for (body, field, code) in [
        ("{}", "/until", "required"),
        (r#"{"until": null}"#, "/until", "required"),
        (r#"{"until": 5}"#, "/until", "wrong_type"),
        (r#"{"until": "soon"}"#, "/until", "invalid"),
        (r#"{"until": "a\u0000b"}"#, "/until", "invalid"),
        (r#"{"until": "\ud800"}"#, "/until", "invalid_unicode"),
        (
            r#"{"until": "9999-12-31T23:59:59Z"}"#,
            "/until",
            "out_of_range",
        ),
        (
            r#"{"until": "0000-01-01T00:00:00Z"}"#,
            "/until",
            "out_of_range",
        ),
        (&past, "/until", "out_of_range"),
        (&far, "/until", "out_of_range"),
        ("[]", "", "wrong_type"),
    ] {
        let answer = inbox.snooze(&id, body).await;
        let problem = answer.is_problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["field"], field, "{body}");
        assert_eq!(problem["errors"][0]["code"], code, "{body}");
        assert_eq!(problem["errors"].as_array().unwrap().len(), 1, "{body}");
    }
    let extra = json!({"until": Utc::now() + TimeDelta::hours(1), "from": 1}).to_string();
    let problem = inbox.snooze(&id, &extra).await;
    let problem = problem.is_problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["field"], "/from");
    let broken = inbox.snooze(&id, r#"{"until": "#).await;
    broken.is_problem(400, "malformed_request");
    assert_eq!(inbox.count("").await, 1, "nothing was put off");
}

#[tokio::test]
async fn what_is_deleted_is_gone_for_everybody() {
    let inbox = inbox().await;
    let id = inbox.sent(&["u1"]).await;
    let path = format!("{INBOX}/{id}");
    let answer = inbox.api.call(delete(&path, &user("acme", "u1"))).await;
    let expected = json!({"success": true, "message": "Notification deleted successfully"});
    assert_eq!(answer.json(), expected);
    assert!(inbox.list("").await.is_empty());
    assert_eq!(inbox.count("").await, 0);
    let story = format!("{path}/timeline");
    let story = inbox.api.get(&story, &service("acme")).await;
    story.is_problem(404, "notification_not_found");
    let again = inbox.api.call(delete(&path, &user("acme", "u1"))).await;
    again.is_problem(404, "notification_not_found");
}

#[tokio::test]
async fn another_ones_is_not_there() {
    let inbox = inbox().await;
    let id = inbox.sent(&["u1"]).await;
    let absent = "01939b1e-0000-7000-8000-000000000000";
    let body = json!({"until": Utc::now() + TimeDelta::hours(1)}).to_string();
    let without_id = |answer: Answer| {
        let mut problem = answer.is_problem(404, "notification_not_found");
        problem.as_object_mut().unwrap().remove("request_id");
        problem
    };
    let mut problems = Vec::new();
    for (tenant, name, id) in [
        ("acme", "u2", id.as_str()),
        ("other", "u1", &id),
        ("acme", "u1", absent),
        ("acme", "u1", "no-id"),
        ("acme", "u1", "%00"),
        ("acme", "u1", "%ED%A0%80"),
    ] {
        let token = user(tenant, name);
        for verb in ["read", "unread", "seen", "archive", "unarchive", "unsnooze"] {
            let path = format!("{INBOX}/{id}/{verb}");
            problems.push(without_id(inbox.api.call(put(&path, &token)).await));
        }
        let path = format!("{INBOX}/{id}/snooze");
        let request = send_json("PUT", &path, &token, body.clone());
        problems.push(without_id(inbox.api.call(request).await));
        let path = format!("{INBOX}/{id}");
        problems.push(without_id(inbox.api.call(delete(&path, &token)).await));
    }
    assert!(problems.iter().all(|problem| *problem == problems[0]));
    assert_eq!(inbox.count("unread_only=true").await, 1, "untouched");
}

#[tokio::test]
async fn many_are_marked_as_seen_in_one_call() {
    let inbox = inbox().await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(inbox.sent(&["u1"]).await);
    }
    let foreign = inbox.sent(&["u2"]).await;
    let see = |ids: Value| {
        let body = json!({"ids": ids}).to_string();
        let path = format!("{INBOX}/seen");
        inbox
            .api
            .call(send_json("PUT", &path, &user("acme", "u1"), body))
    };
    for number in [2, 0] {
        let answer = see(json!([ids[0], ids[1], ids[0], foreign])).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let expected = json!({"success": true, "updated_count": number, "message": "Notifications marked as seen"});
        assert_eq!(answer.json(), expected);
    }
    let shown = inbox.list("").await;
    let marks: Vec<_> = shown
        .iter()
        .map(|one| (one["seen_at"].is_string(), one["is_read"] == true))
        .collect();
    assert_eq!(marks, [(false, false), (true, false), (true, false)]);

    let many: Vec<_> = (0..101).map(|_| uuid::Uuid::now_v7().to_string()).collect();
    for (wrong, field, code) in [
        (json!([]), "/ids", "too_short"),
        (json!(many), "/ids", "too_long"),
        (json!([ids[0], "x"]), "/ids/1", "invalid"),
        (json!(ids[0]), "/ids", "wrong_type"),
    ] {
        see(wrong).await.names_wrong(&[(field, code)]);
    }
}
