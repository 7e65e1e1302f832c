//! The join itself: by notification, of all that both ledgers hold.

use std::collections::{BTreeMap, HashMap, HashSet};

use uuid::Uuid;

use super::Joined;
use super::by_tenant::Shares;
use super::early::Early;
use crate::ledger::{Accepted, Received};
use crate::summary::{Curve, Latencies, histogram};

/// What came of one notification.
#[derive(Default)]
struct Calls<'a> {
    webhook_ids: HashSet<&'a str>,
    /// The first that was answered with a 2xx: any other answer asks for another attempt.
    taken_at: Option<u64>,
}

/// Joins.
pub(super) fn join(
    accepted: &[Accepted],
    received: &[Received],
    max_doubled: Option<u64>,
) -> Joined {
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
    let (mut from_accept, mut from_due) = (histogram(), histogram());
    let (mut lost, mut shares) = (Vec::new(), Shares::default());
    for (id, promise) in &promises {
        let at = calls.get(id).and_then(|calls| calls.taken_at);
        let took = at.map(|at| at.saturating_sub(promise.accepted_at));
        shares.add(&promise.tenant, took);
        let Some(at) = at else {
            lost.push(*id);
            continue;
        };
        // A webhook may well be faster than the 202; that is no time at all.
        from_accept.saturating_record(at.saturating_sub(promise.accepted_at));
        from_due.saturating_record(at.saturating_sub(promise.due_at));
    }

    let several_ids = calls.values().filter(|calls| calls.webhook_ids.len() > 1);
    let unknown = calls.keys().filter(|id| !promises.contains_key(id));
    Joined {
        passed: false,
        accepted: promises.len() as u64,
        delivered: (promises.len() - lost.len()) as u64,
        calls: received.len() as u64,
        lost,
        doubled: taken.values().filter(|calls| **calls > 1).count() as u64,
        max_doubled,
        several_ids: several_ids.count() as u64,
        unknown: unknown.count() as u64,
        unnamed,
        unverified,
        early: early.count,
        by_tenant: shares.finish(),
        accept_to_receipt: Latencies::from(&from_accept),
        due_to_receipt: Latencies::from(&from_due),
        curves: [Curve::from(&from_accept), Curve::from(&from_due)],
    }
    .judged()
}
