//! A million notifications in a minute: straight into the table, its indexes built afterwards.

use campanile_storage::Maintenance;
use campanile_storage_contract::fixture::{now, tenants};
use campanile_storage_postgres::{PostgresStorage, Role};
use campanile_test_support::postgres::TestDatabase;
use chrono::TimeDelta;
use sqlx::{Connection, Executor, PgConnection};

/// Days with rows: ten of the past and today.
pub const DAYS: usize = 11;
/// The user with every tenth row.
pub const HEAVY: &str = "heavy";
/// How many rows that user has.
pub const HEAVY_ROWS: i64 = 100_000;

/// `$1`: so many milliseconds ago the first row, `$2`: the last, `$3`: rows.
const FILL: &str = "
    INSERT INTO notifications (tenant, id, user_id, notification_type, priority, title, content,
        in_inbox, correlation_id, read_at, archived_at, created_at, updated_at)
    SELECT 'acme',
        (lpad(to_hex(ms), 12, '0') || '7' || lpad(to_hex(i % 4096), 3, '0') || '8'
            || lpad(to_hex(i), 15, '0'))::uuid,
        CASE WHEN i % 10 = 0 THEN 'heavy' ELSE 'u' || (i * 7919 % 9000) END,
        'type' || (i / 10 % 5), 'normal', 'A title', '{}', true, 'plans',
        CASE WHEN i / 10 % 2 = 0 THEN now() END, CASE WHEN i / 10 % 50 = 0 THEN now() END,
        to_timestamp(ms / 1000.0), to_timestamp(ms / 1000.0)
    FROM (SELECT i, (extract(epoch FROM now()) * 1000)::bigint - $1
              + i * ($1 - $2) / $3 AS ms
          FROM generate_series(0, $3 - 1) AS i) AS made";

const DELIVERIES: &str = "
    INSERT INTO deliveries (tenant, notification_id, id, user_id, channel, address, state,
        created_at, updated_at)
    SELECT tenant, id, gen_random_uuid(), user_id, 'webhook', 'https://a.example/', 'sent',
        created_at, updated_at
    FROM notifications WHERE user_id = 'heavy'";

/// Fills a database.
pub async fn fill(database: &TestDatabase) {
    let storage = PostgresStorage::connect(database.settings(Role::Worker))
        .await
        .unwrap();
    tenants(&storage, ["acme"]).await;
    for days in [10, 3] {
        storage
            .make_partitions_ahead(now() - TimeDelta::days(days))
            .await
            .unwrap();
    }
    storage.close().await;
    let mut raw = PgConnection::connect(database.url()).await.unwrap();
    raw.execute("SET synchronous_commit = off; SET maintenance_work_mem = '128MB'")
        .await
        .unwrap();
    // Today stays without statistics, as after each midnight.
    for table in ["notifications", "deliveries"] {
        let today = now().format("%Y%m%d");
        let statement = format!("ALTER TABLE {table}_{today} SET (autovacuum_enabled = false)");
        raw.execute(&*statement).await.unwrap();
    }
    let indexes: Vec<(String, String)> = sqlx::query_as(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
         WHERE indrelid = 'notifications'::regclass AND NOT indisprimary",
    )
    .fetch_all(&mut raw)
    .await
    .unwrap();
    for (name, _) in &indexes {
        raw.execute(&*format!("DROP INDEX {name}")).await.unwrap();
    }
    let (midnight, hour) = (now().timestamp_millis() % 86_400_000, 3_600_000_i64);
    // All days before today, and today up to a minute ago: no later than what the test accepts.
    for (first, last, rows) in [
        (midnight + 240 * hour, midnight + 1, 950_000_i64),
        (midnight, midnight.min(60_000), 50_000),
    ] {
        sqlx::query(FILL)
            .bind(first)
            .bind(last)
            .bind(rows)
            .execute(&mut raw)
            .await
            .unwrap();
    }
    for (_, definition) in &indexes {
        let definition = definition.replace(" ON ONLY ", " ON ");
        raw.execute(&*definition).await.unwrap();
    }
    raw.execute(DELIVERIES).await.unwrap();
    for day in 1..DAYS {
        let day = (now() - TimeDelta::days(i64::try_from(day).unwrap())).format("%Y%m%d");
        let statement = format!("ANALYZE notifications_{day}, deliveries_{day}");
        raw.execute(&*statement).await.unwrap();
    }
    raw.close().await.unwrap();
}
