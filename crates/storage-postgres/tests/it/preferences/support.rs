//! Short ways to what the tests race.

use std::sync::Arc;
use std::time::{Duration, Instant};

use campanile_domain::{
    Channel, EmailAddress, Preferences, QuietHours, Routes, TenantId, User, UserId,
};
use campanile_pipeline::put_user;
use campanile_storage::{Planned, RelayLimits, StorageError};
use campanile_storage_contract::fixture::{now, user};
use campanile_storage_postgres::PostgresStorage;
use chrono::{TimeDelta, Timelike};
use sqlx::PgConnection;
use tokio::task::JoinHandle;

/// Waits until somebody waits for a lock of this kind, or has no need to.
pub(crate) async fn once_waiting(raw: &mut PgConnection, kind: &str, or: impl Fn() -> bool) {
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        let waiting: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
             WHERE d.datname = current_database() AND NOT l.granted AND l.locktype = $1)",
        )
        .bind(kind)
        .fetch_one(&mut *raw)
        .await
        .unwrap();
        if waiting || or() {
            return;
        }
        assert!(Instant::now() < until, "nobody waits for {kind}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Quiet hours that began an hour ago and last so many minutes more.
pub(crate) fn night(minutes: i64) -> Preferences {
    let wall = |minutes: i64| {
        let at = now() + TimeDelta::minutes(minutes);
        let text = format!("{:02}:{:02}", at.hour(), at.minute());
        text.parse().unwrap()
    };
    let hours = QuietHours::new(true, wall(-60), wall(minutes), None);
    Preferences {
        quiet_hours: Some(hours.unwrap()),
        ..Preferences::default()
    }
}

/// The tenant's user `u`, who can be reached by mail.
pub(crate) async fn resident(storage: &PostgresStorage, tenant: &TenantId) -> UserId {
    let person = User {
        tenant: tenant.clone(),
        id: user("u"),
        email: Some(EmailAddress::parse("u@example.com").unwrap()),
        email_gone_at: None,
        locale: None,
        timezone: None,
        attributes: "{}".into(),
        created_at: now(),
        updated_at: now(),
    };
    put_user(&storage, &person).await.unwrap();
    person.id
}

/// A turn of the relay, under way, for tenants that send mail.
pub(crate) fn planning<'a>(
    storage: &Arc<PostgresStorage>,
    tenants: impl IntoIterator<Item = &'a TenantId>,
) -> JoinHandle<Result<Planned, StorageError>> {
    let (storage, mut routes) = (Arc::clone(storage), Routes::default());
    for tenant in tenants {
        routes.add_for_users(tenant.clone(), Channel::Email);
    }
    tokio::spawn(async move {
        let limits = RelayLimits::default();
        campanile_pipeline::plan_turn(&storage, limits, routes.clone(), now()).await
    })
}

/// What came of it; nothing where it was held up for longer than any statement waits for a lock (2 s),
/// as happens on a machine with much else to do. Whatever was raced is to be raced again then.
pub(crate) async fn in_time<T>(turn: JoinHandle<Result<T, StorageError>>) -> Option<T> {
    match turn.await.unwrap() {
        Err(StorageError::Unavailable(_)) => None,
        done => Some(done.unwrap()),
    }
}
