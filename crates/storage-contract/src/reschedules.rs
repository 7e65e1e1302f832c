//! What becomes of all that waits for a tenant's quiet hours when the tenant chooses anew: looked at in steps.

use std::sync::{Arc, Mutex};

use campanile_domain::{Channel, Clock, Notification, SystemClock, TenantId, TenantPreferences};
use chrono::{DateTime, TimeDelta, Utc};

use super::fixture::{accept, notification, now, one, release, tenants};
use super::preferences::{device, night, plan};
use campanile_pipeline::put_tenant_preferences;
use campanile_pipeline::{reschedule_all, reschedule_step};
use campanile_storage::{RESCHEDULED_AT_ONCE, RescheduleStep, Scope, Storage};

/// In steps, each row once, and only the tenant's.
pub async fn what_waits_is_looked_at_when_its_tenant_chooses_anew(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    let count = RESCHEDULED_AT_ONCE + 3;
    for (tenant, count) in [(&acme, count), (&other, 1)] {
        asleep(storage, tenant, count).await;
    }
    let nothing = TenantPreferences::default();
    let put = put_tenant_preferences(&storage, &acme, &nothing, now());
    put.await.expect("stored");
    let rescheduled = reschedule_all(storage, &Scope::worker_for(&acme), &acme, &SystemClock)
        .await
        .expect("rescheduled");
    assert_eq!(rescheduled, count as u64);
    let again = reschedule_all(storage, &Scope::worker_for(&acme), &acme, &SystemClock)
        .await
        .expect("rescheduled");
    assert_eq!(again, 0, "nothing has changed since");
    assert_eq!(awake(storage, &acme).await, count);
}

/// Broken off after a step, it is found once nobody has stepped for a while, and goes on where it was,
/// also where what was passed waits again; with the last step nothing is left to find. Chosen anew
/// meanwhile, it begins again.
pub async fn a_look_that_breaks_off_is_found_and_finished(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    let count = RESCHEDULED_AT_ONCE + 3;
    asleep(storage, &acme, count).await;
    let at = now();
    let before = at - TimeDelta::seconds(1);
    let later = at + TimeDelta::seconds(1);
    let found = async |before| {
        storage
            .broken_off_reschedules(before, 10)
            .await
            .expect("read")
    };
    assert!(found(later).await.is_empty(), "nobody waited for the first");
    let step = async || {
        reschedule_step(storage, &Scope::caller(&acme), &acme, at)
            .await
            .expect("stepped")
    };
    let whole = RescheduleStep {
        rescheduled: RESCHEDULED_AT_ONCE as u64,
        more: true,
    };
    let longer = TenantPreferences {
        defaults: night(now() + TimeDelta::minutes(30), Some("UTC")),
        ..TenantPreferences::default()
    };
    let put = put_tenant_preferences(&storage, &acme, &longer, at);
    put.await.expect("stored");
    assert_eq!(step().await, whole);
    assert!(found(before).await.is_empty(), "it is under way");
    assert_eq!(found(later).await, std::slice::from_ref(&acme));
    // What was passed waits on by the new choices, and is not passed again.
    assert_eq!(awake(storage, &acme).await, 0);
    let rest = RescheduleStep {
        rescheduled: 3,
        more: false,
    };
    assert_eq!(step().await, rest);
    assert!(found(later).await.is_empty());
    assert_eq!(step().await, RescheduleStep::default());
    assert_eq!(awake(storage, &acme).await, 0);

    let nothing = TenantPreferences::default();
    for _ in 0..2 {
        let put = put_tenant_preferences(&storage, &acme, &longer, at);
        put.await.expect("stored");
        assert_eq!(step().await, whole, "from the first");
        assert_eq!(awake(storage, &acme).await, 0);
    }
    let put = put_tenant_preferences(&storage, &acme, &nothing, at);
    put.await.expect("stored");
    let all = reschedule_all(storage, &Scope::worker_for(&acme), &acme, &SystemClock)
        .await
        .expect("rescheduled");
    assert_eq!(all, count as u64);
    assert_eq!(awake(storage, &acme).await, count);
}

