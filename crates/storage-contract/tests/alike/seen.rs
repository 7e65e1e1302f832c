//! All that callers can read of a world, one text for each thing.

use campanile_domain::{Delivery, NotificationId, TenantId, UserId};
use campanile_storage::{DeadLetterFilter, InboxFilter, PageSize, PageStart, Storage};

use crate::story::Story;
use crate::world::World;

pub async fn all(world: &World, story: &Story) -> Vec<String> {
    let storage = world.storage.as_ref();
    let mut seen = vec![depth(storage, story).await];
    for tenant in &story.tenants {
        for user in &story.users {
            seen.extend(inbox(storage, story, tenant, user).await);
        }
        seen.push(dead_letters(storage, tenant).await);
        seen.extend(topics(storage, story, tenant).await);
    }
    for (tenant, _, id) in &story.accepted {
        seen.push(timeline(storage, tenant, *id).await);
    }
    seen
}

async fn depth(storage: &dyn Storage, story: &Story) -> String {
    let depth = storage.depth(story.now).await.unwrap();
    let numbers = (depth.outbox, depth.dispatched, depth.scheduled);
    format!("outbox, dispatched, scheduled: {numbers:?}")
}

async fn inbox(
    storage: &dyn Storage,
    story: &Story,
    tenant: &TenantId,
    user: &UserId,
) -> Vec<String> {
    let all = InboxFilter::default();
    let unread = InboxFilter {
        unread_only: true,
        ..all.clone()
    };
    let archived = InboxFilter {
        archived: true,
        ..all.clone()
    };
    let mut seen = Vec::new();
    for filter in [all, unread, archived] {
        let start = PageStart::Offset(0);
        let page = storage
            .inbox_page(tenant, user, &filter, start, PageSize::rows(20), story.now)
            .await
            .unwrap();
        let lines: Vec<_> = page
            .items
            .iter()
            .map(|item| {
                let mut states = item.delivery_states.clone();
                states.sort_by_key(|state| state.name());
                format!("{:?} {:?} {states:?}", item.notification, item.marks)
            })
            .collect();
        let count = storage.inbox_count(tenant, user, &filter, story.now).await;
        seen.push(format!(
            "{} {} {filter:?}: {lines:#?} of {}, more: {}, until {:?}, {:?}",
            tenant.as_str(),
            user.as_str(),
            page.total,
            page.has_more,
            page.changes_at,
            count.unwrap()
        ));
    }
    seen
}

/// They die by the machine's clock, so their order says nothing.
async fn dead_letters(storage: &dyn Storage, tenant: &TenantId) -> String {
    let filter = DeadLetterFilter::default();
    let page = storage.dead_letters(tenant, &filter, None, 1_000).await;
    let page = page.unwrap();
    let mut lines: Vec<_> = page
        .items
        .into_iter()
        .map(|letter| {
            let of = (letter.id, letter.notification_id, letter.user_id);
            format!(
                "{of:?} {:?} {} {} {}",
                letter.channel, letter.code, letter.detail, letter.attempts
            )
        })
        .collect();
    lines.sort();
    format!("dead of {}: {} {lines:#?}", tenant.as_str(), page.total)
}

async fn topics(storage: &dyn Storage, story: &Story, tenant: &TenantId) -> Vec<String> {
    let mut seen = Vec::new();
    for key in &story.topics {
        let topic = storage.topic(tenant, key).await.unwrap();
        let users = storage.subscribers(tenant, key, None, 100).await.unwrap();
        seen.push(format!("{} {topic:?} {users:?}", tenant.as_str()));
    }
    seen
}

async fn timeline(storage: &dyn Storage, tenant: &TenantId, id: NotificationId) -> String {
    let Some(reported) = storage.timeline(tenant, id).await.unwrap() else {
        return format!("{id} is not there");
    };
    let mut lines: Vec<_> = reported.deliveries.iter().map(line).collect();
    lines.sort();
    let (marks, cancelled_at) = (reported.marks, reported.cancelled_at);
    format!(
        "{:?} {marks:?} {cancelled_at:?} {lines:#?}",
        reported.notification
    )
}

/// Without the moments of the machine's clock.
fn line(delivery: &Delivery) -> String {
    let attempts = delivery.attempts.iter();
    let attempts: Vec<_> = attempts
        .map(|one| (one.number, &one.code, &one.provider))
        .collect();
    let place = (delivery.id, delivery.channel.name(), &delivery.address);
    let (state, reason) = (delivery.state, &delivery.reason);
    let (next, deferrals) = (delivery.next_attempt_at, delivery.deferrals.len());
    format!("{place:?} {state:?} {reason:?} {next:?} {attempts:?} {deferrals}")
}
