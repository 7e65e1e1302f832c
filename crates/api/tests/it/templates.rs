//! `/api/v1/admin/templates`, `/api/v1/admin/brand` and `/api/v1/admin/types`.

use campanile_domain::{ContentSchema, NotificationType, Precondition, TenantId};
use campanile_pipeline::{SchemaSaved, save_schema};
use chrono::{TimeDelta, Utc};
use http::Request;
use serde_json::{Value, json};

use crate::support::{Answer, TestApi, operator, send_json, token};

/// One of everything that a tenant can have of templates, in the order in which it is made.
pub fn belongings() -> [(&'static str, &'static str, Value); 5] {
    let template = "/api/v1/admin/templates/t/push/en";
    let publish = "/api/v1/admin/templates/t/publish";
    let later = Utc::now() + TimeDelta::days(1);
    [
        ("PUT", template, titled("Wording of acme")),
        (
            "PUT",
            "/api/v1/admin/templates/t/push/variants/v",
            json!({"weight": 10, "templates": {"en": {"title": "Other words of acme"}}}),
        ),
        ("POST", publish, json!({})),
        ("POST", publish, json!({"publish_at": later})),
        (
            "PUT",
            "/api/v1/admin/types/t",
            json!({"schema": {"type": "object"}}),
        ),
    ]
}

const DRAFT: &str = "/api/v1/admin/templates/order/push/en";
const TYPE: &str = "/api/v1/admin/templates/order";

async fn call(api: &TestApi, method: &str, path: &str, body: &Value) -> Answer {
    let call = send_json(method, path, &operator("acme"), body.to_string());
    api.call(call).await
}

async fn with(
    api: &TestApi,
    method: &str,
    path: &str,
    (header, value): (&str, &str),
    body: &Value,
) -> Answer {
    let token = operator("acme");
    let call = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
        .header(header, value);
    api.call(call.body(body.to_string().into()).unwrap()).await
}

fn titled(title: &str) -> Value {
    json!({"parts": {"title": title}})
}

async fn ok(api: &TestApi, method: &str, path: &str, body: &Value) -> Value {
    let answer = call(api, method, path, body).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    answer.json()
}

/// Saves the draft, whatever there is.
async fn save(api: &TestApi, title: &str) {
    let new = call(api, "PUT", DRAFT, &titled(title)).await;
    if new.status == 428 {
        let again = with(api, "PUT", DRAFT, ("if-match", "*"), &titled(title)).await;
        assert_eq!(again.status, 200, "{}", again.text);
    }
}

#[tokio::test]
async fn a_draft_is_saved_under_its_etag() {
    let api = TestApi::new().await;
    call(&api, "GET", DRAFT, &Value::Null)
        .await
        .is_problem(404, "template_not_found");
    let answer = call(&api, "PUT", DRAFT, &titled("Hi")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.header("etag"), Some("\"1\""));
    let draft = answer.json();
    assert_eq!(draft["type"], "order");
    assert_eq!(
        (&draft["channel"], &draft["locale"]),
        (&json!("push"), &json!("en"))
    );
    assert_eq!(
        (&draft["revision"], &draft["updated_by"]),
        (&json!(1), &json!("ops"))
    );
    let shown = api.get(DRAFT, &operator("acme")).await;
    assert_eq!((shown.json(), shown.header("etag")), (draft, Some("\"1\"")));
    let without = call(&api, "PUT", DRAFT, &titled("Ho")).await;
    let problem = without.is_problem(428, "precondition_required");
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .contains("If-Match: \"1\"")
    );
    let taken = with(&api, "PUT", DRAFT, ("if-none-match", "*"), &titled("Ho")).await;
    taken.is_problem(412, "precondition_failed");
    let outdated = with(&api, "PUT", DRAFT, ("if-match", "\"7\""), &titled("Ho")).await;
    let problem = outdated.is_problem(412, "precondition_failed");
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .contains("revision is 1")
    );
    let replaced = with(&api, "PUT", DRAFT, ("if-match", "\"1\""), &titled("Ho")).await;
    assert_eq!(replaced.header("etag"), Some("\"2\""));
    let malformed = with(&api, "PUT", DRAFT, ("if-match", "2"), &titled("Ho")).await;
    let problem = malformed.is_problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["field"], "If-Match");
    let late = with(&api, "DELETE", DRAFT, ("if-match", "\"1\""), &Value::Null).await;
    late.is_problem(412, "precondition_failed");
    let gone = call(&api, "DELETE", DRAFT, &Value::Null).await;
    assert_eq!(gone.status, 204);
    call(&api, "DELETE", DRAFT, &Value::Null)
        .await
        .is_problem(404, "template_not_found");
}

