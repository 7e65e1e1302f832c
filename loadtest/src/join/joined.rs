//! The join itself: by notification, of all that both ledgers hold.

use std::collections::{BTreeMap, HashMap, HashSet};

use uuid::Uuid;

use super::early::Early;
use crate::report::Latencies;
use campanile_fakes::ledger::{Accepted, Received};

/// What became of every 202.
#[derive(Debug, Default)]
pub(crate) struct Joined {
    /// Notifications that a 202 promised.
    pub(crate) accepted: u64,
    /// All calls of the provider, whatever they were answered with.
    pub(crate) calls: u64,
    /// Notifications that a 202 promised and that did not come.
    pub(crate) lost: Vec<Uuid>,
    /// Webhook-ids that came again after they had been answered with a 2xx.
    pub(crate) doubled: u64,
    /// Notifications that came under more than one webhook-id: receivers can't see that these are one.
    pub(crate) several_ids: u64,
    /// Notifications that came though no 202 promised them: those of requests whose answer got lost when a server was
    /// killed.
    pub(crate) unknown: u64,
    /// Calls without a webhook-id, or without a notification in the body.
    pub(crate) unnamed: u64,
    /// Calls whose signature did not hold.
    pub(crate) unverified: u64,
    /// Calls before the time that `Retry-After` had named for the same.
    pub(crate) early: u64,
    /// What each tenant noticed; under an empty name where a token that was given says so.
    pub(crate) by_tenant: BTreeMap<String, Share>,
    /// From the 202 to the first receipt.
    pub(crate) accept_to_receipt: Latencies,
    /// From the moment the request was due to the first receipt.
    pub(crate) due_to_receipt: Latencies,
}

/// One tenant's part.
#[derive(Debug, Default)]
pub(crate) struct Share {
    pub(crate) accepted: u64,
    pub(crate) accept_to_receipt: Latencies,
}

impl Joined {
    /// Those that came.
    pub(crate) fn delivered(&self) -> u64 {
        self.accepted - self.lost.len() as u64
    }
}

/// What came of one notification.
#[derive(Default)]
struct Calls<'a> {
    webhook_ids: HashSet<&'a str>,
    /// The first that was answered with a 2xx: any other answer asks for another attempt.
    taken_at: Option<u64>,
}

/// Joins.
pub(super) fn join(accepted: &[Accepted], received: &[Received]) -> Joined {
    let mut calls: HashMap<Uuid, Calls<'_>> = HashMap::new();
    // The same notification for two devices is no double.
    let mut taken: HashMap<(&str, Option<&str>), u64> = HashMap::new();
    let (mut unverified, mut unnamed) = (0, 0);
    let mut early = Early::default();
    for call in received {
        early.add(call);
        unverified += u64::from(call.verified == Some(false));
        if call.taken() && !call.webhook_id.is_empty() {
            let to = (call.webhook_id.as_str(), call.target.as_deref());
            *taken.entry(to).or_default() += 1;
        }
        let Some(id) = call.notification_id.filter(|_| !call.webhook_id.is_empty()) else {
            unnamed += 1;
            continue;
        };
        let calls = calls.entry(id).or_default();
        calls.webhook_ids.insert(&call.webhook_id);
        if call.taken() {
            calls.taken_at = Some(calls.taken_at.map_or(call.at, |first| first.min(call.at)));
        }
    }

    let promises: BTreeMap<Uuid, &Accepted> = accepted
        .iter()
        .flat_map(|one| one.notification_ids.iter().map(move |id| (*id, one)))
        .collect();
    let mut joined = Joined {
        accepted: promises.len() as u64,
        calls: received.len() as u64,
        doubled: taken.values().filter(|calls| **calls > 1).count() as u64,
        unnamed,
        unverified,
        early: early.count,
        ..Joined::default()
    };
    for (id, promise) in &promises {
        let at = calls.get(id).and_then(|calls| calls.taken_at);
        let tenant = joined.by_tenant.entry(promise.tenant.clone()).or_default();
        tenant.accepted += 1;
        let Some(at) = at else {
            joined.lost.push(*id);
            continue;
        };
        // A webhook may well be faster than the 202; that is no time at all.
        let took_us = at.saturating_sub(promise.accepted_at);
        tenant.accept_to_receipt.record_us(took_us);
        joined.accept_to_receipt.record_us(took_us);
        joined
            .due_to_receipt
            .record_us(at.saturating_sub(promise.due_at));
    }
    let several_ids = calls.values().filter(|calls| calls.webhook_ids.len() > 1);
    joined.several_ids = several_ids.count() as u64;
    let unknown = calls.keys().filter(|id| !promises.contains_key(id));
    joined.unknown = unknown.count() as u64;
    joined
}
