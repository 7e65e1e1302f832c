//! Texts that are sealed stand in no column, and are gone with their tenant's key.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::sync::Arc;

use campanile_domain::{EmailAddress, KeyRotation, RotationStage, TenantId, User};
use campanile_pipeline::{
    data_key_state, put_user, rotate_data_key, rotation_step, rotation_step_at,
};
use campanile_sealing::{KeyRing, MasterKey};
use campanile_storage::{InboxFilter, PageSize, PageStart, Storage, StorageError};
use campanile_storage_contract::fixture::{accept, notification, now, tenants, user};
use campanile_storage_contract::resealed_addresses::{
    Raw, a_rotation_seals_addresses_again, what_a_newer_release_seals_keeps_the_former_key,
};
use campanile_storage_contract::sealed_addresses::{
    addresses_of_all_times_are_found, without_addresses,
};
use campanile_storage_contract::sealing::{
    Masters, Process, SECRET, a_new_master_key_takes_over, rows_of_all_times_are_read,
    what_cannot_be_read_is_no_repetition, what_is_deleted_keeps_no_texts,
    what_lies_in_the_open_is_sealed, without_texts,
};
use campanile_storage_postgres::{PostgresStorage, Role};
use campanile_test_support::postgres::TestDatabase;
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{Connection, PgConnection};

async fn open(
    database: &TestDatabase,
    master: &Arc<MasterKey>,
    process: Process,
) -> Arc<dyn Storage> {
    let storage = PostgresStorage::connect(database.settings(Role::Worker)).await;
    let master = (process != Process::HasNoKey).then(|| Arc::clone(master));
    let ring = KeyRing::new(master, process == Process::Seals);
    Arc::new(storage.unwrap().with_keys(&Arc::new(ring)))
}

/// All rows of all tables that have a tenant, as texts; bytes are read as they are.
async fn everything(raw: &mut PgConnection) -> String {
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
             AND a.attname = 'tenant' AND NOT a.attisdropped",
    )
    .fetch_all(&mut *raw)
    .await
    .unwrap();
    let mut all = String::new();
    for table in tables {
        let rows = format!("SET bytea_output = 'escape'; SELECT t::text FROM {table} t");
        for row in sqlx::raw_sql(&rows).fetch_all(&mut *raw).await.unwrap() {
            all.push_str(&sqlx::Row::get::<String, _>(&row, 0));
            all.push('\n');
        }
    }
    all
}

#[tokio::test]
async fn sealed_texts_are_opened_with_their_key_only() {
    let database = TestDatabase::create().await;
    let master = MasterKey::parse(&MasterKey::generate().unwrap()).unwrap();
    let master = Arc::new(master);
    let opened = async |process| open(&database, &master, process).await;
    let acme = rows_of_all_times_are_read(opened).await;

    let mut raw = PgConnection::connect(database.url()).await.unwrap();
    let all = everything(&mut raw).await;
    assert!(all.contains("in the open"), "the rows are not read");
    assert!(!all.contains(SECRET));
    raw.close().await.unwrap();
    // What the removal of a tenant begins with.
    assert_eq!(database.tamper("DELETE FROM tenant_keys").await, 1);
    let storage = open(&database, &master, Process::Opens).await;
    without_texts(&storage, &acme).await;
    storage.close().await;
    database.close().await;
}

#[tokio::test]
async fn what_is_deleted_is_gone_in_the_row() {
    let database = TestDatabase::create().await;
    let master = MasterKey::parse(&MasterKey::generate().unwrap()).unwrap();
    let master = Arc::new(master);
    let opened = async |process| open(&database, &master, process).await;
    let [deleted, kept] = what_is_deleted_keeps_no_texts(opened).await;
    let mut raw = PgConnection::connect(database.url()).await.unwrap();
    for (id, has_texts) in [(deleted, false), (kept, true)] {
        let sealed = "SELECT sealed IS NOT NULL FROM notifications WHERE id = $1";
        let sealed = sqlx::query_scalar(sealed).bind(id.0);
        assert_eq!(sealed.fetch_one(&mut raw).await.ok(), Some(has_texts));
    }
    raw.close().await.unwrap();
    database.close().await;
}

#[tokio::test]
async fn unreadable_texts_are_not_compared() {
    let database = TestDatabase::create().await;
    let master = MasterKey::parse(&MasterKey::generate().unwrap()).unwrap();
    let master = Arc::new(master);
    what_cannot_be_read_is_no_repetition(async |process| open(&database, &master, process).await)
        .await;
    database.close().await;
}

#[tokio::test]
async fn what_lies_in_the_open_is_sealed_later() {
    let database = TestDatabase::create().await;
    let master = Arc::new(MasterKey::parse(&MasterKey::generate().unwrap()).unwrap());
    let opened = async |process| open(&database, &master, process).await;
    what_lies_in_the_open_is_sealed(opened).await;
    let mut raw = PgConnection::connect(database.url()).await.unwrap();
    assert!(!everything(&mut raw).await.contains(SECRET));
    raw.close().await.unwrap();
    database.close().await;
}

