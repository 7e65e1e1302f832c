//! `/api/v1/topics` and `/api/v1/fanouts`, over a file.

use campanile_pipeline::{NoWords, recall_step, step_fanout};
use campanile_storage::{StepLimits, Storage};
use chrono::{TimeDelta, Utc};
use http::Request;
use serde_json::{Value, json};

use crate::support::{Answer, TestApi, message, send_json, service, user};

const NEWS: &str = "/api/v1/topics/news";
const SUBSCRIBERS: &str = "/api/v1/topics/news/subscribers";

async fn call(api: &TestApi, method: &str, path: &str, body: &Value) -> Answer {
    let request = send_json(method, path, &service("acme"), body.to_string());
    api.call(request).await
}

async fn get(api: &TestApi, path: &str) -> Answer {
    api.get(path, &service("acme")).await
}

fn users(count: usize) -> Value {
    let ids: Vec<_> = (0..count).map(|n| format!("u{n:04}")).collect();
    json!({"user_ids": ids})
}

fn to_news() -> Value {
    json!({"notification_type": "news", "topic": "news", "content": {"n": 1}, "title": "Hear!"})
}

async fn send(api: &TestApi, key: Option<&str>, body: &Value) -> Answer {
    let request = Request::post("/api/v1/notifications")
        .header("authorization", format!("Bearer {}", service("acme")))
        .header("content-type", "application/json");
    let request = match key {
        Some(key) => request.header("idempotency-key", key),
        None => request,
    };
    api.call(request.body(body.to_string().into()).unwrap())
        .await
}

async fn step(storage: &dyn Storage, users: u32) -> usize {
    let limits = StepLimits {
        users,
        ..StepLimits::default()
    };
    let turn = step_fanout(&storage, NoWords::shared(), limits, None, Utc::now())
        .await
        .unwrap();
    turn.step.map_or(0, |step| step.notifications)
}

#[tokio::test]
async fn users_come_and_leave_and_are_counted() {
    let api = TestApi::new().await;
    get(&api, NEWS).await.is_problem(404, "topic_not_found");
    get(&api, SUBSCRIBERS)
        .await
        .is_problem(404, "topic_not_found");
    let left = call(&api, "DELETE", SUBSCRIBERS, &users(1)).await;
    left.is_problem(404, "topic_not_found");
    let answer = call(&api, "PUT", SUBSCRIBERS, &users(250)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.json(), json!({"subscribers": 250}));
    let twice = json!({"user_ids": ["u0001", "zoë", "zoë"]});
    let answer = call(&api, "PUT", SUBSCRIBERS, &twice).await;
    assert_eq!(answer.json(), json!({"subscribers": 251}));
    let answer = call(&api, "DELETE", SUBSCRIBERS, &users(50)).await;
    assert_eq!(answer.json(), json!({"subscribers": 201}));
    let topic = get(&api, NEWS).await.json();
    assert_eq!(
        (&topic["key"], &topic["subscribers"]),
        (&json!("news"), &json!(201))
    );
    let (mut listed, mut path) = (Vec::new(), format!("{SUBSCRIBERS}?limit=90"));
    loop {
        let page = get(&api, &path).await.json();
        assert_eq!(page["subscribers"], 201);
        listed.extend(page["user_ids"].as_array().unwrap().clone());
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        path = format!("{SUBSCRIBERS}?limit=90&cursor={cursor}");
    }
    assert_eq!(listed.len(), 201);
    assert_eq!((&listed[0], &listed[200]), (&json!("u0050"), &json!("zoë")));
}

#[tokio::test]
async fn wrong_subscribers_are_all_named_and_nobody_is_subscribed() {
    let api = TestApi::new().await;
    for method in ["PUT", "DELETE"] {
        let many = users(1_001);
        for (body, wrong) in [
            (json!({}), &[("/user_ids", "required")][..]),
            (json!({"user_ids": []}), &[("/user_ids", "too_short")]),
            (many, &[("/user_ids", "too_long")]),
            (json!({"user_ids": "u1"}), &[("/user_ids", "wrong_type")]),
            (
                json!({"user_ids": ["u1", "", 7], "users": []}),
                &[
                    ("/user_ids/1", "invalid"),
                    ("/user_ids/2", "wrong_type"),
                    ("/users", "unknown_field"),
                ],
            ),
        ] {
            call(&api, method, SUBSCRIBERS, &body)
                .await
                .names_wrong(wrong);
        }
    }
    get(&api, NEWS).await.is_problem(404, "topic_not_found");
    for name in ["News", "-a", ".", "a%2Fb"] {
        let path = format!("/api/v1/topics/{name}/subscribers");
        let answer = call(&api, "PUT", &path, &users(1)).await;
        answer.is_problem(404, "topic_not_found");
    }
}

