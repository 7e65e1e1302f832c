//! Links without a login: who gets one, what uses it, and the pages behind it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use campanile_domain::{Channel, DeliveryState, ManualClock, NotificationType, TenantId};
use campanile_storage_contract::fixture::finished;
use chrono::{TimeDelta, Utc};
use http::Request;
use serde_json::{Value, json};

use crate::support::{
    Answer, PUBLIC_URL, TestApi, make_reachable, message, operator, send_json, service, token,
    user, work,
};

const LINKS: &str = "/api/v1/magic-links";

async fn api() -> TestApi {
    let api = TestApi::new().await;
    make_reachable(&api, "acme").await;
    api
}

async fn ask_for(api: &TestApi, token: &str, body: &Value) -> Answer {
    api.call(send_json("POST", LINKS, token, body.to_string()))
        .await
}

/// The path of a link of `u1` that is handed out.
async fn link(api: &TestApi, purpose: &str) -> String {
    let body = json!({"user_id": "u1", "purpose": purpose, "deliver": "return"});
    let made = ask_for(api, &operator("acme"), &body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let url = made.json()["url"].as_str().unwrap().to_owned();
    url.strip_prefix(PUBLIC_URL).unwrap().to_owned()
}

async fn call(api: &TestApi, method: &str, path: &str, cookie: &str, body: &str) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("cookie", cookie);
    api.call(request.body(Body::from(body.to_owned())).unwrap())
        .await
}

/// Uses a link; gives the path of the page behind it, and its cookie.
async fn open(api: &TestApi, purpose: &str) -> (String, String) {
    let path = link(api, purpose).await;
    let opened = call(api, "POST", &path, "", "").await;
    assert_eq!(opened.status, 303, "{}", opened.text);
    let place = opened.header("location").unwrap();
    let place = place.strip_prefix("..").unwrap().to_owned();
    let cookie = opened.header("set-cookie").unwrap();
    for part in [
        "HttpOnly",
        "SameSite=Strict",
        "Secure",
        "Max-Age=900",
        &format!("Path={place};"),
    ] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let cookie = cookie.split(';').next().unwrap().to_owned();
    (place, cookie)
}

#[tokio::test]
async fn programs_that_follow_every_link_use_none() {
    let api = api().await;
    let path = link(&api, "settings_view").await;
    for method in ["GET", "HEAD", "GET", "PUT", "DELETE", "OPTIONS"] {
        let answer = call(&api, method, &path, "", "").await;
        let expected = if ["GET", "HEAD"].contains(&method) {
            200
        } else {
            405
        };
        assert_eq!(answer.status, expected, "{method}");
    }
    let page = call(&api, "GET", &path, "", "").await;
    assert!(
        page.text.contains("<form method=\"post\"><button"),
        "{}",
        page.text
    );
    assert!(!page.text.contains("<script"), "{}", page.text);
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(call(&api, "POST", &path, "", "").await.status, 303);
    let again = call(&api, "POST", &path, "", "").await;
    assert_eq!(again.status, 410);
    assert!(again.header("set-cookie").is_none());
    assert!(again.text.contains("has been used"), "{}", again.text);
}

#[tokio::test]
async fn of_many_who_use_a_link_at_once_one_gets_in() {
    let api = api().await;
    let path = link(&api, "settings_view").await;
    let all = (0..8).map(|_| call(&api, "POST", &path, "", ""));
    let answers = futures_util::future::join_all(all).await;
    let opened = answers.iter().filter(|answer| answer.status == 303).count();
    assert_eq!(opened, 1);
}

#[tokio::test]
async fn a_link_and_a_page_end_after_a_quarter_of_an_hour() {
    let clock = Arc::new(ManualClock::new(Utc::now()));
    let api = TestApi::by_clock(clock.clone()).await;
    let unused = link(&api, "settings_view").await;
    let (place, cookie) = open(&api, "settings_view").await;
    clock.advance(TimeDelta::minutes(14));
    assert_eq!(call(&api, "GET", &unused, "", "").await.status, 200);
    assert_eq!(call(&api, "GET", &place, &cookie, "").await.status, 200);
    clock.advance(TimeDelta::minutes(1));
    for (method, path) in [
        ("GET", &unused),
        ("POST", &unused),
        ("GET", &place),
        ("POST", &place),
    ] {
        let answer = call(&api, method, path, &cookie, "").await;
        assert_eq!(answer.status, 410, "{method} {path}");
    }
}

