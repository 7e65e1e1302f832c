//! Which fan-outs a tenant has.

use std::cmp::Reverse;
use std::sync::Arc;

use campanile_domain::{FanoutStatus, TenantId};
use chrono::TimeDelta;

use super::super::fixture::{fanout, now, tenants};
use super::super::topics::users;
use super::play::{SMALL, progress, run, start, step, subscribe};
use campanile_pipeline::cancel_fanout;
use campanile_storage::{FanoutProgress, Storage};

/// All pages of so many.
async fn list(
    storage: &dyn Storage,
    tenant: &TenantId,
    status: Option<FanoutStatus>,
    limit: u32,
) -> Vec<FanoutProgress> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = storage.fanout_page(tenant, status, after, limit).await;
        let page = page.expect("read");
        assert!(page.len() <= limit as usize);
        let Some(last) = page.last() else { return all };
        after = Some(last.id);
        all.extend(page);
    }
}

/// The newest first, page by page, each as it stands; only the tenant's own, and only those of a status
/// where one is named.
pub async fn they_are_listed_from_new_to_old(storage: Arc<dyn Storage>) {
    let storage = storage.as_ref();
    let [acme, other] = tenants(storage, ["acme", "other"]).await;
    for tenant in [&acme, &other] {
        subscribe(storage, tenant, &users(0..10)).await;
    }
    let mut all = Vec::new();
    // Those that a step ends come first: so no step for another falls to them.
    for status in [
        FanoutStatus::Done,
        FanoutStatus::Expired,
        FanoutStatus::Cancelled,
        FanoutStatus::Running,
        FanoutStatus::Pending,
    ] {
        let mut two = [fanout(&acme), fanout(&acme)];
        for one in &mut two {
            match status {
                FanoutStatus::Pending => one.send_at = Some(now() + TimeDelta::hours(1)),
                FanoutStatus::Expired => one.expires_at = Some(one.created_at),
                FanoutStatus::Running | FanoutStatus::Done | FanoutStatus::Cancelled => {}
            }
            start(storage, one).await;
        }
        for one in &two {
            match status {
                FanoutStatus::Pending => {}
                FanoutStatus::Running => drop(step(storage, SMALL).await),
                FanoutStatus::Done | FanoutStatus::Expired => drop(run(storage, SMALL).await),
                FanoutStatus::Cancelled => {
                    let done = cancel_fanout(&storage, &acme, one.id, now()).await;
                    done.expect("cancelled").expect("there");
                }
            }
            all.push((one.clone(), status));
        }
    }
    start(storage, &fanout(&other)).await;
    let mut expected = Vec::new();
    for (one, status) in &all {
        let stands = progress(storage, one).await;
        assert_eq!(stands.status, *status);
        expected.push(stands);
    }
    expected.sort_by_key(|one| Reverse(one.id));
    for limit in [1, 3, 100] {
        assert_eq!(list(storage, &acme, None, limit).await, expected);
    }
    for status in FanoutStatus::ALL {
        let mut of_it = expected.clone();
        of_it.retain(|one| one.status == status);
        assert_eq!(list(storage, &acme, Some(status), 1).await, of_it);
    }
}
