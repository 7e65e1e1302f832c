//! What workers say of accounts.

use std::sync::Arc;

use campanile_domain::{Channel, TenantId, WorkerId};
use chrono::TimeDelta;

use super::fixture::{now, tenants};
use campanile_storage::{AccountTrouble, Storage, WorkerRow};

fn trouble(tenant: &TenantId, name: &str) -> AccountTrouble {
    AccountTrouble {
        tenant: tenant.clone(),
        channel: Channel::Push,
        name: name.into(),
        misconfigured: true,
        breaker_open: false,
        probing: false,
        detail: "the provider answered 401".into(),
        since: now(),
    }
}

async fn alive(storage: &dyn Storage) -> WorkerId {
    let row = WorkerRow {
        id: WorkerId::at(now()),
        host: "h".into(),
        heartbeat_at: now(),
    };
    storage.heartbeat(&row).await.expect("beaten");
    row.id
}

/// All of it comes back, by tenant or whole; what is said later takes the place of what was.
pub async fn what_is_reported_later_replaces_what_was(storage: Arc<dyn Storage>) {
    let [acme, other] = tenants(storage.as_ref(), ["acme", "other"]).await;
    let worker = alive(storage.as_ref()).await;
    let since = now() - TimeDelta::seconds(30);
    let (one, two) = (trouble(&acme, "main"), trouble(&other, "main"));
    let both = [one.clone(), two.clone()];
    storage
        .tell_troubles(worker, &both)
        .await
        .expect("reported");
    let reported = async |tenant| storage.troubles(tenant, since).await.expect("read");
    assert_eq!(reported(None).await, both);
    assert_eq!(reported(Some(&acme)).await, [one]);
    let less = AccountTrouble {
        misconfigured: false,
        breaker_open: true,
        probing: true,
        ..two
    };
    let remaining = std::slice::from_ref(&less);
    storage
        .tell_troubles(worker, remaining)
        .await
        .expect("reported");
    assert_eq!(reported(None).await, [less]);
    storage.tell_troubles(worker, &[]).await.expect("reported");
    assert_eq!(reported(None).await, []);
}

/// A silent worker's words do not count, and go when it leaves or is forgotten.
pub async fn a_dead_workers_words_do_not_count(storage: Arc<dyn Storage>) {
    let [acme] = tenants(storage.as_ref(), ["acme"]).await;
    let said = [trouble(&acme, "main")];
    let (first, second) = (alive(storage.as_ref()).await, alive(storage.as_ref()).await);
    for worker in [first, second] {
        storage
            .tell_troubles(worker, &said)
            .await
            .expect("reported");
    }
    let (past, future) = (
        now() - TimeDelta::seconds(30),
        now() + TimeDelta::seconds(1),
    );
    let count = async |since| storage.troubles(None, since).await.expect("read").len();
    assert_eq!((count(past).await, count(future).await), (2, 0));
    storage.leave(first).await.expect("left");
    assert_eq!(count(past).await, 1);
    assert_eq!(storage.forget_silent(future).await.expect("forgot"), 1);
    // Alive again under its name, it has said nothing yet.
    let row = WorkerRow {
        id: second,
        host: "h".into(),
        heartbeat_at: now(),
    };
    storage.heartbeat(&row).await.expect("beaten");
    assert_eq!(count(past).await, 0);
}
