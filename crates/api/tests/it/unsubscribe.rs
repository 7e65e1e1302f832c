//! Links to unsubscribe by one click (RFC 8058): what changes something, and what does not.

use std::sync::Arc;

use axum::body::Body;
use campanile_domain::{Clock, NotificationType, SystemClock, TenantId, UserId};
use campanile_links::{Links, PublicUrl, Unsubscribe};
use campanile_storage::Storage;
use http::Request;
use serde_json::{Value, json};
use url::Url;

use crate::support::{Answer, TestApi, operator, send_json, user};

/// The path of a link that a worker of the same installation makes.
async fn link(api: &TestApi, tenant: &str) -> String {
    let storage: Arc<dyn Storage> = api.storage.clone();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let public = PublicUrl::new(&Url::parse("https://notify.example").unwrap());
    let links = Links::new(storage, clock, Some(public));
    let what = Unsubscribe {
        tenant: TenantId::parse(tenant).unwrap(),
        user: UserId::parse("u1").unwrap(),
        notification_type: NotificationType::parse("news").unwrap(),
    };
    let url = links
        .unsubscribe_url(&what)
        .await
        .unwrap()
        .expect("a public https address");
    let path = url.strip_prefix("https://notify.example").unwrap();
    path.to_owned()
}

async fn ask(api: &TestApi, method: &str, path: &str) -> Answer {
    let request = Request::builder().method(method).uri(path);
    api.call(request.body(Body::empty()).unwrap()).await
}

async fn post(api: &TestApi, path: &str, kind: &str, body: &str) -> Answer {
    let request = Request::post(path).header("content-type", kind);
    api.call(request.body(body.to_owned().into()).unwrap())
        .await
}

const FORM: &str = "application/x-www-form-urlencoded";

/// Email switches of the user: all, and those of types.
async fn switches(api: &TestApi, tenant: &str) -> (Value, Value) {
    let path = "/api/v1/notifications/preferences";
    let found = api.get(path, &user(tenant, "u1")).await.json();
    (
        found["email_notifications"].clone(),
        found["channels"].clone(),
    )
}

const ALL_ON: fn() -> (Value, Value) = || (json!(true), json!({}));

