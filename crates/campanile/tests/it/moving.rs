//! `campanile export` and `campanile import`: what is refused, and what a file says.

use std::path::Path;
use std::process::Output;

use campanile_test_support::postgres::TestDatabase;
use campanile_test_support::webhook::WebhookReceiver;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Process, SECRET, campanile, complaint, token};

const PRIVATE: (&str, &str) = ("CAMPANILE_ALLOW_PRIVATE_NETWORKS", "127.0.0.0/8");
pub const PASSPHRASE: (&str, &str) = ("CAMPANILE_EXPORT_PASSPHRASE", "correct horse battery");
/// The master key of the cluster; those of `up` are in their data directories.
const MASTER_KEY: (&str, &str) = (
    "CAMPANILE_MASTER_KEY",
    "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=",
);

/// A database that commands work on.
pub struct Place<'p> {
    pub arguments: Vec<&'p str>,
    pub environment: Vec<(&'p str, &'p str)>,
}

impl<'p> Place<'p> {
    pub fn up(data: &'p str) -> Self {
        Self {
            arguments: vec!["--data-dir", data],
            environment: vec![PASSPHRASE, PRIVATE],
        }
    }

    pub fn cluster(database: &'p TestDatabase) -> Self {
        Self {
            arguments: vec![],
            environment: vec![
                PASSPHRASE,
                PRIVATE,
                MASTER_KEY,
                ("DATABASE_URL", database.url()),
            ],
        }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let arguments = [arguments, &self.arguments].concat();
        campanile(&arguments, &self.environment).output().unwrap()
    }

    #[track_caller]
    pub fn prints(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }

    #[track_caller]
    pub fn fails(&self, arguments: &[&str], wrong: &str) {
        let said = complaint(&self.run(arguments));
        assert!(said.contains(wrong), "{arguments:?}: {said}");
    }
}

pub fn start(data: &str) -> Process {
    let up = ["up", "--data-dir", data, "--listen", "127.0.0.1:0"];
    Process::start(&up, &[PRIVATE])
}

pub async fn call(up: &Process, data: &str, method: Method, path: &str, body: Value) -> Value {
    let token = token(data, "root", "platform notifications:send");
    let url = format!("http://{}{path}", up.address());
    let call = reqwest::Client::new().request(method, url);
    let mut call = call.bearer_auth(token);
    if !path.starts_with("/api/v1/admin/tenants") {
        call = call.header("x-tenant", "acme");
    }
    let answer = call.json(&body).send().await.unwrap();
    let (status, body) = (answer.status(), answer.text().await.unwrap());
    assert!(status.is_success(), "{path}: {status} {body}");
    serde_json::from_str(&body).unwrap_or_default()
}