#[tokio::test]
async fn a_page_opens_for_its_browser_its_purpose_and_its_tenant_only() {
    let api = api().await;
    let (place, cookie) = open(&api, "settings_view").await;
    let (other, other_cookie) = open(&api, "settings_view").await;
    assert_eq!(call(&api, "GET", &place, &cookie, "").await.status, 200);
    let token = place.strip_prefix("/preferences/").unwrap();
    for (path, cookie) in [
        (place.as_str(), ""),
        (&place, "campanile_page="),
        (&place, &other_cookie),
        (&other, &cookie),
        (&format!("/status/{token}"), &cookie),
    ] {
        assert_eq!(
            call(&api, "GET", path, cookie, "").await.status,
            410,
            "{path} {cookie}"
        );
    }
    let form = "way=push&from=22:00&to=08:00&timezone=UTC";
    assert_eq!(call(&api, "POST", &place, "", form).await.status, 410);
    // What opens one page opens nothing else.
    let magic = link(&api, "settings_view").await;
    let magic = magic.strip_prefix("/auth/magic?token=").unwrap();
    for path in [
        format!("/preferences/{magic}"),
        format!("/unsubscribe/{magic}"),
        format!("/auth/magic?token={token}"),
        "/auth/magic".to_owned(),
        "/status/x".to_owned(),
    ] {
        assert_eq!(
            call(&api, "GET", &path, &cookie, "").await.status,
            404,
            "{path}"
        );
    }
    let choices = api
        .get("/api/v1/notifications/preferences", &user("acme", "u1"))
        .await;
    assert_eq!(choices.json()["email_notifications"], true);
}

#[tokio::test]
async fn preferences_are_changed_by_a_form() {
    let api = api().await;
    let locale = json!({"email": "u1@example.com", "locale": "ar-EG", "timezone": "Africa/Cairo"});
    let put = send_json(
        "PUT",
        "/api/v1/users/u1",
        &service("acme"),
        locale.to_string(),
    );
    assert_eq!(api.call(put).await.status, 200);
    assert_eq!(api.post(message(&["u1"]).to_string()).await.status, 202);
    let (place, cookie) = open(&api, "settings_view").await;
    let page = call(&api, "GET", &place, &cookie, "").await;
    for part in [
        "<html lang=\"ar\" dir=\"rtl\">",
        "name=\"way\" value=\"email\" checked",
        "name=\"on\" value=\"push:new_message\" checked",
        "value=\"Africa/Cairo\"",
    ] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    let form = "way=push&type=new_message&on=email:new_message&quiet=on&from=21:30&to=07:00&timezone=africa/cairo";
    let saved = call(&api, "POST", &place, &cookie, form).await;
    assert_eq!(saved.status, 200);
    assert!(saved.text.contains("role=\"status\""), "{}", saved.text);
    assert!(
        !saved.text.contains("value=\"email\" checked"),
        "{}",
        saved.text
    );
    let found = api
        .get("/api/v1/notifications/preferences", &user("acme", "u1"))
        .await;
    let found = found.json();
    assert_eq!(found["email_notifications"], false);
    assert_eq!(found["channels"]["new_message"]["push"], false);
    assert_eq!(found["channels"]["new_message"]["email"], Value::Null);
    let hours = json!({"enabled": true, "start_time": "21:30", "end_time": "07:00", "timezone": "Africa/Cairo"});
    assert_eq!(found["quiet_hours"], hours);
    let wrong = form.replace("07:00", "21:30");
    let wrong = call(&api, "POST", &place, &cookie, &wrong).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("role=\"alert\""), "{}", wrong.text);
}

#[tokio::test]
async fn the_status_page_tells_how_each_notification_was_delivered() {
    let api = api().await;
    let (place, cookie) = open(&api, "notification_status").await;
    let empty = call(&api, "GET", &place, &cookie, "").await;
    assert!(
        empty.text.contains("There are no notifications."),
        "{}",
        empty.text
    );
    let mut sent = message(&["u1"]);
    sent["title"] = json!("<b>Hello</b>");
    assert_eq!(api.post(sent.to_string()).await.status, 202);
    let acme = TenantId::parse("acme").unwrap();
    work(api.storage.as_ref(), &acme, Channel::Email, |job| {
        finished(job, DeliveryState::Sent)
    })
    .await;
    let page = call(&api, "GET", &place, &cookie, "").await;
    for part in [
        "&lt;b&gt;Hello",
        "New messages",
        "<li>Email: Sent</li>",
        "<li>In the app: Sent</li>",
    ] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    let item = api
        .get("/api/v1/notifications", &user("acme", "u1"))
        .await
        .json();
    assert_eq!(item["notifications"][0]["is_read"], false);
    // By mail alone: no inbox shows it, the page does.
    let mut mail_only = message(&["u1"]);
    mail_only["title"] = json!("Receipt");
    mail_only["channels"] = json!(["email"]);
    assert_eq!(api.post(mail_only.to_string()).await.status, 202);
    work(api.storage.as_ref(), &acme, Channel::Email, |job| {
        finished(job, DeliveryState::Dead)
    })
    .await;
    let page = call(&api, "GET", &place, &cookie, "").await.text;
    let (newest, older) = page.split_once("Hello").expect("both");
    assert!(newest.contains("Receipt"), "{page}");
    assert_eq!(newest.matches("<li>Email: ").count(), 1, "{page}");
    assert_eq!(newest.matches("<li>In the app: ").count(), 0, "{page}");
    assert_eq!(older.matches("<li>In the app: ").count(), 1, "{page}");
    assert!(!page.contains("magic_link"), "{page}");
    let post = call(&api, "POST", &place, &cookie, "").await;
    assert_eq!(post.status, 405, "there is nothing to change");
}

