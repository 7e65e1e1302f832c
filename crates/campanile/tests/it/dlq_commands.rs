//! `campanile dlq` on a cluster's database.

use std::process::Output;

use campanile_domain::{DeliveryState, TenantId};
use campanile_storage::{Maintenance, Storage};
use campanile_storage_contract::fixture::{
    dispatched, finished, load, now, record, release, tenants,
};
use campanile_storage_postgres::{PostgresStorage, Role};
use campanile_test_support::postgres::TestDatabase;
use serde_json::Value;

use crate::support::{campanile, complaint};

/// Lets these users' webhooks die, one after the other.
async fn die(storage: &dyn Storage, tenant: &TenantId, users: &[&str]) {
    let dispatch = dispatched(storage, tenant, users).await;
    for job in load(storage, &dispatch).await.unwrap().jobs {
        let mut result = finished(&job, DeliveryState::Dead);
        result.attempt.as_mut().unwrap().code = job.notification.user_id.to_string();
        record(storage, None, vec![result]).await;
    }
    record(storage, Some(&dispatch), Vec::new()).await;
}

/// The command on one tenant of a database.
struct Dlq<'a> {
    url: &'a str,
    tenant: &'a str,
}

impl Dlq<'_> {
    fn run(&self, arguments: &[&str]) -> Output {
        let arguments = [&["dlq"], arguments, &["--tenant", self.tenant]].concat();
        let environment = [("DATABASE_URL", self.url)];
        campanile(&arguments, &environment).output().unwrap()
    }

    #[track_caller]
    fn prints(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{complaint}");
        assert!(
            complaint.is_empty(),
            "no bar without a terminal: {complaint}"
        );
        String::from_utf8(output.stdout).unwrap()
    }

    #[track_caller]
    fn list(&self, arguments: &[&str]) -> Value {
        let arguments = [&["list", "--format", "json"], arguments].concat();
        serde_json::from_str(&self.prints(&arguments)).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clusters_dead_letters_are_listed_replayed_and_purged() {
    let database = TestDatabase::create().await;
    let storage = PostgresStorage::connect(database.settings(Role::Worker));
    let storage = storage.await.unwrap();
    let [acme, other] = tenants(&storage, ["acme", "other"]).await;
    die(&storage, &acme, &["a", "b", "c", "d"]).await;
    die(&storage, &other, &["z"]).await;
    let dlq = Dlq {
        url: database.url(),
        tenant: "acme",
    };

    let first = dlq.list(&["--limit", "3"]);
    assert_eq!(first["total"], 4);
    assert_eq!(first["dead_letters"][0]["code"], "d");
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = dlq.list(&["--limit", "3", "--cursor", cursor]);
    assert_eq!(rest["dead_letters"][0]["code"], "a");
    assert_eq!(rest["next_cursor"], Value::Null);
    let table = dlq.prints(&["list", "--code", "b", "--channel", "webhook"]);
    assert!(
        table.contains("webhook") && table.ends_with("1 of 1\n"),
        "{table}"
    );
    let table = dlq.prints(&["list", "--limit", "1"]);
    assert!(table.contains("1 of 4; continue with --cursor "), "{table}");

    let id = first["dead_letters"][0]["id"].as_str().unwrap();
    assert_eq!(dlq.prints(&["replay", "--id", id]), "replayed 1\n");
    assert_eq!(dlq.prints(&["replay", "--id", id]), "replayed 0\n");
    assert_eq!(dlq.prints(&["replay", "--code", "b"]), "replayed 1\n");
    let released = release(&storage, now()).await;
    assert_eq!(released.dispatches.iter().map(|d| d.size).sum::<usize>(), 2);
    assert_eq!(
        dlq.prints(&["replay", "--to", "2020-01-01T00:00:00Z"]),
        "replayed 0\n"
    );
    assert_eq!(
        dlq.prints(&["purge", "--channel", "webhook", "--yes"]),
        "purged 2\n"
    );
    assert_eq!(dlq.list(&[])["total"], 0);
    let others = Dlq {
        tenant: "other",
        ..dlq
    };
    assert_eq!(others.list(&[])["total"], 1);
    storage.close().await;
    database.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_makes_no_sense_is_refused_with_one_clear_line() {
    let database = TestDatabase::create().await;
    let dlq = |tenant| Dlq {
        url: database.url(),
        tenant,
    };
    let id = "01939b1e-0000-8000-8000-000000000000";
    let (early, late) = ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z");
    for (arguments, expected) in [
        (&["replay"][..], "nothing selected: give --id"),
        (&["purge", "--yes"], "nothing selected: give --id"),
        (&["replay", "--all", "--code", "1"], "cannot be used with"),
        (&["purge", "--id", id, "--all"], "cannot be used with"),
        (&["replay", "--id", "x"], "invalid value 'x'"),
        (
            &["list", "--from", late, "--to", early],
            "--from must be earlier than --to",
        ),
        (&["list", "--from", "yesterday"], "RFC 3339"),
        (&["list", "--limit", "0"], "invalid value '0'"),
        (&["list", "--cursor", "x"], "`next_cursor`"),
        (&["list", "--channel", "pigeon"], "unknown channel"),
    ] {
        let text = complaint(&dlq("default").run(arguments));
        assert!(text.contains(expected), "{arguments:?}: {text}");
    }
    let nobody = complaint(&dlq("nobody").run(&["list"]));
    assert!(nobody.contains("there is no tenant nobody"), "{nobody}");
    database.close().await;
}