#[tokio::test]
async fn a_send_to_a_topic_tells_its_progress() {
    let api = TestApi::new().await;
    let storage = api.storage.clone();
    let answer = send(&api, None, &to_news()).await;
    answer.is_problem(404, "topic_not_found");
    call(&api, "PUT", SUBSCRIBERS, &users(100)).await;
    let answer = send(&api, Some("k"), &to_news()).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    let sent = answer.json();
    assert_eq!(sent["accepted"], 100);
    assert_eq!(sent.as_object().unwrap().len(), 2, "{sent}");
    let path = format!("/api/v1/fanouts/{}", sent["fanout_id"].as_str().unwrap());
    let shown = get(&api, &path).await.json();
    assert_eq!(shown["id"], sent["fanout_id"]);
    assert_eq!(
        (&shown["topic"], &shown["status"], &shown["expanded"]),
        (&json!("news"), &json!("pending"), &json!(0))
    );
    // More come; the answer stays what it was, and so does the request.
    call(&api, "PUT", SUBSCRIBERS, &json!({"user_ids": ["zz-late"]})).await;
    let again = send(&api, Some("k"), &to_news()).await;
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.json(), sent);
    let mut other = to_news();
    other["title"] = json!("Another");
    let reused = send(&api, Some("k"), &other).await;
    reused.is_problem(422, "idempotency_key_reused");

    assert_eq!(step(storage.as_ref(), 60).await, 60);
    let shown = get(&api, &path).await.json();
    assert_eq!(
        (&shown["status"], &shown["expanded"]),
        (&json!("running"), &json!(60))
    );
    assert_eq!(shown["finished_at"], Value::Null);
    assert_eq!(step(storage.as_ref(), 60).await, 40);
    let shown = get(&api, &path).await.json();
    assert_eq!(
        (&shown["status"], &shown["expanded"]),
        (&json!("done"), &json!(100))
    );
    assert_eq!(shown["accepted"], 100);
    assert_eq!(shown["finished_at"], shown["updated_at"]);
    let inbox = "/api/v1/notifications";
    let page = api.get(inbox, &user("acme", "u0007")).await.json();
    assert_eq!(page["notifications"][0]["title"], "Hear!", "{page}");
    let late = api.get(inbox, &user("acme", "zz-late")).await.json();
    assert_eq!(late["total"], 0, "{late}");
}

#[tokio::test]
async fn what_was_not_made_can_be_cancelled() {
    let api = TestApi::new().await;
    let storage = api.storage.clone();
    call(&api, "PUT", SUBSCRIBERS, &users(10)).await;
    let sent = send(&api, None, &to_news()).await.json();
    let path = format!("/api/v1/fanouts/{}", sent["fanout_id"].as_str().unwrap());
    assert_eq!(step(storage.as_ref(), 4).await, 4);
    let cancel = format!("{path}/cancel");
    let answer = call(&api, "POST", &cancel, &Value::Null).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let cancelled = answer.json();
    assert_eq!(
        (&cancelled["status"], &cancelled["expanded"]),
        (&json!("cancelled"), &json!(4))
    );
    assert_eq!(
        (&cancelled["recalled"], &cancelled["recalling"]),
        (&json!(0), &json!(true))
    );
    assert_eq!(get(&api, &path).await.json(), cancelled);
    assert_eq!(step(storage.as_ref(), 4).await, 0);
    let again = call(&api, "POST", &cancel, &Value::Null).await;
    assert_eq!(again.status, 200, "{}", again.text);
    assert_eq!(again.json(), cancelled);
    for id in ["nonsense", "01939b1e-0000-7000-8000-00000000dead"] {
        let path = format!("/api/v1/fanouts/{id}");
        get(&api, &path).await.is_problem(404, "fanout_not_found");
    }
}

#[tokio::test]
async fn what_was_made_is_recalled_also_of_one_that_is_done() {
    let api = TestApi::new().await;
    let storage = api.storage.clone();
    call(&api, "PUT", SUBSCRIBERS, &users(10)).await;
    let sent = send(&api, None, &to_news()).await.json();
    let path = format!("/api/v1/fanouts/{}", sent["fanout_id"].as_str().unwrap());
    assert_eq!(step(storage.as_ref(), 20).await, 10);
    assert_eq!(get(&api, &path).await.json()["status"], "done");
    let stranger = format!("{path}/cancel");
    let request = send_json("POST", &stranger, &service("other"), String::new());
    let answer = api.call(request).await;
    answer.is_problem(404, "fanout_not_found");
    let answer = call(&api, "POST", &format!("{path}/cancel"), &Value::Null).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.json()["status"], "cancelled");
    let recalled = async || recall_step(&storage, None, Utc::now()).await.unwrap().step;
    assert_eq!(recalled().await.unwrap().notifications, 10);
    assert!(recalled().await.unwrap().finished);
    let over = get(&api, &path).await.json();
    assert_eq!(
        (&over["expanded"], &over["recalled"], &over["recalling"]),
        (&json!(10), &json!(10), &json!(false))
    );
    // It is where it was shown, and its timeline tells that its sender called it back.
    let inbox = "/api/v1/notifications";
    let page = api.get(inbox, &user("acme", "u0007")).await.json();
    let id = page["notifications"][0]["id"].as_str().unwrap().to_owned();
    let reported = get(&api, &format!("{inbox}/{id}/timeline")).await.json();
    let events = reported["events"].to_string();
    assert!(events.contains("by its sender"), "{reported}");
}