/// The same answer, no earlier for the one than for the other, and a mail for the one.
#[tokio::test]
async fn who_asks_does_not_learn_whether_a_user_exists() {
    let api = api().await;
    let mut answers = Vec::new();
    for to in [
        json!({"email": "U1@Example.com"}),
        json!({"email": "nobody@example.com"}),
        json!({"user_id": "nobody"}),
    ] {
        let mut body = to.clone();
        body["purpose"] = json!("settings_view");
        let begun = Instant::now();
        let answer = ask_for(&api, &service("acme"), &body).await;
        assert!(begun.elapsed() >= Duration::from_millis(250), "{to}");
        assert_eq!(answer.status, 202, "{}", answer.text);
        answers.push(answer.text);
    }
    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "{answers:?}"
    );
    let acme = TenantId::parse("acme").unwrap();
    let mut mails = Vec::new();
    work(api.storage.as_ref(), &acme, Channel::Email, |job| {
        mails.push(job.notification.clone());
        finished(job, DeliveryState::Sent)
    })
    .await;
    assert_eq!(mails.len(), 1);
    assert_eq!(
        mails[0].notification_type.as_str(),
        NotificationType::MAGIC_LINK
    );
    let link = mails[0].item.link.as_ref().unwrap().as_str();
    let path = link.strip_prefix(PUBLIC_URL).unwrap();
    assert_eq!(call(&api, "POST", path, "", "").await.status, 303);
    let inbox = api.get("/api/v1/notifications", &user("acme", "u1")).await;
    assert_eq!(inbox.json()["total"], 0, "the link is in no inbox");
}

#[tokio::test]
async fn a_tenant_without_room_answers_alike_for_users_and_others() {
    let api = api().await;
    let root = token("other", "root", "platform");
    let limit = json!({"max_queued": 1}).to_string();
    let limited = send_json("PATCH", "/api/v1/admin/tenants/acme", &root, limit);
    assert_eq!(api.call(limited).await.status, 200);
    let waits = api.post(message(&["u1"]).to_string()).await;
    assert_eq!(waits.status, 202, "{}", waits.text);
    for to in ["u1", "stranger"] {
        let body = json!({"user_id": to, "purpose": "settings_view"});
        let answer = ask_for(&api, &service("acme"), &body).await;
        answer.is_problem(429, "queue_full");
    }
}

