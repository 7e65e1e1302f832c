//! An import that is killed, a tenant that goes meanwhile, and files that are cut: nothing of it accepts or delivers.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use campanile_test_support::postgres::TestDatabase;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{Connection, Executor, PgConnection};

use crate::moving::{PASSPHRASE, Place, call, start};
use crate::support::campanile;

/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(60);
/// More than a frame has.
const USERS: usize = 600;

/// The tenant `acme` with notifications that wait, suspended, in a file.
async fn exported(data: &str, file: &str) {
    let up = start(data);
    let tenant = json!({"tenant": "acme"});
    call(&up, data, Method::POST, "/api/v1/admin/tenants", tenant).await;
    let users: Vec<_> = (0..USERS).map(|n| format!("u{n}")).collect();
    // Much later, so that it waits.
    let later = a_month_ahead();
    let send =
        json!({"notification_type": "t", "recipients": users, "content": {}, "send_at": later});
    call(&up, data, Method::POST, "/api/v1/notifications", send).await;
    assert_eq!(up.terminate().0, Some(0));
    let source = Place::up(data);
    source.prints(&["tenant", "suspend", "acme"]);
    source.prints(&["export", "--tenant", "acme", "--output", file]);
}

/// A time that lies ahead whenever this runs.
fn a_month_ahead() -> String {
    let now = std::time::SystemTime::now();
    let at = now + Duration::from_secs(30 * 24 * 60 * 60);
    humantime::format_rfc3339_seconds(at).to_string()
}

