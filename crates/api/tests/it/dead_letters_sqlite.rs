//! Dead letters over a real database file.

use campanile_domain::{DeliveryState, TenantId};
use campanile_storage::{FinishedDelivery, Storage};
use campanile_storage_contract::fixture::{dispatched, finished, load, now, record, release};
use serde_json::{Value, json};

use crate::dead_letters::{list, sweep};
use crate::support::{TestApi, service};

/// Lets these users' webhooks die, one after the other.
async fn die(storage: &dyn Storage, tenant: &str, users: &[&str]) {
    let tenant = TenantId::parse(tenant).unwrap();
    let dispatch = dispatched(storage, &tenant, users).await;
    for job in load(storage, &dispatch).await.unwrap().jobs {
        let mut result = FinishedDelivery {
            reason: Some("rejected".into()),
            ..finished(&job, DeliveryState::Dead)
        };
        result.attempt.as_mut().unwrap().code = job.notification.user_id.to_string();
        record(storage, None, vec![result]).await;
    }
    record(storage, Some(&dispatch), Vec::new()).await;
}

async fn status(api: &TestApi, letter: &Value) -> Value {
    let id = letter["notification_id"].as_str().unwrap();
    let path = format!("/api/v1/notifications/{id}/timeline");
    let story = api.get(&path, &service("acme")).await.json();
    let deliveries = story["deliveries"].as_array().unwrap();
    let webhook = deliveries.iter().find(|way| way["channel"] == "webhook");
    webhook.unwrap()["status"].clone()
}

#[tokio::test]
async fn they_are_paged_filtered_replayed_and_purged() {
    let api = TestApi::new().await;
    let storage = api.storage.clone();
    die(storage.as_ref(), "acme", &["a", "b", "c"]).await;
    die(storage.as_ref(), "other", &["z"]).await;

    let first = list(&api, "acme", "limit=2").await;
    assert_eq!(
        (
            &first["total"],
            first["dead_letters"].as_array().unwrap().len()
        ),
        (&json!(3), 2)
    );
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = list(&api, "acme", &format!("limit=2&cursor={cursor}")).await;
    assert_eq!(second["next_cursor"], Value::Null);
    let letters = [
        &first["dead_letters"][0],
        &first["dead_letters"][1],
        &second["dead_letters"][0],
    ];
    assert_eq!(
        letters.map(|letter| letter["code"].as_str().unwrap()),
        ["c", "b", "a"]
    );
    assert_eq!(
        list(&api, "acme", "channel=webhook&code=b").await["total"],
        1
    );

    let foreign = json!({"ids": letters.map(|letter| &letter["id"])});
    let answer = sweep(&api, "other", "replay", &foreign).await;
    assert_eq!(answer.json(), json!({"replayed": 0, "more": false}));

    let one = json!({"ids": [letters[0]["id"]]});
    let answer = sweep(&api, "acme", "replay", &one).await;
    assert_eq!(answer.json(), json!({"replayed": 1, "more": false}));
    assert_eq!(status(&api, letters[0]).await, "retrying");
    let released = release(storage.as_ref(), now()).await;
    assert_eq!(released.dispatches.len(), 1, "due at once");

    let answer = sweep(&api, "acme", "purge", &json!({"code": "b"})).await;
    assert_eq!(answer.json(), json!({"purged": 1, "more": false}));
    assert_eq!(status(&api, letters[1]).await, "dead");
    let answer = sweep(&api, "acme", "replay", &json!({"all": true})).await;
    assert_eq!(answer.json(), json!({"replayed": 1, "more": false}));
    assert_eq!(list(&api, "acme", "").await["total"], 0);
    assert_eq!(list(&api, "other", "").await["total"], 1);
}

#[tokio::test]
async fn as_many_ids_as_a_body_may_have_are_taken() {
    let api = TestApi::new().await;
    let storage = api.storage.clone();
    let users: Vec<String> = (0..64).map(|n| format!("u{n}")).collect();
    let users: Vec<&str> = users.iter().map(String::as_str).collect();
    die(storage.as_ref(), "acme", &users).await;
    let page = list(&api, "acme", "limit=100").await;
    let mut ids: Vec<Value> = page["dead_letters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|letter| letter["id"].clone())
        .collect();
    ids.resize_with(1_000, || json!(uuid::Uuid::new_v4()));
    let answer = sweep(&api, "acme", "replay", &json!({"ids": ids})).await;
    assert_eq!(answer.json(), json!({"replayed": 64, "more": false}));
}
