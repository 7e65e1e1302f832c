//! A notification's timeline as JSON.

use std::collections::BTreeMap;

use campanile_domain::{
    Attempt, Channel, Delivery, DeliveryId, DeliveryState, Notification, NotificationId,
    NotificationStatus, NotificationType, UserId, Withdrawal,
};
use campanile_storage::TimelineRecord;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::timeline_events::{Event, events, warning};
use crate::v1::address::shorten;

/// Every decision and attempt.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Timeline)]
pub(super) struct TimelineBody {
    #[schema(value_type = uuid::Uuid)]
    id: NotificationId,
    #[schema(value_type = String)]
    user_id: UserId,
    #[schema(value_type = String)]
    notification_type: NotificationType,
    /// Status over all channels.
    #[schema(value_type = String, example = "sent")]
    status: NotificationStatus,
    /// The published version of the tenant's templates that made its texts; `null`: the words are built in.
    template_version: Option<i64>,
    /// The locale that its texts were made for; `null` if an earlier release accepted it.
    #[schema(example = "de-AT")]
    locale: Option<String>,
    /// The variants that its user was given, by channel, where wordings are compared; `control` is the template itself.
    #[schema(value_type = Object, example = json!({}))]
    variants: BTreeMap<&'static str, String>,
    created_at: DateTime<Utc>,
    /// One planned delivery for each channel and address.
    deliveries: Vec<DeliveryBody>,
    /// The events in chronological order.
    events: Vec<Event>,
}

/// One delivery: a channel and an address.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delivery)]
pub(super) struct DeliveryBody {
    #[schema(value_type = uuid::Uuid)]
    id: DeliveryId,
    #[schema(value_type = String, example = "webhook")]
    channel: Channel,
    /// The address, shortened.
    #[schema(example = "https://hooks.example…")]
    address: String,
    #[schema(value_type = String, example = "sent")]
    status: DeliveryState,
    /// Reason code, if the status alone does not explain it.
    reason: Option<String>,
    /// When the next attempt is due.
    next_attempt_at: Option<DateTime<Utc>>,
    attempts: Vec<AttemptBody>,
    /// When its reader was first seen to open the mail, if the tenant tracks that.
    #[schema(required, example = json!(null))]
    opened_at: Option<DateTime<Utc>>,
    /// When its reader first opened a link in the mail, if the tenant tracks that.
    #[schema(required, example = json!(null))]
    clicked_at: Option<DateTime<Utc>>,
    /// When a program, such as a proxy that loads pictures, first opened the mail.
    #[schema(required, example = json!(null))]
    machine_opened_at: Option<DateTime<Utc>>,
    /// When a program, such as a scanner, first opened a link in the mail.
    #[schema(required, example = json!(null))]
    machine_clicked_at: Option<DateTime<Utc>>,
}

/// One call to a provider.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attempt)]
pub(super) struct AttemptBody {
    number: u32,
    started_at: DateTime<Utc>,
    duration_ms: u64,
    /// The class of the outcome.
    #[schema(example = "delivered")]
    outcome: String,
    /// The provider's own code.
    #[schema(example = "200")]
    code: String,
    detail: String,
    /// When the retry after this attempt was due.
    retry_at: Option<DateTime<Utc>>,
    /// The provider that was called; `settings` stands for the account from the installation's settings.
    #[schema(example = "main")]
    provider: Option<String>,
    /// Which words it sent; `null` for webhooks, whose words are those of the inbox.
    texts: Option<TextsBody>,
}

/// Which words an attempt sent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TextsUsed)]
pub(super) struct TextsBody {
    /// Where they come from: `stored` (a template of the tenant), `built_in` (the type's own words), `generic` (words for
    /// any type) or `emergency` (type and content as they are).
    #[schema(example = "built_in")]
    level: String,
    /// The published version of the tenant's templates, if one was used.
    version: Option<i64>,
    /// Their locale.
    #[schema(example = "de")]
    locale: String,
    /// The variant of the template, if wordings are compared; `control` is the template itself.
    #[schema(required, example = json!(null))]
    variant: Option<String>,
}

