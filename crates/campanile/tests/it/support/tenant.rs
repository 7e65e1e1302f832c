//! A tenant of a cluster with an FCM account of its own.

use std::time::{Duration, Instant};

use campanile_test_support::fcm::FcmServer;
use reqwest::Method;
use serde_json::{Value, json};

use crate::cluster::Cluster;
use crate::providers::file;
use crate::support::{Process, campanile};

/// Longer than a breaker stays open, and than anything else takes.
const PATIENCE: Duration = Duration::from_secs(150);
/// What an account is called unless a test says otherwise.
const PROVIDER: &str = "/api/v1/admin/providers/main";

/// The operator, the services and the user `u1` of one tenant.
pub struct Tenant {
    pub name: &'static str,
    pub fcm: FcmServer,
    base: String,
    operator: String,
    service: String,
    user: String,
    client: reqwest::Client,
}

impl Tenant {
    /// Creates it, with an account and these devices of `u1`.
    pub async fn create(
        cluster: &Cluster,
        api: &Process,
        name: &'static str,
        devices: &[&str],
    ) -> Self {
        let create = campanile(&["tenant", "create", name], &cluster.environment()).output();
        assert!(create.unwrap().status.success(), "{name}");
        let tenant = Self::there(cluster, api, name, devices).await;
        tenant.set_account().await;
        tenant
    }

    /// One that is there already, with these devices of `u1` and no account yet.
    pub async fn there(
        cluster: &Cluster,
        api: &Process,
        name: &'static str,
        devices: &[&str],
    ) -> Self {
        let tenant = Self {
            name,
            fcm: FcmServer::start().await,
            base: format!("http://{}", api.address()),
            operator: cluster.token_of(name, "ops", "admin"),
            service: cluster.token_of(name, "svc", "notifications:send"),
            user: cluster.token_of(name, "u1", "inbox"),
            client: reqwest::Client::new(),
        };
        for value in devices {
            let device = json!({"kind": "token", "value": value, "platform": "android"});
            let (status, answer) = tenant
                .call(Method::POST, "/api/v1/devices", &tenant.user, &device)
                .await;
            assert_eq!(status, 201, "{answer}");
        }
        tenant
    }

    /// Sets the account, or sets it anew with the same settings.
    pub async fn set_account(&self) {
        let body = json!({"channel": "push", "settings": file(&self.fcm)});
        let (status, shown) = self
            .call(Method::PUT, PROVIDER, &self.operator, &body)
            .await;
        assert_eq!(status, 200, "{shown}");
    }

    /// Takes the account away.
    pub async fn remove_account(&self) {
        let (method, nothing) = (Method::DELETE, Value::Null);
        let (status, _) = self.call(method, PROVIDER, &self.operator, &nothing).await;
        assert_eq!(status, 204);
    }

    async fn call(&self, method: Method, path: &str, token: &str, body: &Value) -> (u16, Value) {
        let url = format!("{}{path}", self.base);
        let request = self.client.request(method, url).bearer_auth(token);
        let request = if body.is_null() {
            request
        } else {
            request.json(body)
        };
        let answer = request.send().await.unwrap();
        let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
        (status, serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    async fn get(&self, path: &str, token: &str) -> Value {
        let (status, answer) = self.call(Method::GET, path, token, &Value::Null).await;
        assert_eq!(status, 200, "{answer}");
        answer
    }

    /// The user's devices, as the app sees them.
    pub async fn devices(&self) -> Vec<String> {
        let page = self.get("/api/v1/devices", &self.user).await;
        let devices = page["devices"].as_array().unwrap().iter();
        let value = |device: &Value| device["value"].as_str().unwrap().to_owned();
        devices.map(value).collect()
    }

    /// How the account stands.
    pub async fn account(&self) -> Value {
        let list = self.get("/api/v1/admin/providers", &self.operator).await;
        list["providers"][0].clone()
    }

    /// Sends a push to the user; gives the notification's id.
    pub async fn push(&self) -> String {
        let body = json!({"notification_type": "new_message", "recipients": ["u1"],
            "content": {"message_preview": "Are you coming?"}, "channels": ["push"]});
        let path = "/api/v1/notifications";
        let (status, answer) = self.call(Method::POST, path, &self.service, &body).await;
        assert_eq!(status, 202, "{answer}");
        let id = answer["notifications"][0]["id"].as_str().unwrap();
        id.to_owned()
    }

    /// The notification's deliveries as the timeline shows them now.
    pub async fn deliveries(&self, id: &str) -> Vec<Value> {
        let path = format!("/api/v1/notifications/{id}/timeline");
        let story = self.get(&path, &self.service).await;
        story["deliveries"].as_array().unwrap().clone()
    }

    /// The notification's deliveries, once there are some and all are as wanted.
    pub async fn once_all(&self, id: &str, wanted: impl Fn(&Value) -> bool) -> Vec<Value> {
        let until = Instant::now() + PATIENCE;
        loop {
            let ways = self.deliveries(id).await;
            if !ways.is_empty() && ways.iter().all(&wanted) {
                return ways;
            }
            assert!(Instant::now() < until, "{}: {ways:?}", self.name);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The notification's only delivery, once it has this status.
    pub async fn once(&self, id: &str, status: &str) -> Value {
        let mut ways = self.once_all(id, |way| way["status"] == status).await;
        assert_eq!(ways.len(), 1, "{ways:?}");
        ways.remove(0)
    }

    /// The account, once it stands like this.
    pub async fn once_account(&self, state: &str) -> Value {
        let until = Instant::now() + PATIENCE;
        loop {
            let account = self.account().await;
            if account["state"] == state {
                return account;
            }
            assert!(Instant::now() < until, "{}: {account}", self.name);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}
