//! Row-level security, asked as the roles that it must hold back (a superuser would prove nothing).

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use campanile_domain::{
    Act, AuditAction, DeliveryId, Lane, Preferences, SystemClock, TenantPreferences,
};
use campanile_pipeline::{
    AuditEntry, put_preferences, put_tenant_preferences, record_act, start_fanout,
};
use campanile_storage::{BuriedMessage, NewFanout, Storage};
use campanile_storage_contract::fixture::{
    accept, dispatched, fanout, keyed, notification, now, tenants, user,
};
use campanile_storage_postgres::{PostgresStorage, Role, SetupError};
use campanile_test_support::postgres::TestDatabase;
use chrono::TimeDelta;
use sqlx::{Connection, Executor, PgConnection};

/// Two tenants with a row in every table that has tenants.
async fn filled() -> TestDatabase {
    let database = TestDatabase::create().await;
    let storage = PostgresStorage::connect(database.settings(Role::Worker))
        .await
        .unwrap();
    let storage: &dyn Storage = &storage;
    let both = tenants(storage, ["acme", "other"]).await;
    for tenant in &both {
        dispatched(storage, tenant, &["u"]).await;
    }
    for tenant in &both {
        let (one, all) = (Preferences::default(), TenantPreferences::default());
        let user = user("u");
        let put = put_preferences(&storage, tenant, &user, &one, now());
        put.await.unwrap();
        let put = put_tenant_preferences(&storage, tenant, &all, now());
        put.await.unwrap();
        accept(storage, vec![notification(tenant, "u")]).await;
        let mut later = notification(tenant, "u");
        later.send_at = Some(now() + TimeDelta::hours(1));
        storage.accept([keyed(later, "k", 1)].into()).await.unwrap();
        let dead = BuriedMessage {
            id: DeliveryId::of_message(&[b"lost"]),
            tenant: tenant.clone(),
            channel: None,
            lane: Lane::Default,
            detail: "nobody could read it".into(),
            died_at: now(),
        };
        storage.bury_messages(&[dead]).await.unwrap();
        let sent = fanout(tenant);
        let subscribed = storage
            .subscribe(tenant, &sent.topic, std::slice::from_ref(&user), now())
            .await;
        assert_eq!(subscribed.unwrap(), 1);
        let sent = NewFanout {
            fanout: sent,
            idempotency: None,
        };
        start_fanout(&storage, sent.into()).await.unwrap();
    }
    let mut owner = PgConnection::connect(database.url()).await.unwrap();
    let marks = "INSERT INTO plan_marks (tenant, user_id, key, marked_at, expires_at)
        SELECT tenant, 'u', gen_random_uuid(), now(), now() FROM tenants WHERE tenant <> 'default'";
    owner.execute(marks).await.unwrap();
    for made in [
        "INSERT INTO template_types SELECT tenant, 't', 1, 1, NULL, false, 0 FROM tenants WHERE tenant <> 'default'",
        "INSERT INTO template_drafts SELECT tenant, 't', 'push', 'en', '{}', 1, now(), 'u' FROM tenants
             WHERE tenant <> 'default'",
        "INSERT INTO template_brands SELECT tenant, '{}', 1, now(), 'u' FROM tenants WHERE tenant <> 'default'",
        "INSERT INTO template_versions SELECT tenant, 't', 1, '{}', NULL, NULL, 'u', now(), now(), NULL FROM tenants
             WHERE tenant <> 'default'",
        "INSERT INTO template_variants SELECT tenant, 't', 'push', 'v', 1, '{}', 1, now(), 'u' FROM tenants
             WHERE tenant <> 'default'",
        "INSERT INTO variant_counts SELECT tenant, 't', 'push', 1, 'v', 0, 1, 0, 0, 0 FROM tenants
             WHERE tenant <> 'default'",
        "INSERT INTO api_keys (tenant, id, hash, name, scopes, networks, created_at, created_by)
             SELECT tenant, gen_random_uuid(), '', 'k', 'viewer', '', now(), 'u' FROM tenants WHERE tenant <> 'default'",
        "INSERT INTO ingest_addresses (tenant, id, kind, name, key_digest, settings, created_at)
             SELECT tenant, gen_random_uuid(), 'ntfy', 'n', decode(md5(tenant), 'hex'), '{}', now() FROM tenants
             WHERE tenant <> 'default'",
        "INSERT INTO ingest_groups SELECT tenant, id, key_digest, '', '{}', NULL, now(), 0 FROM ingest_addresses",
        "INSERT INTO suppressions (tenant, channel, address, notification_type, reason, source, since)
             SELECT tenant, 'email', 'a@example.com', '', 'manual', 'operator', now() FROM tenants WHERE tenant <> 'default'",
        "INSERT INTO user_addresses (tenant, user_id, channel, address, created_at, updated_at)
             SELECT tenant, 'u', 'slack', 'U1', now(), now() FROM tenants WHERE tenant <> 'default'",
        "INSERT INTO user_merges SELECT tenant, 'u', 'v', 'history', NULL, 0, 0, 0, 0, 0, now(), NULL, now(), now(), NULL
             FROM tenants WHERE tenant <> 'default'",
        "INSERT INTO key_rotations SELECT tenant, now(), true, 1, now(), 0, 'notifications', NULL, NULL, NULL, 0, 0, 0, 0,
             now(), now(), now(), NULL FROM tenants WHERE tenant <> 'default'",
        "INSERT INTO remembered SELECT tenant, 'link_used', sha256(tenant::bytea), now(), now() FROM tenants
             WHERE tenant <> 'default'",
        "INSERT INTO link_keys SELECT tenant, sha256(tenant::bytea), now() FROM tenants WHERE tenant <> 'default'",
        "INSERT INTO fanout_batches SELECT tenant, id, id, id FROM fanouts",
        "INSERT INTO fanout_recalls (tenant, id, due_at, updated_at)
             SELECT tenant, id, now(), now() FROM fanouts",
    ] {
        owner.execute(made).await.unwrap();
    }
    database
}