#[tokio::test]
async fn the_master_key_is_rotated() {
    let database = TestDatabase::create().await;
    let texts = [(), ()].map(|()| MasterKey::generate().unwrap());
    let key = |at: usize| MasterKey::parse(&texts[at]).unwrap();
    let opened = async |masters| {
        let master = match masters {
            Masters::Old => key(0),
            Masters::Both => key(1).and_previous(key(0)),
            Masters::New => key(1),
        };
        open(&database, &Arc::new(master), Process::Seals).await
    };
    a_new_master_key_takes_over(opened).await;
    database.close().await;
}

#[tokio::test]
async fn sealed_addresses_are_found_with_their_key_only() {
    let database = TestDatabase::create().await;
    let master = MasterKey::parse(&MasterKey::generate().unwrap()).unwrap();
    let master = Arc::new(master);
    let opened = async |process| open(&database, &master, process).await;
    let acme = addresses_of_all_times_are_found(opened).await;

    let mut raw = PgConnection::connect(database.url()).await.unwrap();
    // What was planned before it was switched on stays as it was.
    let planned = "DELETE FROM deliveries WHERE NOT starts_with(split_part(address, ':', 2) || address, E'\\x01')";
    database.tamper(planned).await;
    let all = everything(&mut raw).await;
    assert!(all.contains("ada"), "the rows are not read");
    let lower = all.to_lowercase();
    let line = lower.lines().find(|line| line.contains(SECRET));
    assert_eq!(line, None);
    raw.close().await.unwrap();
    assert_eq!(database.tamper("DELETE FROM tenant_keys").await, 1);
    let storage = open(&database, &master, Process::Opens).await;
    without_addresses(&storage, &acme, true).await;
    storage.close().await;
    database.close().await;
}

fn ada(tenant: &TenantId, email: &EmailAddress) -> User {
    User {
        tenant: tenant.clone(),
        id: user("ada"),
        email: Some(email.clone()),
        email_gone_at: None,
        locale: None,
        timezone: None,
        attributes: "{}".into(),
        created_at: now(),
        updated_at: now(),
    }
}

/// Each process has its own key ring. SQLite's file has one process.
#[tokio::test]
async fn the_first_key_is_found_by_processes_that_knew_of_none() {
    let database = TestDatabase::create().await;
    let master = Arc::new(MasterKey::parse(&MasterKey::generate().unwrap()).unwrap());
    let writer = open(&database, &master, Process::Seals).await;
    let email = EmailAddress::parse("ada@example.com").unwrap();
    for (name, process) in [("acme", Process::Seals), ("other", Process::Opens)] {
        let reader = open(&database, &master, process).await;
        let [tenant] = tenants(writer.as_ref(), [name]).await;
        reader.know_keys(&tenant).await.unwrap();
        let found = reader.users_by_email(&tenant, &email, 10).await;
        assert_eq!(found.unwrap(), []);

        let mut sent = notification(&tenant, "ada");
        sent.title = Some(SECRET.into());
        accept(writer.as_ref(), vec![sent.clone()]).await;
        put_user(&writer, &ada(&tenant, &email)).await.unwrap();

        if process == Process::Seals {
            let found = reader.users_by_email(&tenant, &email, 10).await;
            assert_eq!(found.unwrap(), [user("ada")]);
        }
        let (filter, start) = (InboxFilter::default(), PageStart::Offset(0));
        let size = PageSize {
            rows: 10,
            bytes: 1 << 20,
        };
        let of = user("ada");
        let page = reader.inbox_page(&tenant, &of, &filter, start, size, now());
        let items = page.await.unwrap().items;
        assert_eq!(items[0].notification, sent, "{name}");
        let seen = reader.user(&tenant, &user("ada")).await.unwrap();
        assert_eq!(seen.unwrap().email.as_ref(), Some(&email), "{name}");
        // A row names its key, so by now each process knows it.
        let found = reader.users_by_email(&tenant, &email, 10).await;
        assert_eq!(found.unwrap(), [user("ada")], "{name}");
        reader.close().await;
    }
    writer.close().await;
    database.close().await;
}

const RAW: Raw = Raw {
    id: "gen_random_uuid()",
    earlier: "last_seen - interval '1 minute'",
    later_kind: "ALTER TABLE devices DROP CONSTRAINT devices_kind_check; UPDATE devices SET kind = 'later'",
};

/// Runs statements that go around the back end.
async fn execute(database: &TestDatabase, statements: &str) {
    let mut raw = PgConnection::connect(database.url()).await.unwrap();
    sqlx::raw_sql(statements).execute(&mut raw).await.unwrap();
    raw.close().await.unwrap();
}

#[tokio::test]
async fn addresses_are_sealed_again() {
    let database = TestDatabase::create().await;
    let master = Arc::new(MasterKey::parse(&MasterKey::generate().unwrap()).unwrap());
    a_rotation_seals_addresses_again(
        async |process| open(&database, &master, process).await,
        async |statement| execute(&database, &statement).await,
        RAW,
    )
    .await;
    let mut raw = PgConnection::connect(database.url()).await.unwrap();
    let all = everything(&mut raw).await.to_lowercase();
    let line = all.lines().find(|line| line.contains(SECRET));
    assert_eq!(line, None);
    raw.close().await.unwrap();
    database.close().await;
}

