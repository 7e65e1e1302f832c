//! Versions: published, compared, scheduled, and brought back.

use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};

use super::{DRAFT, TYPE, call, ok, save, with};
use crate::support::{TestApi, operator, token};

#[tokio::test]
async fn versions_are_published_compared_and_rolled_back() {
    let api = TestApi::new().await;
    let publish = format!("{TYPE}/publish");
    call(&api, "POST", &publish, &json!({}))
        .await
        .is_problem(404, "template_not_found");
    save(&api, "first").await;
    let first = ok(&api, "POST", &publish, &json!({"comment": "new"})).await;
    assert_eq!(first["version"], 1);
    assert_eq!(
        (&first["state"], &first["comment"]),
        (&json!("current"), &json!("new"))
    );
    assert_eq!(
        (&first["made_by"], &first["publish_at"]),
        (&json!("ops"), &Value::Null)
    );
    let again = ok(&api, "POST", &publish, &json!({})).await;
    assert_eq!(again, first, "nothing has changed");
    save(&api, "second").await;
    let compared = api.get(&format!("{TYPE}/compare"), &operator("acme")).await;
    let change = json!({"channel": "push", "variant": null, "locale": "en", "part": "title", "from": "first", "to": "second"});
    let expected = json!({"changes": [change], "weights": []});
    assert_eq!(compared.json(), expected);
    ok(&api, "POST", &publish, &json!({})).await;
    let compared = api
        .get(&format!("{TYPE}/compare?from=2&to=1"), &operator("acme"))
        .await;
    assert_eq!(compared.json()["changes"][0]["to"], "first");
    let versions = api
        .get(&format!("{TYPE}/versions?limit=1"), &operator("acme"))
        .await;
    assert_eq!(versions.header("etag"), Some("\"2\""));
    let versions = versions.json();
    assert_eq!(versions["versions"][0]["version"], 2);
    let next = versions["next_cursor"].as_str().unwrap();
    let path = format!("{TYPE}/versions?cursor={next}");
    let rest = api.get(&path, &operator("acme")).await.json();
    assert_eq!(rest["versions"][0]["state"], "replaced");
    assert_eq!(rest["next_cursor"], Value::Null);
    let (back, to) = (format!("{TYPE}/rollback"), json!({"version": 1}));
    let outdated = with(&api, "POST", &back, ("if-match", "\"1\""), &to).await;
    outdated.is_problem(412, "precondition_failed");
    let third = with(&api, "POST", &back, ("if-match", "\"2\""), &to)
        .await
        .json();
    assert_eq!(
        (&third["version"], &third["state"]),
        (&json!(3), &json!("current"))
    );
    let shown = api
        .get(&format!("{TYPE}/versions/3"), &operator("acme"))
        .await
        .json();
    assert_eq!(shown["templates"]["push"]["en"]["title"], "first");
    assert_eq!(shown["comment"], "rolled back to version 1");
    let absent = call(&api, "POST", &back, &json!({"version": 9})).await;
    absent.is_problem(404, "template_not_found");
    let listed = api
        .get("/api/v1/admin/templates", &operator("acme"))
        .await
        .json();
    let one = &listed["templates"][0];
    assert_eq!(
        (&one["current_version"], &one["drafts"][0]["revision"]),
        (&json!(3), &json!(2))
    );
    let other = token("other", "ops", "admin");
    let none = api.get("/api/v1/admin/templates", &other).await.json();
    assert_eq!(none["templates"], json!([]));
}