/// All processes have known for long that it is suspended.
async fn known_as_suspended(database: &TestDatabase) {
    database
        .tamper("UPDATE tenants SET suspended_at = suspended_at - interval '1 hour'")
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_moved_safely_is_refused_before_anything_is_stored() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let data = path("data");
    let receiver = WebhookReceiver::start().await;
    let up = start(&data);
    let hook = json!({"channel": "webhook", "settings": {"url": receiver.url(), "secret": SECRET}});
    let tenant = json!({"tenant": "acme"});
    call(&up, &data, Method::POST, "/api/v1/admin/tenants", tenant).await;
    call(
        &up,
        &data,
        Method::PUT,
        "/api/v1/admin/providers/main",
        hook,
    )
    .await;
    assert_eq!(up.terminate().0, Some(0));
    let source = Place::up(&data);
    let file = path("acme.campanile");
    let export = ["export", "--tenant", "acme", "--output", &file];
    source.fails(&export, "is not suspended");
    source.prints(&["tenant", "suspend", "acme"]);
    source.fails(
        &[&export[..], &["--plain"]].concat(),
        "never written to a file that is not encrypted",
    );
    let nobody = ["export", "--tenant", "nobody", "--output", &file];
    source.fails(&nobody, "there is no tenant nobody");
    assert!(!Path::new(&file).exists() && !Path::new(&format!("{file}.part")).exists());
    source.prints(&export);
    source.fails(&export, "exists already");

    let database = TestDatabase::create().await;
    let cluster = Place::cluster(&database);
    let whole = std::fs::read(&file).unwrap();
    let head = whole.iter().position(|byte| *byte == b'\n').unwrap();
    let changed = |name: &str, bytes: &[u8]| {
        let path = path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let mut flipped = whole.clone();
    *flipped.last_mut().unwrap() ^= 1;
    let mut renamed = whole.clone();
    let at = whole.windows(4).position(|part| part == b"acme").unwrap();
    renamed[at..at + 4].copy_from_slice(b"evil");
    for (name, bytes, wrong) in [
        ("cut", &whole[..whole.len() - 40], "ends early"),
        (
            "flipped",
            &flipped,
            "the passphrase is wrong, or the file was changed",
        ),
        (
            "renamed",
            &renamed,
            "the passphrase is wrong, or the file was changed (frame 0)",
        ),
        ("longer", &[&whole[..], b"x"].concat(), "something follows"),
        ("head", &whole[..=head], "ends early"),
        ("other", b"{\"format\":\"zip\"}\n", "its format"),
    ] {
        cluster.fails(&["import", &changed(name, bytes)], wrong);
    }
    let mut keyless = Place::cluster(&database);
    keyless.environment.retain(|one| *one != MASTER_KEY);
    keyless.fails(&["import", &file], "set CAMPANILE_MASTER_KEY");
    let mut mistaken = Place::cluster(&database);
    mistaken.environment.retain(|one| *one != PASSPHRASE);
    mistaken
        .environment
        .push((PASSPHRASE.0, "another passphrase"));
    mistaken.fails(&["import", &file], "the passphrase is wrong");
    let list: Value =
        serde_json::from_str(&cluster.prints(&["tenant", "list", "--format", "json"])).unwrap();
    assert_eq!(list["tenants"].as_array().unwrap().len(), 1, "{list}");

    // A tenant of the target that is in use stays as it is; one without rows of its own makes room.
    cluster.prints(&["tenant", "create", "acme"]);
    cluster.fails(&["import", &file], "is not suspended");
    cluster.prints(&["tenant", "suspend", "acme"]);
    known_as_suspended(&database).await;
    let user = "INSERT INTO users (tenant, user_id, attributes, created_at, updated_at)
        VALUES ('acme', 'u', '{}', now(), now())";
    database.tamper(user).await;
    cluster.fails(&["import", &file], "has 1 rows in users already");
    database.tamper("DELETE FROM users").await;
    let checked = cluster.prints(&["import", &file, "--check"]);
    assert!(checked.contains("the file is complete"), "{checked}");
    cluster.prints(&["import", &file]);
    cluster.prints(&["audit", "verify", "--tenant", "acme"]);
    database.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plain_file_is_read_by_any_program_and_refused_when_it_was_changed() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let (data, other, file) = (path("data"), path("other"), path("acme.jsonl"));
    for data in [&data, &other] {
        assert_eq!(start(data).terminate().0, Some(0));
    }
    let source = Place::up(&data);
    source.prints(&["tenant", "create", "acme", "--retry-ladder", "5s,1m"]);
    source.prints(&["tenant", "suspend", "acme"]);
    source.prints(&["export", "--tenant", "acme", "--output", &file, "--plain"]);
    let text = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[0]["tenant"], "acme");
    assert_eq!(lines[1]["table"], "tenants");
    assert_eq!(lines[1]["rows"][0][1], json!([5_000, 60_000]));
    assert_eq!(lines.last().unwrap()["totals"][0]["rows"], 1);

    let mut target = Place::up(&other);
    target.environment.retain(|one| *one != PASSPHRASE);
    let changed = path("changed.jsonl");
    std::fs::write(&changed, text.replace("[5000,60000]", "[5000,60001]")).unwrap();
    target.fails(
        &["import", &changed],
        "its rows are not those that its end names",
    );
    let cut = text.lines().count() - 1;
    let cut: String = text
        .lines()
        .take(cut)
        .map(|line| format!("{line}\n"))
        .collect();
    std::fs::write(&changed, cut).unwrap();
    target.fails(&["import", &changed], "ends early");
    target.prints(&["import", &file]);
    let list: Value =
        serde_json::from_str(&target.prints(&["tenant", "list", "--format", "json"])).unwrap();
    assert_eq!(
        list["tenants"][0]["retry_ladder"],
        json!(["5s", "1m"]),
        "{list}"
    );
}
