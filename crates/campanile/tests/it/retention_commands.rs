//! `campanile retention` on a cluster's database: terms, what a run removes, who is in its way, and a
//! run that was killed.

use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use campanile_test_support::postgres::TestDatabase;
use serde_json::Value;
use sqlx::{Connection, Executor, PgConnection};

use crate::support::{campanile, complaint};

/// A tenant's notifications of one old day, of 50 users, each with a delivery.
const AGED: i64 = 3_000;

/// A database with the tenant `acme`, whose notifications are nine days old.
async fn aged() -> TestDatabase {
    let database = TestDatabase::create().await;
    for statement in [
        "INSERT INTO tenants (tenant, created_at) VALUES ('acme', now())",
        "SELECT campanile_make_partitions((now() AT TIME ZONE 'UTC')::date - 9, 1)",
        "INSERT INTO notifications (tenant, id, user_id, notification_type, priority, content,
             in_inbox, correlation_id, created_at, updated_at)
         SELECT 'acme', (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0')
                 || '7' || substr(md5(n::text), 1, 19))::uuid,
             'u' || n % 50, 'message', 'normal', '{}', true, 'c', at, at
         FROM generate_series(1, 3000) AS n,
              LATERAL (SELECT ((now() AT TIME ZONE 'UTC')::date - 9) AT TIME ZONE 'UTC'
                  + n * interval '1 second') AS a (at)",
        "INSERT INTO deliveries (tenant, notification_id, id, user_id, channel, address, state,
             created_at, updated_at)
         SELECT tenant, id, gen_random_uuid(), user_id, 'webhook', 'https://hooks.example/', 'sent',
             created_at, created_at FROM notifications",
    ] {
        database.tamper(statement).await;
    }
    database
}

fn command(database: &TestDatabase, arguments: &[&str], days: &str) -> Output {
    let arguments = [&["retention"], arguments].concat();
    let environment = [("DATABASE_URL", database.url()), ("RETENTION_DAYS", days)];
    campanile(&arguments, &environment).output().unwrap()
}