#[tokio::test]
async fn a_version_waits_for_its_time_and_may_be_removed_before() {
    let api = TestApi::new().await;
    save(&api, "later").await;
    let publish = format!("{TYPE}/publish");
    for wrong in [
        Utc::now() - TimeDelta::minutes(1),
        Utc::now() + TimeDelta::days(400),
    ] {
        let answer = call(&api, "POST", &publish, &json!({"publish_at": wrong})).await;
        let problem = answer.is_problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["field"], "/publish_at");
    }
    let at = Utc::now() + TimeDelta::hours(1);
    let made = ok(&api, "POST", &publish, &json!({"publish_at": at})).await;
    assert_eq!(
        (&made["state"], &made["published_at"]),
        (&json!("scheduled"), &Value::Null)
    );
    let one = format!("{TYPE}/versions/1");
    assert_eq!(call(&api, "DELETE", &one, &Value::Null).await.status, 204);
    let gone = call(&api, "DELETE", &one, &Value::Null).await;
    gone.is_problem(404, "template_not_found");
    ok(&api, "POST", &publish, &json!({})).await;
    let stays = call(&api, "DELETE", &format!("{TYPE}/versions/2"), &Value::Null).await;
    stays.is_problem(409, "template_published");
    assert_eq!(call(&api, "DELETE", DRAFT, &Value::Null).await.status, 204);
    let nothing = call(&api, "POST", &publish, &json!({})).await;
    nothing.is_problem(409, "nothing_to_publish");
}

#[tokio::test]
async fn the_brand_comes_into_use_with_what_is_shared() {
    let api = TestApi::new().await;
    let path = "/api/v1/admin/brand";
    let none = api.get(path, &operator("acme")).await;
    assert_eq!(none.header("etag"), Some("\"0\""));
    assert_eq!(none.json()["name"], Value::Null);
    for (body, field, code) in [
        (
            json!({"logo": "http://a.example/x.png"}),
            "/logo",
            "invalid",
        ),
        (
            json!({"colors": {"accent": "red"}}),
            "/colors/accent",
            "invalid",
        ),
        (
            json!({"links": {"help": "javascript:x"}}),
            "/links/help",
            "invalid",
        ),
        (json!({"slogan": "x"}), "/slogan", "unknown_field"),
    ] {
        let problem = call(&api, "PUT", path, &body).await;
        let problem = problem.is_problem(422, "validation_failed");
        let error = &problem["errors"][0];
        assert_eq!(
            (&error["field"], &error["code"]),
            (&json!(field), &json!(code))
        );
    }
    let brand = json!({"name": "Acme", "colors": {"accent": "#0A7CFF"}});
    let set = ok(&api, "PUT", path, &brand).await;
    assert_eq!(
        (&set["name"], &set["colors"]["accent"]),
        (&json!("Acme"), &json!("#0a7cff"))
    );
    let again = call(&api, "PUT", path, &brand).await;
    again.is_problem(428, "precondition_required");
    save(&api, "Hi").await;
    ok(&api, "POST", &format!("{TYPE}/publish"), &json!({})).await;
    ok(
        &api,
        "POST",
        "/api/v1/admin/templates/_shared/publish",
        &json!({}),
    )
    .await;
    let versions = api
        .get(&format!("{TYPE}/versions"), &operator("acme"))
        .await
        .json();
    assert_eq!(versions["versions"][0]["version"], 2);
    assert_eq!(versions["versions"][0]["shared_version"], 1);
}

/// The built-in words are used again; the number of versions goes on.
#[tokio::test]
async fn a_type_is_retired_and_rolled_back() {
    let api = TestApi::new().await;
    let absent = call(&api, "DELETE", TYPE, &Value::Null).await;
    absent.is_problem(404, "template_not_found");
    let shared = "/api/v1/admin/templates/_shared";
    let shared = call(&api, "DELETE", shared, &Value::Null).await;
    shared.is_problem(422, "validation_failed");
    save(&api, "First").await;
    ok(&api, "POST", &format!("{TYPE}/publish"), &json!({})).await;
    let retired = call(&api, "DELETE", TYPE, &Value::Null).await;
    assert_eq!(retired.status, 204, "{}", retired.text);
    call(&api, "GET", DRAFT, &Value::Null)
        .await
        .is_problem(404, "template_not_found");
    let list = api.get("/api/v1/admin/templates", &operator("acme")).await;
    assert_eq!(list.json()["templates"], json!([]));
    let again = call(&api, "DELETE", TYPE, &Value::Null).await;
    again.is_problem(404, "template_not_found");
    let back = ok(
        &api,
        "POST",
        &format!("{TYPE}/rollback"),
        &json!({"version": 1}),
    )
    .await;
    assert_eq!(
        (&back["version"], &back["state"]),
        (&json!(2), &json!("current"))
    );
}
