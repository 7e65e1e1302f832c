//! The page of a user's recent notifications, and how each was delivered.

use std::fmt::Write;

use campanile_domain::{
    Channel, Delivery, DeliveryState, Notification, TenantId, UserId, local_time,
};
use campanile_storage::{InboxFilter, PageSize, PageStart, Storage, StorageError};
use campanile_templates::{Language, type_name};
use chrono::{DateTime, Utc};

use super::switches::Way;
use super::words::Words;
use crate::pages::{Page, Reader, escaped};

/// Notifications on the page.
const NEWEST: u32 = 20;
/// Among so many of the newest are those that are looked for outside the inbox.
const LOOKED_AT: u32 = 60;

/// A notification of the page.
struct Shown {
    notification: Notification,
    in_inbox: bool,
    deliveries: Vec<Delivery>,
}

/// The page as things stand. It shows what the inbox shows, and what was sent by mail or other ways alone; it changes nothing: no
/// notification counts as seen or read.
///
/// # Errors
/// [`StorageError`].
pub async fn status_page(
    storage: &dyn Storage,
    tenant: &TenantId,
    user: &UserId,
    now: DateTime<Utc>,
) -> Result<Page, StorageError> {
    let reader = Reader::of(storage, tenant, user).await?;
    let words = Words::of(reader.language);
    let zone = reader.timezone.as_deref().unwrap_or("UTC");
    let newest = newest(storage, tenant, user, now).await?;
    let mut body = String::new();
    if newest.is_empty() {
        let _ = write!(body, "<p>{}</p>", words.none);
    } else {
        body.push_str("<ol>");
        for one in &newest {
            body.push_str(&entry(words, reader.language, zone, one));
        }
        body.push_str("</ol>");
    }
    let _ = write!(body, "<p class=\"quiet\">{}</p>", words.lasts);
    Ok(Page::new(reader, words.status_title, body))
}

/// What is shown, newest first. What no inbox shows appears when something of it has been planned.
async fn newest(
    storage: &dyn Storage,
    tenant: &TenantId,
    user: &UserId,
    now: DateTime<Utc>,
) -> Result<Vec<Shown>, StorageError> {
    let (filter, start) = (InboxFilter::default(), PageStart::Offset(0));
    let inbox = storage.inbox_page(tenant, user, &filter, start, PageSize::rows(NEWEST), now);
    let inbox = inbox.await?.items.into_iter();
    let mut all: Vec<Notification> = inbox.map(|item| item.notification).collect();
    let outside = storage.outside_inbox(tenant, user, LOOKED_AT).await?;
    // Mails of the service itself led here.
    let theirs = |one: &Notification| !one.notification_type.is_own();
    all.extend(outside.into_iter().filter(theirs));
    all.sort_by_key(|one| std::cmp::Reverse(one.id));
    let mut newest = Vec::new();
    for notification in all {
        if newest.len() == NEWEST as usize {
            break;
        }
        let record = storage.timeline(tenant, notification.id).await?;
        let deliveries = record.map_or_else(Vec::new, |record| record.deliveries);
        let in_inbox = notification.in_inbox();
        if in_inbox || goes_to_user(&deliveries) {
            newest.push(Shown {
                notification,
                in_inbox,
                deliveries,
            });
        }
    }
    Ok(newest)
}

fn entry(words: &Words, language: Language, zone: &str, shown: &Shown) -> String {
    let one = &shown.notification;
    let name = type_name(&one.notification_type, language);
    let title = one
        .shown_title()
        .map_or_else(|| name.clone(), str::to_owned);
    let at = one.send_at.unwrap_or(one.created_at);
    let mut html = format!(
        "<li><strong><bdi>{}</bdi></strong><div class=\"quiet\">{} · <time datetime=\"{}\" dir=\"ltr\">{} {}</time></div><ul>",
        escaped(&title),
        escaped(&name),
        at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
        local_time(at, zone),
        escaped(zone),
    );
    if shown.in_inbox {
        let _ = write!(html, "<li>{}: {}</li>", words.in_app, words.sent);
    }
    for (way, state) in ways(words, &shown.deliveries) {
        let _ = write!(html, "<li>{}: {}</li>", escaped(way), said(words, state));
    }
    html.push_str("</ul></li>");
    html
}

fn goes_to_user(deliveries: &[Delivery]) -> bool {
    deliveries.iter().any(is_to_user)
}

fn is_to_user(delivery: &Delivery) -> bool {
    !matches!(delivery.channel, Channel::InApp | Channel::Webhook)
}

/// How the notification went by each way, in the order of its deliveries. Where a way has several addresses, the one that went
/// best speaks for it. A webhook goes to a machine of the tenant's.
fn ways<'w>(words: &'w Words, deliveries: &[Delivery]) -> Vec<(&'w str, DeliveryState)> {
    let mut found: Vec<(&str, DeliveryState)> = Vec::new();
    for one in deliveries.iter().filter(|one| is_to_user(one)) {
        let way = Way::of(one.channel).map_or_else(|| one.channel.name(), |way| words.way(way));
        match found.iter_mut().find(|(known, _)| *known == way) {
            Some((_, state)) if rank(one.state) < rank(*state) => *state = one.state,
            Some(_) => {}
            None => found.push((way, one.state)),
        }
    }
    found
}

const fn rank(state: DeliveryState) -> u8 {
    match state {
        DeliveryState::Sent => 0,
        DeliveryState::Queued | DeliveryState::Deferred | DeliveryState::Retrying => 1,
        DeliveryState::Dead => 2,
        DeliveryState::Expired => 3,
        DeliveryState::Suppressed => 4,
        DeliveryState::Cancelled => 5,
    }
}

const fn said(words: &Words, state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Sent => words.sent,
        DeliveryState::Queued | DeliveryState::Deferred | DeliveryState::Retrying => words.pending,
        DeliveryState::Dead => words.failed,
        DeliveryState::Expired => words.expired,
        DeliveryState::Suppressed => words.suppressed,
        DeliveryState::Cancelled => words.cancelled,
    }
}
