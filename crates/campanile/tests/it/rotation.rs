//! Data keys and the master key are rotated under load, with a kill in the middle: nothing is unreadable at any time.

mod addresses;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use campanile_test_support::smtp::{SmtpOffers, SmtpServer};
use campanile_test_support::webhook::{Reply, WebhookReceiver};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection, SqliteConnection};

use crate::cluster::Cluster;
use crate::support::{Process, campanile, token};

/// 32 bytes each.
const OLD: &str = "b2xkLW1hc3Rlci1rZXktb2YtMzItYnl0ZXMtISEhISE=";
const NEW: &str = "bmV3LW1hc3Rlci1rZXktb2YtMzItYnl0ZXMtISEhISE=";
/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(120);
/// What is stored before the rotation: several steps.
const BEFORE: usize = 400;
/// Users whose inboxes are read.
const USERS: usize = 4;
/// What every title says.
const MARK: &str = "readable";
const STATE: &str = "/api/v1/admin/tenants/default/encryption";

/// How a run is made larger by hand.
fn setting(name: &str, usual: usize) -> usize {
    let set = std::env::var(name).ok().and_then(|text| text.parse().ok());
    set.unwrap_or(usual)
}

struct Tokens {
    service: String,
    users: Vec<String>,
    platform: String,
}

/// What callers do meanwhile, and what they saw.
struct Load {
    client: reqwest::Client,
    tokens: Tokens,
    base: Mutex<String>,
    stop: AtomicBool,
    sent: AtomicUsize,
    read: AtomicUsize,
    unreadable: Mutex<Vec<String>>,
}

impl Load {
    fn new(tokens: Tokens) -> Arc<Self> {
        Arc::new(Self {
            client: reqwest::Client::builder()
                .timeout(Duration::from_secs(10))
                .build()
                .unwrap(),
            tokens,
            base: Mutex::default(),
            stop: AtomicBool::new(false),
            sent: AtomicUsize::new(0),
            read: AtomicUsize::new(0),
            unreadable: Mutex::default(),
        })
    }