#[tokio::test]
async fn what_is_over_and_made_nothing_cannot_be_cancelled() {
    let api = TestApi::new().await;
    let storage = api.storage.clone();
    call(&api, "PUT", SUBSCRIBERS, &users(1)).await;
    call(&api, "DELETE", SUBSCRIBERS, &users(1)).await;
    let sent = send(&api, None, &to_news()).await.json();
    let path = format!("/api/v1/fanouts/{}", sent["fanout_id"].as_str().unwrap());
    assert_eq!(step(storage.as_ref(), 20).await, 0);
    let late = call(&api, "POST", &format!("{path}/cancel"), &Value::Null).await;
    late.is_problem(409, "fanout_finished");
    assert_eq!(get(&api, &path).await.json()["status"], "done");
}

#[tokio::test]
async fn whom_it_is_for_is_said_once() {
    let api = TestApi::new().await;
    let with = |field: &str, value: Value| {
        let mut body = to_news();
        body[field] = value;
        body
    };
    for (body, field, code) in [
        (
            with("recipients", json!(["u1"])),
            "/recipients",
            "contradictory",
        ),
        (with("topic", json!("No topic")), "/topic", "invalid"),
        (with("topic", json!(["news"])), "/topic", "wrong_type"),
        (with("topic", Value::Null), "/recipients", "required"),
        (
            with("expires_at", json!(Utc::now() - TimeDelta::hours(1))),
            "/expires_at",
            "too_early",
        ),
    ] {
        send(&api, None, &body).await.names_wrong(&[(field, code)]);
    }
}

#[tokio::test]
async fn an_item_of_a_bulk_call_may_be_for_a_topic() {
    let api = TestApi::new().await;
    call(&api, "PUT", SUBSCRIBERS, &users(3)).await;
    let mut nowhere = to_news();
    nowhere["topic"] = json!("nowhere");
    let items = json!({"items": [to_news(), nowhere, message(&["u0000"])]});
    let answer = call(&api, "POST", "/api/v1/notifications/bulk", &items).await;
    assert_eq!(answer.status, 207, "{}", answer.text);
    let lines = &answer.json()["results"];
    let statuses: Vec<_> = (0..3).map(|place| &lines[place]["status"]).collect();
    assert_eq!(statuses, [202, 404, 202], "{lines}");
    assert_eq!(lines[0]["accepted"], 3);
    assert_eq!(lines[0].get("notifications"), None, "{lines}");
    assert_eq!(lines[1]["problem"]["code"], "topic_not_found");
    assert_eq!(lines[2].get("fanout_id"), None, "{lines}");
    let fanout = lines[0]["fanout_id"].as_str().unwrap();
    let shown = get(&api, &format!("/api/v1/fanouts/{fanout}")).await;
    assert_eq!(shown.json()["status"], "pending");
}

#[tokio::test]
async fn sends_to_topics_are_listed_from_new_to_old() {
    let api = TestApi::new().await;
    let storage = api.storage.clone();
    let list = "/api/v1/fanouts";
    let empty = get(&api, list).await.json();
    assert_eq!(empty, json!({"fanouts": [], "next_cursor": null}));
    call(&api, "PUT", SUBSCRIBERS, &users(3)).await;
    let mut sent = Vec::new();
    for _ in 0..5 {
        sent.push(send(&api, None, &to_news()).await.json()["fanout_id"].clone());
    }
    sent.sort_by_key(|id| std::cmp::Reverse(id.as_str().unwrap().to_owned()));
    let ids = |page: &Value| -> Vec<Value> {
        let all = page["fanouts"].as_array().unwrap();
        all.iter().map(|one| one["id"].clone()).collect()
    };
    let (mut listed, mut path) = (Vec::new(), format!("{list}?limit=2"));
    let mut pages = 0;
    loop {
        let page = get(&api, &path).await.json();
        listed.extend(ids(&page));
        pages += 1;
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        path = format!("{list}?limit=2&cursor={cursor}");
    }
    assert_eq!((pages, &listed), (3, &sent));
    // A page that holds all of them has no next one, and each line is what is shown of it alone.
    let page = get(&api, &format!("{list}?limit=5")).await.json();
    assert_eq!(page["next_cursor"], Value::Null);
    let shown = get(&api, &format!("{list}/{}", sent[1].as_str().unwrap())).await;
    assert_eq!(page["fanouts"][1], shown.json());

    assert_eq!(step(storage.as_ref(), 60).await, 3);
    let done = get(&api, &format!("{list}?status=done")).await.json();
    assert_eq!(ids(&done).len(), 1);
    assert_eq!(done["fanouts"][0]["expanded"], 3);
    let pending = get(&api, &format!("{list}?status=pending")).await.json();
    assert_eq!(ids(&pending).len(), 4);
    let wrong = get(&api, &format!("{list}?status=over&limit=0&topic=news")).await;
    assert_eq!(wrong.status, 422, "{}", wrong.text);
    let others = api.get(list, &service("other")).await.json();
    assert_eq!(others, empty);
    let reader = api.get(list, &user("acme", "u1")).await;
    assert_eq!(reader.status, 403, "{}", reader.text);
}
