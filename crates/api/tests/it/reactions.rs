//! Opens and clicks of mails: what is counted, where links lead, and where they do not.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use campanile_domain::{
    Channel, Clock, DeliveryId, DeliveryState, ManualClock, NotificationId, TenantId,
};
use campanile_links::{Links, MailLinks, PublicUrl};
use campanile_storage::Storage;
use campanile_storage_contract::fixture::finished;
use chrono::{TimeDelta, Utc};
use http::Request;
use serde_json::{Value, json};
use url::Url;

use crate::support::{
    Answer, Fault, TestApi, make_reachable, message, send_json, service, token, work,
};

const PUBLIC: &str = "https://notify.example";
const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0";
const TARGET: &str = "https://shop.example/order?id=7&a=b";

/// An API, and a mail that it has sent.
struct Sent {
    api: TestApi,
    clock: Arc<ManualClock>,
    id: NotificationId,
    delivery: DeliveryId,
}

impl Sent {
    async fn new() -> Self {
        let sent = Self::just_now().await;
        // Late enough that a reader may have the mail.
        sent.clock.advance(TimeDelta::seconds(20));
        sent
    }

    async fn just_now() -> Self {
        let clock = Arc::new(ManualClock::new(Utc::now()));
        let api = TestApi::by_clock(Arc::clone(&clock) as Arc<dyn Clock>).await;
        make_reachable(&api, "acme").await;
        let mut body = message(&["u1"]);
        body["channels"] = json!(["email"]);
        assert_eq!(api.post(body.to_string()).await.status, 202);
        let (acme, mut sent) = (TenantId::parse("acme").unwrap(), None);
        work(api.storage.as_ref(), &acme, Channel::Email, |job| {
            sent = Some((job.notification.id, job.delivery_id));
            finished(job, DeliveryState::Sent)
        })
        .await;
        let (id, delivery) = sent.unwrap();
        let sent = Self {
            api,
            clock,
            id,
            delivery,
        };
        sent.track(json!({"track_opens": true, "track_clicks": true}))
            .await;
        sent
    }

    async fn track(&self, switches: Value) {
        let path = "/api/v1/admin/tenants/acme";
        let platform = token("acme", "ops", "platform");
        let patch = send_json("PATCH", path, &platform, switches.to_string());
        let answer = self.api.call(patch).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }

    /// What a worker of the same installation makes links with.
    async fn links(&self, tenant: &str) -> MailLinks {
        let storage: Arc<dyn Storage> = self.api.storage.clone();
        let public = PublicUrl::new(&Url::parse(PUBLIC).unwrap());
        let links = Links::new(storage, self.clock.clone(), Some(public));
        let tenant = TenantId::parse(tenant).unwrap();
        let made = links.of_mail(&tenant, self.id, self.delivery).await;
        made.unwrap().unwrap()
    }

    async fn open(&self) -> String {
        path(&self.links("acme").await.picture().unwrap())
    }

    async fn click(&self) -> String {
        path(&self.links("acme").await.click(TARGET).unwrap().unwrap())
    }

    async fn ask(&self, method: &str, path: &str, user_agent: &str) -> Answer {
        let request = Request::builder().method(method).uri(path);
        let request = request.header("user-agent", user_agent);
        self.api.call(request.body(Body::empty()).unwrap()).await
    }

    /// Which reactions the timeline shows, and its events of them.
    async fn seen(&self) -> (Vec<&'static str>, Vec<String>) {
        let path = format!("/api/v1/notifications/{}/timeline", self.id);
        let timeline = self.api.get(&path, &service("acme")).await.json();
        let delivery = &timeline["deliveries"][0];
        assert_eq!(delivery["channel"], "email");
        let names = [
            "opened_at",
            "clicked_at",
            "machine_opened_at",
            "machine_clicked_at",
        ];
        let seen = names.into_iter().filter(|name| delivery[name].is_string());
        let events = timeline["events"].as_array().unwrap().iter();
        let events = events.filter(|event| {
            let what = event["what"].as_str().unwrap();
            what == "opened" || what == "clicked"
        });
        let events = events.map(|event| {
            let text = |name: &str| event[name].as_str().unwrap().to_owned();
            format!("{} ({})", text("what"), text("why"))
        });
        (seen.collect(), events.collect())
    }
}

fn path(url: &str) -> String {
    url.strip_prefix(PUBLIC).unwrap().to_owned()
}

#[tokio::test]
async fn readers_are_led_on_and_counted_once() {
    let sent = Sent::new().await;
    let (open, click) = (sent.open().await, sent.click().await);
    for (method, expected) in [("HEAD", 0), ("GET", 2), ("GET", 2)] {
        let answer = sent.ask(method, &click, BROWSER).await;
        assert_eq!(answer.status, 302);
        assert_eq!(answer.header("location"), Some(TARGET));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        let answer = sent.ask(method, &open, BROWSER).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), Some("image/gif"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.text.starts_with("GIF89a"), method == "GET");
        let (seen, events) = sent.seen().await;
        assert_eq!((seen.len(), events.len()), (expected, expected), "{method}");
    }
    let (seen, events) = sent.seen().await;
    assert_eq!(seen, ["opened_at", "clicked_at"]);
    assert!(events.contains(&"opened (email: by the user)".to_owned()));
    for method in ["POST", "PUT", "DELETE"] {
        assert_eq!(sent.ask(method, &click, BROWSER).await.status, 405);
    }
}