#[tokio::test]
async fn scanners_that_follow_every_link_change_nothing() {
    let api = TestApi::new().await;
    let path = link(&api, "acme").await;
    for method in ["GET", "HEAD", "GET", "OPTIONS", "PUT", "DELETE"] {
        let answer = ask(&api, method, &path).await;
        let expected = if ["GET", "HEAD"].contains(&method) {
            200
        } else {
            405
        };
        assert_eq!(answer.status, expected, "{method}");
    }
    for body in ["", "List-Unsubscribe=Two-Clicks", "scope=none"] {
        let answer = post(&api, &path, FORM, body).await;
        assert_eq!(answer.status, 400, "{body}");
    }
    assert_eq!(switches(&api, "acme").await, ALL_ON());
    let page = ask(&api, "GET", &path).await;
    assert!(
        page.text.contains("<form method=\"post\">"),
        "{}",
        page.text
    );
    assert!(!page.text.contains("<script"), "{}", page.text);
    let policy = page.header("content-security-policy").unwrap();
    for part in [
        "default-src 'none'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
}

#[tokio::test]
async fn one_click_switches_mails_of_the_type_off() {
    let api = TestApi::new().await;
    let path = link(&api, "acme").await;
    let (boundary, kind) = ("--b\r\n", "multipart/form-data; boundary=b");
    let part =
        "Content-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--";
    let multipart = format!("{boundary}{part}\r\n");
    for (kind, body) in [
        (FORM, "List-Unsubscribe=One-Click"),
        (FORM, "List-Unsubscribe=One-Click"),
        (kind, &*multipart),
    ] {
        let answer = post(&api, &path, kind, body).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert!(answer.text.contains("role=\"status\""), "{}", answer.text);
        let off = json!({"news": {"email": false}});
        assert_eq!(switches(&api, "acme").await, (json!(true), off));
    }
    let all = post(&api, &path, FORM, "scope=all").await;
    assert_eq!(all.status, 200);
    let (is_on, types) = switches(&api, "acme").await;
    assert_eq!(
        (is_on, types),
        (json!(false), json!({"news": {"email": false}}))
    );
    assert_eq!(switches(&api, "other").await, ALL_ON());
}

#[tokio::test]
async fn a_link_that_was_made_elsewhere_is_not_valid() {
    let api = TestApi::new().await;
    let path = link(&api, "acme").await;
    link(&api, "other").await;
    let token = path.strip_prefix("/unsubscribe/").unwrap();
    let earlier = "/unsubscribe/AQRhY21lAUW7Yn-SoZ5vHn1nF0eZ2xm4Z0ZyZp0XvQ7aY1sBzYh3";
    let last = if token.ends_with('A') { "B" } else { "A" };
    let changed = format!("/unsubscribe/{}{last}", &token[..token.len() - 1]);
    let cut = format!("/unsubscribe/{}", &token[..token.len() / 2]);
    for wrong in [
        &*changed,
        &*cut,
        earlier,
        "/unsubscribe/x",
        "/unsubscribe/AQRub25l",
    ] {
        for answer in [
            ask(&api, "GET", wrong).await,
            post(&api, wrong, FORM, "List-Unsubscribe=One-Click").await,
        ] {
            assert_eq!(answer.status, 404, "{wrong}");
            let says_so = answer.text.contains("This link is not valid.");
            assert!(says_so && !answer.text.contains("<form"), "{}", answer.text);
            let kind = answer.header("content-type");
            assert_eq!(kind, Some("text/html; charset=utf-8"), "a page says so");
        }
    }
    assert_eq!(switches(&api, "acme").await, ALL_ON());
}

/// One link that is opened again and again, by a broken program or by someone who found it, is slowed down; others are not.
#[tokio::test]
async fn a_link_is_not_followed_faster_than_a_person_does() {
    let api = TestApi::new().await;
    let (path, other) = (link(&api, "acme").await, link(&api, "other").await);
    let mut answers = Vec::new();
    for n in 0..40 {
        let answer = match n % 2 {
            0 => ask(&api, "GET", &path).await,
            _ => post(&api, &path, FORM, "List-Unsubscribe=One-Click").await,
        };
        answers.push(answer.status.as_u16());
    }
    assert_eq!(answers[..30], [200; 30]);
    assert!(answers[30..].contains(&429), "{answers:?}");
    assert_eq!(ask(&api, "GET", &other).await.status, 200);
}

#[tokio::test]
async fn the_page_is_in_the_users_language_and_the_tenants_brand() {
    let api = TestApi::new().await;
    let path = link(&api, "acme").await;
    let locale = json!({"locale": "ar-EG"}).to_string();
    let put = send_json(
        "PUT",
        "/api/v1/users/u1",
        &crate::support::service("acme"),
        locale,
    );
    assert_eq!(api.call(put).await.status, 200);
    let brand = json!({"name": "Acme & Co", "logo": "https://pictures.example/a.png",
        "colors": {"accent": "#0a7cff"}});
    let put = send_json(
        "PUT",
        "/api/v1/admin/brand",
        &operator("acme"),
        brand.to_string(),
    );
    assert_eq!(api.call(put).await.status, 200);
    let page = ask(&api, "GET", &path).await;
    assert!(
        page.text.contains("<html lang=\"ar\" dir=\"rtl\">"),
        "{}",
        page.text
    );
    assert!(page.text.contains("alt=\"Acme &amp; Co\""), "{}", page.text);
    assert!(page.text.contains("--accent:#0a7cff"), "{}", page.text);
    assert!(
        page.text.contains("prefers-color-scheme:dark"),
        "{}",
        page.text
    );
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.contains("img-src https://pictures.example;"),
        "{policy}"
    );
}
