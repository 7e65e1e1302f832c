//! `POST /api/v1/notifications/{id}/cancel`.

use campanile_domain::{Channel, DeliveryState, TenantId};
use campanile_storage_contract::fixture::finished;
use chrono::{TimeDelta, Utc};
use http::Request;
use serde_json::{Value, json};

use crate::support::{Answer, TestApi, message, service, user, work};

async fn sent(api: &TestApi, body: &Value) -> String {
    let json = api.post(body.to_string()).await.json();
    json["notifications"][0]["id"].as_str().unwrap().to_owned()
}

async fn cancel(api: &TestApi, id: &str, token: &str) -> Answer {
    let request = Request::post(format!("/api/v1/notifications/{id}/cancel"))
        .header("authorization", format!("Bearer {token}"));
    api.call(request.body(String::new().into()).unwrap()).await
}

async fn story(api: &TestApi, id: &str) -> Value {
    let path = format!("/api/v1/notifications/{id}/timeline");
    api.get(&path, &service("acme")).await.json()
}

#[tokio::test]
async fn what_is_for_later_is_cancelled_and_the_timeline_says_so() {
    let api = TestApi::new().await;
    let mut later = message(&["u1"]);
    later["send_at"] = json!(Utc::now() + TimeDelta::milliseconds(300));
    let id = sent(&api, &later).await;
    let answer = cancel(&api, &id, &service("acme")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.json(), json!({"cancelled": 1}));
    let again = cancel(&api, &id, &service("acme")).await;
    assert_eq!(
        (again.status.as_u16(), again.json()),
        (200, json!({"cancelled": 0}))
    );

    let reported = story(&api, &id).await;
    assert_eq!(reported["status"], "cancelled", "{reported}");
    let line = &reported["deliveries"][0];
    assert_eq!(
        (&line["channel"], &line["status"]),
        (&json!("in_app"), &json!("cancelled"))
    );
    let events: Vec<_> = reported["events"].as_array().unwrap().iter().collect();
    let last = events.last().unwrap();
    assert_eq!(
        (&last["what"], &last["why"]),
        (&json!("cancelled"), &json!("by its sender"))
    );

    // Its moment passes: nothing of it shows, and nothing was shown.
    while Utc::now()
        < later["send_at"]
            .as_str()
            .unwrap()
            .parse::<chrono::DateTime<Utc>>()
            .unwrap()
    {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    for path in ["/api/v1/notifications", "/api/v1/notifications/count"] {
        let inbox = api.get(path, &user("acme", "u1")).await.json();
        let number = inbox.get("total").or_else(|| inbox.get("count")).unwrap();
        assert_eq!(*number, 0, "{inbox}");
    }
    let reported = story(&api, &id).await;
    assert_eq!(reported["status"], "cancelled", "{reported}");
    let mut events = reported["events"].as_array().unwrap().iter();
    assert!(events.all(|event| event["what"] != "sent"), "{reported}");
}

#[tokio::test]
async fn what_has_left_is_a_conflict() {
    let api = TestApi::new().await;
    let id = sent(&api, &message(&["u1"])).await;
    let acme = TenantId::parse("acme").unwrap();
    work(api.storage.as_ref(), &acme, Channel::Webhook, |job| {
        finished(job, DeliveryState::Sent)
    })
    .await;
    let answer = cancel(&api, &id, &service("acme")).await;
    answer.is_problem(409, "nothing_to_cancel");
}

#[tokio::test]
async fn nobody_calls_back_what_is_not_theirs() {
    let api = TestApi::new().await;
    let id = sent(&api, &message(&["u1"])).await;
    for (id, token) in [
        (&*id, service("other")),
        ("no-id", service("acme")),
        ("01939b1e-0000-7000-8000-000000000000", service("acme")),
    ] {
        let answer = cancel(&api, id, &token).await;
        answer.is_problem(404, "notification_not_found");
    }
    let answer = cancel(&api, &id, &user("acme", "u1")).await;
    answer.is_problem(403, "insufficient_scope");
    assert_eq!(cancel(&api, &id, &service("acme")).await.status, 200);
}
