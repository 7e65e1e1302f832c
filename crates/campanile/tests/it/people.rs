//! Push and mail to people: from the address book to the provider, alone and as a cluster.

use std::time::{Duration, Instant};

use campanile_test_support::fcm::{FcmReply, FcmServer};
use campanile_test_support::smtp::{SmtpAct, SmtpOffers, SmtpServer};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::cluster::Cluster;
use crate::support::{Process, token};

/// The operator's accounts, as variables.
pub fn accounts(fcm: &FcmServer, relay: &SmtpServer) -> Vec<(String, String)> {
    let account = fcm.account();
    [
        ("FCM_PROJECT_ID", account.project_id.clone()),
        ("FCM_CLIENT_EMAIL", account.client_email.clone()),
        ("FCM_PRIVATE_KEY", account.private_key.clone()),
        ("FCM_PRIVATE_KEY_ID", account.private_key_id.clone()),
        ("FCM_TOKEN_URI", fcm.token_uri().to_owned()),
        ("FCM_ENDPOINT", fcm.endpoint()),
        ("SMTP_HOST", "127.0.0.1".to_owned()),
        ("SMTP_PORT", relay.port().to_string()),
        ("SMTP_TLS", "none".to_owned()),
        ("EMAIL_FROM", "Campanile <bell@example.com>".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

pub fn borrowed(variables: &[(String, String)]) -> Vec<(&str, &str)> {
    let pairs = variables.iter();
    pairs.map(|(n, v)| (n.as_str(), v.as_str())).collect()
}

/// The calling services and apps of one tenant.
pub struct House {
    pub base: String,
    pub service: String,
    pub user: Box<dyn Fn(&str) -> String>,
    pub client: reqwest::Client,
}

impl House {
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        token: &str,
        body: &Value,
    ) -> (u16, Value) {
        let request = self
            .client
            .request(method, format!("{}{path}", self.base))
            .bearer_auth(token);
        let request = if body.is_null() {
            request
        } else {
            request.json(body)
        };
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        (
            status.as_u16(),
            serde_json::from_str(&text).unwrap_or(Value::Null),
        )
    }

    async fn device(&self, user: &str, value: &str) {
        let body = json!({"kind": "token", "value": value, "platform": "android"});
        let token = (self.user)(user);
        let (status, answer) = self
            .call(Method::POST, "/api/v1/devices", &token, &body)
            .await;
        assert_eq!(status, 201, "{answer}");
    }

    async fn devices(&self, user: &str) -> usize {
        let token = (self.user)(user);
        let (_, page) = self
            .call(Method::GET, "/api/v1/devices", &token, &Value::Null)
            .await;
        page["devices"].as_array().unwrap().len()
    }

    pub async fn mail_address(&self, user: &str, address: &str) {
        let (path, body) = (format!("/api/v1/users/{user}"), json!({"email": address}));
        let (status, answer) = self.call(Method::PUT, &path, &self.service, &body).await;
        assert_eq!(status, 200, "{answer}");
    }

    /// Sends to one user; gives the notification's id.
    pub async fn send(&self, user: &str) -> String {
        let body = json!({
            "notification_type": "new_message", "recipients": [user],
            "content": {"sender_username": "Zoë", "message_preview": "Are you coming?"},
            "channels": ["in_app", "push", "email"],
        });
        let (status, answer) = self
            .call(Method::POST, "/api/v1/notifications", &self.service, &body)
            .await;
        assert_eq!(status, StatusCode::ACCEPTED.as_u16(), "{answer}");
        answer["notifications"][0]["id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// The story of a notification once nothing is left to do.
    pub async fn story(&self, id: &str) -> Value {
        let until = Instant::now() + Duration::from_secs(20);
        loop {
            let path = format!("/api/v1/notifications/{id}/timeline");
            let (_, story) = self
                .call(Method::GET, &path, &self.service, &Value::Null)
                .await;
            let ways = story["deliveries"].as_array().unwrap();
            let is_open = |way: &Value| matches!(way["status"].as_str(), Some("queued"));
            if ways.len() > 1 && !ways.iter().any(is_open) {
                return story;
            }
            assert!(Instant::now() < until, "{story}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// The same story in every shape.
async fn people_hear(house: &House, operator: &str, fcm: &FcmServer, relay: &SmtpServer) {
    for value in ["phone", "tablet"] {
        house.device("zoe", value).await;
    }
    house.device("adam", "old-phone").await;
    house.mail_address("zoe", "zoe@example.org").await;
    house.mail_address("adam", "adam@example.org").await;
    fcm.answer_for("old-phone", [FcmReply::error(404, "UNREGISTERED")]);
    relay.for_recipient(
        "adam@example.org",
        SmtpAct::say("550 5.1.1 no such mailbox"),
    );

    let id = house.send("zoe").await;
    let story = house.story(&id).await;
    assert_eq!(story["status"], "sent", "{story}");
    let pushes = fcm.wait_for(2).await;
    for push in &pushes {
        let message = &push.message;
        assert_eq!(
            message["notification"]["title"], "New message from Zoë",
            "{message}"
        );
        assert_eq!(message["data"]["notification_id"], id.as_str());
    }
    let mails = relay
        .wait_until(|ledger| ledger.mails.len() == 1)
        .await
        .mails;
    let text = String::from_utf8_lossy(&mails[0].content).into_owned();
    assert_eq!(mails[0].to, ["zoe@example.org"]);
    assert!(text.contains(&format!("X-Notification-Id: {id}")), "{text}");
    assert!(text.contains("text/html"), "{text}");

    let story = house.story(&house.send("adam").await).await;
    assert_eq!(story["status"], "failed", "{story}");
    let reasons = story["deliveries"].as_array().unwrap().iter();
    let dead = reasons
        .filter(|way| way["reason"] == "address_gone")
        .count();
    assert_eq!(dead, 2, "{story}");
    assert_eq!(house.devices("adam").await, 0, "the address book forgot it");
    assert_eq!(house.devices("zoe").await, 2);
    a_night_is_quiet(house, fcm).await;
    nothing_goes_to_a_stranger(house, fcm, relay).await;
    equal_ones_are_held_back(house, operator, fcm).await;
}

impl House {
    /// The story of a notification once it holds.
    async fn once(&self, id: &str, holds: impl Fn(&Value) -> bool) -> Value {
        // FCM is asked again after ten seconds at the earliest.
        let until = Instant::now() + Duration::from_secs(60);
        loop {
            let story = self.story(id).await;
            if holds(&story) {
                return story;
            }
            assert!(Instant::now() < until, "{story}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    async fn prefer(&self, user: &str, choices: &Value) {
        let path = "/api/v1/notifications/preferences";
        let token = (self.user)(user);
        let (status, answer) = self.call(Method::PUT, path, &token, choices).await;
        assert_eq!(status, 200, "{answer}");
    }
}

/// The delivery of a channel in a story.
fn way<'s>(story: &'s Value, channel: &str) -> &'s Value {
    let mut ways = story["deliveries"].as_array().unwrap().iter();
    ways.find(|way| way["channel"] == channel).unwrap()
}

/// Mails are off and pushes wait until their user chooses anew; a dry run and the question when say the
/// same; the story tells both.
async fn a_night_is_quiet(house: &House, fcm: &FcmServer) {
    house.device("nina", "nina-phone").await;
    house.mail_address("nina", "nina@example.com").await;
    // A window around now, whatever the time: it is night in one of the two.
    let now = chrono::Utc::now();
    let time = |minutes| (now + chrono::TimeDelta::minutes(minutes)).format("%H:%M");
    let hours = json!({"enabled": true, "start_time": time(-60).to_string(),
        "end_time": time(120).to_string(), "timezone": "UTC"});
    let night = json!({"email_notifications": false, "quiet_hours": hours});
    house.prefer("nina", &night).await;
    let before = fcm.received().len();
    let id = house.send("nina").await;
    let story = house.story(&id).await;
    let (push, mail) = (way(&story, "push"), way(&story, "email"));
    assert_eq!(
        (&push["status"], &push["reason"]),
        (&json!("deferred"), &json!("quiet_hours"))
    );
    assert_eq!(
        (&mail["status"], &mail["reason"]),
        (&json!("suppressed"), &json!("channel_off"))
    );

    let path = "/api/v1/notifications/preferences/next-delivery?channel=push";
    let token = (house.user)("nina");
    let (_, next) = house.call(Method::GET, path, &token, &Value::Null).await;
    assert_eq!(next["delivered_at"], push["next_attempt_at"], "{next}");
    let asked = json!({"notification_type": "new_message", "recipients": ["nina"], "content": {},
        "dry_run": true});
    let path = "/api/v1/notifications";
    let (status, rehearsed) = house.call(Method::POST, path, &house.service, &asked).await;
    assert_eq!(status, 200, "{rehearsed}");
    let rehearsed = &rehearsed["notifications"][0];
    assert_eq!(
        way(rehearsed, "push")["next_attempt_at"],
        push["next_attempt_at"]
    );
    assert_eq!(way(rehearsed, "email")["reason"], "channel_off");

    assert_eq!(fcm.received().len(), before, "nobody was woken");
    house.prefer("nina", &json!({})).await;
    let until = Instant::now() + Duration::from_secs(20);
    let story = loop {
        let story = house.story(&id).await;
        if way(&story, "push")["status"] == "sent" {
            break story;
        }
        assert!(Instant::now() < until, "{story}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    let reported = story["events"].as_array().unwrap().iter();
    let deferred = reported.filter(|event| event["what"] == "deferred").count();
    assert_eq!(deferred, 1, "{story}");
}

/// Pushes wait, one for the morning and one for its retry, while somebody else signs in on the phones; a
/// mail waits while its user gets another address.
async fn nothing_goes_to_a_stranger(house: &House, fcm: &FcmServer, relay: &SmtpServer) {
    house.device("ada", "night-phone").await;
    house.mail_address("ada", "ada-old@example.com").await;
    let now = chrono::Utc::now();
    let time = |minutes| (now + chrono::TimeDelta::minutes(minutes)).format("%H:%M");
    let hours = json!({"enabled": true, "start_time": time(-60).to_string(),
        "end_time": time(120).to_string(), "timezone": "GMT+00:00"});
    house.prefer("ada", &json!({"quiet_hours": hours})).await;
    let night = house.send("ada").await;
    let story = house.story(&night).await;
    for channel in ["push", "email"] {
        assert_eq!(way(&story, channel)["reason"], "quiet_hours", "{story}");
    }

    house.device("cleo", "busy-phone").await;
    house.mail_address("cleo", "cleo@example.com").await;
    fcm.answer_for("busy-phone", [FcmReply::error(503, "UNAVAILABLE")]);
    let busy = house.send("cleo").await;
    let story = house.once(&busy, |story| way(story, "push")["status"] == "retrying");
    story.await;

    for phone in ["night-phone", "busy-phone"] {
        house.device("stranger", phone).await;
    }
    house.mail_address("ada", "ada-new@example.com").await;
    house.prefer("ada", &json!({})).await;
    let is_lost = |story: &Value| {
        let mut ways = story["deliveries"].as_array().unwrap().iter();
        ways.any(|way| way["reason"] == "address_moved" && way["status"] == "suppressed")
    };
    let story = house.once(&night, |story| {
        let sent = |way: &Value| way["channel"] == "email" && way["status"] == "sent";
        is_lost(story) && story["deliveries"].as_array().unwrap().iter().any(sent)
    });
    let story = story.await;
    let mut reasons = story["deliveries"].as_array().unwrap().iter();
    assert!(
        reasons.any(|way| way["reason"] == "address_gone"),
        "{story}"
    );
    house.once(&busy, is_lost).await;

    let ledger = relay.wait_until(|ledger| {
        let mut to = ledger.mails.iter().flat_map(|mail| &mail.to);
        to.any(|to| to == "ada-new@example.com")
    });
    let mails = ledger.await.mails;
    let mut to = mails.iter().flat_map(|mail| &mail.to);
    assert!(!to.any(|to| to == "ada-old@example.com"));
    // Of what is not theirs, the stranger's phones got at most the one call that was refused.
    let got = |phone: &str| {
        let received = fcm.received().into_iter();
        received.filter(|push| push.target.ends_with(phone)).count()
    };
    assert_eq!((got("night-phone"), got("busy-phone")), (0, 1));
}

/// By a tenant's debounce: the story says so, a dry run foretells it, and the inbox has them all.
async fn equal_ones_are_held_back(house: &House, operator: &str, fcm: &FcmServer) {
    house.device("dora", "dora-phone").await;
    house.mail_address("dora", "dora@example.com").await;
    let path = "/api/v1/admin/preferences";
    let set = json!({"debounce": {"within_s": 900}});
    let (status, answer) = house.call(Method::PUT, path, operator, &set).await;
    assert_eq!((status, &answer["debounce"]), (200, &set["debounce"]));
    let before = fcm.received().len();
    let first = house.story(&house.send("dora").await).await;
    let second = house.story(&house.send("dora").await).await;
    for (story, reported) in [(&first, json!("sent")), (&second, json!("suppressed"))] {
        for channel in ["push", "email"] {
            assert_eq!(way(story, channel)["status"], reported, "{story}");
        }
    }
    assert_eq!(way(&second, "push")["reason"], "debounced", "{second}");
    assert_eq!(fcm.received().len(), before + 1, "one push");

    let asked = json!({
        "notification_type": "new_message", "recipients": ["dora"],
        "content": {"sender_username": "Zoë", "message_preview": "Are you coming?"},
        "channels": ["email", "push", "in_app"], "dry_run": true,
    });
    let path = "/api/v1/notifications";
    let (_, rehearsed) = house.call(Method::POST, path, &house.service, &asked).await;
    let rehearsed = &rehearsed["notifications"][0];
    assert_eq!(way(rehearsed, "email")["reason"], "debounced");
    let token = (house.user)("dora");
    let (_, page) = house.call(Method::GET, path, &token, &Value::Null).await;
    assert_eq!(page["total"], 2, "{page}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn alone_people_are_pushed_and_mailed() {
    let (fcm, relay) = (
        FcmServer::start().await,
        SmtpServer::start(SmtpOffers::default()).await,
    );
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap().to_owned();
    let arguments = ["up", "--data-dir", &data, "--listen", "127.0.0.1:0"];
    let up = Process::start(&arguments, &borrowed(&accounts(&fcm, &relay)));
    let operator = token(&data, "operator", "admin");
    let house = House {
        base: format!("http://{}", up.address()),
        service: token(&data, "service", "notifications:send"),
        user: Box::new(move |user| token(&data, user, "inbox")),
        client: reqwest::Client::new(),
    };
    people_hear(&house, &operator, &fcm, &relay).await;
    assert_eq!(up.terminate().0, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_cluster_people_are_pushed_and_mailed() {
    let (fcm, relay) = (
        FcmServer::start().await,
        SmtpServer::start(SmtpOffers::default()).await,
    );
    let mut cluster = Cluster::new().await;
    cluster.also(accounts(&fcm, &relay));
    let cluster = std::sync::Arc::new(cluster);
    let (api, worker) = (cluster.api(), cluster.worker_of("push,email"));
    let tokens = std::sync::Arc::clone(&cluster);
    let operator = cluster.token("operator", "admin");
    let house = House {
        base: format!("http://{}", api.address()),
        service: cluster.token("service", "notifications:send"),
        user: Box::new(move |user| tokens.token(user, "inbox")),
        client: reqwest::Client::new(),
    };
    people_hear(&house, &operator, &fcm, &relay).await;
    assert_eq!(worker.terminate().0, Some(0));
    assert_eq!(api.terminate().0, Some(0));
    drop(house);
}