/// The locale has one spelling, whatever a path has.
#[tokio::test]
async fn a_path_leads_to_one_template_however_it_is_spelt() {
    let api = TestApi::new().await;
    let path = "/api/v1/admin/templates/order/push/pt_br";
    let draft = ok(&api, "PUT", path, &titled("Oi")).await;
    assert_eq!(draft["locale"], "pt-BR");
    let other = "/api/v1/admin/templates/order/push/PT-BR";
    let shown = api.get(other, &operator("acme")).await;
    assert_eq!(shown.json(), draft);
    for nowhere in [
        "order/pigeon/en",
        "Order/push/en",
        "order/push/e",
        "order/push/%ff",
    ] {
        let path = format!("/api/v1/admin/templates/{nowhere}");
        for method in ["GET", "PUT", "DELETE"] {
            let answer = call(&api, method, &path, &titled("Hi")).await;
            answer.is_problem(404, "template_not_found");
        }
    }
}

#[tokio::test]
async fn what_is_wrong_with_parts_is_named() {
    let api = TestApi::new().await;
    let long = "x".repeat(64 * 1024 + 1);
    for (channel, body, field, code) in [
        ("push", json!({}), "/parts", "required"),
        ("push", json!({"parts": {}}), "/parts", "required"),
        ("push", json!({"parts": []}), "/parts", "wrong_type"),
        (
            "push",
            json!({"parts": {"subject": "x"}}),
            "/parts/subject",
            "unknown_field",
        ),
        (
            "push",
            json!({"parts": {"title": 1}}),
            "/parts/title",
            "wrong_type",
        ),
        (
            "push",
            json!({"parts": {"title": ""}}),
            "/parts/title",
            "too_short",
        ),
        (
            "push",
            json!({"parts": {"title": long}}),
            "/parts/title",
            "too_long",
        ),
        (
            "push",
            json!({"parts": {"title": "a\u{0}"}}),
            "/parts/title",
            "control_character",
        ),
        (
            "email",
            json!({"parts": {"html": "a", "mjml": "b"}}),
            "/parts/mjml",
            "contradictory",
        ),
        (
            "webhook",
            json!({"parts": {"title": "x"}}),
            "",
            "not_supported",
        ),
        (
            "push",
            json!({"parts": {"title": "x"}, "part": 1}),
            "/part",
            "unknown_field",
        ),
    ] {
        let path = format!("/api/v1/admin/templates/order/{channel}/en");
        let answer = call(&api, "PUT", &path, &body).await;
        let problem = answer.is_problem(422, "validation_failed");
        let errors = problem["errors"].as_array().unwrap();
        assert_eq!(errors.len(), 1, "{problem}");
        assert_eq!(
            (&errors[0]["field"], &errors[0]["code"]),
            (&json!(field), &json!(code))
        );
    }
    let listed = api.get("/api/v1/admin/templates", &operator("acme")).await;
    assert_eq!(listed.json(), json!({"templates": [], "next_cursor": null}));
}

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

#[tokio::test]
async fn a_type_has_a_schema() {
    let api = TestApi::new().await;
    let path = "/api/v1/admin/types/order";
    let absent = api.get(path, &operator("acme")).await;
    absent.is_problem(404, "template_not_found");
    let schema = json!({"type": "object", "required": ["order_id"]});
    let body = json!({"schema": schema, "schema_strict": true});
    let set = ok(&api, "PUT", path, &body).await;
    let expected = json!({"type": "order", "schema": schema, "schema_strict": true, "revision": 1});
    assert_eq!(set, expected);
    let shown = api.get(path, &operator("acme")).await;
    assert_eq!((shown.json(), shown.header("etag")), (set, Some("\"1\"")));
    let again = call(&api, "PUT", path, &body).await;
    again.is_problem(428, "precondition_required");
    assert_eq!(call(&api, "DELETE", path, &Value::Null).await.status, 204);
    let absent = api.get(path, &operator("acme")).await;
    absent.is_problem(404, "template_not_found");
}

#[tokio::test]
async fn what_does_not_compile_is_refused_with_line_and_column() {
    let api = TestApi::new().await;
    let answer = call(&api, "PUT", DRAFT, &titled("Hi\n{{ content.id")).await;
    let problem = answer.is_problem(422, "validation_failed");
    let error = &problem["errors"][0];
    assert_eq!(error["field"], "/parts/title");
    let detail = error["detail"].as_str().unwrap();
    assert!(detail.starts_with("line 2, column "), "{detail}");
    call(&api, "GET", DRAFT, &Value::Null)
        .await
        .is_problem(404, "template_not_found");
}

