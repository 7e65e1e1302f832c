//! `migrate`, `api` and `worker` on real servers.

use std::time::Duration;

use campanile_test_support::postgres::TestDatabase;
use campanile_test_support::proxy::FaultProxy;
use campanile_test_support::rabbitmq::Names;
use campanile_test_support::webhook::WebhookReceiver;
use serde_json::Value;

use crate::support::{Caller, Process, SECRET, campanile, verified};

const JWT_SECRET: &str = "0123456789abcdef0123456789abcdef";

/// Where tests find Redis.
pub fn redis_url() -> String {
    std::env::var("CAMPANILE_TEST_REDIS_URL").unwrap_or_else(|_| "redis://127.0.0.1:6379".into())
}

/// Where tests find RabbitMQ.
pub fn rabbitmq_url() -> String {
    std::env::var("CAMPANILE_TEST_RABBITMQ_URL")
        .unwrap_or_else(|_| "amqp://guest:guest@127.0.0.1:5672/%2f".into())
}

/// A migrated database, a webhook receiver, and the settings that name them.
pub struct Cluster {
    pub receiver: WebhookReceiver,
    pub database: TestDatabase,
    environment: Vec<(String, String)>,
    _queues: Names,
}

impl Cluster {
    pub async fn new() -> Self {
        let (database, receiver) = (TestDatabase::empty().await, WebhookReceiver::start().await);
        let name = database.url().rsplit('/').next().unwrap().to_owned();
        let environment = [
            ("DATABASE_URL", database.url().to_owned()),
            ("REDIS_URL", redis_url()),
            ("RABBITMQ_URL", rabbitmq_url()),
            ("RABBITMQ_EXCHANGE", name.clone()),
            ("RABBITMQ_QUEUE", name.clone()),
            ("JWT_SECRET", JWT_SECRET.to_owned()),
            ("WEBHOOK_URL", receiver.url()),
            ("WEBHOOK_SECRET", SECRET.to_owned()),
        ];
        let environment = environment
            .map(|(name, value)| (name.to_owned(), value))
            .into();
        let cluster = Self {
            receiver,
            database,
            environment,
            _queues: Names::new(rabbitmq_url(), name),
        };
        let migrate = campanile(&["migrate"], &cluster.environment())
            .output()
            .unwrap();
        assert!(
            migrate.status.success(),
            "{}",
            String::from_utf8_lossy(&migrate.stderr)
        );
        cluster
    }

    /// Lets the roles that are started from now on reach a server through a proxy.
    pub async fn through_proxy(&mut self, variable: &str) -> FaultProxy {
        let (_, value) = self
            .environment
            .iter_mut()
            .find(|(name, _)| name == variable)
            .unwrap();
        let mut url = url::Url::parse(value).unwrap();
        let usual = match url.scheme() {
            "amqp" => 5672,
            "redis" => 6379,
            _ => 5432,
        };
        let upstream = format!(
            "{}:{}",
            url.host_str().unwrap(),
            url.port().unwrap_or(usual)
        );
        let proxy = FaultProxy::start(&upstream).await;
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(proxy.address().port())).unwrap();
        *value = url.to_string();
        proxy
    }

    /// The name of its database, its exchange and its queues.
    pub fn name(&self) -> String {
        self.database.url().rsplit('/').next().unwrap().to_owned()
    }

    pub fn environment(&self) -> Vec<(&str, &str)> {
        self.environment
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect()
    }

    pub fn api(&self) -> Process {
        Process::start(&["api", "--listen", "127.0.0.1:0"], &self.environment())
    }

    pub fn worker(&self) -> Process {
        self.worker_of("webhook")
    }

    pub fn worker_of(&self, channels: &str) -> Process {
        let arguments = ["worker", "--channels", channels, "--listen", "127.0.0.1:0"];
        Process::start(&arguments, &self.environment())
    }

    /// More settings for the roles that are started from now on.
    pub fn also(&mut self, settings: impl IntoIterator<Item = (String, String)>) {
        self.environment.extend(settings);
    }

    pub fn token(&self, sub: &str, scope: &str) -> String {
        self.token_of("default", sub, scope)
    }

    pub fn token_of(&self, tenant: &str, sub: &str, scope: &str) -> String {
        let arguments = ["token", "--tenant", tenant, "--sub", sub, "--scope", scope];
        let output = campanile(&arguments, &self.environment()).output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    pub fn caller(&self, api: &Process) -> Caller {
        Caller::new(api.address(), &self.token("service", "notifications:send"))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_process_accepts_another_delivers_and_a_third_shows() {
    let cluster = Cluster::new().await;
    let (api, other_api, worker) = (cluster.api(), cluster.api(), cluster.worker());
    let caller = cluster.caller(&api);
    caller.send("k").await;
    // The same key again, at the other one: the same notification.
    caller.moved_to(other_api.address());
    caller.send("k").await;
    assert_eq!(caller.promised(), 1);
    let received = cluster.receiver.wait_for(1).await;
    let id = verified(&received[0]);
    let user = Caller::new(other_api.address(), &cluster.token("user-k", "inbox"));
    let page = user.get("/api/v1/notifications").await;
    assert_eq!(page["notifications"][0]["id"], id.as_str(), "{page}");
    let timeline = reported(&cluster, &other_api, &id).await;
    assert_eq!(timeline["deliveries"][1]["status"], "sent", "{timeline}");
    for role in [&api, &worker] {
        for path in ["/healthz", "/readyz", "/metrics"] {
            let url = format!("http://{}{path}", role.address());
            assert_eq!(reqwest::get(url).await.unwrap().status(), 200, "{path}");
        }
    }
    for role in [worker, api, other_api] {
        let (code, took) = role.terminate();
        assert_eq!(code, Some(0));
        assert!(took < Duration::from_secs(20), "{took:?}");
    }
}

/// The timeline once its delivery is recorded: the receiver knows before the database does.
async fn reported(cluster: &Cluster, api: &Process, id: &str) -> Value {
    let service = Caller::new(
        api.address(),
        &cluster.token("service", "notifications:send"),
    );
    for _ in 0..500 {
        let timeline = service
            .get(&format!("/api/v1/notifications/{id}/timeline"))
            .await;
        if timeline["deliveries"][1]["status"] == "sent" {
            return timeline;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("not sent in time");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_worker_hands_back_when_it_is_stopped_in_the_middle() {
    let cluster = Cluster::new().await;
    let (api, worker) = (cluster.api(), cluster.worker());
    cluster.receiver.delay(Duration::from_millis(20));
    let caller = cluster.caller(&api);
    caller.send_many(300, 16).await;
    let (code, took) = worker.terminate();
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(25), "{took:?}");
    let _second = cluster.worker();
    cluster.receiver.wait_for_distinct(300).await;
    let ledger = caller.ledger(&cluster.receiver.received());
    assert!(ledger.lost.is_empty(), "{ledger:?}");
    assert_eq!(
        (ledger.doubled, ledger.renamed),
        (0, 0),
        "a clean stop doubles nothing"
    );
}