async fn session(database: &TestDatabase, role: &str) -> PgConnection {
    let mut connection = PgConnection::connect(database.url()).await.unwrap();
    connection
        .execute(&*format!("SET ROLE {role}"))
        .await
        .unwrap();
    connection
}

async fn number(connection: &mut PgConnection, sql: String) -> Result<i64, String> {
    let answer = sqlx::query_scalar(&sql).fetch_one(connection).await;
    answer.map_err(|error| format!("{sql}: {error}"))
}

/// Every table with a tenant column, partitions included.
async fn tables(connection: &mut PgConnection) -> Vec<String> {
    sqlx::query_scalar(
        "SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
             AND a.attname = 'tenant' AND NOT a.attisdropped ORDER BY 1",
    )
    .fetch_all(connection)
    .await
    .unwrap()
}

#[tokio::test]
async fn the_app_role_sees_the_tenants_it_named_and_nobody_when_it_named_none() {
    let database = filled().await;
    let mut app = session(&database, "campanile_app").await;
    for table in [
        "notifications",
        "deliveries",
        "idempotency_keys",
        "tenants",
        "topics",
        "topic_subscribers",
        "fanouts",
        "fanout_work",
        "fanout_batches",
        "fanout_recalls",
        "preferences",
        "tenant_preferences",
        "plan_marks",
        "reschedules",
        "template_types",
        "template_drafts",
        "template_brands",
        "template_versions",
        "template_variants",
        "variant_counts",
        "api_keys",
        "ingest_addresses",
        "ingest_groups",
        "suppressions",
        "user_addresses",
        "link_keys",
        "remembered",
        "user_merges",
        "key_rotations",
    ] {
        let count = |filter: &str| format!("SELECT count(*) FROM {table} WHERE {filter}");
        for unset in ["RESET campanile.tenants", "SET campanile.tenants = ''"] {
            app.execute(unset).await.unwrap();
            assert_eq!(
                number(&mut app, count("true")).await,
                Ok(0),
                "{table} after {unset}"
            );
        }
        app.execute("SET campanile.tenants = 'acme'").await.unwrap();
        assert!(
            number(&mut app, count("tenant = 'acme'")).await.unwrap() > 0,
            "{table}"
        );
        assert_eq!(
            number(&mut app, count("tenant <> 'acme'")).await,
            Ok(0),
            "{table}"
        );
    }
    database.close().await;
}

