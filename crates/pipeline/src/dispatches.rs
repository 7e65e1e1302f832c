//! Grouping deliveries into dispatches: one message of the queue for many deliveries.

use std::collections::BTreeMap;

use campanile_domain::{Channel, DeliveryId, DispatchId, Lane, NotificationId, Random, TenantId};
use campanile_storage::{Dispatch, NewDispatch};
use chrono::{DateTime, Utc};

/// A delivery that leaves now.
pub(crate) struct Leaving {
    pub(crate) tenant: TenantId,
    pub(crate) channel: Channel,
    pub(crate) lane: Lane,
    pub(crate) notification: NotificationId,
    pub(crate) delivery: DeliveryId,
}

/// Groups by lane (most urgent first), tenant and channel, at most `size` in one.
pub(crate) fn group_into_dispatches(
    leaving: Vec<Leaving>,
    size: usize,
    now: DateTime<Utc>,
    random: &Random,
) -> Vec<NewDispatch> {
    let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for one in leaving {
        let group = groups.entry((one.lane.rank(), one.tenant, one.channel));
        let group = group.or_default();
        group.push((one.notification, one.delivery));
    }
    let mut dispatches = Vec::new();
    for ((lane, tenant, channel), parts) in groups {
        dispatches.extend(parts.chunks(size.max(1)).map(|parts| NewDispatch {
            dispatch: Dispatch {
                id: DispatchId::new(now, random),
                tenant: tenant.clone(),
                channel,
                lane: Lane::from_rank(lane),
                epoch: 0,
                size: parts.len(),
                publish_after: now + Dispatch::WINDOW,
                suspect: false,
            },
            parts: parts.to_vec(),
        }));
    }
    dispatches
}