    fn moved_to(&self, process: &Process) {
        *self.base.lock().unwrap() = format!("http://{}", process.address());
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base.lock().unwrap())
    }

    /// Whether it was accepted; a process that is being killed says nothing.
    async fn send(&self, number: usize) -> bool {
        let user = format!("u{}", number % USERS);
        let body = json!({
            "notification_type": "t", "recipients": [user], "title": format!("{MARK} {number}"),
            "content": {"text": MARK},
            "channels": ["in_app", if number.is_multiple_of(10) { "email" } else { "webhook" }],
        });
        let request = self.client.post(self.url("/api/v1/notifications"));
        let answer = request
            .bearer_auth(&self.tokens.service)
            .json(&body)
            .send()
            .await;
        let accepted = answer.is_ok_and(|answer| answer.status() == 202);
        self.sent
            .fetch_add(usize::from(accepted), Ordering::Relaxed);
        accepted
    }

    async fn get(&self, path: &str, token: &str) -> Option<Value> {
        let request = self.client.get(self.url(path)).bearer_auth(token);
        let answer = request.send().await.ok()?;
        if !answer.status().is_success() {
            // Only a process that is being killed may fail.
            let said = format!("{path}: {}", answer.status());
            self.unreadable.lock().unwrap().push(said);
            return None;
        }
        answer.json().await.ok()
    }

    /// Reads a page of an inbox; each item must have its texts.
    async fn read(&self, number: usize) {
        let user = number % USERS;
        let offset = (number / USERS * 20) % (BEFORE / USERS);
        let path = format!("/api/v1/notifications?limit=20&offset={offset}");
        let Some(page) = self.get(&path, &self.tokens.users[user]).await else {
            return;
        };
        for item in page["notifications"].as_array().into_iter().flatten() {
            let title = item["title"].as_str().unwrap_or_default();
            if !title.starts_with(MARK) || item["content"]["text"] != MARK {
                self.unreadable.lock().unwrap().push(item.to_string());
            }
            self.read.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Sends and reads until it is stopped, so many a second of each.
    fn start(self: &Arc<Self>, per_second: u32) -> Vec<tokio::task::JoinHandle<()>> {
        let pause = Duration::from_secs(1) / per_second;
        let of = |reads: bool| {
            let load = Arc::clone(self);
            tokio::spawn(async move {
                let mut ticks = tokio::time::interval(pause);
                let mut number = BEFORE;
                let mut calls = tokio::task::JoinSet::new();
                while !load.stop.load(Ordering::Relaxed) {
                    ticks.tick().await;
                    number += 1;
                    while calls.len() >= 64 {
                        calls.join_next().await;
                    }
                    let load = Arc::clone(&load);
                    calls.spawn(async move {
                        match reads {
                            true => load.read(number).await,
                            false => drop(load.send(number).await),
                        }
                    });
                }
                calls.join_all().await;
            })
        };
        vec![of(false), of(true)]
    }

    async fn state(&self) -> Value {
        let platform = self.tokens.platform.clone();
        self.get(STATE, &platform).await.unwrap_or_default()
    }

    async fn until(&self, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let until = Instant::now() + PATIENCE;
        loop {
            let state = self.state().await;
            if is_so(&state) {
                return state;
            }
            assert!(Instant::now() < until, "{what}: {state}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// `campanile encryption …` through the running API.
    fn command(&self, arguments: &[&str]) -> String {
        let url = self.url("");
        let mut all = vec!["encryption"];
        all.extend(arguments);
        all.extend(["--url", &url]);
        let environment = [("CAMPANILE_TOKEN", self.tokens.platform.as_str())];
        let output = campanile(&all, &environment).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {error}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn nothing_was_unreadable(&self) {
        let unreadable = self.unreadable.lock().unwrap();
        assert!(
            unreadable.is_empty(),
            "{} of {unreadable:#?}",
            unreadable.len()
        );
    }
}

/// What is done to the database while no process runs: none remembers a key, as if three minutes had passed.
const LATER_SQLITE: &str = "UPDATE key_rotations SET rotated_at = rotated_at - 180000000;
    UPDATE tenant_keys SET created_at = created_at - 180000000";
const LATER_POSTGRES: [&str; 2] = [
    "UPDATE key_rotations SET rotated_at = rotated_at - interval '3 minutes'",
    "UPDATE tenant_keys SET created_at = created_at - interval '3 minutes'",
];

/// What begins every text, what begins every address, and how many former keys there are.
type Marks = (BTreeSet<Vec<u8>>, Vec<String>, i64);

/// Where it runs: starts the processes with these master keys, gives the one that callers reach.
trait Place {
    fn start(&mut self, current: &str, previous: Option<&str>) -> Vec<Process>;
    async fn later(&self);
    async fn marks(&self) -> Marks;
}

struct Alone<'a>(&'a Path, Vec<(&'static str, String)>);

impl Alone<'_> {
    async fn raw(&self) -> SqliteConnection {
        let url = format!("sqlite://{}", self.0.join("campanile.db").display());
        SqliteConnection::connect(&url).await.unwrap()
    }
}

impl Place for Alone<'_> {
    fn start(&mut self, current: &str, previous: Option<&str>) -> Vec<Process> {
        let data = self.0.to_str().unwrap();
        let mut environment = vec![("CAMPANILE_MASTER_KEY", current)];
        environment.extend(self.1.iter().map(|(name, value)| (*name, value.as_str())));
        environment.extend(previous.map(|key| ("CAMPANILE_MASTER_KEY_PREVIOUS", key)));
        let arguments = ["up", "--data-dir", data, "--listen", "127.0.0.1:0"];
        vec![Process::start(&arguments, &environment)]
    }

    async fn later(&self) {
        let mut raw = self.raw().await;
        sqlx::raw_sql(LATER_SQLITE).execute(&mut raw).await.unwrap();
        raw.close().await.unwrap();
    }

    async fn marks(&self) -> Marks {
        let mut raw = self.raw().await;
        let marks = sqlx::query_scalar("SELECT DISTINCT substr(sealed, 1, 5) FROM notifications");
        let marks: Vec<Vec<u8>> = marks.fetch_all(&mut raw).await.unwrap();
        let addresses = sqlx::query_scalar(addresses::MARKS_SQLITE);
        let addresses = addresses.fetch_all(&mut raw).await.unwrap();
        let former = sqlx::query_scalar("SELECT count(*) FROM tenant_former_keys");
        let former = former.fetch_one(&mut raw).await.unwrap();
        raw.close().await.unwrap();
        (marks.into_iter().collect(), addresses, former)
    }
}

impl Place for Cluster {
    fn start(&mut self, current: &str, previous: Option<&str>) -> Vec<Process> {
        let text = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        self.also([
            text(("CAMPANILE_SEAL_TEXTS", "true")),
            text(("CAMPANILE_MASTER_KEY", current)),
            text((
                "CAMPANILE_MASTER_KEY_PREVIOUS",
                previous.unwrap_or_default(),
            )),
        ]);
        vec![self.api(), self.worker_of("webhook,email")]
    }

    async fn later(&self) {
        for statement in LATER_POSTGRES {
            self.database.tamper(statement).await;
        }
    }

    async fn marks(&self) -> Marks {
        let mut raw = PgConnection::connect(self.database.url()).await.unwrap();
        let marks = "SELECT DISTINCT substring(sealed FROM 1 FOR 5) FROM notifications";
        let marks: Vec<Vec<u8>> = sqlx::query_scalar(marks).fetch_all(&mut raw).await.unwrap();
        let addresses = sqlx::query_scalar(addresses::MARKS_POSTGRES);
        let addresses = addresses.fetch_all(&mut raw).await.unwrap();
        let former = sqlx::query_scalar("SELECT count(*) FROM tenant_former_keys");
        let former = former.fetch_one(&mut raw).await.unwrap();
        raw.close().await.unwrap();
        (marks.into_iter().collect(), addresses, former)
    }
}

fn kill(processes: Vec<Process>) {
    processes.into_iter().for_each(Process::kill);
}

/// Where mails go.
fn mail(relay: &SmtpServer) -> [(&'static str, String); 4] {
    [
        ("SMTP_HOST", "127.0.0.1".to_owned()),
        ("SMTP_PORT", relay.port().to_string()),
        ("SMTP_TLS", "none".to_owned()),
        ("EMAIL_FROM", "hello@example.com".to_owned()),
    ]
}

/// The whole story.
async fn story(mut place: impl Place, processes: Vec<Process>, tokens: Tokens) {
    let load = Load::new(tokens);
    load.moved_to(&processes[0]);
    let mailed = load.with_addresses().await;
    let before = setting("CAMPANILE_TEST_ROTATED", BEFORE);
    for number in 0..before {
        assert!(load.send(number).await);
    }
    let per_second = setting("CAMPANILE_TEST_ROTATION_RATE", 40);
    let tasks = load.start(u32::try_from(per_second).unwrap());
    let begun = Instant::now();

    // The data key, with a kill in the middle.
    let said = load.command(&["rotate", "--tenant", "default", "--no-wait"]);
    assert!(said.contains("begun for 1 tenants"), "{said}");
    load.until("some rows are encrypted again", |state| {
        state["rotation"]["reencrypted"].as_u64() > Some(0)
    })
    .await;
    kill(processes);
    place.later().await;
    // With the new master key beside the old one.
    let processes = place.start(NEW, Some(OLD));
    load.moved_to(&processes[0]);
    let said = load.command(&["rotate", "--tenant", "default"]);
    assert!(
        said.contains("0 rows unreadable, 0 former keys left"),
        "{said}"
    );
    let rotated_in = begun.elapsed();

    // The master key, with a kill in the middle.
    load.command(&["rotate", "--master", "--no-wait"]);
    kill(processes);
    let processes = place.start(NEW, Some(OLD));
    load.moved_to(&processes[0]);
    let said = load.command(&["rotate", "--master"]);
    assert!(
        said.contains("CAMPANILE_MASTER_KEY_PREVIOUS can be removed"),
        "{said}"
    );
    load.stop.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await.unwrap();
    }
    kill(processes);

    // Without the old one everything is there.
    let processes = place.start(NEW, None);
    load.moved_to(&processes[0]);
    let reads = load.read.load(Ordering::Relaxed);
    for number in 0..2 * BEFORE / 20 {
        load.read(number).await;
    }
    assert!(load.read.load(Ordering::Relaxed) > reads);
    load.shows_addresses(&mailed).await;
    load.nothing_was_unreadable();
    let state = load.state().await;
    assert_eq!(
        (&state["former_keys"], &state["rotation"]["stage"]),
        (&json!(0), &json!("done"))
    );
    kill(processes);
    let (marks, addresses, former) = place.marks().await;
    let found = (marks.len(), addresses.len(), former);
    assert_eq!(found, (1, 1, 0), "{marks:?} {addresses:?}");
    println!(
        "rotated {} rows in {:.1} s at {per_second}/s: {} sent, {} texts read, none unreadable",
        state["rotation"]["reencrypted"],
        rotated_in.as_secs_f64(),
        load.sent.load(Ordering::Relaxed),
        load.read.load(Ordering::Relaxed)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_of_up_are_rotated_under_load_with_kills() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let relay = SmtpServer::start(SmtpOffers::default()).await;
    let mut place = Alone(dir.path(), mail(&relay).into());
    let processes = place.start(OLD, None);
    let tokens = Tokens {
        service: token(data, "service", "notifications:send"),
        users: (0..USERS)
            .map(|user| token(data, &format!("u{user}"), "inbox"))
            .collect(),
        platform: token(data, "root", "platform admin"),
    };
    story(place, processes, tokens).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_of_a_cluster_are_rotated_under_load_with_kills() {
    let relay = SmtpServer::start(SmtpOffers::default()).await;
    let mut place = Cluster::new().await;
    place.also(mail(&relay).map(|(name, value)| (name.to_owned(), value)));
    let processes = Place::start(&mut place, OLD, None);
    let tokens = Tokens {
        service: place.token("service", "notifications:send"),
        users: (0..USERS)
            .map(|user| place.token(&format!("u{user}"), "inbox"))
            .collect(),
        platform: place.token("root", "platform admin"),
    };
    story(place, processes, tokens).await;
}

#[test]
fn up_does_not_start_without_the_master_key_of_its_database() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().to_str().unwrap();
    let arguments = ["up", "--data-dir", data, "--listen", "127.0.0.1:0"];
    let up = Process::start(&arguments, &[]);
    let body = json!({"notification_type": "t", "recipients": ["u"], "content": {}, "title": "x"});
    let (url, service) = (
        format!("http://{}/api/v1/notifications", up.address()),
        token(data, "service", "notifications:send"),
    );
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let sent = runtime.block_on(async {
        let request = reqwest::Client::new().post(url).bearer_auth(service);
        request.json(&body).send().await.unwrap().status()
    });
    assert_eq!(sent, 202);
    up.kill();
    let key = dir.path().join("master-key");
    let kept = std::fs::read(&key).unwrap();
    std::fs::remove_file(&key).unwrap();
    let refused = campanile(&arguments, &[]).output().unwrap();
    let text = crate::support::complaint(&refused);
    assert!(text.contains("the file master-key is missing"), "{text}");
    assert!(!key.exists(), "no other key takes its place");
    std::fs::write(&key, kept).unwrap();
    Process::start(&arguments, &[]).kill();
    // The same key twice is no rotation.
    let twice = [
        ("CAMPANILE_MASTER_KEY", OLD),
        ("CAMPANILE_MASTER_KEY_PREVIOUS", OLD),
    ];
    let refused = campanile(&arguments, &twice).output().unwrap();
    let text = crate::support::complaint(&refused);
    assert!(text.contains("CAMPANILE_MASTER_KEY_PREVIOUS"), "{text}");
}

/// The answer of a transit key.
fn clear(key: &str) -> Reply {
    Reply::status(200).text(&json!({"data": {"plaintext": key}}).to_string())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_service_decrypts_the_master_key_once() {
    let (dir, vault) = (tempfile::tempdir().unwrap(), WebhookReceiver::start().await);
    let data = dir.path().to_str().unwrap();
    let arguments = ["up", "--data-dir", data, "--listen", "127.0.0.1:0"];
    let url = format!("http://{}/v1/transit/decrypt/campanile", vault.address());
    let encrypted = ("CAMPANILE_MASTER_KEY", "vault:v1:c2VhbGVk");
    let kms = ("CAMPANILE_MASTER_KEY_KMS", url.as_str());
    let token = ("CAMPANILE_MASTER_KEY_KMS_TOKEN", "hvs.token-of-a-test");
    let refused = async |environment: &[(&str, &str)], names: &str| {
        let output = campanile(&arguments, environment).output().unwrap();
        let text = crate::support::complaint(&output);
        assert!(text.contains(names), "{text}");
        assert!(!text.contains("hvs.") && !text.contains(NEW), "{text}");
    };
    vault.answer([clear(NEW)]);
    Process::start(&arguments, &[encrypted, kms, token]).kill();
    let asked = vault.received();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].headers["x-vault-token"], "hvs.token-of-a-test");
    let body: Value = serde_json::from_slice(&asked[0].body).unwrap();
    assert_eq!(body, json!({"ciphertext": "vault:v1:c2VhbGVk"}));
    // Beside the key from before the service was used.
    vault.answer([clear(NEW)]);
    let previous = ("CAMPANILE_MASTER_KEY_PREVIOUS", OLD);
    Process::start(&arguments, &[encrypted, kms, token, previous]).kill();

    vault.answer([Reply::status(403)]);
    refused(&[encrypted, kms, token], "CAMPANILE_MASTER_KEY_KMS_TOKEN").await;
    let down = Reply::status(503).text(r#"{"errors": ["Vault is sealed"]}"#);
    vault.answer([down]);
    refused(&[encrypted, kms, token], "Vault is sealed").await;
    refused(&[encrypted, kms], "CAMPANILE_MASTER_KEY_KMS_TOKEN").await;
    refused(&[encrypted], "set CAMPANILE_MASTER_KEY_KMS").await;
    refused(
        &[("CAMPANILE_MASTER_KEY", NEW), kms, token],
        "is not encrypted",
    )
    .await;
    let gone = (
        "CAMPANILE_MASTER_KEY_KMS",
        "http://127.0.0.1:1/v1/transit/decrypt/x",
    );
    refused(&[encrypted, gone, token], "does not answer").await;
}
