//! A hundred thousand rows of one tenant in every table that grows with its people or its past, and no statistics.
//! What is bounded by limits of its own (open fan-outs, work at providers) has as many as are allowed, or nearly.

use campanile_test_support::postgres::TestDatabase;
use sqlx::{Connection, Executor, PgConnection};

/// Two hours ago to one hour ago, so that they are past whatever a tour makes.
const FILL: &[&str] = &[
    "INSERT INTO tenants (tenant, created_at) VALUES ('acme', now()) ON CONFLICT DO NOTHING",
    "CREATE TEMPORARY TABLE made AS
     SELECT i, (lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint - 7200000 + i * 36), 12, '0') || '7'
             || lpad(to_hex(i % 4096), 3, '0') || '8' || lpad(to_hex(i), 15, '0'))::uuid AS id,
         'u' || i AS who, now() - interval '2 hours' AS at, gen_random_uuid() AS other
     FROM generate_series(0, 99999) AS i",
    "INSERT INTO notifications (tenant, id, user_id, notification_type, priority, content, in_inbox,
         correlation_id, created_at, updated_at)
     SELECT 'acme', id, 'u' || i % 9000, 'message', 'normal', '{}', true, '', at, at FROM made",
    "INSERT INTO deliveries (tenant, notification_id, id, user_id, channel, address, state, created_at, updated_at)
     SELECT 'acme', id, other, 'u' || i % 9000, 'webhook', 'a', 'sent', at, at FROM made",
    "INSERT INTO users (tenant, user_id, email, attributes, created_at, updated_at)
     SELECT 'acme', who, who || '@example.com', '{}', at, at FROM made",
    "INSERT INTO devices (tenant, id, user_id, kind, value, platform, created_at, last_seen)
     SELECT 'acme', id, who, 'token', who, 'android', at, at FROM made",
    "INSERT INTO preferences (tenant, user_id, preferences, updated_at) SELECT 'acme', who, '{}', at FROM made",
    "INSERT INTO plan_marks (tenant, user_id, key, notification_id, marked_at, expires_at)
     SELECT 'acme', who, other, id, at, at + interval '1 day' FROM made",
    "INSERT INTO idempotency_keys (tenant, key, fingerprint, response, created_at, expires_at)
     SELECT 'acme', who, '', '', at, at + interval '1 day' FROM made",
    "INSERT INTO topics (tenant, topic, subscribers, revision, created_at, updated_at)
     SELECT 'acme', who, 0, 1, at, at FROM made",
    "INSERT INTO topic_subscribers (tenant, topic, user_id, revision, created_at)
     SELECT 'acme', 'u1', who, 1, at FROM made",
    "INSERT INTO dead_letters (tenant, id, notification_id, user_id, channel, lane, code, detail, attempts, died_at)
     SELECT 'acme', other, id, who, 'webhook', 1, '500', '', 1, at FROM made",
    "INSERT INTO outbox (tenant, lane, id, notification_ids, created_at)
     SELECT 'acme', 1, id, ARRAY[id], at FROM made",
    "INSERT INTO schedule (tenant, kind, key, notification_id, channel, lane, due_at)
     SELECT 'acme', 'retry', other, id, 'webhook', 1, now() + i * interval '1 second' + interval '1 hour' FROM made",
    "INSERT INTO fanouts (tenant, id, topic, as_of, accepted, notification_type, priority, content, in_inbox,
         correlation_id, status, created_at, updated_at, finished_at)
     SELECT 'acme', id, 'u1', 1, 0, 'message', 'normal', '{}', true, '', 'done', at, at, at FROM made",
    "INSERT INTO fanout_batches (tenant, fanout_id, first_id, last_id) SELECT 'acme', id, id, id FROM made",
    "INSERT INTO ingest_groups (tenant, address_id, digest, last_state, notification_ids, updated_at)
     SELECT 'acme', other, decode(md5(who), 'hex'), '', ARRAY[id], at FROM made",
    "INSERT INTO suppressions (tenant, channel, address, notification_type, reason, source, since)
     SELECT 'acme', 'email', who || '@example.com', '', 'manual', 'operator', at FROM made",
    "INSERT INTO user_addresses (tenant, user_id, channel, address, created_at, updated_at)
     SELECT 'acme', who, 'slack', 'U' || i, at, at FROM made",
    "INSERT INTO user_merges SELECT 'acme', who, 'kept', 'done', NULL, 0, 0, 0, 0, 0, at, NULL, at, at, at FROM made",
    "INSERT INTO key_rotations SELECT 't' || i, at, true, 1, at, 0, 'notifications', NULL, NULL, NULL, 0, 0, 0, 0, at, at, at, at
     FROM made",
    "INSERT INTO remembered SELECT 'acme', 'link_used', decode(md5(who) || md5(who), 'hex'), at, now() + interval '1 day'
     FROM made",
    "INSERT INTO link_keys SELECT 't' || i, decode(md5(who) || md5(who), 'hex'), at FROM made",
    // A few of this tenant, many of all.
    "INSERT INTO ingest_addresses (tenant, id, kind, name, key_digest, settings, created_at)
     SELECT CASE WHEN i < 50 THEN 'acme' ELSE 't' || i END, id, 'ntfy', who, decode(md5(who), 'hex'),
         '{\"notification_type\": \"ntfy\"}', at FROM made",
    // Within a window of 4,096.
    "INSERT INTO dispatch (tenant, id, channel, lane, notification_ids, delivery_ids, size, publish_after, created_at)
     SELECT 'acme', id, 'webhook', 1, ARRAY[id], ARRAY[other], 1, now() + interval '1 hour', at FROM made WHERE i < 3000",
];

/// Fills a database that knows no rows of them.
pub async fn fill(database: &TestDatabase) {
    let mut raw = PgConnection::connect(database.url()).await.unwrap();
    raw.execute("SET synchronous_commit = off").await.unwrap();
    for statement in FILL {
        raw.execute(*statement).await.unwrap();
    }
    raw.close().await.unwrap();
}

/// Takes statistics of all of it.
pub async fn analyze(database: &TestDatabase) {
    let mut raw = PgConnection::connect(database.url()).await.unwrap();
    raw.execute("ANALYZE").await.unwrap();
    raw.close().await.unwrap();
}