/// What a command prints that succeeds.
#[track_caller]
fn prints(database: &TestDatabase, arguments: &[&str], days: &str) -> String {
    let output = command(database, arguments, days);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    assert!(said.is_empty(), "no bar without a terminal: {said}");
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn json(database: &TestDatabase, arguments: &[&str], days: &str) -> Value {
    let arguments = [arguments, &["--format", "json"]].concat();
    serde_json::from_str(&prints(database, &arguments, days)).unwrap()
}

async fn number(connection: &mut PgConnection, query: &'static str) -> i64 {
    let number = sqlx::query_scalar(query).fetch_one(connection).await;
    number.unwrap()
}

const NOTIFICATIONS: &str = "SELECT count(*) FROM notifications";
const DELIVERIES: &str = "SELECT count(*) FROM deliveries";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_term_is_shown_set_and_run() {
    let database = aged().await;
    let acme = ["--tenant", "acme"];
    let show = [&["show"], &acme[..]].concat();
    assert_eq!(prints(&database, &show, "90"), "90 days (the default)\n");
    let set = prints(&database, &[&["set", "7"], &acme[..]].concat(), "90");
    assert_eq!(set, "acme keeps its notifications for 7 days\n");
    assert_eq!(prints(&database, &show, "90"), "7 days\n");
    assert_eq!(json(&database, &show, "90")["days"], 7);
    for (arguments, named) in [
        (&["set", "0", "--tenant", "acme"][..], "1 to 3650"),
        (&["set", "7", "--tenant", "nobody"], "nobody"),
        (&["show", "--tenant", "nobody"], "nobody"),
    ] {
        let said = complaint(&command(&database, arguments, "90"));
        assert!(said.contains(named), "{said}");
    }

    database
        .tamper(
            "INSERT INTO fanouts (tenant, id, topic, as_of, accepted, notification_type, priority,
                 content, in_inbox, correlation_id, status, created_at, updated_at, finished_at)
             SELECT 'acme', '01900000-0000-7000-8000-000000000001', 'news', 1, 0, 'news', 'normal',
                 '{}', true, 'c', 'done', at, at, at FROM (SELECT now() - interval '9 days') AS a (at)",
        )
        .await;
    let dry = json(&database, &["run", "--dry-run"], "90");
    assert_eq!(dry["dry_run"], true);
    assert_eq!(dry["fanouts"], 1, "{dry}");
    assert_eq!(dry["tenants"][0]["notifications"], AGED, "{dry}");
    let mut raw = PgConnection::connect(database.url()).await.unwrap();
    assert_eq!(number(&mut raw, NOTIFICATIONS).await, AGED);
    let run = json(&database, &["run"], "90");
    assert_eq!(run["fanouts"], 1, "{run}");
    assert_eq!(
        number(&mut raw, "SELECT count(*) FROM fanouts").await,
        0,
        "what is over goes with the rest"
    );
    let reported = &run["tenants"][0];
    assert_eq!(reported["tenant"], "acme");
    assert_eq!(
        (&reported["notifications"], &reported["deliveries"]),
        (&AGED.into(), &AGED.into())
    );
    assert_eq!(number(&mut raw, NOTIFICATIONS).await, 0);
    assert_eq!(number(&mut raw, DELIVERIES).await, 0);
    assert_eq!(
        prints(&database, &["run"], "90"),
        "nothing is older than the retention period\n"
    );
    let set = [&["set", "default"], &acme[..]].concat();
    prints(&database, &set, "90");
    assert_eq!(prints(&database, &show, "30"), "30 days (the default)\n");
    raw.close().await.ok();
    database.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_in_its_way_is_reported_and_waited_for_no_longer_than_a_moment() {
    let database = aged().await;
    let mut held = PgConnection::connect(database.url()).await.unwrap();
    // Somebody reads the day and does not let go of it.
    held.execute("BEGIN; SELECT count(*) FROM notifications")
        .await
        .unwrap();
    let kept = json(&database, &["run"], "7");
    assert_eq!(kept["days"].as_array().unwrap().len(), 1, "{kept}");
    assert_eq!(kept["days"][0]["state"], "in_use");
    assert!(prints(&database, &["run"], "7").contains("kept: in use, try again"));
    held.execute("COMMIT").await.unwrap();

    // Another process is at it.
    held.execute("BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('campanile_retention', 0))")
        .await
        .unwrap();
    let said = complaint(&command(&database, &["run"], "7"));
    assert!(
        said.contains("another process is running retention"),
        "{said}"
    );
    assert_eq!(number(&mut held, NOTIFICATIONS).await, AGED);
    held.execute("COMMIT").await.unwrap();

    let dropped = json(&database, &["run"], "7");
    assert_eq!(dropped["days"][0]["state"], "dropped", "{dropped}");
    assert_eq!(number(&mut held, NOTIFICATIONS).await, 0);
    held.close().await.ok();
    database.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_was_killed_leaves_nothing_half_removed_and_the_next_goes_on() {
    let database = aged().await;
    prints(&database, &["set", "7", "--tenant", "acme"], "90");
    let mut held = PgConnection::connect(database.url()).await.unwrap();
    let mut watch = PgConnection::connect(database.url()).await.unwrap();
    // The third step finds a delivery with a worker.
    held.execute(
        "BEGIN; SELECT FROM deliveries WHERE notification_id =
             (SELECT id FROM notifications ORDER BY id OFFSET 1200 LIMIT 1) FOR UPDATE",
    )
    .await
    .unwrap();
    let environment = [("DATABASE_URL", database.url())];
    let mut run = campanile(&["retention", "run"], &environment)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
         AND wait_event_type = 'Lock' AND query LIKE '%FROM deliveries%FOR UPDATE%'";
    let since = Instant::now();
    while number(&mut watch, waits).await == 0 {
        assert!(
            since.elapsed() < Duration::from_secs(60),
            "it never came so far"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    run.kill().unwrap();
    run.wait().unwrap();
    // Two steps are done, and of the third nothing, now or later.
    held.execute("COMMIT").await.unwrap();
    let left = AGED - 1_000;
    let gone = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
         AND application_name = 'campanile'";
    while number(&mut watch, gone).await > 0 {
        assert!(
            since.elapsed() < Duration::from_secs(90),
            "its session stays"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let after = number(&mut watch, NOTIFICATIONS).await;
    assert!(
        after == left || after == left - 500,
        "whole steps only: {after}"
    );
    assert_eq!(number(&mut watch, DELIVERIES).await, after);

    let run = json(&database, &["run"], "90");
    assert_eq!(run["tenants"][0]["notifications"], after, "{run}");
    assert_eq!(number(&mut watch, NOTIFICATIONS).await, 0);
    assert_eq!(number(&mut watch, DELIVERIES).await, 0);
    held.close().await.ok();
    watch.close().await.ok();
    database.close().await;
}
