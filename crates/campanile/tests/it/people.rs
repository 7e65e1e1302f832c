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

/// The same story wherever it is told.
async fn people_hear(house: &House, fcm: &FcmServer, relay: &SmtpServer) {
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
    let house = House {
        base: format!("http://{}", up.address()),
        service: token(&data, "service", "notifications:send"),
        user: Box::new(move |user| token(&data, user, "inbox")),
        client: reqwest::Client::new(),
    };
    people_hear(&house, &fcm, &relay).await;
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
    let (api, worker) = (cluster.api(), cluster.worker_of("push,email"));
    let cluster = std::sync::Arc::new(cluster);
    let tokens = std::sync::Arc::clone(&cluster);
    let house = House {
        base: format!("http://{}", api.address()),
        service: cluster.token("service", "notifications:send"),
        user: Box::new(move |user| tokens.token(user, "inbox")),
        client: reqwest::Client::new(),
    };
    people_hear(&house, &fcm, &relay).await;
    assert_eq!(worker.terminate().0, Some(0));
    assert_eq!(api.terminate().0, Some(0));
    drop(house);
    let cluster = std::sync::Arc::into_inner(cluster).expect("nobody else has it");
    cluster.close().await;
}