/// Steps at `at` and the minutes after it until the rotation is so far.
async fn step_until(
    storage: &Arc<dyn Storage>,
    mut at: DateTime<Utc>,
    is_there: impl Fn(&KeyRotation) -> bool,
) -> DateTime<Utc> {
    for _ in 0..1_000 {
        let turn = rotation_step_at(storage, at).await.unwrap();
        assert!(turn.failed.is_none(), "{turn:?}");
        match turn.stepped {
            Some(rotation) if is_there(&rotation) => return at,
            Some(_) => {}
            None => at += TimeDelta::minutes(1),
        }
    }
    panic!("the rotation does not get there");
}

/// What it has read before a row was sealed again, it stores behind the walk.
#[tokio::test]
async fn a_former_key_stays_while_a_transaction_is_open_that_has_read_an_address() {
    const COPY: &str = "
        INSERT INTO users (tenant, user_id, email, attributes, created_at, updated_at)
        SELECT tenant, 'bob', $1, attributes, created_at, updated_at FROM users WHERE user_id = 'ada'";
    let database = TestDatabase::create().await;
    let master = Arc::new(MasterKey::parse(&MasterKey::generate().unwrap()).unwrap());
    let storage = open(&database, &master, Process::Seals).await;
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let email = EmailAddress::parse("ada@example.com").unwrap();
    put_user(&storage, &ada(&acme, &email)).await.unwrap();
    let begun = rotate_data_key(&storage, &acme, true, now()).await;
    begun.unwrap().unwrap();
    let late = now() + TimeDelta::minutes(10);
    let late = step_until(&storage, late, |one| one.place == "users").await;

    let mut raw = PgConnection::connect(database.url()).await.unwrap();
    let mut open_one = raw.begin().await.unwrap();
    let read = "SELECT email FROM users WHERE user_id = 'ada'";
    let form: String = sqlx::query_scalar(read)
        .fetch_one(&mut *open_one)
        .await
        .unwrap();
    // The pass that it was open in ends, and the next one waits for it.
    let mut late = late;
    for _ in 0..50 {
        let turn = rotation_step_at(&storage, late).await.unwrap();
        match turn.stepped {
            Some(rotation) => assert_ne!(rotation.stage(), RotationStage::Done),
            None => late += TimeDelta::minutes(1),
        }
    }
    let (keys, rotation) = data_key_state(&storage, &acme).await.unwrap();
    assert_eq!(keys.former, 1);
    assert_eq!(rotation.unwrap().stage(), RotationStage::Waiting);
    let copied = sqlx::query(COPY).bind(form).execute(&mut *open_one).await;
    assert_eq!(copied.unwrap().rows_affected(), 1);
    open_one.commit().await.unwrap();
    raw.close().await.unwrap();

    step_until(&storage, late, |one| one.stage() == RotationStage::Done).await;
    storage.close().await;
    let storage = open(&database, &master, Process::Seals).await;
    assert_eq!(data_key_state(&storage, &acme).await.unwrap().0.former, 0);
    for of in ["ada", "bob"] {
        let found = storage.user(&acme, &user(of)).await.unwrap().unwrap();
        assert_eq!(found.email.as_ref(), Some(&email), "{of}");
    }
    storage.close().await;
    database.close().await;
}

#[tokio::test]
async fn a_newer_release_ends_a_rotation_that_it_has_a_part_in() {
    let database = TestDatabase::create().await;
    let master = Arc::new(MasterKey::parse(&MasterKey::generate().unwrap()).unwrap());
    what_a_newer_release_seals_keeps_the_former_key(
        async |process| open(&database, &master, process).await,
        async |statement| execute(&database, &statement).await,
        RAW,
    )
    .await;
    database.close().await;
}

/// A rotation counts the minutes until no process seals with the former key.
#[tokio::test]
async fn a_clock_that_is_ahead_neither_begins_a_rotation_nor_steps_it() {
    let database = TestDatabase::create().await;
    let master = Arc::new(MasterKey::parse(&MasterKey::generate().unwrap()).unwrap());
    let storage = open(&database, &master, Process::Seals).await;
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let email = EmailAddress::parse("ada@example.com").unwrap();
    put_user(&storage, &ada(&acme, &email)).await.unwrap();
    let ahead = now() + TimeDelta::minutes(10);
    for is_begun in [false, true] {
        let refused = match is_begun {
            false => rotate_data_key(&storage, &acme, true, ahead).await.err(),
            true => rotation_step(&storage, ahead).await.err(),
        };
        let is_skew = matches!(refused, Some(StorageError::ClockSkew { .. }));
        assert!(is_skew, "{refused:?}");
        let begun = rotate_data_key(&storage, &acme, true, now()).await;
        assert!(begun.unwrap().unwrap().is_running());
    }
    let turn = rotation_step(&storage, now()).await.unwrap();
    assert!(turn.stepped.is_some(), "{turn:?}");
    storage.close().await;
    database.close().await;
}
