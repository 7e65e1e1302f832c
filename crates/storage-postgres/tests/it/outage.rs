//! The server goes away, in every way that a server can: callers hear of it soon, and all of them at the price of one.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use std::sync::Arc;
use std::time::Duration;

use campanile_domain::TenantId;
use campanile_storage::{
    Accept, Inbox, InboxFilter, Maintenance, PreferenceBook, StorageError, Tenants,
};
use campanile_storage_contract::fixture::{accept, item, notification, now, tenants, user};
use campanile_storage_postgres::{PostgresStorage, Role};
use campanile_test_support::log::Lines;
use campanile_test_support::postgres::TestDatabase;
use campanile_test_support::proxy::FaultProxy;
use sqlx::{Connection, Executor, PgConnection};
use tokio::net::TcpListener;
use tokio::time::timeout;
use url::Url;

/// Calls one after the other. If each waited for the server by itself, they would take twenty times as long.
const CALLS: usize = 20;
/// Several times what one caller waits, and a fraction of what twenty would.
const ALL_TOGETHER: Duration = Duration::from_secs(5);
/// For conditions that come about in a fraction of it.
const SOON: Duration = Duration::from_secs(20);

struct Scene {
    storage: Arc<PostgresStorage>,
    proxy: FaultProxy,
    database: TestDatabase,
    acme: TenantId,
}

impl Scene {
    /// A process that has connections already.
    async fn make(connections: u32) -> Self {
        let database = TestDatabase::create().await;
        let mut url = Url::parse(database.url()).unwrap();
        let upstream = format!("{}:{}", url.host().unwrap(), url.port().unwrap_or(5432));
        let proxy = FaultProxy::start(&upstream).await;
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(proxy.address().port())).unwrap();
        let mut settings = database.settings(Role::Api);
        settings.app_url = url.to_string();
        settings.max_connections = connections;
        let storage = Arc::new(PostgresStorage::connect(settings).await.unwrap());
        let [acme] = tenants(storage.as_ref(), ["acme"]).await;
        accept(storage.as_ref(), vec![notification(&acme, "u")]).await;
        Self {
            storage,
            proxy,
            database,
            acme,
        }
    }

    async fn count(&self) -> Result<u64, StorageError> {
        let (filter, user) = (InboxFilter::default(), user("u"));
        let counted = self.storage.inbox_count(&self.acme, &user, &filter, now());
        counted.await.map(|counted| counted.count)
    }

    /// A read alone, a read in a transaction, a write.
    async fn call(&self, number: usize) -> Result<(), StorageError> {
        match number % 3 {
            0 => self.count().await.map(drop),
            1 => self.storage.tenant(&self.acme).await.map(drop),
            _ => {
                let sent = item(vec![notification(&self.acme, "u")]);
                self.storage.accept([sent].into()).await.map(drop)
            }
        }
    }

    /// None of them is answered, and all know it soon.
    async fn all_are_refused(&self) {
        let all = async {
            for number in 0..CALLS {
                let refused = self.call(number).await.unwrap_err();
                // A write that was under way when it happened may have been carried out.
                let open = number == 0 && matches!(refused, StorageError::CommitUnknown(_));
                assert!(
                    open || matches!(refused, StorageError::Away(_)),
                    "{refused}"
                );
            }
        };
        timeout(ALL_TOGETHER, all)
            .await
            .expect("they waited one after the other");
    }

    async fn until_it_works(&self) {
        let works = async {
            while self.count().await.is_err() {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(SOON, works)
            .await
            .expect("it is back, and nobody noticed");
    }

    async fn end(self) {
        self.storage.close().await;
        self.database.close().await;
    }
}

#[tokio::test]
async fn a_server_that_refuses_costs_one_caller_a_moment_and_nobody_afterwards() {
    let scene = Scene::make(4).await;
    for _ in 0..2 {
        scene.proxy.cut();
        scene.all_are_refused().await;
        scene.proxy.restore().await;
        scene.until_it_works().await;
    }
    scene.end().await;
}

#[tokio::test]
async fn a_server_that_says_nothing_does_not_either() {
    let scene = Scene::make(4).await;
    for _ in 0..2 {
        scene.proxy.swallow();
        scene.all_are_refused().await;
        scene.proxy.pass_again();
        scene.until_it_works().await;
    }
    scene.end().await;
}

#[tokio::test]
async fn a_write_that_falls_into_silence_is_unknown_and_found_afterwards() {
    let scene = Scene::make(4).await;
    scene.proxy.swallow();
    let one = notification(&scene.acme, "u");
    let id = one.id;
    let lost = timeout(ALL_TOGETHER, scene.storage.accept([item(vec![one])].into()));
    let lost = lost.await.expect("it waited for ever").unwrap_err();
    assert!(matches!(lost, StorageError::CommitUnknown(_)), "{lost}");
    scene.proxy.pass_again();
    scene.until_it_works().await;
    let stored = scene.storage.was_accepted(&scene.acme, id).await.unwrap();
    assert!(!stored, "nothing had passed");
    scene.end().await;
}

/// Whatever answers there ends each conversation at once: no statement was ever given out.
#[tokio::test]
async fn a_write_that_was_never_sent_is_not_unknown() {
    let rude = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = rude.local_addr().unwrap();
    let hanging_up = tokio::spawn(async move { while rude.accept().await.is_ok() {} });
    let database = TestDatabase::create().await;
    let mut settings = database.settings(Role::Api);
    settings.app_url = format!("postgres://nobody@{address}/nothing");
    let storage = PostgresStorage::connect(settings).await.unwrap();
    let acme = TenantId::parse("acme").unwrap();
    let one = item(vec![notification(&acme, "u")]);
    let refused = storage.accept([one].into()).await.unwrap_err();
    assert!(matches!(refused, StorageError::Away(_)), "{refused}");
    hanging_up.abort();
    database.close().await;
}

/// One role that is not let in is no outage of the others, and says why.
#[tokio::test]
async fn a_role_that_is_refused_says_so_and_leaves_the_others_alone() {
    let database = TestDatabase::create().await;
    let mut settings = database.settings(Role::Api);
    let mut worker = Url::parse(database.url()).unwrap();
    worker.set_username("nobody_of_this_name").unwrap();
    settings.worker_url = Some(worker.to_string());
    let storage = PostgresStorage::connect(settings).await.unwrap();
    let acme = TenantId::parse("acme").unwrap();
    let (refused, asked) = tokio::join!(storage.tenants(), storage.tenant(&acme));
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("nobody_of_this_name"), "{refused}");
    assert!(asked.unwrap().is_none());
    storage.close().await;
    database.close().await;
}

