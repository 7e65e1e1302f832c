//! `GET /api/v1/notifications/{id}`.

use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};

use crate::support::{Answer, TestApi, delete, message, operator, send_json, service, token, user};

async fn sent(api: &TestApi, body: &Value) -> String {
    let answer = api.post(body.to_string()).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    let id = &answer.json()["notifications"][0]["id"];
    id.as_str().unwrap().to_owned()
}

async fn show(api: &TestApi, id: &str, token: &str) -> Answer {
    api.get(&format!("/api/v1/notifications/{id}"), token).await
}

#[tokio::test]
async fn it_is_the_same_item_as_in_the_list_for_its_user_its_sender_and_operators() {
    let api = TestApi::new().await;
    let id = sent(&api, &message(&["u1"])).await;
    let list = api.get("/api/v1/notifications", &user("acme", "u1")).await;
    let listed = list.json()["notifications"][0].clone();
    for token in [user("acme", "u1"), service("acme"), operator("acme")] {
        let answer = show(&api, &id, &token).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.json(), listed);
    }
    assert_eq!(listed["id"], id.as_str());
}

#[tokio::test]
async fn what_another_user_or_tenant_has_is_not_found() {
    let api = TestApi::new().await;
    let id = sent(&api, &message(&["u1"])).await;
    let absent = "01939b1e-0000-7000-8000-00000000dead";
    for (id, token) in [
        (&*id, user("acme", "u2")),
        (&*id, user("other", "u1")),
        (&*id, service("other")),
        (absent, user("acme", "u1")),
        (absent, service("acme")),
        ("no-id", user("acme", "u1")),
        ("%ff", user("acme", "u1")),
    ] {
        let problem = show(&api, id, &token).await;
        let problem = problem.is_problem(404, "notification_not_found");
        assert_eq!(problem["detail"], "Notification not found");
    }
    // A user who may also send sees what the tenant's services see.
    let both = token("acme", "u2", "inbox notifications:send");
    assert_eq!(show(&api, &id, &both).await.status, 200);
}

#[tokio::test]
async fn users_find_it_archived_snoozed_and_without_in_app_but_not_before_its_time_nor_deleted() {
    let api = TestApi::new().await;
    let mine = user("acme", "u1");
    let mut push_only = message(&["u1"]);
    push_only["channels"] = json!(["push"]);
    let push_only = sent(&api, &push_only).await;
    assert_eq!(show(&api, &push_only, &mine).await.status, 200);

    let mut later = message(&["u1"]);
    later["send_at"] = json!(Utc::now() + TimeDelta::hours(1));
    let later = sent(&api, &later).await;
    let hidden = show(&api, &later, &mine).await;
    hidden.is_problem(404, "notification_not_found");
    let theirs = show(&api, &later, &service("acme")).await.json();
    assert_eq!(theirs["status"], "scheduled");
    let path = format!("/api/v1/notifications/{later}/cancel");
    let cancelled = api.call(send_json("POST", &path, &service("acme"), ""));
    assert_eq!(cancelled.await.status, 200);
    let theirs = show(&api, &later, &service("acme")).await.json();
    assert_eq!(theirs["status"], "cancelled");

    let id = sent(&api, &message(&["u1"])).await;
    let until = json!({"until": Utc::now() + TimeDelta::hours(1)}).to_string();
    for (change, body) in [("archive", ""), ("snooze", &*until)] {
        let path = format!("/api/v1/notifications/{id}/{change}");
        let changed = api.call(send_json("PUT", &path, &mine, body.to_owned()));
        assert_eq!(changed.await.status, 200);
        assert_eq!(show(&api, &id, &mine).await.status, 200, "{change}");
    }
    let path = format!("/api/v1/notifications/{id}");
    assert_eq!(api.call(delete(&path, &mine)).await.status, 200);
    for token in [mine, service("acme")] {
        let gone = show(&api, &id, &token).await;
        gone.is_problem(404, "notification_not_found");
    }
}
