//! When something would reach a user.

use campanile_domain::{
    Channel, DeliveryState, Notification, NotificationId, NotificationType, PlanInputs,
    PlannedDelivery, Priority, Routes, TenantId, UserId, plan,
};
use campanile_pipeline::preferences_of;
use campanile_storage::{Storage, StorageError};
use chrono::{DateTime, Utc};

/// What would come.
#[derive(Debug, Clone)]
pub struct Question {
    /// Through which channel. Whether the user has an address for it is not looked at.
    pub channel: Channel,
    /// When.
    pub at: DateTime<Utc>,
    /// Of which type; `None`: of one that nothing is said about.
    pub notification_type: Option<NotificationType>,
    /// How urgent.
    pub priority: Priority,
    /// Whether the user has a live stream open then.
    pub is_active: bool,
}

/// When it would be delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NextDelivery {
    /// `None`: never.
    pub delivered_at: Option<DateTime<Utc>>,
    /// Why not at once.
    pub deferred_by: Option<&'static str>,
    /// Why never.
    pub suppressed_by: Option<&'static str>,
}

impl NextDelivery {
    /// By the line that a plan has for it; without one it is the inbox, which waits for nothing.
    fn of(at: DateTime<Utc>, line: Option<&PlannedDelivery>) -> Self {
        let reason = |state| line.filter(|line| line.state == state)?.reason;
        let suppressed_by = reason(DeliveryState::Suppressed);
        let waits_until = line.and_then(|line| line.until);
        Self {
            delivered_at: match suppressed_by {
                Some(_) => None,
                None => Some(waits_until.unwrap_or(at)),
            },
            deferred_by: reason(DeliveryState::Deferred),
            suppressed_by,
        }
    }
}

/// Plans a notification that is never sent, by the user's preferences.
///
/// # Errors
/// [`StorageError`].
pub async fn next_delivery(
    storage: &dyn Storage,
    tenant: &TenantId,
    user: &UserId,
    question: Question,
) -> Result<NextDelivery, StorageError> {
    let Question {
        channel,
        at,
        notification_type,
        priority,
        is_active,
    } = question;
    let mut preferences = preferences_of(storage, tenant, user).await?;
    let notification_type = notification_type.unwrap_or_else(|| {
        preferences = preferences.of_no_type();
        NotificationType::parse("any").expect("a valid type")
    });
    // To an address that does not exist.
    let mut routes = Routes::default();
    routes.add(tenant.clone(), channel, String::new());
    let plan = plan(&PlanInputs {
        notification: &Notification {
            id: NotificationId::floor(at),
            tenant: tenant.clone(),
            user_id: user.clone(),
            notification_type,
            priority,
            title: None,
            body: None,
            content: "{}".into(),
            item: Default::default(),
            channels: Some(vec![Channel::InApp, channel]),
            send_at: None,
            expires_at: None,
            collapse_key: None,
            correlation_id: String::new(),
            created_at: at,
        },
        routes: &routes,
        addresses: &[],
        suppressed: &[],
        unreadable: &[],
        preferences: &preferences,
        is_active,
        now: at,
    });
    Ok(NextDelivery::of(at, plan.deliveries.first()))
}
