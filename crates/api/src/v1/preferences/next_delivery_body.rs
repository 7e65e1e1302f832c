//! When something would be delivered, as it is written to the wire.

use campanile_domain::{Channel, DeliveryState, PlannedDelivery};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// When a notification sent at `at` would be delivered.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NextDelivery)]
pub(super) struct NextDeliveryBody {
    #[schema(value_type = String, example = "push")]
    channel: Channel,
    /// When the notification is sent.
    at: DateTime<Utc>,
    /// When it would be delivered; `null` if it would be suppressed.
    delivered_at: Option<DateTime<Utc>>,
    /// Why delivery is deferred: `quiet_hours`.
    #[schema(example = "quiet_hours")]
    deferred_by: Option<&'static str>,
    /// Why it would be suppressed: `channel_off`, `type_off` or `type_channel_off`.
    #[schema(example = json!(null))]
    suppressed_by: Option<&'static str>,
}

impl NextDeliveryBody {
    /// From the planned delivery; without one it is the inbox, which is never deferred.
    pub(super) fn new(channel: Channel, at: DateTime<Utc>, line: Option<&PlannedDelivery>) -> Self {
        let reason = |state| line.filter(|line| line.state == state)?.reason;
        let suppressed_by = reason(DeliveryState::Suppressed);
        let waits_until = line.and_then(|line| line.until);
        Self {
            channel,
            at,
            delivered_at: match suppressed_by {
                Some(_) => None,
                None => Some(waits_until.unwrap_or(at)),
            },
            deferred_by: reason(DeliveryState::Deferred),
            suppressed_by,
        }
    }
}
