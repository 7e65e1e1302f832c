//! A Postgres database for one test, copied from a template that is migrated once per schema.

mod dropping;
mod tls;

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use campanile_storage_postgres::{LookUps, PostgresSettings, Role, migrate, migrations_digest};
use sqlx::{Connection, Executor, PgConnection};

pub use tls::TlsFront;

/// Where the server is, unless the variable says otherwise.
const DEFAULT_URL: &str = "postgres://postgres@127.0.0.1:5432/postgres";
/// Held alone while a template is made, and together while it is copied: "testdata" in ASCII.
const LOCK: i64 = i64::from_be_bytes(*b"testdata");

/// The server's address, from `CAMPANILE_TEST_POSTGRES_URL`.
pub fn server_url() -> String {
    std::env::var("CAMPANILE_TEST_POSTGRES_URL").unwrap_or_else(|_| DEFAULT_URL.to_owned())
}

/// A database that is dropped with this value.
#[derive(Debug)]
pub struct TestDatabase {
    name: String,
    url: String,
}

impl TestDatabase {
    /// An empty database.
    ///
    /// # Panics
    /// If the server cannot be reached.
    pub async fn empty() -> Self {
        let database = Self::named();
        let mut server = connect().await;
        run(&mut server, format!("CREATE DATABASE {}", database.name)).await;
        server.close().await.ok();
        database
    }

    /// A migrated database.
    ///
    /// # Panics
    /// If the server cannot be reached or the migration fails.
    pub async fn create() -> Self {
        // The day is part of the name, because the template has the partitions of its days.
        let today = chrono::Utc::now().format("%Y%m%d");
        let template = format!("campanile_template_{}_{today}", migrations_digest());
        let database = Self::named();
        let mut server = connect().await;
        ask(&mut server, "pg_advisory_lock_shared").await;
        if !is_there(&mut server, &template).await {
            ask(&mut server, "pg_advisory_unlock_shared").await;
            ask(&mut server, "pg_advisory_lock").await;
            if !is_there(&mut server, &template).await {
                make_template(&mut server, &template).await;
            }
            ask(&mut server, "pg_advisory_unlock").await;
            ask(&mut server, "pg_advisory_lock_shared").await;
        }
        run(
            &mut server,
            format!("CREATE DATABASE {} TEMPLATE {template}", database.name),
        )
        .await;
        server.close().await.ok();
        database
    }

    /// Settings for a back end on this database, as `role`.
    pub fn settings(&self, role: Role) -> PostgresSettings {
        PostgresSettings {
            app_url: self.url.clone(),
            worker_url: None,
            owner_url: None,
            max_connections: 8,
            role,
            look_ups: LookUps::Guarded,
        }
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Changes rows past everything that guards them, as the server's own user: brings about what
    /// otherwise happens once in a million times.
    ///
    /// # Panics
    /// If the server refuses.
    pub async fn tamper(&self, statement: &'static str) -> u64 {
        let mut server = PgConnection::connect(&self.url)
            .await
            .expect("server answers");
        let done = server.execute(statement).await.expect("a good statement");
        server.close().await.ok();
        done.rows_affected()
    }

    /// Has it dropped: its sessions end soon.
    pub async fn close(self) {
        drop(self);
    }

    /// Drops it before anything else is done.
    pub async fn close_now(self) {
        dropping::now(&self.name).await;
    }

    fn named() -> Self {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let now = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let name = format!(
            "campanile_test_{}_{}_{number}",
            now.as_millis(),
            std::process::id()
        );
        Self {
            url: url_of(&name),
            name,
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        dropping::soon(&self.name);
    }
}

async fn connect() -> PgConnection {
    PgConnection::connect(&server_url())
        .await
        .unwrap_or_else(|error| {
            panic!("no Postgres for tests at CAMPANILE_TEST_POSTGRES_URL or {DEFAULT_URL}: {error}")
        })
}

/// Takes or gives back the lock; what is held ends with the connection.
async fn ask(server: &mut PgConnection, lock: &str) {
    let asked = format!("SELECT {lock}($1)");
    let asked = sqlx::query(&asked).bind(LOCK).execute(server).await;
    asked.expect("server answers");
}

async fn is_there(server: &mut PgConnection, database: &str) -> bool {
    let known = sqlx::query("SELECT 1 FROM pg_database WHERE datname = $1").bind(database);
    let known = known.fetch_optional(server).await;
    known.expect("server answers").is_some()
}

/// Under another name until it is finished, so that no test copies half of it.
async fn make_template(server: &mut PgConnection, template: &str) {
    let draft = TestDatabase {
        name: format!("{template}_draft"),
        url: url_of(&format!("{template}_draft")),
    };
    run(
        server,
        format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", draft.name),
    )
    .await;
    run(server, format!("CREATE DATABASE {}", draft.name)).await;
    migrate(&draft.settings(Role::Api))
        .await
        .expect("the migration works");
    disconnect_all(server, &draft.name).await;
    run(
        server,
        format!("ALTER DATABASE {} RENAME TO {template}", draft.name),
    )
    .await;
}

/// A template may have no visitors when it is renamed or copied, not even one just leaving.
async fn disconnect_all(server: &mut PgConnection, database: &str) {
    for _ in 0..100 {
        let visitors = sqlx::query("SELECT 1 FROM pg_stat_activity WHERE datname = $1");
        let visitors = visitors.bind(database).fetch_all(&mut *server).await;
        if visitors.expect("server answers").is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("somebody stays connected to {database}");
}

async fn run(server: &mut PgConnection, statement: String) {
    if let Err(error) = server.execute(&*statement).await {
        panic!("{statement}: {error}");
    }
}

/// The server's address with another database's name.
fn url_of(database: &str) -> String {
    let url = server_url();
    let (address, parameters) = url.split_once('?').unwrap_or((&url, ""));
    let scheme = address.find("://").map_or(0, |at| at + 3);
    let end = address[scheme..]
        .find('/')
        .map_or(address.len(), |at| scheme + at);
    let mut url = format!("{}/{database}", &address[..end]);
    if !parameters.is_empty() {
        url = format!("{url}?{parameters}");
    }
    url
}
