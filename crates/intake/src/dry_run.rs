//! What would become of a request: the plans that the relay would make, and nothing written.

use std::collections::HashMap;

use campanile_domain::{
    DeliveryState, MarkKeys, Marks, Notification, NotificationId, Plan, PlanInputs,
    PlannedDelivery, Routes, TenantId, Text, UserId, plan,
};
use campanile_storage::{Storage, StorageError};
use chrono::{DateTime, Utc};

use crate::SendRequest;

/// Why something waits for the moment that its sender chose.
const SCHEDULED: &str = "scheduled";

/// The planned deliveries of one recipient.
#[derive(Debug, Clone, PartialEq)]
pub struct Rehearsal {
    /// Whose.
    pub user_id: UserId,
    /// Whether their inbox would show it.
    pub in_inbox: bool,
    /// The lines of its plan.
    pub deliveries: Vec<PlannedDelivery>,
}

/// Plans a request as the relay would at the moment in which it falls due, by these ways.
///
/// # Errors
/// [`StorageError`].
pub async fn dry_run(
    storage: &dyn Storage,
    routes: &Routes,
    tenant: &TenantId,
    request: &SendRequest,
    now: DateTime<Utc>,
) -> Result<Vec<Rehearsal>, StorageError> {
    let users = &request.recipients;
    let found = storage.recipients(tenant, users).await?;
    let by_user: HashMap<_, _> = users.iter().zip(found).collect();
    let due = request.send_at.unwrap_or(now);
    let rehearse = |user: &UserId| {
        let recipient = by_user.get(user).cloned().unwrap_or_default();
        let notification = notification(tenant, user, request, now);
        let plan = plan(&PlanInputs {
            notification: &notification,
            routes,
            addresses: &recipient.addresses,
            preferences: &recipient.preferences,
            now: due,
        });
        let rules = recipient.preferences.rate_rules();
        let bound = rules.bind(&notification, &plan);
        let keys = bound.then(|| rules.keys(&notification, Text::of(&notification)));
        (notification, plan, keys)
    };
    let plans: Vec<_> = users.iter().map(rehearse).collect();
    let keys = plans.iter().filter_map(|(_, _, keys)| keys.as_ref());
    let places: Vec<_> = keys.flat_map(|keys| keys.places().cloned()).collect();
    let found = match places.as_slice() {
        [] => HashMap::new(),
        places => storage.plan_marks(tenant, places).await?,
    };
    // The marks that these plans would leave stay here.
    let mut marks = Marks::new(found);
    let tell = |(notification, plan, keys): (Notification, Plan, Option<MarkKeys>)| {
        let reason = keys.and_then(|keys| marks.admit(&notification, &keys, due));
        let plan = match reason {
            Some(reason) => plan.held_back(reason),
            None => plan,
        };
        let mut deliveries = plan.deliveries;
        if due > now {
            deliveries.iter_mut().for_each(|line| schedule(line, due));
        }
        Rehearsal {
            in_inbox: notification.in_inbox(),
            user_id: notification.user_id,
            deliveries,
        }
    };
    Ok(plans.into_iter().map(tell).collect())
}

/// What would leave then waits until then.
fn schedule(line: &mut PlannedDelivery, due: DateTime<Utc>) {
    if line.state == DeliveryState::Queued {
        line.state = DeliveryState::Deferred;
        line.reason = Some(SCHEDULED);
        line.until = Some(due);
    }
}

fn notification(
    tenant: &TenantId,
    user: &UserId,
    request: &SendRequest,
    now: DateTime<Utc>,
) -> Notification {
    Notification {
        // It is never stored, so no other has to differ from it.
        id: NotificationId::floor(now),
        tenant: tenant.clone(),
        user_id: user.clone(),
        notification_type: request.notification_type.clone(),
        priority: request.priority,
        title: request.title.clone(),
        body: request.body.clone(),
        content: request.content.clone(),
        channels: request.channels.clone(),
        send_at: request.send_at,
        expires_at: request.expires_at,
        collapse_key: request.collapse_key.clone(),
        correlation_id: String::new(),
        created_at: now,
    }
}