#[tokio::test]
async fn a_statement_that_takes_long_is_not_taken_for_silence() {
    let scene = Scene::make(2).await;
    let mut other = PgConnection::connect(scene.database.url()).await.unwrap();
    let mut lock = other.begin().await.unwrap();
    let table = "LOCK TABLE notifications IN ACCESS EXCLUSIVE MODE";
    lock.execute(table).await.unwrap();
    // The server itself ends it, after two seconds before the lock.
    let waited = scene.count().await.unwrap_err();
    assert!(matches!(waited, StorageError::Unavailable(_)), "{waited}");
    lock.rollback().await.unwrap();
    other.close().await.unwrap();
    scene.end().await;
}

#[tokio::test]
async fn who_finds_all_connections_in_use_is_refused_before_they_are_free() {
    let scene = Scene::make(1).await;
    let mut other = PgConnection::connect(scene.database.url()).await.unwrap();
    let mut lock = other.begin().await.unwrap();
    let table = "LOCK TABLE notifications IN ACCESS EXCLUSIVE MODE";
    lock.execute(table).await.unwrap();
    let mut stands_before_it = Box::pin(scene.count());
    let refused = tokio::select! {
        biased;
        _ = &mut stands_before_it => panic!("it waited longer than a statement does"),
        refused = scene.storage.tenant_preferences(&scene.acme) => refused.unwrap_err(),
    };
    assert!(matches!(refused, StorageError::Away(_)), "{refused}");
    lock.rollback().await.unwrap();
    other.close().await.unwrap();
    assert_eq!(stands_before_it.as_mut().await.unwrap(), 1);
    drop(stands_before_it);
    scene.until_it_works().await;
    scene.end().await;
}

#[tokio::test]
async fn an_outage_is_a_line_when_it_begins_and_one_when_it_is_over() {
    let lines = Lines::default();
    let log = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::INFO)
        .with_writer(lines.clone())
        .finish();
    let _here = Lines::collect(log);
    let scene = Scene::make(4).await;
    scene.proxy.cut();
    for _ in 0..10 {
        scene.all_are_refused().await;
    }
    scene.proxy.restore().await;
    scene.until_it_works().await;
    scene.end().await;
    let text = lines.text();
    // On a busy machine others may write as well, as the driver does of a slow statement.
    let of_outages = |line: &&str| line.contains("campanile_telemetry::outage");
    let reported: Vec<&str> = text.lines().filter(of_outages).collect();
    assert_eq!(reported.len(), 2, "{text}");
    assert!(reported[0].contains("Postgres failed"), "{text}");
    assert!(reported[1].contains("Postgres works again"), "{text}");
}
