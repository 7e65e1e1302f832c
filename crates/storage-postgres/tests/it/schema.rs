//! What the schema itself promises about what is stored.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use campanile_pipeline::delete_notification;
use campanile_storage::Storage;
use campanile_storage_contract::closed_values;
use campanile_storage_contract::fixture::{accept, item_texts, notification, now, tenants};
use campanile_storage_contract::moving::compare_with_schema;
use campanile_storage_postgres::{PostgresStorage, Role};
use campanile_test_support::postgres::TestDatabase;
use sqlx::{Connection, PgConnection};

/// Text that may say something about a person.
const PERSONAL: [(&str, &str); 13] = [
    ("notifications", "title"),
    ("notifications", "body"),
    ("notifications", "item_title"),
    ("notifications", "item_body"),
    ("notifications", "link"),
    ("deliveries", "address"),
    ("deliveries", "attempts"),
    ("users", "email"),
    ("devices", "value"),
    ("fanouts", "title"),
    ("fanouts", "body"),
    ("fanouts", "link"),
    ("dead_letters", "detail"),
];

#[tokio::test]
async fn closed_columns_take_the_values_of_the_domain() {
    let database = TestDatabase::create().await;
    let mut connection = PgConnection::connect(database.url()).await.unwrap();
    let columns: Vec<(String, String, Option<String>)> = sqlx::query_as(
        "SELECT c.relname::text, a.attname::text,
             (SELECT string_agg(pg_get_constraintdef(k.oid), ' ') FROM pg_constraint k
              WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.conkey = ARRAY[a.attnum])
         FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT a.attisdropped",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    let mut compared = 0;
    for (table, column, check) in &columns {
        if closed_values::is_of_channels(column) {
            let check = check.as_deref().unwrap_or_default();
            let pattern = match &**column {
                "channel" => "(channel ~ '^[a-z0-9_]{1,32}$'::text)",
                _ => "(array_to_string(channels, ','::text, '?'::text) ~ '^[a-z0-9_,]*$'::text)",
            };
            assert!(
                check.contains(pattern),
                "the CHECK of {table}.{column}: {check}"
            );
            compared += 1;
        }
        if let Some(values) = closed_values::of(table, column) {
            let listed = closed_values::listed(check.as_deref().unwrap_or_default());
            assert_eq!(listed, values, "the CHECK of {table}.{column}");
            compared += 1;
        }
    }
    assert!(compared > 20, "{compared}");
    connection.close().await.unwrap();
    database.close().await;
}

#[tokio::test]
async fn statistics_have_no_samples_of_what_is_personal() {
    let database = TestDatabase::create().await;
    for rows in [
        "INSERT INTO notifications (tenant, id, user_id, notification_type, priority, title, body, item_title,
             item_body, link, content, in_inbox, correlation_id, created_at, updated_at)
         SELECT 'default', (lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint), 12, '0')
                 || substr(md5(n::text), 1, 20))::uuid, 'u', 'message', 'normal', 'secret', 'secret', 'secret',
             'secret', 'secret', '{}', true, 'c', now(), now() FROM generate_series(1, 100) AS n",
        "INSERT INTO deliveries (tenant, notification_id, id, user_id, channel, address, state, attempts, created_at,
             updated_at)
         SELECT tenant, id, id, 'u', 'email', 'secret', 'sent', '[\"secret\"]', now(), now() FROM notifications",
        "INSERT INTO users (tenant, user_id, email, attributes, created_at, updated_at)
         SELECT 'default', n::text, 'secret', '{}', now(), now() FROM generate_series(1, 100) AS n",
        "INSERT INTO devices (tenant, id, user_id, kind, value, platform, created_at, last_seen)
         SELECT 'default', gen_random_uuid(), 'u', 'token', 'secret' || n, 'web', now(), now()
         FROM generate_series(1, 100) AS n",
        "INSERT INTO fanouts (tenant, id, topic, as_of, accepted, notification_type, priority, title, body, link,
             content, in_inbox, correlation_id, created_at, updated_at)
         SELECT 'default', gen_random_uuid(), 't', 1, 1, 'message', 'normal', 'secret', 'secret', 'secret', '{}', true,
             'c', now(), now() FROM generate_series(1, 100) AS n",
        "INSERT INTO dead_letters SELECT 'default', gen_random_uuid(), gen_random_uuid(), 'u', 'webhook', 1, 'c',
             'secret', 1, now() FROM generate_series(1, 100)",
        "ANALYZE",
    ] {
        database.tamper(rows).await;
    }
    let mut connection = PgConnection::connect(database.url()).await.unwrap();
    let sampled: Vec<(String, String, bool)> = sqlx::query_as(
        "SELECT regexp_replace(tablename, '_[0-9]{8}$', ''), attname::text,
             coalesce(most_common_vals::text || histogram_bounds::text LIKE '%secret%', false)
                 OR coalesce(most_common_vals::text LIKE '%secret%', false)
         FROM pg_stats WHERE schemaname = 'public'",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    assert!(
        sampled
            .iter()
            .any(|(table, column, _)| table == "notifications" && column == "user_id")
    );
    for (table, column, secret) in &sampled {
        let personal = PERSONAL.iter().any(|one| *one == (table, column));
        assert!(!personal && !secret, "samples of {table}.{column}");
    }
    connection.close().await.unwrap();
    database.close().await;
}

#[tokio::test]
async fn of_a_deleted_notification_no_text_is_left() {
    let database = TestDatabase::create().await;
    let settings = database.settings(Role::Worker);
    let storage = PostgresStorage::connect(settings).await.unwrap();
    let storage: &dyn Storage = &storage;
    let [acme] = tenants(storage, ["acme"]).await;
    let mut made = notification(&acme, "u");
    made.title = Some("title".into());
    made.body = Some("body".into());
    made.item = item_texts();
    accept(storage, vec![made.clone()]).await;
    let deleted = delete_notification(storage, &acme, &made.user_id, made.id, now()).await;
    assert!(deleted.unwrap().is_some());
    let mut connection = PgConnection::connect(database.url()).await.unwrap();
    let left: Option<String> = sqlx::query_scalar(
        "SELECT coalesce(title, body, nullif(content::text, '{}'), item_title, item_body, link, actions::text)
         FROM notifications WHERE id = $1 AND deleted_at IS NOT NULL",
    )
    .bind(made.id.0)
    .fetch_one(&mut connection)
    .await
    .unwrap();
    assert_eq!(left, None);
    connection.close().await.unwrap();
    database.close().await;
}

#[tokio::test]
async fn every_table_with_rows_of_tenants_is_moved_or_stays_for_a_reason() {
    let database = TestDatabase::create().await;
    let mut connection = PgConnection::connect(database.url()).await.unwrap();
    let columns: Vec<(String, String)> = sqlx::query_as(
        "SELECT c.relname::text, a.attname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
             AND NOT a.attisdropped",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    compare_with_schema(&columns, |_, _| None);
    connection.close().await.unwrap();
    database.close().await;
}
