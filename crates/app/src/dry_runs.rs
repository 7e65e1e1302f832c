//! Dry runs: what would become of a request to send.

use std::sync::Arc;

use campanile_domain::{
    Channel, DeliveryId, DeliveryState, Notification, NotificationId, PlannedDelivery, Routes,
    TenantId, UserId,
};
use campanile_intake::SendRequest;
use campanile_pipeline::{NoPresence, Presence, dry_run};
use campanile_providers::routes;
use campanile_storage::{Storage, StorageError};
use chrono::{DateTime, Utc};

/// Why something waits for the moment that its sender chose.
const SCHEDULED: &str = "scheduled";

/// The planned deliveries of one recipient.
#[derive(Debug, Clone, PartialEq)]
pub struct DryRun {
    /// The recipient.
    pub user_id: UserId,
    /// The lines of their plan; the inbox, where it shows the notification, is the first.
    pub deliveries: Vec<PlannedDelivery>,
}

/// Plans requests and stores nothing; cheap to clone.
#[derive(Clone)]
pub struct DryRuns {
    storage: Arc<dyn Storage>,
    operator_routes: Arc<Routes>,
    presence: Arc<dyn Presence>,
}

impl DryRuns {
    /// Plans by the tenants' providers alone, and takes no user for active.
    pub fn new(storage: Arc<dyn Storage>) -> Self {
        Self {
            storage,
            operator_routes: Arc::default(),
            presence: Arc::new(NoPresence),
        }
    }

    /// Adds the accounts in the operator's settings, which serve tenants without providers of their own.
    #[must_use]
    pub fn with_operator_routes(mut self, operator_routes: Arc<Routes>) -> Self {
        self.operator_routes = operator_routes;
        self
    }

    /// Asks `presence` who has a live stream open.
    #[must_use]
    pub fn with_presence(mut self, presence: Arc<dyn Presence>) -> Self {
        self.presence = presence;
        self
    }

    /// Plans a request as the relay would at the moment at which it is due: one result for each recipient, in their
    /// order.
    ///
    /// # Errors
    /// [`StorageError`].
    pub async fn of(
        &self,
        tenant: &TenantId,
        request: &SendRequest,
        now: DateTime<Utc>,
    ) -> Result<Vec<DryRun>, StorageError> {
        let storage = self.storage.as_ref();
        let providers = storage.providers(tenant).await?;
        let routes = routes(tenant, &providers, &self.operator_routes);
        let later = request.send_at.filter(|at| *at > now);
        let users = request.recipients.iter();
        let notifications: Vec<_> = users
            .map(|user| notification(tenant, user, request, now))
            .collect();
        let inboxes: Vec<_> = notifications.iter().map(in_inbox).collect();
        let due = later.unwrap_or(now);
        let presence: Arc<dyn Presence> = match later {
            // Who will be active then is not known.
            Some(_) => Arc::new(NoPresence),
            None => Arc::clone(&self.presence),
        };
        let plans = dry_run(storage, tenant, notifications, routes, presence, due).await?;
        let of_users = request.recipients.iter().zip(inboxes).zip(plans);
        let result = of_users.map(|((user, inbox), plan)| {
            let mut deliveries: Vec<_> = inbox.into_iter().chain(plan.deliveries).collect();
            if let Some(at) = later {
                deliveries.iter_mut().for_each(|line| schedule(line, at));
            }
            DryRun {
                user_id: user.clone(),
                deliveries,
            }
        });
        Ok(result.collect())
    }
}

/// The inbox as a line: a plan has none for it.
fn in_inbox(notification: &Notification) -> Option<PlannedDelivery> {
    let (channel, address) = (Channel::InApp, notification.user_id.as_str());
    notification.in_inbox().then(|| PlannedDelivery {
        id: DeliveryId::of(notification.id, channel, address),
        channel,
        address: address.to_owned(),
        state: DeliveryState::Sent,
        reason: None,
        until: None,
    })
}

/// What would leave now waits until `at`.
fn schedule(line: &mut PlannedDelivery, at: DateTime<Utc>) {
    if matches!(line.state, DeliveryState::Queued | DeliveryState::Sent) {
        line.state = DeliveryState::Deferred;
        line.reason = Some(SCHEDULED);
        line.until = Some(at);
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
        item: Default::default(),
        channels: request.channels.clone(),
        send_at: request.send_at,
        expires_at: request.expires_at,
        collapse_key: request.collapse_key.clone(),
        correlation_id: String::new(),
        created_at: now,
    }
}
