//! What notifications say stands nowhere in the open: not in the database, not in Redis, not in the files of `up`, not in a log.

use std::path::Path;
use std::time::{Duration, Instant};

use campanile_test_support::rabbitmq;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection, Row, SqliteConnection};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

use crate::cluster::{Cluster, rabbitmq_url, redis_url};
use crate::support::{Process, token};

/// In every text.
const MARK: &str = "canary-7f3a";
/// 32 bytes that are not random.
const MASTER_KEY: &str = "c2VhbGVkLW1hc3Rlci1rZXktb2YtMzItYnl0ZXMhISE=";
/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(60);

struct Calls {
    base: String,
    service: String,
    user: String,
    operator: String,
}

impl Calls {
    async fn call(&self, method: Method, path: &str, token: &str, body: &Value) -> Value {
        let request = reqwest::Client::new().request(method, format!("{}{path}", self.base));
        let answer = request.bearer_auth(token).json(body).send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{path}: {status} {text}");
        serde_json::from_str(&text).unwrap()
    }

    /// The inbox once it has so many notifications; read again, it may come from the cache.
    async fn inbox(&self, total: u64) -> Value {
        let until = Instant::now() + PATIENCE;
        loop {
            let page = self.call(
                Method::GET,
                "/api/v1/notifications",
                &self.user,
                &Value::Null,
            );
            let page = page.await;
            if page["total"] == total {
                return page;
            }
            assert!(Instant::now() < until, "{page}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Gives the user a device and a mailbox, and reads both; another mailbox is on the suppression list.
    async fn addresses(&self) {
        let device = json!({"kind": "token", "value": MARK, "platform": "android"});
        self.call(Method::POST, "/api/v1/devices", &self.user, &device)
            .await;
        let person = json!({"email": format!("{MARK}@example.org")});
        let path = "/api/v1/users/zoe";
        self.call(Method::PUT, path, &self.service, &person).await;
        let chat = json!({"channel": "slack", "address": MARK});
        let path = "/api/v1/users/zoe/addresses";
        self.call(Method::POST, path, &self.service, &chat).await;
        let list = "/api/v1/admin/suppressions";
        let listed =
            json!({"addresses": [format!("{MARK}-listed@example.org")], "reason": "manual"});
        self.call(Method::POST, list, &self.operator, &listed).await;
        for path in ["/api/v1/devices", list] {
            let token = if path == list {
                &self.operator
            } else {
                &self.user
            };
            let shown = self.call(Method::GET, path, token, &Value::Null).await;
            // Of a device's token, the answer shows the beginning.
            assert!(shown.to_string().contains(&MARK[..6]), "{shown}");
        }
    }

    /// Sends in each way that there is, and reads what came of it.
    async fn walk(&self) {
        let says = json!({
            "notification_type": "new_message", "title": format!("title {MARK}"), "body": format!("body {MARK}"),
            "content": {"text": MARK, (MARK): 1}, "link": format!("https://example.org/{MARK}"),
            "actions": [{"id": "open", "title": MARK, "link": format!("https://example.org/{MARK}/a")}],
        });
        let to = |name: &str, value: Value| {
            let mut body = says.clone();
            body[name] = value;
            body
        };
        let post = async |path: &str, body: Value| {
            self.call(
                Method::POST,
                &format!("/api/v1/{path}"),
                &self.service,
                &body,
            )
            .await
        };
        self.addresses().await;
        post("notifications", to("recipients", json!(["zoe"]))).await;
        let bulk = json!({"items": [to("recipients", json!(["zoe"]))]});
        post("notifications/bulk", bulk).await;
        let subscribe = json!({"user_ids": ["zoe"]});
        let path = "/api/v1/topics/news/subscribers";
        self.call(Method::PUT, path, &self.service, &subscribe)
            .await;
        post("notifications", to("topic", json!("news"))).await;
        let event = json!({
            "room_id": "7", "message_id": "1", "sender_id": "adam", "recipient_ids": ["zoe"],
            "message_content": MARK, "sender_info": {"user_id": "adam", "username": MARK},
        });
        post("events/message-created", event).await;
        for _ in 0..2 {
            let page = self.inbox(4).await;
            let items = page["notifications"].as_array().unwrap();
            let shown = items.iter().filter(|item| item.to_string().contains(MARK));
            assert_eq!(shown.count(), 4, "{page}");
        }
        let path = format!("/api/v1/notifications?q={MARK}");
        let found = self.call(Method::GET, &path, &self.user, &Value::Null);
        assert_eq!(found.await["total"], 4);
    }
}

fn has_mark(bytes: &[u8]) -> bool {
    bytes
        .windows(MARK.len())
        .any(|window| window == MARK.as_bytes())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_was_sent_stands_in_the_files_or_the_log_of_up() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let arguments = ["up", "--data-dir", data, "--listen", "127.0.0.1:0"];
    let up = Process::start(&arguments, &[("RUST_LOG", "trace")]);
    let calls = Calls {
        base: format!("http://{}", up.address()),
        service: token(data, "service", "notifications:send"),
        user: token(data, "zoe", "inbox"),
        operator: token(data, "operator", "admin"),
    };
    calls.walk().await;
    // With its log beside it, and after it was written back.
    let nowhere = |when: &str| {
        for file in std::fs::read_dir(dir.path()).unwrap() {
            let path = file.unwrap().path();
            assert!(
                !has_mark(&std::fs::read(&path).unwrap()),
                "{when}: {}",
                path.display()
            );
        }
    };
    nowhere("while it runs");
    let log = up.terminate_and_read();
    assert!(log.contains("\"level\":\"DEBUG\"") || log.contains("DEBUG"));
    assert!(!has_mark(log.as_bytes()));
    nowhere("afterwards");
    let backup = dir.path().join("backup.db");
    back_up(&dir.path().join("campanile.db"), &backup).await;
    assert!(std::fs::metadata(&backup).unwrap().len() > 0);
    nowhere("in a backup");
}

/// As an operator makes a backup of a database file.
async fn back_up(from: &Path, to: &Path) {
    let url = format!("sqlite://{}", from.display());
    let mut raw = SqliteConnection::connect(&url).await.unwrap();
    let into = sqlx::query("VACUUM INTO ?").bind(to.to_str().unwrap());
    into.execute(&mut raw).await.unwrap();
    let rows = sqlx::query_scalar("SELECT count(*) FROM notifications");
    let rows: i64 = rows.fetch_one(&mut raw).await.unwrap();
    assert_eq!(rows, 4);
    raw.close().await.unwrap();
}

/// The messages of the four deliveries, which nothing consumes.
async fn in_the_broker(cluster: &Cluster) -> Vec<(Vec<u8>, String)> {
    let (until, name) = (Instant::now() + PATIENCE, cluster.name());
    loop {
        let rows = in_postgres(cluster.database.url()).await;
        let unplanned = rows.iter().any(|(table, _)| table == "outbox");
        let mut all = Vec::new();
        for lane in ["critical", "default", "bulk"] {
            let queue = format!("{name}.webhook.{lane}");
            all.extend(rabbitmq::look(&rabbitmq_url(), &queue).await);
        }
        // Notifications that are planned together share a message.
        if !unplanned && !all.is_empty() {
            return all;
        }
        assert!(Instant::now() < until, "{} messages", all.len());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Every row of every table, its bytes as they are.
async fn in_postgres(url: &str) -> Vec<(String, String)> {
    let mut raw = PgConnection::connect(url).await.unwrap();
    let tables = "SELECT relname::text FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition";
    let tables: Vec<String> = sqlx::query_scalar(tables)
        .fetch_all(&mut raw)
        .await
        .unwrap();
    let escape = sqlx::query("SET bytea_output = 'escape'");
    escape.execute(&mut raw).await.unwrap();
    let mut all = Vec::new();
    for table in tables {
        let rows = format!("SELECT t::text FROM {table} t");
        let rows = sqlx::raw_sql(&rows).fetch_all(&mut raw).await;
        all.extend(rows.unwrap().iter().map(|row| (table.clone(), row.get(0))));
    }
    raw.close().await.unwrap();
    all
}

/// Keys and values of an installation, one after the other.
async fn in_redis(name: &str) -> Vec<u8> {
    const ALL: &str = "local all = {} \
        for _, key in ipairs(redis.call('KEYS', ARGV[1])) do \
            all[#all + 1] = key \
            local kind = redis.call('TYPE', key).ok \
            if kind == 'hash' then for _, one in ipairs(redis.call('HGETALL', key)) do all[#all + 1] = one end end \
            if kind == 'string' then all[#all + 1] = redis.call('GET', key) end \
        end \
        return table.concat(all, '\\n')";
    let url = url::Url::parse(&redis_url()).unwrap();
    let server = (url.host_str().unwrap(), url.port().unwrap_or(6379));
    let mut stream = BufReader::new(TcpStream::connect(server).await.unwrap());
    let words = ["EVAL", ALL, "0", &format!("*{name}*")].map(str::to_owned);
    let mut command = format!("*{}\r\n", words.len());
    for word in words {
        command.push_str(&format!("${}\r\n{word}\r\n", word.len()));
    }
    stream.write_all(command.as_bytes()).await.unwrap();
    let mut head = String::new();
    stream.read_line(&mut head).await.unwrap();
    let length = head
        .trim()
        .strip_prefix('$')
        .unwrap_or_else(|| panic!("{head}"));
    let mut all = vec![0; length.parse().unwrap()];
    stream.read_exact(&mut all).await.unwrap();
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_that_was_sent_stands_in_the_servers_or_the_logs_of_a_cluster() {
    let mut cluster = Cluster::new().await;
    let settings = [
        ("RUST_LOG", "trace"),
        ("CAMPANILE_MASTER_KEY", MASTER_KEY),
        ("CAMPANILE_SEAL_TEXTS", "true"),
    ];
    cluster.also(settings.map(|(name, value)| (name.to_owned(), value.to_owned())));
    // The queues of the channel stay, and with them what the other worker puts there: it serves another one.
    assert_eq!(cluster.worker().terminate().0, Some(0));
    let (api, planner) = (cluster.api(), cluster.worker_of("push"));
    let calls = Calls {
        base: format!("http://{}", api.address()),
        service: cluster.token("service", "notifications:send"),
        user: cluster.token("zoe", "inbox"),
        operator: cluster.token("operator", "admin"),
    };
    calls.walk().await;
    let queued = in_the_broker(&cluster).await;
    assert!(!queued.is_empty());
    for (message, properties) in &queued {
        assert!(
            !has_mark(message) && !has_mark(properties.as_bytes()),
            "{properties}"
        );
    }
    let worker = cluster.worker();
    // The webhook gets all texts unencrypted.
    let received = cluster.receiver.wait_for(4).await;
    assert!(received.iter().all(|one| has_mark(&one.body)));
    let rows = in_postgres(cluster.database.url()).await;
    let sealed = rows.iter().filter(|(table, _)| table == "notifications");
    assert_eq!(sealed.count(), 4);
    let open: Vec<_> = rows.iter().filter(|(_, row)| row.contains(MARK)).collect();
    assert!(open.is_empty(), "{open:?}");
    // What was cached at first may have ended meanwhile.
    let cached = tokio::time::timeout(Duration::from_secs(30), async {
        loop {
            calls.inbox(4).await;
            let cached = in_redis(&cluster.name()).await;
            if cached.windows(6).any(|part| part == b":inbox") {
                break cached;
            }
        }
    });
    let cached = cached.await.expect("an inbox is cached");
    assert!(!has_mark(&cached));
    for role in [worker, planner, api] {
        assert!(!has_mark(role.terminate_and_read().as_bytes()));
    }
}

#[test]
fn a_role_that_cannot_seal_does_not_start() {
    let environment = [
        ("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none"),
        ("JWT_SECRET", "0123456789abcdef0123456789abcdef"),
        ("RABBITMQ_URL", "amqp://nobody@127.0.0.1:1/%2f"),
        ("CAMPANILE_SEAL_TEXTS", "true"),
    ];
    let output = crate::support::campanile(&["api"], &environment)
        .output()
        .unwrap();
    assert!(!output.status.success());
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("CAMPANILE_MASTER_KEY"), "{text}");
}
