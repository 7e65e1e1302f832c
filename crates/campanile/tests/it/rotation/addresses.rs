//! Addresses of all kinds, and deliveries to them, that are there before the rotation.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Load, PATIENCE, USERS};

/// What begins every sealed address, by statement of each back end: of 48 bits, the version and the name of the key are 40.
pub const MARKS_SQLITE: &str = "
    SELECT DISTINCT substr(a, instr(a, char(1)), 7) FROM (
        SELECT address AS a FROM deliveries UNION ALL SELECT value FROM devices
        UNION ALL SELECT email FROM users UNION ALL SELECT address FROM suppressions)
    WHERE instr(a, char(1)) > 0";
/// The same in Postgres.
pub const MARKS_POSTGRES: &str = "
    SELECT DISTINCT substr(a, strpos(a, E'\\x01'), 7) FROM (
        SELECT address AS a FROM deliveries UNION ALL SELECT value FROM devices
        UNION ALL SELECT email FROM users UNION ALL SELECT address FROM suppressions) AS all_of_them
    WHERE strpos(a, E'\\x01') > 0";

/// On the suppression list.
const LISTED: &str = "listed@example.com";

fn mailbox(user: usize) -> String {
    format!("u{user}@example.com")
}

impl Load {
    async fn call(&self, method: Method, path: &str, token: &str, body: &Value) {
        let request = self.client.request(method, self.url(path));
        let answer = request.bearer_auth(token).json(body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {answer:?}");
    }

    /// Each user has a mailbox and a device, and gets a mail. Gives the ids of what was sent.
    pub async fn with_addresses(&self) -> Vec<String> {
        let listed = json!({"addresses": [LISTED], "reason": "complaint"});
        let list = "/api/v1/admin/suppressions";
        self.call(Method::POST, list, &self.tokens.platform, &listed)
            .await;
        let mut sent = Vec::new();
        for user in 0..USERS {
            let (path, person) = (
                format!("/api/v1/users/u{user}"),
                json!({"email": mailbox(user)}),
            );
            self.call(Method::PUT, &path, &self.tokens.service, &person)
                .await;
            let device =
                json!({"kind": "token", "value": format!("device-{user}"), "platform": "android"});
            let token = &self.tokens.users[user];
            self.call(Method::POST, "/api/v1/devices", token, &device)
                .await;
            let body = json!({
                "notification_type": "t", "recipients": [format!("u{user}")], "title": super::MARK,
                "content": {"text": super::MARK}, "channels": ["in_app", "email"],
            });
            let request = self.client.post(self.url("/api/v1/notifications"));
            let request = request.bearer_auth(&self.tokens.service).json(&body);
            let answer: Value = request.send().await.unwrap().json().await.unwrap();
            sent.push(
                answer["notifications"][0]["id"]
                    .as_str()
                    .unwrap()
                    .to_owned(),
            );
        }
        for id in &sent {
            self.mailed(id).await;
        }
        sent
    }

    async fn mailed(&self, id: &str) -> Value {
        let path = format!("/api/v1/notifications/{id}/timeline");
        let until = std::time::Instant::now() + PATIENCE;
        loop {
            let story = self.get(&path, &self.tokens.service.clone()).await;
            let story = story.unwrap_or_default();
            let mut ways = story["deliveries"].as_array().into_iter().flatten();
            if let Some(mail) =
                ways.find(|way| way["channel"] == "email" && way["status"] == "sent")
            {
                return mail.clone();
            }
            assert!(std::time::Instant::now() < until, "{story}");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    }

    /// All of them are shown.
    pub async fn shows_addresses(&self, sent: &[String]) {
        for (user, id) in sent.iter().enumerate() {
            let path = format!("/api/v1/users/u{user}");
            let person = self.get(&path, &self.tokens.service).await;
            assert_eq!(person.unwrap()["email"], mailbox(user));
            let devices = self.get("/api/v1/devices", &self.tokens.users[user]).await;
            let devices = devices.unwrap();
            assert_eq!(devices["devices"].as_array().unwrap().len(), 1, "{devices}");
            let mail = self.mailed(id).await;
            let address = mail["address"].as_str().unwrap_or_default();
            assert!(address.ends_with("@example.com"), "{mail}");
        }
        let path = "/api/v1/admin/suppressions";
        let list = self.get(path, &self.tokens.platform).await.unwrap();
        assert!(list.to_string().contains(LISTED), "{list}");
    }
}
