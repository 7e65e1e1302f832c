//! Migrating what is filled and in use: accepts go on, and a run that was killed is taken up again.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use campanile_storage::Storage;
use campanile_storage_contract::fixture::{accept, notification, tenant};
use campanile_storage_postgres::{PostgresStorage, Role, Step, migrate, migrate_as_later};
use campanile_test_support::postgres::TestDatabase;
use sqlx::{Connection, Executor, PgConnection};
use tokio::task::JoinHandle;

/// What later programs will have to do: one step of each kind, with the table that it has to lock and what is seen of it
/// while it waits.
const LATER: [(&str, &str, Step); 5] = [
    (
        "dead_letters",
        "%ALTER TABLE dead_letters%",
        Step {
            version: 1_001,
            name: "a constraint",
            sql: "ALTER TABLE dead_letters ADD CONSTRAINT later CHECK (attempts >= 0) NOT VALID",
        },
    ),
    (
        "notifications",
        "%ADD COLUMN later%",
        Step {
            version: 1_002,
            name: "a column",
            sql: "ALTER TABLE notifications ADD COLUMN later timestamptz",
        },
    ),
    (
        "outbox",
        "%CREATE INDEX%outbox_later%",
        Step {
            version: 1_003,
            name: "an index",
            sql: "-- no-transaction\n\
                  CREATE INDEX CONCURRENTLY IF NOT EXISTS outbox_later ON outbox (created_at)",
        },
    ),
    (
        "notifications",
        "%CREATE INDEX notifications_later%",
        Step {
            version: 1_004,
            name: "an index of partitions",
            sql: "CREATE INDEX notifications_later ON ONLY notifications (tenant, user_id, expires_at);
                  CREATE INDEX notifications_later_too ON ONLY notifications (tenant, user_id, updated_at)
                      WHERE send_at IS NOT NULL",
        },
    ),
    (
        "schedule",
        "%CREATE POLICY later%",
        Step {
            version: 1_005,
            name: "a policy",
            sql: "CREATE POLICY later ON schedule FOR SELECT TO campanile_owner USING (true)",
        },
    ),
];
/// No accept may take longer. A lock is queued for 200 ms at a time; the rest is what a machine
/// takes on which many tests run. One that waited for the held transaction would never end.
const BOUND: Duration = Duration::from_secs(5);
/// Nothing here takes that long unless it hangs.
const HANGS: Duration = Duration::from_secs(120);

/// A database of an older program, with rows on several days and dead letters.
async fn filled() -> TestDatabase {
    let database = TestDatabase::create().await;
    database
        .tamper(
            "INSERT INTO notifications (tenant, id, user_id, notification_type, priority, content,
                 in_inbox, correlation_id, created_at, updated_at, send_at)
             SELECT 'default', (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0')
                     || substr(md5(n::text), 1, 20))::uuid,
                 'u' || n % 100, 'message', 'normal', '{}', true, 'c', at, at,
                 CASE WHEN n % 50 = 0 THEN at + interval '1 hour' END
             FROM generate_series(1, 30000) AS n,
                  LATERAL (SELECT date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
                      + (n % 5) * interval '1 day') AS a (at)",
        )
        .await;
    database
        .tamper(
            "INSERT INTO dead_letters SELECT 'default', gen_random_uuid(), gen_random_uuid(), 'u',
                 'webhook', 1, 'c', 'd', 1, now() FROM generate_series(1, 5000)",
        )
        .await;
    database
}

/// A transaction that has written to a table and does not end: whoever locks the table waits for it.
async fn writer(database: &TestDatabase, table: &str) -> PgConnection {
    let mut connection = PgConnection::connect(database.url()).await.unwrap();
    let delete = format!("BEGIN; DELETE FROM {table} WHERE false");
    connection.execute(&*delete).await.unwrap();
    connection
}

/// Accepts all the time, until it is stopped; counts them and knows the slowest.
struct Traffic {
    stop: Arc<AtomicBool>,
    accepted: Arc<AtomicU64>,
    slowest: JoinHandle<Duration>,
}

impl Traffic {
    async fn on(database: &TestDatabase) -> Self {
        let storage = PostgresStorage::connect(database.settings(Role::Api))
            .await
            .unwrap();
        let (stop, accepted) = <(Arc<AtomicBool>, Arc<AtomicU64>)>::default();
        let (stopped, count) = (stop.clone(), accepted.clone());
        let slowest = tokio::spawn(async move {
            let mut slowest = Duration::ZERO;
            while !stopped.load(Ordering::Relaxed) {
                let asked = Instant::now();
                let storage: &dyn Storage = &storage;
                let done = accept(storage, vec![notification(&tenant("default"), "u")]);
                tokio::time::timeout(BOUND, done)
                    .await
                    .expect("accepts go on while the schema changes");
                slowest = slowest.max(asked.elapsed());
                count.fetch_add(1, Ordering::Relaxed);
            }
            slowest
        });
        Self {
            stop,
            accepted,
            slowest,
        }
    }

    async fn more(&self, number: u64) {
        let until = self.accepted.load(Ordering::Relaxed) + number;
        eventually(async || {
            assert!(!self.slowest.is_finished(), "the accepts have stopped");
            self.accepted.load(Ordering::Relaxed) >= until
        })
        .await;
    }

