//! A plan that was made while a day had few rows finds an inbox as well when the day has many: until statistics are next
//! taken, sessions keep it.

use campanile_domain::{NotificationId, NotificationType};
use campanile_storage::{
    InboxFilter, ItemsWanted, Maintenance, PageSize, PageStart, Storage, UpdatesSize, UpdatesWanted,
};
use campanile_storage_contract::fixture::{now, read_all, tenant, tenants, user};
use campanile_storage_postgres::{PostgresStorage, Role};
use campanile_test_support::postgres::TestDatabase;
use chrono::TimeDelta;
use sqlx::{Connection, Executor, PgConnection};

use crate::watch::{alone, plans, report_plans};

/// Rows that a day may have when a plan is made. Its primary key is one page up to some 210, its inbox indexes up to 100.
const YOUNG: [i64; 18] = [
    0, 5, 10, 20, 40, 60, 80, 100, 130, 160, 190, 220, 250, 300, 400, 600, 800, 1_000,
];
/// Rows that the day has when the plans are used.
const GROWN: i64 = 10_000;
/// Sessions keep the plan of the first use. Without the settings that guard plans, they would from the sixth on.
const USES: usize = 8;
/// Pages that a statement may read: a few of each index of each day. All of the tenant's are over 200.
const MOST_BUFFERS: u64 = 100;

/// Inserts one notification for each number `i` with `$1 <= i < $2`, to the user `u<i>`.
const FILL: &str = "
    INSERT INTO notifications (tenant, id, user_id, notification_type, priority, title, content, in_inbox,
        correlation_id, created_at, updated_at)
    SELECT 'acme', (lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint - 20000 + i), 12, '0') || '7'
            || lpad(to_hex(i % 4096), 3, '0') || '8' || lpad(to_hex(i), 15, '0'))::uuid,
        'u' || i, 'message', 'normal', 'A title', '{}', true, '', now(), now()
    FROM generate_series($1, $2 - 1) AS i";

async fn fill(raw: &mut PgConnection, from: i64, to: i64) {
    sqlx::query(FILL)
        .bind(from)
        .bind(to)
        .execute(raw)
        .await
        .unwrap();
}

/// Opens a back end with one session: Postgres caches prepared plans per session.
async fn session(database: &TestDatabase) -> PostgresStorage {
    let mut settings = database.settings(Role::Worker);
    settings.max_connections = 1;
    PostgresStorage::connect(settings).await.unwrap()
}

/// Asks what is asked most, of one user's inbox.
async fn ask(storage: &dyn Storage) {
    let (acme, who) = (tenant("acme"), user("u5"));
    let kind = NotificationType::parse("message").unwrap();
    for (from, to) in [(None, None), (Some(-1), None), (Some(-1), Some(1))] {
        for (unread_only, kind) in [(false, None), (true, None), (false, Some(&kind))] {
            let at = |hours: Option<i64>| hours.map(|hours| now() + TimeDelta::hours(hours));
            let filter = InboxFilter {
                from: at(from),
                to: at(to),
                unread_only,
                notification_type: kind.cloned(),
                ..InboxFilter::default()
            };
            let size = PageSize::rows(20);
            for start in [
                PageStart::Offset(0),
                PageStart::After(NotificationId(uuid::Uuid::max())),
            ] {
                let page = storage.inbox_page(&acme, &who, &filter, start, size, now());
                page.await.unwrap();
            }
            let count = storage.inbox_count(&acme, &who, &filter, now());
            count.await.unwrap();
        }
    }
    read_all(storage, &acme, &who, None, now()).await;
    read_all(storage, &acme, &who, Some(&kind), now()).await;
    let newer = ItemsWanted::Newer {
        after: NotificationId::floor(now() - TimeDelta::hours(1)),
        up_to: None,
        known: Vec::new(),
    };
    let due = ItemsWanted::Due {
        after: (now(), NotificationId::floor(now() - TimeDelta::hours(1))),
        up_to: None,
    };
    for items in [newer, due] {
        for (counts, read_since) in [(false, None), (true, None), (true, Some(now()))] {
            let wanted = UpdatesWanted {
                tenant: acme.clone(),
                user: who.clone(),
                items: items.clone(),
                counts,
                read_since,
            };
            let size = UpdatesSize {
                each: PageSize::rows(20),
                bytes: usize::MAX,
            };
            let wanted = [wanted];
            let found = storage.inbox_updates(&wanted, size, now());
            found.await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_of_a_young_day_is_good_for_the_grown_day() {
    let _alone = alone().await;
    let database = TestDatabase::create().await;
    report_plans(&database).await;
    let first = session(&database).await;
    tenants(&first, ["acme"]).await;
    first.close().await;
    let mut raw = PgConnection::connect(database.url()).await.unwrap();
    for day in [0, 1] {
        // Nothing else may take statistics.
        let day = (now() - TimeDelta::days(day)).format("%Y%m%d");
        let statement = format!("ALTER TABLE notifications_{day} SET (autovacuum_enabled = false)");
        raw.execute(&*statement).await.unwrap();
    }

    // The planner expects ten pages of a table that was never analyzed.
    let unknown: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_stats s ON s.tablename = c.relname
         WHERE i.inhparent = 'notifications'::regclass AND c.reltuples = -1 AND s.attname = 'tenant' AND s.n_distinct = 1",
    )
    .fetch_one(&mut raw)
    .await
    .unwrap();
    assert_eq!(unknown, 9, "days with the statistics of the expected day");

    let mut sessions = Vec::new();
    let mut rows = 0;
    for young in YOUNG {
        fill(&mut raw, rows, young).await;
        rows = young;
        let session = session(&database).await;
        for _ in 0..USES {
            ask(&session).await;
        }
        sessions.push((young, session));
    }
    fill(&mut raw, rows, GROWN).await;
    let mut faults = String::new();
    plans();
    for (young, session) in sessions {
        ask(&session).await;
        session.close().await;
        let used = plans();
        assert!(used.len() > 20, "{} plans", used.len());
        for plan in used.iter().filter(|plan| plan.buffers() > MOST_BUFFERS) {
            faults += &format!(
                "made at {young} rows, {} buffers, most by {}: {}\n",
                plan.buffers(),
                plan.widest_scan(),
                plan.text().replace('\n', " ")
            );
        }
    }
    assert!(faults.is_empty(), "\n{faults}");
    raw.close().await.unwrap();
    database.close().await;
}