#[tokio::test]
async fn a_preview_shows_drafts_and_versions() {
    let api = TestApi::new().await;
    let path = "/api/v1/admin/templates/preview";
    save(&api, "Order {{ content.id }}").await;
    ok(&api, "POST", &format!("{TYPE}/publish"), &json!({})).await;
    save(&api, "Parcel {{ content.di }}").await;
    let body = |more: Value| {
        let mut body =
            json!({"notification_type": "order", "content": {"id": 7}, "channel": "push"});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        body
    };
    let draft = ok(&api, "POST", path, &body(json!({}))).await;
    let push = &draft["previews"][0];
    assert_eq!(
        (&push["channel"], &push["level"]),
        (&json!("push"), &json!("stored"))
    );
    assert_eq!(push["parts"]["title"], "Parcel");
    let warning = &push["warnings"][0];
    assert_eq!(
        (&warning["part"], &warning["line"]),
        (&json!("title"), &json!(1))
    );
    let version = ok(&api, "POST", path, &body(json!({"version": 1}))).await;
    assert_eq!(version["previews"][0]["parts"]["title"], "Order 7");
    assert_eq!(version["previews"][0]["warnings"], json!([]));
    for (wrong, field) in [
        (json!({"version": 9}), "/version"),
        (json!({"user_id": "stranger"}), "/user_id"),
        (json!({"locale": "?"}), "/locale"),
        (json!({"content": 1}), "/content"),
    ] {
        let answer = call(&api, "POST", path, &body(wrong)).await;
        let problem = answer.is_problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["field"], field);
    }
}

#[tokio::test]
async fn a_content_that_violates_its_schema_is_refused_or_warned_of() {
    let api = TestApi::new().await;
    let schema = json!({"type": "object", "required": ["order_id"]});
    let path = "/api/v1/admin/types/order";
    let strict = json!({"schema": schema, "schema_strict": true});
    ok(&api, "PUT", path, &strict).await;
    let service = token("acme", "svc", "notifications:send");
    let send = |content: Value| {
        let body = json!({"notification_type": "order", "recipients": ["u1"], "channels": ["in_app"], "content": content});
        api.call(send_json(
            "POST",
            "/api/v1/notifications",
            &service,
            body.to_string(),
        ))
    };
    let problem = send(json!({})).await;
    let problem = problem.is_problem(422, "validation_failed");
    let error = &problem["errors"][0];
    assert_eq!(
        (&error["field"], &error["code"]),
        (&json!("/content"), &json!("schema"))
    );
    assert_eq!(send(json!({"order_id": 7})).await.status, 202);
    let lenient = json!({"schema": schema, "schema_strict": false});
    let other = TestApi::new().await;
    ok(&other, "PUT", path, &lenient).await;
    let body = json!({"notification_type": "order", "recipients": ["u1"], "channels": ["in_app"], "content": {}});
    let sent = other
        .call(send_json(
            "POST",
            "/api/v1/notifications",
            &service,
            body.to_string(),
        ))
        .await;
    assert_eq!(sent.status, 202, "{}", sent.text);
    let id = sent.json()["notifications"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let timeline = other
        .get(&format!("/api/v1/notifications/{id}/timeline"), &service)
        .await
        .json();
    let events = timeline["events"].as_array().unwrap();
    assert!(
        events.iter().any(|event| event["what"] == "warning"),
        "{timeline}"
    );
}

/// A release may allow less in schemas than the one before: that must not stop a tenant's notifications.
#[tokio::test]
async fn a_schema_that_no_longer_compiles_refuses_nothing_and_the_timeline_warns() {
    let api = TestApi::new().await;
    let path = "/api/v1/admin/types/order";
    let schema = json!({"schema": {"$ref": "#/$defs/order"}, "schema_strict": true});
    let refused = call(&api, "PUT", path, &schema).await;
    refused.is_problem(422, "validation_failed");
    // As a release stored it that took it.
    let (acme, of) = (
        TenantId::parse("acme").unwrap(),
        NotificationType::parse("order").unwrap(),
    );
    let stored = ContentSchema {
        schema: schema["schema"].to_string(),
        strict: true,
    };
    let saved = save_schema(
        api.storage.as_ref(),
        &acme,
        &of,
        Some(stored),
        Precondition::None,
    );
    assert!(matches!(saved.await, Ok(SchemaSaved::Stored(_))));
    let service = token("acme", "svc", "notifications:send");
    let body = json!({"notification_type": "order", "recipients": ["u1"], "channels": ["in_app"], "content": {"any": 1}});
    let sent = send_json("POST", "/api/v1/notifications", &service, body.to_string());
    let sent = api.call(sent).await;
    assert_eq!(sent.status, 202, "{}", sent.text);
    let sent = sent.json();
    let id = sent["notifications"][0]["id"].as_str().unwrap();
    let path = format!("/api/v1/notifications/{id}/timeline");
    let timeline = api.get(&path, &service).await.json();
    let events = timeline["events"].as_array().unwrap();
    let warning = events.iter().find(|event| event["what"] == "warning");
    let why = warning.expect("a warning")["why"].as_str().unwrap();
    assert!(why.contains("no longer compiles"), "{timeline}");
}

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