    async fn end(self) -> Duration {
        self.stop.store(true, Ordering::Relaxed);
        self.slowest.await.unwrap()
    }
}

async fn eventually(mut holds: impl AsyncFnMut() -> bool) {
    let since = Instant::now();
    while !holds().await {
        assert!(since.elapsed() < HANGS, "hangs");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn number(connection: &mut PgConnection, query: &'static str) -> i64 {
    sqlx::query_scalar(query)
        .fetch_one(connection)
        .await
        .unwrap()
}

/// Indexes of which a part is missing or not valid, and constraints that were not checked.
async fn unfinished(connection: &mut PgConnection) -> i64 {
    number(
        connection,
        "SELECT (SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                 WHERE c.relnamespace = 'public'::regnamespace AND NOT i.indisvalid)
              + (SELECT count(*) FROM pg_constraint
                 WHERE NOT convalidated AND connamespace = 'public'::regnamespace)
              + (SELECT count(*) FROM pg_index i
                 JOIN pg_class ic ON ic.oid = i.indexrelid AND ic.relkind = 'I'
                 JOIN pg_inherits h ON h.inhparent = i.indrelid
                 WHERE NOT EXISTS (SELECT FROM pg_inherits ih
                     JOIN pg_index pi ON pi.indexrelid = ih.inhrelid
                     WHERE ih.inhparent = i.indexrelid AND pi.indrelid = h.inhrelid))",
    )
    .await
}

#[tokio::test]
async fn accepts_go_on_while_a_filled_database_is_migrated_behind_long_transactions() {
    let database = filled().await;
    let mut watch = PgConnection::connect(database.url()).await.unwrap();
    let traffic = Traffic::on(&database).await;
    let steps = LATER.map(|(_, _, step)| step);
    for (number, (table, statement, step)) in (1..).zip(LATER) {
        let mut held = writer(&database, table).await;
        let settings = database.settings(Role::Api);
        let migration =
            tokio::spawn(async move { migrate_as_later(&settings, &steps[..number]).await });
        let waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'
             AND datname = current_database() AND pid <> pg_backend_pid() AND query LIKE $1";
        eventually(async || {
            let waiting = sqlx::query_scalar::<_, i64>(waiting).bind(statement);
            waiting.fetch_one(&mut watch).await.unwrap() > 0
        })
        .await;
        // Its lock is not given as long as the transaction lasts; the accepts do not wait behind it.
        traffic.more(50).await;
        assert!(!migration.is_finished(), "{} has waited", step.name);
        held.execute("COMMIT").await.unwrap();
        migration.await.unwrap().expect("migrated");
    }
    // A program of the release before may start late, and finds nothing to do.
    migrate(&database.settings(Role::Api)).await.unwrap();
    traffic.more(10).await;
    let slowest = traffic.end().await;
    assert_eq!(unfinished(&mut watch).await, 0);
    assert!(slowest < BOUND, "{slowest:?}");
    watch.close().await.unwrap();
    database.close().await;
}

#[tokio::test]
async fn a_run_that_was_killed_while_it_built_an_index_is_taken_up_again() {
    let database = filled().await;
    let settings = database.settings(Role::Api);
    let steps = LATER.map(|(_, _, step)| step);
    migrate_as_later(&settings, &steps[..3]).await.unwrap();
    let mut watch = PgConnection::connect(database.url()).await.unwrap();
    // A build waits for who might still look at what was before it.
    let mut held = PgConnection::connect(database.url()).await.unwrap();
    held.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT txid_current()")
        .await
        .unwrap();
    let killed = tokio::spawn(async move { migrate_as_later(&settings, &steps).await });
    let building = "SELECT count(*) FROM pg_stat_progress_create_index p
         JOIN pg_stat_activity a USING (pid)
         WHERE p.datname = current_database() AND a.wait_event_type = 'Lock'";
    eventually(async || number(&mut watch, building).await > 0).await;
    watch
        .execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_progress_create_index
                 WHERE datname = current_database()",
        )
        .await
        .unwrap();
    killed.await.unwrap().expect_err("killed");
    let broken = "SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
         WHERE c.relkind = 'i' AND NOT i.indisvalid";
    assert_eq!(number(&mut watch, broken).await, 1, "in the middle");

    // A day that comes meanwhile has every index at once.
    let made = "SELECT campanile_make_partitions((now() AT TIME ZONE 'UTC')::date + 20, 1)::bigint";
    assert_eq!(number(&mut watch, made).await, 2);
    let on_day = "SELECT count(*) FROM pg_index WHERE indisvalid AND indrelid = to_regclass(
             'notifications_' || to_char((now() AT TIME ZONE 'UTC')::date + 20, 'YYYYMMDD'))";
    let on_parent = "SELECT count(*) FROM pg_index WHERE indrelid = 'notifications'::regclass";
    assert_eq!(
        number(&mut watch, on_day).await,
        number(&mut watch, on_parent).await
    );

    let traffic = Traffic::on(&database).await;
    let settings = database.settings(Role::Api);
    let again = tokio::spawn(async move { migrate_as_later(&settings, &steps).await });
    traffic.more(20).await;
    held.execute("COMMIT").await.unwrap();
    again.await.unwrap().expect("taken up again");
    traffic.end().await;
    assert_eq!(unfinished(&mut watch).await, 0);
    watch.close().await.unwrap();
    database.close().await;
}
