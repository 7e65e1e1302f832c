//! Variants: compared, and promoted.

use serde_json::{Value, json};

use super::{DRAFT, TYPE, call, ok, save, with};
use crate::support::{TestApi, operator, token};

const VARIANT: &str = "/api/v1/admin/templates/order/push/variants/short";

fn short(weight: u32, title: &str) -> Value {
    json!({"weight": weight, "templates": {"EN": {"title": title}}})
}

#[tokio::test]
async fn a_variant_is_compared_and_promoted() {
    let api = TestApi::new().await;
    let absent = call(&api, "PUT", VARIANT, &short(50, "x")).await;
    let problem = absent.is_problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["field"], "/templates/en");
    save(&api, "first").await;
    for (body, field) in [
        (short(100, "x"), "/weight"),
        (short(50, "{{ x"), "/templates/en/title"),
        (json!({"weight": 50, "templates": {}}), "/templates"),
        (
            json!({"weight": 50, "templates": {"??": {"title": "x"}}}),
            "/templates/??",
        ),
        (
            json!({"weight": 50, "templates": {"en": {"subject": "x"}}}),
            "/templates/en/subject",
        ),
        (json!({"templates": {"en": {"title": "x"}}}), "/weight"),
    ] {
        let answer = call(&api, "PUT", VARIANT, &body).await;
        let problem = answer.is_problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["field"], field, "{body}");
    }
    let other = VARIANT.replace("short", "control");
    let reserved = call(&api, "PUT", &other, &short(50, "x")).await;
    reserved.is_problem(404, "template_not_found");
    let saved = ok(&api, "PUT", VARIANT, &short(50, "second")).await;
    assert_eq!(
        (&saved["variant"], &saved["revision"]),
        (&json!("short"), &json!(1))
    );
    let again = call(&api, "PUT", VARIANT, &short(20, "x")).await;
    again.is_problem(428, "precondition_required");
    let listed = api
        .get(&format!("{TYPE}/variants"), &operator("acme"))
        .await;
    assert_eq!(listed.json()["variants"], json!([saved]));
    let previewed =
        json!({"notification_type": "order", "content": {}, "channel": "push", "variant": "short"});
    let previewed = ok(&api, "POST", "/api/v1/admin/templates/preview", &previewed).await;
    assert_eq!(previewed["previews"][0]["parts"]["title"], "second");

    let compared = api.get(&format!("{TYPE}/compare"), &operator("acme")).await;
    let compared = compared.json();
    let changes = compared["changes"].as_array().unwrap().iter();
    let changes = changes.map(|one| (&one["variant"], &one["to"]));
    let expected = [
        (&Value::Null, &json!("first")),
        (&json!("short"), &json!("second")),
    ];
    assert_eq!(changes.collect::<Vec<_>>(), expected);
    let weight = json!({"channel": "push", "variant": "short", "from": null, "to": 50});
    assert_eq!(compared["weights"], json!([weight]));

    ok(&api, "POST", &format!("{TYPE}/publish"), &json!({})).await;
    let results = async || {
        let answer = api.get(&format!("{TYPE}/results"), &operator("acme")).await;
        answer.json()
    };
    let before = results().await;
    let trial = &before["trials"][0];
    assert_eq!(
        (&trial["channel"], &trial["trial"]),
        (&json!("push"), &json!(1))
    );
    assert_eq!(trial["locales"], json!(["en"]));
    let names: Vec<_> = trial["variants"].as_array().unwrap().iter().collect();
    assert_eq!(
        (&names[0]["variant"], &names[0]["weight"]),
        (&json!("control"), &json!(50))
    );
    assert_eq!(names[1]["rates"]["read"]["rate"], Value::Null);
    assert_eq!(trial["winners"], json!({"read": null}));
    let version = api
        .get(&format!("{TYPE}/versions/1"), &operator("acme"))
        .await
        .json();
    assert_eq!(version["variants"]["push"]["short"]["weight"], 50);

    let promote = format!("{TYPE}/promote");
    let unknown = json!({"channel": "push", "variant": "long"});
    call(&api, "POST", &promote, &unknown)
        .await
        .is_problem(404, "template_not_found");
    let to = json!({"channel": "push", "variant": "short"});
    let outdated = with(&api, "POST", &promote, ("if-match", "\"7\""), &to).await;
    outdated.is_problem(412, "precondition_failed");
    let promoted = ok(&api, "POST", &promote, &to).await;
    assert_eq!(
        (&promoted["version"], &promoted["state"]),
        (&json!(2), &json!("current"))
    );
    assert_eq!(results().await["trials"], json!([]));
    let draft = api.get(DRAFT, &operator("acme")).await.json();
    assert_eq!(draft["parts"]["title"], "second");
    let gone = call(&api, "DELETE", VARIANT, &Value::Null).await;
    gone.is_problem(404, "template_not_found");
    let other = token("other", "ops", "admin");
    let hidden = api.get(&format!("{TYPE}/results"), &other).await;
    hidden.is_problem(404, "template_not_found");
}