#[tokio::test]
async fn programs_are_counted_apart_and_led_on_as_well() {
    let sent = Sent::new().await;
    let (open, click) = (sent.open().await, sent.click().await);
    let proxy =
        "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)";
    assert_eq!(sent.ask("GET", &open, proxy).await.status, 200);
    assert_eq!(sent.ask("GET", &click, "curl/8.0").await.status, 302);
    let (seen, events) = sent.seen().await;
    assert_eq!(seen, ["machine_opened_at", "machine_clicked_at"]);
    assert!(events.contains(&"clicked (email: by a program)".to_owned()));
    assert_eq!(sent.ask("GET", &open, BROWSER).await.status, 200);
    assert_eq!(sent.seen().await.0.len(), 3);
}

#[tokio::test]
async fn nobody_reads_a_mail_in_the_second_of_its_delivery() {
    let sent = Sent::just_now().await;
    let click = sent.click().await;
    assert_eq!(sent.ask("GET", &click, BROWSER).await.status, 302);
    assert_eq!(sent.seen().await.0, ["machine_clicked_at"]);
}

#[tokio::test]
async fn what_is_not_tracked_any_more_is_not_noted_and_leads_on() {
    let sent = Sent::new().await;
    let (open, click) = (sent.open().await, sent.click().await);
    sent.track(json!({"track_clicks": false})).await;
    assert_eq!(sent.ask("GET", &click, BROWSER).await.status, 302);
    assert_eq!(sent.ask("GET", &open, BROWSER).await.status, 200);
    assert_eq!(sent.seen().await.0, ["opened_at"]);
}

#[tokio::test]
async fn readers_are_led_on_where_nothing_can_be_noted() {
    let sent = Sent::new().await;
    let click = sent.click().await;
    sent.ask("HEAD", &click, BROWSER).await;
    sent.api.storage.break_call("reacted_to", Fault::Error);
    let answer = sent.ask("GET", &click, BROWSER).await;
    assert_eq!(answer.header("location"), Some(TARGET));
    sent.api.storage.recover();
    assert_eq!(sent.seen().await.0.len(), 0);
}

#[tokio::test]
async fn links_that_are_not_ours_or_old_lead_nowhere() {
    let sent = Sent::new().await;
    let (open, click) = (sent.open().await, sent.click().await);
    let token = click.strip_prefix("/click/").unwrap();
    let last = if token.ends_with('A') { "B" } else { "A" };
    let (head, half) = (&token[..token.len() - 1], &token[..token.len() / 2]);
    // Of another tenant, whose name is put in.
    let other = path(&sent.links("other").await.click(TARGET).unwrap().unwrap());
    for wrong in [
        format!("/click/{head}{last}"),
        format!("/click/{half}"),
        "/click/x".to_owned(),
        "/click/https://evil.example".to_owned(),
        format!("/click/{}", "A".repeat(3_000)),
        open.replace("/open/", "/click/"),
        click.replace("/click/", "/open/"),
        format!("/unsubscribe/{token}"),
    ] {
        let answer = sent.ask("GET", &wrong, BROWSER).await;
        assert_eq!(answer.status, 404, "{wrong}");
        assert_eq!(answer.header("location"), None);
        assert!(!answer.text.contains("evil"), "{}", answer.text);
        let is_page = answer.text.starts_with("<!doctype html>");
        assert_eq!(is_page, !wrong.contains("evil"), "{wrong}: {}", answer.text);
    }
    // It leads on, and no delivery of that tenant is found.
    assert_eq!(sent.ask("GET", &other, BROWSER).await.status, 302);
    assert_eq!(sent.seen().await.0.len(), 0);

    sent.clock.advance(TimeDelta::days(731));
    for old in [&open, &click] {
        let answer = sent.ask("GET", old, BROWSER).await;
        assert_eq!(answer.status, 410, "{}", answer.text);
        assert!(answer.text.contains("<html"), "{}", answer.text);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
}

#[tokio::test]
async fn links_of_a_deleted_tenant_lead_nowhere() {
    let sent = Sent::new().await;
    let click = sent.click().await;
    let platform = token("default", "ops", "platform");
    let remove = crate::support::delete("/api/v1/admin/tenants/acme", &platform);
    assert_eq!(sent.api.call(remove).await.status, 202);
    // The deletion is announced within the process, and heard a moment later.
    let nowhere = async {
        while sent.ask("GET", &click, BROWSER).await.status != 404 {
            tokio::task::yield_now().await;
        }
    };
    let heard = tokio::time::timeout(Duration::from_secs(30), nowhere).await;
    heard.expect("the link of a deleted tenant leads nowhere");
}

#[tokio::test]
async fn the_switches_say_where_they_have_no_effect() {
    let api = TestApi::with_public_url(None).await;
    let platform = token("default", "ops", "platform");
    let path = "/api/v1/admin/tenants/acme";
    let set = async |body: Value| {
        let patch = send_json("PATCH", path, &platform, body.to_string());
        api.call(patch).await.json()
    };
    let before = api.get(path, &platform).await.json();
    for name in ["track_opens", "track_clicks"] {
        assert_eq!(before[name], false);
    }
    assert_eq!(before["warnings"], json!([]));
    let on = set(json!({"track_clicks": true})).await;
    let warning = on["warnings"][0].as_str().unwrap();
    assert!(warning.contains("CAMPANILE_PUBLIC_URL"), "{warning}");
    assert_eq!(api.get(path, &platform).await.json(), on);
    let off = set(json!({"track_clicks": false})).await;
    assert_eq!(off["warnings"], json!([]));
    let log = "/api/v1/admin/audit-log";
    let log = api.get(log, &crate::support::operator("acme")).await.json();
    assert_eq!(log["entries"][0]["after"]["track_clicks"], false);
    assert_eq!(log["entries"][1]["after"]["track_clicks"], true);
}
