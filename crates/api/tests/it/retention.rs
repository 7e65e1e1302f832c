//! `/api/v1/admin/retention`.

use serde_json::{Value, json};

use crate::support::{Answer, TestApi, operator, send_json};

const PATH: &str = "/api/v1/admin/retention";

async fn put(api: &TestApi, tenant: &str, body: Value) -> Answer {
    let token = operator(tenant);
    api.call(send_json("PUT", PATH, &token, body.to_string()))
        .await
}

async fn shown(api: &TestApi, tenant: &str) -> Value {
    let answer = api.get(PATH, &operator(tenant)).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

#[tokio::test]
async fn a_tenant_has_the_installations_term_until_it_sets_its_own() {
    let api = TestApi::new().await;
    let usual = json!({"days": 90, "is_default": true});
    assert_eq!(shown(&api, "acme").await, usual);
    for days in [1, 30, 3_650] {
        let answer = put(&api, "acme", json!({"days": days})).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let set = json!({"days": days, "is_default": false});
        assert_eq!(answer.json(), set);
        assert_eq!(shown(&api, "acme").await, set);
        assert_eq!(shown(&api, "other").await, usual);
    }
    assert_eq!(put(&api, "acme", json!({"days": null})).await.json(), usual);
    assert_eq!(shown(&api, "acme").await, usual);
}

#[tokio::test]
async fn a_term_without_sense_is_named_and_changes_nothing() {
    let api = TestApi::new().await;
    put(&api, "acme", json!({"days": 30})).await;
    for (body, field, code) in [
        (json!({}), "/days", "required"),
        (json!({"days": 0}), "/days", "out_of_range"),
        (json!({"days": 3_651}), "/days", "out_of_range"),
        (json!({"days": -1}), "/days", "out_of_range"),
        (json!({"days": 1.5}), "/days", "out_of_range"),
        (json!({"days": 1e300}), "/days", "out_of_range"),
        (json!({"days": "30"}), "/days", "wrong_type"),
        (json!({"days": 30, "hours": 2}), "/hours", "unknown_field"),
    ] {
        let answer = put(&api, "acme", body.clone()).await;
        assert_eq!(answer.status, 422, "{body}: {}", answer.text);
        let problem = answer.json();
        let errors = problem["errors"].as_array().unwrap();
        assert_eq!(errors.len(), 1, "{body}: {problem}");
        assert_eq!(
            (&errors[0]["field"], &errors[0]["code"]),
            (&json!(field), &json!(code))
        );
    }
    assert_eq!(shown(&api, "acme").await["days"], 30);
}
