//! One of everything that a tenant can have.

use serde_json::{Value, json};

use crate::support::{TestApi, message, operator, send_json, service, user};

/// What only `acme` and its user `u1` know.
const SECRETS: [&str; 9] = [
    "chat-of-u1",
    "Key of acme",
    "Only for u1",
    "token-of-u1",
    "zoe@example.com",
    "a.example.com",
    "subscriber-of-acme",
    "Wording of acme",
    "Backups of acme",
];

pub struct Belongings {
    notification: String,
    device: String,
    fanout: String,
    api_key: String,
    ingest: String,
}

impl Belongings {
    /// Makes them through the API, as their owners do.
    pub async fn of_acme(api: &TestApi) -> Self {
        let mut sent = message(&["u1"]);
        sent["title"] = json!("Only for u1");
        let sent = made(
            api,
            "POST",
            "/api/v1/notifications",
            &service("acme"),
            &sent,
        )
        .await;
        let device = json!({"kind": "token", "value": "token-of-u1", "platform": "web"});
        let device = made(api, "POST", "/api/v1/devices", &user("acme", "u1"), &device).await;
        let chat = json!({"channel": "slack", "address": "Uchat-of-u1"});
        made(api, "POST", "/api/v1/addresses", &user("acme", "u1"), &chat).await;
        let person = json!({"email": "zoe@example.com"});
        let (suppressions, listed) = (
            "/api/v1/admin/suppressions",
            json!({"addresses": ["mine@example.com"]}),
        );
        made(api, "POST", suppressions, &operator("acme"), &listed).await;
        made(api, "PUT", "/api/v1/users/u1", &service("acme"), &person).await;
        let hook = json!({"channel": "webhook", "settings": {"url": "https://a.example.com/",
            "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}});
        let path = "/api/v1/admin/providers/main";
        made(api, "PUT", path, &operator("acme"), &hook).await;
        let path = "/api/v1/topics/news/subscribers";
        let subscribers = json!({"user_ids": ["subscriber-of-acme"]});
        made(api, "PUT", path, &service("acme"), &subscribers).await;
        for (method, path, body) in crate::templates::belongings() {
            made(api, method, path, &operator("acme"), &body).await;
        }
        let path = "/api/v1/admin/api-keys";
        let key = json!({"name": "Key of acme", "scopes": ["notifications:send"]});
        let key = made(api, "POST", path, &operator("acme"), &key).await;
        let path = "/api/v1/admin/ingest-addresses";
        let backups = json!({"kind": "apprise", "name": "Backups of acme", "recipients": ["u1"]});
        let ingest = made(api, "POST", path, &operator("acme"), &backups).await;
        let mut to_topic = message(&[]);
        (to_topic["topic"], to_topic["recipients"]) = (json!("news"), Value::Null);
        let path = "/api/v1/notifications";
        let fanout = made(api, "POST", path, &service("acme"), &to_topic).await;
        let merge = json!({"into": "subscriber-of-acme"});
        let path = "/api/v1/admin/users/u1/merge";
        made(api, "POST", path, &operator("acme"), &merge).await;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self {
            notification: text(&sent["notifications"][0]["id"]),
            device: text(&device["id"]),
            fanout: text(&fanout["fanout_id"]),
            api_key: text(&key["id"]),
            ingest: text(&ingest["address"]["id"]),
        }
    }

    /// The id that a path asks for.
    pub fn id(&self, path: &str) -> &str {
        match path.split("/{").next().unwrap() {
            "/api/v1/notifications" => &self.notification,
            "/api/v1/devices" => &self.device,
            "/api/v1/addresses" => "slack",
            "/api/v1/admin/api-keys" => &self.api_key,
            "/api/v1/users" | "/api/v1/admin/users" => "u1",
            "/api/v1/admin/providers" => "main",
            "/api/v1/topics" => "news",
            "/api/v1/admin/templates" | "/api/v1/admin/types" => "t",
            "/api/v1/fanouts" => &self.fanout,
            "/api/v1/admin/ingest-addresses" => &self.ingest,
            other => panic!("say here whose ids {other} asks for"),
        }
    }

    /// Fails if a stranger's answer tells of them.
    pub fn leaks_nothing(&self, what: &str, text: &str) {
        let ids = [
            &*self.notification,
            &*self.device,
            &*self.fanout,
            &*self.api_key,
            &*self.ingest,
        ];
        for secret in SECRETS.iter().copied().chain(ids) {
            assert!(!text.contains(secret), "{what}: {secret} in {text}");
        }
    }
}

async fn made(api: &TestApi, method: &str, path: &str, token: &str, body: &Value) -> Value {
    let answer = api
        .call(send_json(method, path, token, body.to_string()))
        .await;
    assert!(answer.status.is_success(), "{path}: {}", answer.text);
    answer.json()
}
