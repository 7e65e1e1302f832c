//! Users with devices, nights and notifications.

use std::sync::Arc;

use campanile_domain::{
    Channel, Delivery, DeliveryState, Device, DeviceId, DeviceKind, DeviceValue,
    EffectivePreferences, Notification, Platform, Preferences, Priority, QuietHours, Routes,
    TenantId, User, WallTime,
};
use campanile_pipeline::put_preferences;
use campanile_storage::{Planned, RelayLimits, Storage};
use chrono::{DateTime, TimeDelta, Timelike, Utc};

use crate::fixture::{accept, notification, now, user};

/// Every tenant has a webhook, and an account for its users' devices.
pub(super) fn routes(tenant: &TenantId) -> Routes {
    let mut routes = crate::fixture::routes(std::slice::from_ref(tenant));
    routes.add_for_users(tenant.clone(), Channel::Push);
    routes
}

/// Gives a user a device.
pub(crate) async fn device(storage: &dyn Storage, tenant: &TenantId, of: &str) {
    let now = now();
    let device = Device {
        tenant: tenant.clone(),
        id: DeviceId::at(now),
        user_id: user(of),
        kind: DeviceKind::Token,
        value: DeviceValue::parse(of).expect("a value"),
        platform: Platform::Web,
        app_version: None,
        locale: None,
        timezone: None,
        created_at: now,
        last_seen: now,
    };
    storage.put_device(&device).await.expect("stored");
}

/// A time of day so many minutes from a moment, in UTC.
pub(super) fn wall(at: DateTime<Utc>, minutes: i64) -> WallTime {
    let at = at + TimeDelta::minutes(minutes);
    let text = format!("{:02}:{:02}", at.hour(), at.minute());
    text.parse().expect("a time of day")
}

/// From an hour before a moment until two hours after it.
pub(crate) fn night(at: DateTime<Utc>, zone: Option<&str>) -> Preferences {
    let zone = zone.map(str::to_owned);
    let hours = QuietHours::new(true, wall(at, -60), wall(at, 120), zone);
    Preferences {
        quiet_hours: Some(hours.expect("a window")),
        ..Preferences::default()
    }
}

/// When a night of [`night`] is over, in UTC.
pub(super) fn morning(at: DateTime<Utc>) -> DateTime<Utc> {
    let own = Some(Arc::new(night(at, Some("UTC"))));
    let wakes_at =
        EffectivePreferences::new(None, own).wakes_at(Channel::Push, Priority::Normal, at);
    wakes_at.expect("it is night")
}

pub(super) async fn choose(
    storage: &dyn Storage,
    tenant: &TenantId,
    of: &str,
    choices: &Preferences,
) {
    let user = user(of);
    let put = put_preferences(&storage, tenant, &user, choices, now());
    put.await.expect("stored");
}

pub(crate) async fn plan(storage: &dyn Storage, tenant: &TenantId, at: DateTime<Utc>) -> Planned {
    let routes = routes(tenant);
    let planned =
        campanile_pipeline::plan_turn(&storage, RelayLimits::default(), routes.clone(), at);
    planned.await.expect("planned")
}

/// The delivery of a channel, as the timeline shows it.
pub(super) async fn delivery(
    storage: &dyn Storage,
    of: &Notification,
    channel: Channel,
) -> Delivery {
    let reported = storage.timeline(&of.tenant, of.id).await.expect("read");
    let mut deliveries = reported.expect("there").deliveries.into_iter();
    let found = deliveries.find(|one| one.channel == channel);
    found.expect("a delivery")
}

pub(super) fn reported(
    delivery: &Delivery,
) -> (DeliveryState, Option<&str>, Option<DateTime<Utc>>) {
    let reason = delivery.reason.as_deref();
    (delivery.state, reason, delivery.next_attempt_at)
}

/// Plans one notification for a user whose night it is; gives it.
pub(super) async fn deferred(storage: &dyn Storage, tenant: &TenantId, of: &str) -> Notification {
    device(storage, tenant, of).await;
    let sent = notification(tenant, of);
    accept(storage, vec![sent.clone()]).await;
    let planned = plan(storage, tenant, now()).await;
    let reasons: Vec<_> = planned.deferred.iter().collect();
    assert_eq!(reasons, [(Channel::Push, "quiet_hours", 1)]);
    sent
}

/// A user who lives in a time zone.
pub(super) fn person(tenant: &TenantId, of: &str, zone: &str) -> User {
    User {
        tenant: tenant.clone(),
        id: user(of),
        email: None,
        email_gone_at: None,
        locale: None,
        timezone: Some(zone.into()),
        attributes: "{}".into(),
        created_at: now(),
        updated_at: now(),
    }
}