/// An import that waits for a lock of ours, in the middle of the file.
async fn held(database: &TestDatabase, file: &str) -> (Child, PgConnection) {
    let mut lock = PgConnection::connect(database.url()).await.unwrap();
    // What is pending comes after the notifications.
    lock.execute("BEGIN; LOCK TABLE schedule IN SHARE MODE")
        .await
        .unwrap();
    let place = Place::cluster(database);
    let mut command = campanile(&["import", file], &place.environment);
    let import = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let mut looks = PgConnection::connect(database.url()).await.unwrap();
    let until = Instant::now() + PATIENCE;
    loop {
        let waits = "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
            WHERE c.relname = 'schedule' AND NOT l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))";
        let waits: bool = sqlx::query_scalar(waits)
            .fetch_one(&mut looks)
            .await
            .unwrap();
        if waits {
            return (import.unwrap(), lock);
        }
        assert!(
            Instant::now() < until,
            "the import does not reach the table"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_that_is_killed_goes_on_and_its_tenant_is_not_resumed_before() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let (data, file) = (path("data"), path("acme.campanile"));
    exported(&data, &file).await;
    let database = TestDatabase::create().await;
    let cluster = Place::cluster(&database);
    let (mut import, lock) = held(&database, &file).await;
    import.kill().unwrap();
    import.wait().unwrap();
    lock.close().await.unwrap();
    // All notifications are there, and nothing of what is pending.
    let mut looks = PgConnection::connect(database.url()).await.unwrap();
    let rows = "SELECT (SELECT count(*) FROM notifications), (SELECT count(*) FROM schedule)";
    let rows: (i64, i64) = sqlx::query_as(rows).fetch_one(&mut looks).await.unwrap();
    assert_eq!(rows, (i64::try_from(USERS).unwrap(), 0));
    cluster.fails(
        &["tenant", "resume", "acme"],
        "import of the tenant acme is not finished",
    );
    let list: Value =
        serde_json::from_str(&cluster.prints(&["tenant", "list", "--format", "json"])).unwrap();
    assert_eq!(list["tenants"][0]["status"], "suspended", "{list}");
    let stored = cluster.prints(&["import", &file]);
    assert!(
        stored.contains("of the tenant acme, which is suspended"),
        "{stored}"
    );
    let rows = "SELECT count(*) FROM schedule";
    let rows: i64 = sqlx::query_scalar(rows)
        .fetch_one(&mut looks)
        .await
        .unwrap();
    assert_eq!(rows, i64::try_from(USERS).unwrap());
    cluster.prints(&["tenant", "resume", "acme"]);
    cluster.prints(&["audit", "verify", "--tenant", "acme"]);
    database.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_imported_into_a_tenant_that_is_being_deleted() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let (data, file) = (path("data"), path("acme.campanile"));
    exported(&data, &file).await;
    let database = TestDatabase::create().await;
    let cluster = Place::cluster(&database);
    // Deleted while it is imported: the next frame is refused, and so is every further run.
    let (mut import, lock) = held(&database, &file).await;
    cluster.prints(&["tenant", "delete", "acme", "--confirm", "acme"]);
    lock.close().await.unwrap();
    assert!(!import.wait().unwrap().success());
    cluster.fails(&["import", &file], "the tenant acme is being removed");
    let mut looks = PgConnection::connect(database.url()).await.unwrap();
    let finished = "SELECT finished_at IS NOT NULL FROM tenant_imports WHERE tenant = 'acme'";
    let finished: bool = sqlx::query_scalar(finished)
        .fetch_one(&mut looks)
        .await
        .unwrap();
    assert!(!finished);
    // The same before anything of it is stored.
    let other = TestDatabase::create().await;
    let cluster = Place::cluster(&other);
    cluster.prints(&["tenant", "create", "acme"]);
    cluster.prints(&["tenant", "delete", "acme", "--confirm", "acme"]);
    cluster.fails(&["import", &file], "the tenant acme is being removed");
    for database in [database, other] {
        database.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tenant_default_takes_another_file_until_one_is_complete() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let (data, file, next) = (path("data"), path("one.campanile"), path("next.campanile"));
    assert_eq!(start(&data).terminate().0, Some(0));
    let source = Place::up(&data);
    source.prints(&["tenant", "suspend", "default"]);
    for file in [&file, &next] {
        source.prints(&["export", "--tenant", "default", "--output", file]);
    }
    let database = TestDatabase::create().await;
    let cluster = Place::cluster(&database);
    cluster.prints(&["tenant", "suspend", "default"]);
    // All processes have known it for long.
    database
        .tamper("UPDATE tenants SET suspended_at = suspended_at - interval '1 hour'")
        .await;
    cluster.prints(&["import", &file]);
    database
        .tamper("UPDATE tenant_imports SET finished_at = NULL")
        .await;
    let resume = ["tenant", "resume", "default"];
    cluster.fails(&resume, "is not finished");
    cluster.prints(&["import", &next]);
    cluster.fails(&["import", &file], "imported from another file already");
    cluster.prints(&resume);
    database.close().await;
}

/// Where the frames of an encrypted file begin and end: each has a byte, its length and its text.
fn boundaries(file: &[u8]) -> Vec<usize> {
    let mut at = file.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    let mut all = vec![at];
    while at < file.len() {
        let length = u32::from_be_bytes(file[at + 1..at + 5].try_into().unwrap());
        at += 5 + usize::try_from(length).unwrap();
        all.push(at);
    }
    assert_eq!(at, file.len());
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_cut_at_any_frame_is_refused_and_nothing_is_stored() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let (data, file, cut) = (path("data"), path("acme.campanile"), path("cut.campanile"));
    exported(&data, &file).await;
    let whole = std::fs::read(&file).unwrap();
    let boundaries = boundaries(&whole);
    assert!(boundaries.len() > 6, "{} frames", boundaries.len());
    let target = path("target");
    assert_eq!(start(&target).terminate().0, Some(0));
    let target = Place::up(&target);
    let (last, mut cuts) = (whole.len(), 0);
    for end in boundaries {
        for end in [end - 1, end, end + 1]
            .into_iter()
            .filter(|end| *end < last)
        {
            std::fs::write(&cut, &whole[..end]).unwrap();
            target.fails(&["import", &cut], "ends early");
            cuts += 1;
        }
    }
    println!("{cuts} cuts");
    let list: Value =
        serde_json::from_str(&target.prints(&["tenant", "list", "--format", "json"])).unwrap();
    assert_eq!(list["tenants"].as_array().unwrap().len(), 1, "{list}");
    target.prints(&["import", &file]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plain_file_is_not_taken_for_the_encrypted_one() {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    let (data, file, words) = (path("data"), path("acme.jsonl"), path("passphrase"));
    std::fs::write(&words, PASSPHRASE.1).unwrap();
    assert_eq!(start(&data).terminate().0, Some(0));
    let mut place = Place::up(&data);
    place.prints(&["tenant", "create", "acme"]);
    place.prints(&["tenant", "suspend", "acme"]);
    place.prints(&["export", "--tenant", "acme", "--output", &file, "--plain"]);
    let wrong = "the file is not encrypted, although a passphrase was given";
    place.fails(&["import", &file], wrong);
    place.fails(&["import", &file], PASSPHRASE.0);
    place.environment.retain(|one| *one != PASSPHRASE);
    place.fails(&["import", &file, "--passphrase-file", &words], wrong);
    place.fails(
        &["import", &file, "--passphrase-file", &words],
        "--passphrase-file",
    );
}