impl TimelineBody {
    /// Adds, after the acceptance, that the content violates the schema of its type.
    pub(super) fn warn(&mut self, why: String) {
        let place = self.events.len().min(1);
        self.events.insert(place, warning(self.created_at, why));
    }

    /// The JSON of a stored timeline.
    pub(super) fn new(record: TimelineRecord, now: DateTime<Utc>) -> Self {
        let TimelineRecord {
            notification,
            marks,
            cancelled_at,
            deliveries,
        } = record;
        let states: Vec<_> = deliveries.iter().map(|d| d.state).collect();
        let in_inbox = notification.in_inbox();
        let send_at = notification.send_at;
        let status = NotificationStatus::derive(in_inbox, send_at, cancelled_at, &states, now);
        let events = events(&notification, marks, cancelled_at, &deliveries, now);
        let inbox_line = in_inbox.then(|| in_app(&notification, cancelled_at, now));
        Self {
            id: notification.id,
            user_id: notification.user_id,
            notification_type: notification.notification_type,
            status,
            template_version: notification.item.version,
            variants: notification
                .item
                .variants
                .iter()
                .map(|(channel, assigned)| (channel.name(), assigned.variant.clone()))
                .collect(),
            locale: notification.item.locale.clone(),
            created_at: notification.created_at,
            deliveries: inbox_line
                .into_iter()
                .chain(deliveries.into_iter().map(DeliveryBody::from))
                .collect(),
            events,
        }
    }
}

/// The delivery `in_app`, which has no row: the notification itself is the entry in the inbox.
fn in_app(
    notification: &Notification,
    cancelled_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> DeliveryBody {
    let user = notification.user_id.as_str();
    let waits_until = notification.send_at.filter(|at| *at > now);
    let (status, reason, waits_until) = match waits_until {
        _ if notification.is_never_shown(cancelled_at) => {
            let reason = Withdrawal::Cancelled.name();
            (DeliveryState::Cancelled, Some(reason), None)
        }
        Some(_) => (DeliveryState::Deferred, Some("scheduled"), waits_until),
        None => (DeliveryState::Sent, None, None),
    };
    DeliveryBody {
        id: DeliveryId::of(notification.id, Channel::InApp, user),
        channel: Channel::InApp,
        address: shorten(Channel::InApp, user),
        status,
        reason: reason.map(str::to_owned),
        next_attempt_at: waits_until,
        attempts: Vec::new(),
        opened_at: None,
        clicked_at: None,
        machine_opened_at: None,
        machine_clicked_at: None,
    }
}

impl From<Delivery> for DeliveryBody {
    fn from(delivery: Delivery) -> Self {
        Self {
            id: delivery.id,
            channel: delivery.channel,
            address: shorten(delivery.channel, &delivery.address),
            status: delivery.state,
            reason: delivery.reason,
            next_attempt_at: delivery.next_attempt_at,
            attempts: delivery
                .attempts
                .into_iter()
                .map(AttemptBody::from)
                .collect(),
            opened_at: delivery.reactions.opened_at,
            clicked_at: delivery.reactions.clicked_at,
            machine_opened_at: delivery.reactions.machine_opened_at,
            machine_clicked_at: delivery.reactions.machine_clicked_at,
        }
    }
}

impl From<Attempt> for AttemptBody {
    fn from(attempt: Attempt) -> Self {
        Self {
            number: attempt.number,
            started_at: attempt.started_at,
            duration_ms: attempt.duration_ms,
            outcome: attempt.outcome,
            code: attempt.code,
            detail: attempt.detail,
            retry_at: attempt.retry_at,
            provider: attempt.provider,
            texts: attempt.texts.map(|used| TextsBody {
                level: used.level,
                version: used.version,
                locale: used.locale,
                variant: used.variant,
            }),
        }
    }
}