/// One that fails is found behind the others, and goes on where it was.
pub async fn a_look_that_fails_is_put_off(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    asleep(storage, &acme, RESCHEDULED_AT_ONCE + 3).await;
    let (at, nothing) = (now(), TenantPreferences::default());
    for (tenant, after) in [(&acme, 0), (&other, 1)] {
        let chosen_at = at + TimeDelta::seconds(after);
        let put = put_tenant_preferences(&storage, tenant, &nothing, chosen_at);
        put.await.expect("stored");
    }
    let late = at + TimeDelta::minutes(1);
    let found = async |limit| {
        storage
            .broken_off_reschedules(late, limit)
            .await
            .expect("read")
    };
    let step = reschedule_step(storage, &Scope::caller(&acme), &acme, at)
        .await
        .expect("stepped");
    assert!(step.more);
    assert_eq!(found(1).await, std::slice::from_ref(&acme));
    let failed_at = at + TimeDelta::seconds(2);
    let put_off = storage.put_off_reschedule(&acme, failed_at);
    put_off.await.expect("put off");
    assert_eq!(found(1).await, std::slice::from_ref(&other));
    assert_eq!(found(2).await, [other, acme.clone()]);
    let rest = reschedule_step(storage, &Scope::caller(&acme), &acme, at)
        .await
        .expect("stepped");
    assert_eq!((rest.rescheduled, rest.more), (3, false));
    // Where nothing is to be done any more, nothing is put off.
    let put_off = storage.put_off_reschedule(&acme, failed_at);
    put_off.await.expect("nothing");
    assert_eq!(found(2).await.len(), 1);
}

/// A look that takes long is not taken for one that broke off, for each of its steps tells its own time.
pub async fn each_step_of_a_look_has_its_time(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme] = tenants(storage, ["acme"]).await;
    asleep(storage, &acme, RESCHEDULED_AT_ONCE + 3).await;
    let nothing = TenantPreferences::default();
    let put = put_tenant_preferences(&storage, &acme, &nothing, now());
    put.await.expect("stored");
    let slow = Slow(Mutex::new(now()));
    let rescheduled = reschedule_all(storage, &Scope::worker_for(&acme), &acme, &slow)
        .await
        .expect("rescheduled");
    assert_eq!(rescheduled, RESCHEDULED_AT_ONCE as u64 + 3);
    assert_eq!(awake(storage, &acme).await, RESCHEDULED_AT_ONCE);
    let later = now() + TimeDelta::minutes(11);
    assert_eq!(one(release(storage, later).await.dispatches).size, 3);
}

/// A clock that is asked every ten minutes.
struct Slow(Mutex<DateTime<Utc>>);

impl Clock for Slow {
    fn now(&self) -> DateTime<Utc> {
        let mut next = self.0.lock().expect("nobody panics here");
        let now = *next;
        *next += TimeDelta::minutes(10);
        now
    }
}

/// So many pushes of a tenant that wait for its quiet hours.
async fn asleep(storage: &dyn Storage, tenant: &TenantId, count: usize) {
    let set = TenantPreferences {
        defaults: night(now(), Some("UTC")),
        ..TenantPreferences::default()
    };
    let put = put_tenant_preferences(&storage, tenant, &set, now());
    put.await.expect("stored");
    reschedule_all(storage, &Scope::worker_for(tenant), tenant, &SystemClock)
        .await
        .expect("nothing");
    device(storage, tenant, "u").await;
    let push = || Notification {
        channels: Some(vec![Channel::Push]),
        ..notification(tenant, "u")
    };
    accept(storage, (0..count).map(|_| push()).collect()).await;
    while plan(storage, tenant, now()).await.notifications > 0 {}
}

/// How many leave of all that is due; they are this tenant's.
async fn awake(storage: &dyn Storage, tenant: &TenantId) -> usize {
    let mut left = 0;
    loop {
        let released = release(storage, now() + TimeDelta::seconds(1)).await;
        assert!(released.dispatches.iter().all(|one| one.tenant == *tenant));
        let dispatches = released.dispatches.iter();
        left += dispatches.map(|one| one.size).sum::<usize>();
        if !released.more {
            return left;
        }
    }
}
