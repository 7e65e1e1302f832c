//! `/api/v1/users/{user_id}`.

use campanile_domain::{AddressFate, Channel, DeliveryState, TenantId};
use campanile_storage::FinishedDelivery;
use campanile_storage_contract::fixture::finished;
use serde_json::{Value, json};

use crate::support::{
    Answer, TestApi, delete, message, operator, send_json, service, token, user, work,
};

pub fn path(id: &str) -> String {
    format!("/api/v1/users/{id}")
}

pub async fn put(api: &TestApi, id: &str, body: &Value) -> Answer {
    let request = send_json("PUT", &path(id), &service("acme"), body.to_string());
    api.call(request).await
}

pub async fn show(api: &TestApi, id: &str) -> Answer {
    api.get(&path(id), &service("acme")).await
}

async fn erase(api: &TestApi, tenant: &str, id: &str) -> Answer {
    api.call(delete(&path(id), &operator(tenant))).await
}

#[tokio::test]
async fn a_user_is_created_once_and_replaced_later() {
    let api = TestApi::new().await;
    let reported = json!({
        "email": "Zoe@Example.COM", "locale": "pt-BR", "timezone": "europe/berlin",
        "attributes": {"plan": "pro", "nested": [1, {"ü": null}]},
    });
    let first = put(&api, "u1", &reported).await;
    assert_eq!(first.status, 200, "{}", first.text);
    let user = first.json();
    assert_eq!(user["user_id"], "u1");
    assert_eq!(user["email"], "Zoe@example.com");
    assert_eq!(user["email_gone_at"], Value::Null);
    for field in ["locale", "attributes"] {
        assert_eq!(user[field], reported[field], "{field}");
    }
    assert_eq!(user["timezone"], "Europe/Berlin");
    assert_eq!(show(&api, "u1").await.json(), user);

    // What is left out is forgotten.
    let again = put(&api, "u1", &json!({"email": null})).await;
    assert_eq!(again.status, 200, "{}", again.text);
    assert_eq!(again.header("location"), None);
    let replaced = again.json();
    let mut members: Vec<_> = replaced.as_object().unwrap().keys().collect();
    members.sort_unstable();
    assert_eq!(
        members,
        [
            "attributes",
            "created_at",
            "email",
            "email_gone_at",
            "locale",
            "timezone",
            "updated_at",
            "user_id"
        ]
    );
    assert_eq!(replaced["created_at"], user["created_at"]);
    assert!(replaced["updated_at"].as_str() > user["updated_at"].as_str());
    for field in ["email", "locale", "timezone"] {
        assert_eq!(replaced[field], Value::Null, "{field}");
    }
    assert_eq!(replaced["attributes"], json!({}));
    assert_eq!(show(&api, "u1").await.json(), replaced);
}

#[tokio::test]
async fn a_gone_address_is_reported_until_it_is_named_again() {
    let api = TestApi::new().await;
    put(&api, "u1", &json!({"email": "a@example.com"})).await;
    api.post(message(&["u1"]).to_string()).await;
    let acme = TenantId::parse("acme").unwrap();
    work(api.storage.as_ref(), &acme, Channel::Email, |job| {
        FinishedDelivery {
            address: AddressFate::Gone,
            ..finished(job, DeliveryState::Dead)
        }
    })
    .await;
    let shown = show(&api, "u1").await;
    assert!(shown.json()["email_gone_at"].is_string(), "{}", shown.text);
    let again = put(&api, "u1", &json!({"email": "a@example.com"})).await;
    assert_eq!(again.json()["email_gone_at"], Value::Null);
}

#[tokio::test]
async fn ids_are_percent_decoded_and_given_back_whole() {
    let api = TestApi::new().await;
    let longest = "x".repeat(128);
    for (encoded, id) in [
        ("018f3f9e-7b1c-7cc0-b2d1-4f1a2b3c4d5e", None),
        ("a%20b%2Bc", Some("a b+c")),
        ("x%2F..%2Fy%3Fz", Some("x/../y?z")),
        ("zo%C3%AB", Some("zoë")),
        (longest.as_str(), None),
    ] {
        let created = put(&api, encoded, &json!({})).await;
        assert_eq!(created.status, 200, "{encoded}: {}", created.text);
        assert_eq!(created.json()["user_id"], id.unwrap_or(encoded));
        let found = api.get(&path(encoded), &service("acme")).await;
        assert_eq!(found.json(), created.json());
    }
}

