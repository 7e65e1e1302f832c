//! `campanile audit` on a cluster's database: commands leave entries, and what was done to them is found.

use std::process::Output;

use campanile_test_support::postgres::TestDatabase;
use serde_json::Value;

use crate::support::{campanile, complaint};

fn command(database: &TestDatabase, arguments: &[&str]) -> Output {
    let environment = [("DATABASE_URL", database.url())];
    campanile(arguments, &environment).output().unwrap()
}

#[track_caller]
fn prints(database: &TestDatabase, arguments: &[&str]) -> String {
    let output = command(database, arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).unwrap()
}

/// What is not intact, as it is printed for people.
#[track_caller]
fn faults(database: &TestDatabase, known: &[&str]) -> Vec<String> {
    let verify = [&["audit", "verify", "--tenant", "acme"], known].concat();
    let output = command(database, &verify);
    assert_eq!(output.status.code(), Some(1));
    let said = complaint(&output);
    assert!(
        said.contains("the audit log of acme is not intact"),
        "{said}"
    );
    let text = String::from_utf8(output.stdout).unwrap();
    let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
    lines.pop();
    lines
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_are_recorded_and_what_was_done_to_entries_is_found() {
    let database = TestDatabase::create().await;
    let create = "INSERT INTO tenants (tenant, created_at) VALUES ('acme', now())";
    database.tamper(create).await;
    for days in ["7", "8", "default"] {
        let set = ["retention", "set", days, "--tenant", "acme"];
        prints(&database, &set);
    }
    let list = ["audit", "list", "--tenant", "acme", "--format", "json"];
    let page: Value = serde_json::from_str(&prints(&database, &list)).unwrap();
    let newest = &page["entries"][0];
    assert_eq!(newest["action"], "retention.set");
    assert_eq!(newest["actor_kind"], "command_line");
    assert_eq!(newest["before"]["days"], 8);
    assert_eq!(newest["after"]["days"], Value::Null);
    let table = prints(
        &database,
        &["audit", "list", "--tenant", "acme", "--limit", "2"],
    );
    assert!(table.contains("continue with --cursor "), "{table}");
    let export = prints(&database, &["audit", "export", "--tenant", "acme"]);
    let last = export.lines().last().unwrap();
    assert_eq!(serde_json::from_str::<Value>(last).unwrap(), *newest);

    let verify = ["audit", "verify", "--tenant", "acme"];
    let intact = prints(&database, &verify);
    let hash = newest["hash"].as_str().unwrap();
    assert_eq!(intact, format!("3 entries, the last one is 3:{hash}\n"));
    let noted = format!("3:{hash}");
    let known = ["--known", &noted];
    let there = prints(&database, &[&verify[..], &known].concat());
    assert!(
        there.starts_with("entry 3 is there as it was noted\n"),
        "{there}"
    );

    database
        .tamper("UPDATE audit_log SET actor = 'eve' WHERE seq = 2")
        .await;
    let changed = "row 2 was changed, or the row before it was replaced";
    assert_eq!(faults(&database, &[]), [changed]);
    database.tamper("DELETE FROM audit_log WHERE seq = 2").await;
    assert_eq!(faults(&database, &[]), ["row 2 is missing"]);
    // The whole log is replaced by an empty one.
    database.tamper("DELETE FROM audit_log").await;
    database.tamper("DELETE FROM audit_heads").await;
    let empty = prints(&database, &verify);
    assert!(empty.starts_with("0 entries"), "{empty}");
    let gone = faults(&database, &known);
    assert_eq!(gone, ["entry 3 is not the one that was noted"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retention_period_of_entries_is_shown_and_set() {
    let database = TestDatabase::create().await;
    let retention = ["audit", "retention"];
    let with = |days| [&retention[..], &[days]].concat();
    assert_eq!(prints(&database, &retention), "730 days (the default)\n");
    assert_eq!(prints(&database, &with("45")), "45 days\n");
    assert_eq!(prints(&database, &retention), "45 days\n");
    assert_eq!(
        prints(&database, &with("default")),
        "730 days (the default)\n"
    );
    let short = command(&database, &with("29"));
    assert_eq!(short.status.code(), Some(2));
    let said = String::from_utf8_lossy(&short.stderr);
    assert!(said.contains("expected days from 30 to 3650"), "{said}");
}
