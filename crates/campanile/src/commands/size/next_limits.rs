//! What gives way next when the load grows, and what takes it.

use super::costs::{Cost, POSTGRES, REDIS, read};
use super::model::Load;

/// FCM's quota for one project: 600,000 messages per minute
/// (<https://firebase.google.com/docs/cloud-messaging/throttling-and-quotas>).
const FCM_PER_SECOND: f64 = 10_000.0;
/// Beyond so many busy cores one database server is no longer the plain choice.
const POSTGRES_CORES: f64 = 16.0;

/// One line for each limit, the one that is nearest first.
pub(super) fn next_limits(load: &Load) -> Vec<String> {
    let mut limits = vec![
        (
            load.rate * load.pushes / FCM_PER_SECOND,
            "FCM: 10,000 pushes/s for each Firebase project. Add projects as further providers with weights, or ask Google for a higher quota.",
        ),
        (
            busy(load, POSTGRES, read::POSTGRES) / POSTGRES_CORES,
            "Postgres: 16 busy cores on one server. Move reads of inboxes to read replicas, then give groups of tenants their own database, or distribute by tenant (Citus).",
        ),
        (
            busy(load, REDIS, read::REDIS),
            "Redis: one busy core, because it runs commands on one thread. Use Redis Cluster; no key spans two inboxes.",
        ),
    ];
    limits.sort_by(|one, other| other.0.total_cmp(&one.0));
    let line = |(used, text): (f64, &str)| match used {
        used if used >= 1.0 => format!("REACHED, {used:.1} times: {text}"),
        used => format!("{:.0}% used: {text}", used * 100.0),
    };
    limits.into_iter().map(line).collect()
}

/// Cores that are busy.
fn busy(load: &Load, cost: Cost, of_a_read: f64) -> f64 {
    cost.busy(load.rate) + load.reads * of_a_read / 1_000_000.0
}