#[tokio::test]
async fn the_app_role_cannot_write_for_another_tenant() {
    let database = filled().await;
    let mut app = session(&database, "campanile_app").await;
    app.execute("SET campanile.tenants = 'acme'").await.unwrap();
    for change in [
        "UPDATE notifications SET read_at = now() WHERE tenant = 'other'",
        "DELETE FROM notifications WHERE tenant = 'other'",
        "UPDATE deliveries SET state = 'cancelled' WHERE tenant = 'other'",
        "UPDATE idempotency_keys SET response = 'x' WHERE tenant = 'other'",
        "UPDATE topics SET subscribers = 0 WHERE tenant = 'other'",
        "DELETE FROM topic_subscribers WHERE tenant = 'other'",
        "UPDATE fanouts SET expanded = 7 WHERE tenant = 'other'",
        "DELETE FROM fanout_work WHERE tenant = 'other'",
        "DELETE FROM plan_marks WHERE tenant = 'other'",
        "DELETE FROM reschedules WHERE tenant = 'other'",
        "UPDATE template_types SET current_version = 9 WHERE tenant = 'other'",
        "DELETE FROM template_drafts WHERE tenant = 'other'",
        "UPDATE template_brands SET revision = 9 WHERE tenant = 'other'",
        "DELETE FROM template_versions WHERE tenant = 'other'",
        "DELETE FROM template_variants WHERE tenant = 'other'",
        "UPDATE variant_counts SET read = 9 WHERE tenant = 'other'",
        "UPDATE api_keys SET revoked_at = NULL WHERE tenant = 'other'",
        "UPDATE tenants SET suspended_at = now() WHERE tenant = 'other'",
        "DELETE FROM ingest_addresses WHERE tenant = 'other'",
        "DELETE FROM ingest_groups WHERE tenant = 'other'",
        "DELETE FROM suppressions WHERE tenant = 'other'",
        "DELETE FROM user_addresses WHERE tenant = 'other'",
        "DELETE FROM user_merges WHERE tenant = 'other'",
        "DELETE FROM key_rotations WHERE tenant = 'other'",
    ] {
        let done = app.execute(change).await.unwrap();
        assert_eq!(done.rows_affected(), 0, "{change}");
    }
    for refused in [
        "INSERT INTO outbox (tenant, lane, id, notification_ids, created_at)
             VALUES ('other', 1, gen_random_uuid(), '{}', now())",
        "INSERT INTO schedule (tenant, kind, key, notification_id, lane, due_at)
             VALUES ('other', 'send', gen_random_uuid(), gen_random_uuid(), 1, now())",
        "INSERT INTO idempotency_keys (tenant, key, fingerprint, response, created_at, expires_at)
             VALUES ('other', 'new', '', '', now(), now())",
        "INSERT INTO topic_subscribers (tenant, topic, user_id, revision, created_at)
             VALUES ('other', 'news', 'spy', 1, now())",
        "INSERT INTO fanout_work (tenant, id, lane, due_at, accepted, updated_at)
             VALUES ('other', gen_random_uuid(), 1, now(), 1, now())",
        "INSERT INTO fanout_recalls (tenant, id, due_at, updated_at)
             VALUES ('other', gen_random_uuid(), now(), now())",
        "INSERT INTO api_keys (tenant, id, hash, name, scopes, networks, created_at, created_by)
             VALUES ('other', gen_random_uuid(), '', 'k', 'admin', '', now(), 'spy')",
        "INSERT INTO tenants (tenant, created_at) VALUES ('third', now())",
        // Its own rows must not be given away either.
        "UPDATE notifications SET tenant = 'other' WHERE tenant = 'acme'",
    ] {
        let error = app.execute(refused).await.expect_err(refused).to_string();
        assert!(error.contains("row-level security"), "{refused}: {error}");
    }
    database.close().await;
}