#[tokio::test]
async fn an_id_that_nobody_can_have_leads_nowhere() {
    let api = TestApi::new().await;
    for id in [
        "x".repeat(129).as_str(),
        "%00",
        "a%0D%0Ab",
        "%ff",
        "%ED%A0%80",
    ] {
        for answer in [
            put(&api, id, &json!({})).await,
            show(&api, id).await,
            erase(&api, "acme", id).await,
        ] {
            answer.is_problem(404, "user_not_found");
        }
    }
}

#[tokio::test]
async fn a_foreign_tenant_sees_and_changes_nothing() {
    let api = TestApi::new().await;
    put(&api, "u1", &json!({"email": "a@example.com"})).await;
    api.get(&path("u1"), &service("other"))
        .await
        .is_problem(404, "user_not_found");
    erase(&api, "other", "u1")
        .await
        .is_problem(404, "user_not_found");
    let request = send_json("PUT", &path("u1"), &service("other"), "{}");
    assert_eq!(api.call(request).await.status, 200, "a user of their own");
    assert_eq!(show(&api, "u1").await.json()["email"], "a@example.com");
}

#[tokio::test]
async fn erasing_leaves_nothing_of_a_person() {
    let api = TestApi::new().await;
    put(&api, "u1", &json!({})).await;
    let sent = api.post(message(&["u1", "u2"]).to_string()).await;
    assert_eq!(sent.status, 202);
    let device = json!({"kind": "token", "value": "t1", "platform": "web"}).to_string();
    let device = send_json("POST", "/api/v1/devices", &user("acme", "u1"), device);
    assert_eq!(api.call(device).await.status, 201);

    let erased = erase(&api, "acme", "u1").await;
    assert_eq!(erased.status, 204, "{}", erased.text);
    assert_eq!(erased.text, "");
    show(&api, "u1").await.is_problem(404, "user_not_found");
    let token = user("acme", "u1");
    let devices = api.get("/api/v1/devices", &token).await;
    assert_eq!(devices.json(), json!({"devices": []}));
    let inbox = api.get("/api/v1/notifications", &token).await;
    assert_eq!(inbox.json()["total"], 0);
    erase(&api, "acme", "u1")
        .await
        .is_problem(404, "user_not_found");

    // Of this one nothing was stored, and still there is something to erase.
    assert_eq!(erase(&api, "acme", "u2").await.status, 204);
}

#[tokio::test]
async fn only_operators_erase() {
    let api = TestApi::new().await;
    put(&api, "u1", &json!({})).await;
    for scope in ["notifications:send", "inbox", "platform"] {
        let request = delete(&path("u1"), &token("acme", "u1", scope));
        api.call(request)
            .await
            .is_problem(403, "insufficient_scope");
    }
    assert_eq!(show(&api, "u1").await.status, 200);
}

#[tokio::test]
async fn without_the_database_the_answer_is_come_again() {
    let api = TestApi::new().await;
    put(&api, "u1", &json!({})).await;
    assert_eq!(show(&api, "u1").await.status, 200);
    api.storage.go_down();
    for answer in [
        put(&api, "u1", &json!({})).await,
        show(&api, "u1").await,
        erase(&api, "acme", "u1").await,
    ] {
        answer.is_problem(503, "service_unavailable");
    }
}

#[tokio::test]
async fn an_erasure_has_a_receipt_that_the_audit_log_holds() {
    let api = TestApi::new().await;
    put(&api, "u1", &json!({"email": "u1@example.com"})).await;
    for _ in 0..2 {
        api.post(message(&["u1", "u2"]).to_string()).await;
    }
    let mut call = delete(&path("u1"), &operator("acme"));
    let headers = call.headers_mut();
    headers.insert("prefer", "return=representation".parse().unwrap());
    headers.insert("x-request-id", "erasure-1".parse().unwrap());
    let answer = api.call(call).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let applied = answer.header("preference-applied");
    assert_eq!(applied, Some("return=representation"));
    assert!(!answer.text.contains("u1"), "{}", answer.text);
    let receipt = answer.json();
    assert_eq!(receipt["request_id"], "erasure-1");
    let erased = &receipt["erased"];
    assert_eq!(
        (&erased["users"], &erased["notifications"]),
        (&json!(1), &json!(2))
    );
    assert_eq!(erased["devices"], 0);
    let log = api.get("/api/v1/admin/audit-log", &operator("acme")).await;
    let log = log.json();
    let entry = &log["entries"][0];
    assert_eq!(entry["action"], "user.erase");
    assert_eq!(
        entry["after"],
        json!({"receipt": receipt["receipt"], "erased": erased})
    );
    let again = erase(&api, "acme", "u1").await;
    again.is_problem(404, "user_not_found");
    assert_eq!(erase(&api, "acme", "u2").await.status, 204);
}
