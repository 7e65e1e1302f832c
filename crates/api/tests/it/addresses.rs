//! `/api/v1/addresses` and `/api/v1/users/{user_id}/addresses`: where chat and phone services reach users.

use serde_json::{Value, json};

use crate::support::{Answer, TestApi, delete, operator, send_json, service, user};

const PATH: &str = "/api/v1/addresses";
const OF_U1: &str = "/api/v1/users/u1/addresses";

async fn put(api: &TestApi, path: &str, token: &str, channel: &str, address: &str) -> Answer {
    let body = json!({"channel": channel, "address": address});
    api.call(send_json("POST", path, token, body.to_string()))
        .await
}

async fn all(api: &TestApi, path: &str, token: &str) -> Vec<Value> {
    let answer = api.get(path, token).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["addresses"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_user_and_their_service_set_list_and_remove_one_for_each_channel() {
    let api = TestApi::new().await;
    let (ada, backend) = (user("acme", "u1"), service("acme"));
    let first = put(&api, PATH, &ada, "slack", "U024BE7LH").await;
    assert_eq!(first.status, 201, "{}", first.text);
    assert_eq!(first.json()["address"], "U024BE7LH");
    assert_eq!(first.json()["gone_at"], Value::Null);
    let replaced = put(&api, OF_U1, &backend, "slack", "U0000000").await;
    assert_eq!(replaced.status, 200, "{}", replaced.text);
    assert_eq!(replaced.json()["created_at"], first.json()["created_at"]);
    let key = "uQiRzpo4DXghDmr9QzzfQu27cmVRsG";
    let pushover = put(&api, OF_U1, &backend, "pushover", key).await;
    assert_eq!(pushover.status, 201, "{}", pushover.text);
    for (path, token) in [(PATH, &ada), (OF_U1, &backend), (OF_U1, &operator("acme"))] {
        let found = all(&api, path, token).await;
        let shown: Vec<_> = found
            .iter()
            .map(|one| (&one["channel"], &one["address"]))
            .collect();
        // The holder of the key can write to the user.
        let expected = [
            (&json!("pushover"), &json!("uQiRzp…")),
            (&json!("slack"), &json!("U0000000")),
        ];
        assert_eq!(shown, expected);
    }
    assert!(all(&api, PATH, &user("acme", "u2")).await.is_empty());
    let unknown = api.get(OF_U1, &service("other")).await;
    unknown.is_problem(404, "user_not_found");
    let gone = api.call(delete(&format!("{PATH}/slack"), &ada)).await;
    assert_eq!(gone.status, 204);
    let path = format!("{OF_U1}/pushover");
    assert_eq!(api.call(delete(&path, &backend)).await.status, 204);
    for path in [path.as_str(), "/api/v1/users/u1/addresses/no%20channel"] {
        let answer = api.call(delete(path, &backend)).await;
        answer.is_problem(404, "address_not_found");
    }
    assert!(all(&api, PATH, &ada).await.is_empty());
}

#[tokio::test]
async fn the_url_of_a_webhook_is_an_address_and_a_secret() {
    let api = TestApi::new().await;
    let ada = user("acme", "u1");
    let url = "https://discord.com/api/webhooks/0/XXXX";
    let answer = put(&api, PATH, &ada, "discord", url).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert_eq!(answer.json()["address"], "https://discord.com…");
    assert!(!api.get(PATH, &ada).await.text.contains("XXXX"));
}

#[tokio::test]
async fn what_no_service_knows_as_an_address_is_refused() {
    let api = TestApi::new().await;
    let ada = user("acme", "u1");
    let long = "U".repeat(2_000);
    for (channel, address, field, code) in [
        ("push", "token", "/channel", "unknown_value"),
        ("webhook", "https://a.example/", "/channel", "unknown_value"),
        ("apprise", "mailto://a", "/channel", "unknown_value"),
        ("pigeon", "loft", "/channel", "unknown_value"),
        ("pushover", "brief", "/address", "too_short"),
        (
            "pushover",
            "uQiRzpo4DXghDmr9QzzfQu27cm?RsG",
            "/address",
            "invalid",
        ),
        ("discord", "123", "/address", "invalid"),
        (
            "discord",
            "https://127.0.0.1/api/webhooks/0/X",
            "/address",
            "invalid",
        ),
        (
            "discord",
            "http://discord.com/api/webhooks/0/X",
            "/address",
            "invalid",
        ),
        (
            "slack",
            "https://hooks.slack.com.example/services/T",
            "/address",
            "invalid",
        ),
        ("slack", "", "/address", "too_short"),
        ("slack", &long, "/address", "too_long"),
    ] {
        let answer = put(&api, PATH, &ada, channel, address).await;
        answer.names_wrong(&[(field, code)]);
        assert!(
            address.is_empty() || !answer.text.contains(address),
            "{}",
            answer.text
        );
    }
    let nothing = api.call(send_json("POST", PATH, &ada, "{}")).await;
    nothing.names_wrong(&[("/channel", "required"), ("/address", "required")]);
    assert!(all(&api, PATH, &ada).await.is_empty());
}