#[tokio::test]
async fn the_app_role_has_no_business_with_workers_and_dispatches() {
    let database = filled().await;
    let mut app = session(&database, "campanile_app").await;
    app.execute("SET campanile.tenants = 'acme'").await.unwrap();
    // Of what waits for its time it may make its own tenant's due, and learns no more of it than that.
    let own = "SELECT count(*) FROM schedule".to_owned();
    assert_eq!(number(&mut app, own).await, Ok(1));
    let others = "UPDATE schedule SET due_at = now() WHERE tenant = 'other'";
    assert_eq!(app.execute(others).await.unwrap().rows_affected(), 0);
    for table in ["dispatch", "workers", "outbox"] {
        let error = number(&mut app, format!("SELECT count(*) FROM {table}"))
            .await
            .unwrap_err();
        assert!(error.contains("permission denied"), "{error}");
    }
    for sql in [
        "UPDATE tenants SET created_at = now()",
        "DELETE FROM tenants",
        "UPDATE api_keys SET scopes = 'platform'",
        "SELECT notification_id FROM schedule",
        "UPDATE schedule SET lane = 0",
        "DELETE FROM schedule",
        "DROP TABLE notifications",
    ] {
        let error = app.execute(sql).await.expect_err(sql).to_string();
        assert!(
            error.contains("permission denied") || error.contains("must be owner"),
            "{error}"
        );
    }
    database.close().await;
}

#[tokio::test]
async fn the_app_role_learns_of_its_own_tenants_only_what_waits() {
    let database = filled().await;
    let mut worker = session(&database, "campanile_worker").await;
    let mut app = session(&database, "campanile_app").await;
    app.execute("SET campanile.tenants = 'acme'").await.unwrap();
    for (tenant, expected) in [("acme", true), ("other", false)] {
        let waiting: Vec<uuid::Uuid> = sqlx::query_scalar(
            "SELECT unnest(notification_ids) FROM outbox WHERE tenant = $1
             UNION SELECT key FROM schedule WHERE tenant = $1 AND kind = 'send'",
        )
        .bind(tenant)
        .fetch_all(&mut worker)
        .await
        .unwrap();
        assert_eq!(waiting.len(), 2, "one in each: {tenant}");
        for id in waiting {
            let waits: bool = sqlx::query_scalar("SELECT campanile_waits_for_its_plan($1, $2)")
                .bind(tenant)
                .bind(id)
                .fetch_one(&mut app)
                .await
                .unwrap();
            assert_eq!(waits, expected, "{tenant}");
        }
    }
    let worker = sqlx::query("SELECT campanile_waits_for_its_plan('acme', gen_random_uuid())")
        .execute(&mut worker)
        .await;
    let error = worker.unwrap_err().to_string();
    assert!(error.contains("permission denied"), "{error}");
    database.close().await;
}

