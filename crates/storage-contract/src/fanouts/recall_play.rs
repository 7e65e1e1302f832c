//! Short ways through a recall, for its promises.

use campanile_domain::{DeliveryState, Fanout, TenantId, UserId};

use super::super::fixture::now;
use campanile_pipeline::{cancel_fanout, recall_step};
use campanile_storage::{
    CancelFanout, FanoutProgress, InboxFilter, PageSize, PageStart, RecallStep, Storage,
    TimelineRecord,
};

/// Cancels one that may be cancelled.
pub(super) async fn cancel(storage: &dyn Storage, of: &Fanout) -> FanoutProgress {
    let outcome = cancel_fanout(&storage, &of.tenant, of.id, now()).await;
    let Ok(Some(CancelFanout::Cancelled(progress))) = outcome else {
        panic!("{outcome:?}")
    };
    progress
}

pub(super) async fn recall(storage: &dyn Storage) -> Option<RecallStep> {
    let turn = recall_step(&storage, None, now()).await.expect("done");
    assert!(turn.failed.is_none(), "{turn:?}");
    turn.step
}

/// Calls back until nothing is left; gives how many notifications.
pub(crate) async fn recall_all(storage: &dyn Storage) -> u64 {
    let mut notifications = 0;
    while let Some(step) = recall(storage).await {
        notifications += step.notifications;
    }
    notifications
}

/// What the timeline says of each notification that a user's inbox shows.
async fn timelines(storage: &dyn Storage, tenant: &TenantId, user: &UserId) -> Vec<TimelineRecord> {
    let (filter, start) = (InboxFilter::default(), PageStart::Offset(0));
    let page = storage.inbox_page(tenant, user, &filter, start, PageSize::rows(10), now());
    let mut all = Vec::new();
    for item in page.await.expect("read").items {
        let reported = storage.timeline(tenant, item.notification.id).await;
        all.push(reported.expect("read").expect("there"));
    }
    all
}

/// State and reason of each delivery, by notification.
pub(super) async fn ends(
    storage: &dyn Storage,
    tenant: &TenantId,
    user: &UserId,
) -> Vec<Vec<(DeliveryState, Option<String>)>> {
    let reported = timelines(storage, tenant, user).await.into_iter();
    let of = |one: TimelineRecord| {
        let deliveries = one.deliveries.into_iter();
        deliveries.map(|one| (one.state, one.reason)).collect()
    };
    reported.map(of).collect()
}

/// All that these users' inboxes show was cancelled, and it is something.
pub(super) async fn all_cancelled(storage: &dyn Storage, tenant: &TenantId, users: &[UserId]) {
    for user in users {
        let reported = timelines(storage, tenant, user).await;
        assert!(!reported.is_empty(), "{user}");
        for one in reported {
            assert!(one.cancelled_at.is_some(), "{user}");
        }
    }
}

/// Nothing that these users' inboxes show was cancelled, and it is something.
pub(super) async fn kept(storage: &dyn Storage, tenant: &TenantId, users: &[UserId]) {
    for user in users {
        let reported = timelines(storage, tenant, user).await;
        assert!(!reported.is_empty(), "{user}");
        for one in reported {
            assert_eq!(one.cancelled_at, None, "{user}");
        }
    }
}