fn not_sent(purpose: &str) -> bool {
    let counted =
        format!(r#"campanile_magic_links_total{{event="not_sent",purpose="{purpose}"}} 1"#);
    campanile_telemetry::render_metrics().contains(&counted)
}

/// Sends the mails that are due to users of `acme`; how many they are.
async fn mails_sent(api: &TestApi) -> usize {
    let acme = TenantId::parse("acme").unwrap();
    let mut mails = 0;
    work(api.storage.as_ref(), &acme, Channel::Email, |job| {
        mails += 1;
        finished(job, DeliveryState::Sent)
    })
    .await;
    mails
}

#[tokio::test]
async fn of_two_users_with_a_mailbox_one_may_get_no_mail_and_the_answer_stays_the_same() {
    let api = api().await;
    let shared = json!({"email": "u1@example.com"}).to_string();
    let put = send_json("PUT", "/api/v1/users/u2", &service("acme"), shared);
    assert!(api.call(put).await.status.is_success());
    let root = token("other", "root", "platform");
    let limit = json!({"max_queued": 1}).to_string();
    let limited = send_json("PATCH", "/api/v1/admin/tenants/acme", &root, limit);
    assert_eq!(api.call(limited).await.status, 200);
    let body = json!({"email": "u1@example.com", "purpose": "settings_view"});
    let answer = ask_for(&api, &service("acme"), &body).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
    assert_eq!(mails_sent(&api).await, 1);
    assert!(not_sent("settings_view"));
}

#[tokio::test]
async fn a_schema_that_refuses_the_mail_does_not_show_that_a_user_exists() {
    let api = api().await;
    let schema = json!({"schema": {"required": ["order_id"]}, "schema_strict": true}).to_string();
    let path = format!("/api/v1/admin/types/{}", NotificationType::MAGIC_LINK);
    let set = send_json("PUT", &path, &operator("acme"), schema);
    let set = api.call(set).await;
    assert!(set.status.is_success(), "{}", set.text);
    let mut answers = Vec::new();
    for to in ["u1", "stranger"] {
        let body = json!({"user_id": to, "purpose": "notification_status"});
        let answer = ask_for(&api, &service("acme"), &body).await;
        answers.push((answer.status, answer.text));
    }
    assert_eq!(answers[0].0, 202, "{answers:?}");
    assert_eq!(answers[0], answers[1]);
    assert!(not_sent("notification_status"));
}

#[tokio::test]
async fn nothing_switches_the_mail_off_and_no_one_else_sends_its_type() {
    let api = api().await;
    let off = json!({"email_notifications": false, "quiet_hours": {"enabled": true, "start_time": "00:00", "end_time": "23:59"}});
    let path = "/api/v1/notifications/preferences";
    let put = send_json("PUT", path, &user("acme", "u1"), off.to_string());
    assert_eq!(api.call(put).await.status, 200);
    let body = json!({"user_id": "u1", "purpose": "notification_status"});
    assert_eq!(ask_for(&api, &service("acme"), &body).await.status, 202);
    assert_eq!(mails_sent(&api).await, 1);
    let mut forged = message(&["u1"]);
    forged["notification_type"] = json!(NotificationType::MAGIC_LINK);
    let refused = api.post(forged.to_string()).await;
    refused.names_wrong(&[("/notification_type", "invalid")]);
}

#[tokio::test]
async fn only_who_may_read_gets_a_link_in_hand() {
    let api = api().await;
    let body = json!({"user_id": "u1", "purpose": "settings_view", "deliver": "return"});
    let refused = ask_for(&api, &service("acme"), &body).await;
    refused.is_problem(403, "insufficient_scope");
    let reader = token("acme", "desk", "read:notifications");
    assert_eq!(ask_for(&api, &reader, &body).await.status, 201);
    let log = api
        .get("/api/v1/admin/audit-log", &operator("acme"))
        .await
        .json();
    let entry = &log["entries"][0];
    assert_eq!(
        (&entry["action"], &entry["target"]),
        (&json!("magic_link.create"), &json!("user/u1"))
    );
    assert!(!log.to_string().contains("token="), "{log}");
    for scope in ["inbox", "admin:read", "templates:write"] {
        let refused = ask_for(&api, &token("acme", "u1", scope), &body).await;
        refused.is_problem(403, "insufficient_scope");
    }
    let unknown =
        json!({"email": "nobody@example.com", "purpose": "settings_view", "deliver": "return"});
    let unknown = ask_for(&api, &operator("acme"), &unknown).await;
    unknown.is_problem(404, "user_not_found");
}

#[tokio::test]
async fn one_person_is_sent_few_links() {
    let api = api().await;
    let body = json!({"user_id": "u1", "purpose": "settings_view", "deliver": "return"});
    for expected in [201, 201, 201, 429] {
        let answer = ask_for(&api, &operator("acme"), &body).await;
        assert_eq!(answer.status, expected, "{}", answer.text);
    }
    let other = json!({"user_id": "u2", "purpose": "settings_view", "deliver": "return"});
    assert_eq!(ask_for(&api, &operator("acme"), &other).await.status, 201);
}

#[tokio::test]
async fn wrong_fields_are_named_and_links_need_an_address() {
    let api = api().await;
    let asked = async |body: Value| ask_for(&api, &operator("acme"), &body).await;
    for (body, wrong) in [
        (
            json!({"purpose": "settings_view"}),
            ("/user_id", "required"),
        ),
        (json!({"user_id": "u1"}), ("/purpose", "required")),
        (
            json!({"user_id": "u1", "purpose": "all"}),
            ("/purpose", "unknown_value"),
        ),
        (
            json!({"email": "x", "purpose": "settings_view"}),
            ("/email", "invalid"),
        ),
        (
            json!({"user_id": "u1", "email": "a@example.com", "purpose": "settings_view"}),
            ("/email", "contradictory"),
        ),
    ] {
        asked(body).await.names_wrong(&[wrong]);
    }
    let plain = TestApi::with_public_url(None).await;
    let body = json!({"user_id": "u1", "purpose": "settings_view"});
    let answer = ask_for(&plain, &service("acme"), &body).await;
    answer.is_problem(409, "not_configured");
    let http = TestApi::with_public_url(Some("http://127.0.0.1:8080")).await;
    let answer = ask_for(&http, &service("acme"), &body).await;
    answer.is_problem(409, "not_configured");
    let body = json!({"user_id": "u1", "purpose": "settings_view", "deliver": "return"});
    let answer = ask_for(&http, &operator("acme"), &body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
}