#[tokio::test]
async fn the_worker_role_claims_across_tenants_but_reads_content_of_those_it_named_only() {
    let database = filled().await;
    let mut worker = session(&database, "campanile_worker").await;
    for table in [
        "outbox",
        "dispatch",
        "schedule",
        "tenants",
        "fanout_work",
        "fanout_recalls",
        "plan_marks",
        "reschedules",
        "template_versions",
        "ingest_groups",
    ] {
        let sql = format!("SELECT count(DISTINCT tenant) FROM {table} WHERE tenant <> 'default'");
        assert_eq!(number(&mut worker, sql).await, Ok(2), "{table}");
    }
    for table in [
        "notifications",
        "deliveries",
        "topic_subscribers",
        "fanouts",
        "fanout_batches",
    ] {
        let count = |filter: &str| format!("SELECT count(*) FROM {table} WHERE {filter}");
        worker.execute("RESET campanile.tenants").await.unwrap();
        assert_eq!(number(&mut worker, count("true")).await, Ok(0), "{table}");
        worker
            .execute("SET campanile.tenants = 'other'")
            .await
            .unwrap();
        assert!(
            number(&mut worker, count("tenant = 'other'"))
                .await
                .unwrap()
                > 0,
            "{table}"
        );
        assert_eq!(
            number(&mut worker, count("tenant = 'acme'")).await,
            Ok(0),
            "{table}"
        );
    }
    let others = "UPDATE notifications SET cancelled_at = now() WHERE tenant = 'acme'";
    assert_eq!(worker.execute(others).await.unwrap().rows_affected(), 0);
    // It encrypts texts, and changes nothing else that a sender has said.
    for said in ["priority = 'low'", "collapse_key = 'x'", "send_at = now()"] {
        let change = format!("UPDATE notifications SET {said}");
        let error = worker.execute(&*change).await.expect_err(said).to_string();
        assert!(error.contains("permission denied"), "{error}");
    }
    let forged =
        "INSERT INTO notifications (tenant, id, user_id, notification_type, priority, content,
             in_inbox, correlation_id, created_at, updated_at)
         SELECT 'acme', id, 'spy', 't', 'normal', '{}', true, '', now(), now()
         FROM notifications LIMIT 1";
    let error = worker.execute(forged).await.expect_err(forged).to_string();
    assert!(error.contains("row-level security"), "{error}");
    let answers = number(
        &mut worker,
        "SELECT count(response) FROM idempotency_keys".into(),
    )
    .await;
    assert!(answers.unwrap_err().contains("permission denied"));
    database.close().await;
}

#[tokio::test]
async fn the_worker_role_counts_all_dead_letters_and_reads_none() {
    let database = filled().await;
    let mut worker = session(&database, "campanile_worker").await;
    let all = "SELECT count(*) FROM dead_letters".to_owned();
    assert_eq!(number(&mut worker, all).await, Ok(2));
    worker
        .execute("SET campanile.tenants = 'acme'")
        .await
        .unwrap();
    // The user is what a merge looks for.
    for column in ["notification_id", "code", "detail"] {
        let sql = format!("SELECT count({column}) FROM dead_letters");
        let error = number(&mut worker, sql).await.unwrap_err();
        assert!(error.contains("permission denied"), "{column}: {error}");
    }
    let mut app = session(&database, "campanile_app").await;
    app.execute("SET campanile.tenants = 'acme'").await.unwrap();
    let all = "SELECT count(*) FROM dead_letters".to_owned();
    assert_eq!(number(&mut app, all).await, Ok(1));
    database.close().await;
}

