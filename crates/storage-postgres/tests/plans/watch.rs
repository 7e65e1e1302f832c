//! Runs the product's own statements, in its own sessions, and reads the plans that were really used:
//! the server sends each (`auto_explain`) as a notice, which the driver logs.

use std::sync::OnceLock;

use campanile_domain::NotificationId;
use campanile_storage::{Maintenance, Storage};
use campanile_storage_postgres::{PostgresStorage, Role};
use campanile_test_support::postgres::TestDatabase;
use sqlx::{Connection, Executor, PgConnection};
use tokio::sync::{Mutex, MutexGuard};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use uuid::Uuid;

use crate::data;
use crate::plan::Plan;

/// What the server said since it was last asked.
static SAID: std::sync::Mutex<Vec<String>> = std::sync::Mutex::new(Vec::new());

struct Notices;

impl<S: Subscriber> Layer<S> for Notices {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::postgres::notice" {
            event.record(&mut Message);
        }
    }
}

struct Message;

impl Visit for Message {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            SAID.lock().unwrap().push(value.to_owned());
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}

/// Lets one test at a time hear what servers say.
pub async fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::const_new(());
    ALONE.lock().await
}

/// Has the sessions of a database tell their plans from now on.
pub async fn report_plans(database: &TestDatabase) {
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| {
        let subscriber = tracing_subscriber::registry().with(Notices);
        tracing::subscriber::set_global_default(subscriber).unwrap();
    });
    let mut raw = PgConnection::connect(database.url()).await.unwrap();
    raw.execute("LOAD 'auto_explain'").await.unwrap();
    let name = database.url().rsplit('/').next().unwrap();
    let name = name.split('?').next().unwrap();
    for (setting, value) in [
        ("session_preload_libraries", "auto_explain"),
        ("auto_explain.log_min_duration", "0"),
        ("auto_explain.log_level", "notice"),
        ("auto_explain.log_format", "json"),
        ("auto_explain.log_analyze", "on"),
        ("auto_explain.log_timing", "off"),
        ("auto_explain.log_buffers", "on"),
    ] {
        let statement = format!("ALTER DATABASE {name} SET {setting} = '{value}'");
        raw.execute(&*statement).await.unwrap();
    }
    raw.close().await.unwrap();
}

/// The plans that were logged since this was last asked.
pub fn plans() -> Vec<Plan> {
    let said = std::mem::take(&mut *SAID.lock().unwrap());
    said.iter().filter_map(|text| Plan::parse(text)).collect()
}

/// A filled database whose sessions tell their plans.
pub struct Watched {
    pub database: TestDatabase,
    ids: Vec<Uuid>,
}

impl Watched {
    pub async fn create() -> Self {
        let database = TestDatabase::create().await;
        data::fill(&database).await;
        let mut raw = PgConnection::connect(database.url()).await.unwrap();
        let heavy = "SELECT id FROM notifications WHERE user_id = $1 ORDER BY id DESC";
        let ids = sqlx::query_scalar(heavy).bind(data::HEAVY);
        let ids: Vec<Uuid> = ids.fetch_all(&mut raw).await.unwrap();
        assert_eq!(i64::try_from(ids.len()).unwrap(), data::HEAVY_ROWS);
        raw.close().await.unwrap();
        report_plans(&database).await;
        Self { database, ids }
    }

    /// The plans of all statements of some work. In sessions of its own, because a plan is logged when
    /// its session goes on to the next statement, at the latest when it ends.
    pub async fn of(&self, work: impl AsyncFnOnce(&dyn Storage)) -> Vec<Plan> {
        let settings = self.database.settings(Role::Worker);
        let storage = PostgresStorage::connect(settings).await.unwrap();
        plans();
        work(&storage).await;
        storage.close().await;
        let plans = plans();
        assert!(!plans.is_empty(), "no plans were logged");
        plans
    }

    /// The id of the heavy user's notification at this place, newest first.
    pub async fn nth(&self, place: i64) -> NotificationId {
        NotificationId(self.ids[usize::try_from(place).unwrap()])
    }

    /// The id of the heavy user's newest notification.
    pub fn last(&self) -> NotificationId {
        NotificationId(self.ids[0])
    }

    pub async fn rows(&self) -> i64 {
        let mut raw = PgConnection::connect(self.database.url()).await.unwrap();
        let rows = sqlx::query_scalar("SELECT count(*) FROM notifications");
        rows.fetch_one(&mut raw).await.unwrap()
    }

    pub async fn close(self) {
        self.database.close().await;
    }
}
