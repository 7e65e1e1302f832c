//! Stands for the relay and a worker: what tests need to have happened to a notification.

use campanile_domain::{Channel, Routes, TenantId};
use campanile_storage::{FinishedDelivery, Job, Storage};
use campanile_storage_contract::fixture::{load, plan_along, record};
use serde_json::json;

use super::{TestApi, send_json, service, user};

/// Where a tenant's webhook is.
pub const HOOK: &str = "https://hooks.example/secret?token=1";

/// Gives `u1` of a tenant a mail address and a device.
pub async fn make_reachable(api: &TestApi, tenant: &str) {
    let person = json!({"email": "u1@example.com"}).to_string();
    let person = send_json("PUT", "/api/v1/users/u1", &service(tenant), person);
    assert_eq!(api.call(person).await.status, 200);
    let device = json!({"kind": "token", "value": "a", "platform": "android"}).to_string();
    let device = send_json("POST", "/api/v1/devices", &user(tenant, "u1"), device);
    assert!(api.call(device).await.status.is_success());
}

/// Plans what a tenant has accepted, with an account of this channel alone, and records what comes of each
/// delivery.
pub async fn work(
    storage: &dyn Storage,
    tenant: &TenantId,
    channel: Channel,
    mut result: impl FnMut(&Job) -> FinishedDelivery,
) {
    let mut routes = Routes::default();
    match channel {
        Channel::Webhook => routes.add(tenant.clone(), channel, HOOK.into()),
        _ => routes.add_for_users(tenant.clone(), channel),
    }
    loop {
        let planned = plan_along(storage, &routes).await;
        for dispatch in &planned.dispatches {
            let jobs = load(storage, dispatch).await.unwrap().jobs;
            let results = jobs.iter().map(&mut result).collect();
            record(storage, Some(dispatch), results).await;
        }
        if planned.notifications == 0 {
            return;
        }
    }
}