#[tokio::test]
async fn every_table_with_a_tenant_is_locked_down_partitions_included() {
    let database = filled().await;
    let mut server = PgConnection::connect(database.url()).await.unwrap();
    let tables = tables(&mut server).await;
    assert!(tables.len() > 15, "partitions are among them: {tables:?}");
    for table in &tables {
        let (enabled, forced, policies, partition): (bool, bool, i64, bool) = sqlx::query_as(
            "SELECT relrowsecurity, relforcerowsecurity,
                 (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid), relispartition
             FROM pg_class c WHERE oid = to_regclass($1)",
        )
        .bind(table)
        .fetch_one(&mut server)
        .await
        .unwrap();
        assert!(
            enabled && forced,
            "{table} has no forced row-level security"
        );
        // A partition is reached through its parent's policies; named directly, it shows nothing.
        assert!(policies > 0 || partition, "{table} has no policy");
        let open: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM information_schema.role_table_grants
             WHERE table_name = $1 AND grantee IN ('PUBLIC', 'campanile_app', 'campanile_worker')",
        )
        .bind(table)
        .fetch_one(&mut server)
        .await
        .unwrap();
        assert!(!partition || open == 0, "{table} can be named directly");
    }
    // Every policy of the roles that serve callers asks for the tenant.
    let loose: Vec<String> = sqlx::query_scalar(
        "SELECT tablename || '.' || policyname FROM pg_policies
         WHERE 'campanile_app' = ANY (roles)
             AND coalesce(qual, with_check) NOT LIKE '%campanile_current_tenants%'",
    )
    .fetch_all(&mut server)
    .await
    .unwrap();
    assert_eq!(loose, [""; 0]);
    // It checks the rows that were found, and is no way to find them (ADR 30).
    let leading: Vec<String> = sqlx::query_scalar(
        "SELECT tablename || '.' || policyname FROM pg_policies WHERE qual LIKE '%= ANY%'",
    )
    .fetch_all(&mut server)
    .await
    .unwrap();
    assert_eq!(leading, [""; 0]);
    server.close().await.ok();
    database.close().await;
}

#[tokio::test]
async fn a_login_that_may_not_take_on_its_role_is_refused_at_the_start() {
    let database = TestDatabase::create().await;
    let mut server = PgConnection::connect(database.url()).await.unwrap();
    let login = format!("campanile_test_login_{}", std::process::id());
    let create = format!("CREATE ROLE {login} LOGIN BYPASSRLS");
    server.execute(&*create).await.unwrap();
    let mut settings = database.settings(Role::Api);
    settings.app_url = settings.app_url.replace("postgres@", &format!("{login}@"));
    let storage = PostgresStorage::connect(settings).await.unwrap();
    let refused = storage
        .verify_policy_binds()
        .await
        .expect_err("not a member");
    // As its own worker it stays what it is, and what it is evades the policies.
    let mut settings = database.settings(Role::Worker);
    settings.worker_url = Some(settings.app_url.replace("postgres@", &format!("{login}@")));
    let storage = PostgresStorage::connect(settings).await.unwrap();
    let evades = storage.verify_policy_binds().await.expect_err("BYPASSRLS");
    let drop = format!("DROP ROLE {login}");
    server.execute(&*drop).await.unwrap();
    assert!(matches!(refused, SetupError::Database(_)), "{refused}");
    assert!(
        matches!(evades, SetupError::PolicyDoesNotBind { .. }),
        "{evades}"
    );
    assert!(evades.to_string().contains("BYPASSRLS"), "{evades}");
    database.close().await;
}

#[tokio::test]
async fn nobody_changes_an_audit_row_and_only_workers_remove_any() {
    let database = TestDatabase::create().await;
    let storage = PostgresStorage::connect(database.settings(Role::Api)).await;
    let storage = storage.unwrap();
    let [acme] = tenants(&storage, ["acme"]).await;
    let act = Act::at_command_line("ann", &SystemClock);
    let entry = AuditEntry::new(&acme, &act, AuditAction::BrandSave, "brand");
    record_act(&storage, entry).await.unwrap();
    for (role, may_remove) in [("campanile_app", false), ("campanile_worker", true)] {
        let mut session = session(&database, role).await;
        let scope = "SELECT set_config('campanile.tenants', 'acme', false)";
        session.execute(scope).await.unwrap();
        let changed = session.execute("UPDATE audit_log SET actor = 'eve'").await;
        let refused = changed.unwrap_err().to_string();
        assert!(refused.contains("permission denied"), "{role}: {refused}");
        let removed = session.execute("DELETE FROM audit_log WHERE false").await;
        assert_eq!(removed.is_ok(), may_remove, "{role}: {removed:?}");
    }
}
