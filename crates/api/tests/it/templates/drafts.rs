//! Drafts: their parts, revisions and paths.

use serde_json::{Value, json};

use super::{DRAFT, TYPE, call, ok, save, titled, with};
use crate::support::{TestApi, operator};

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
