//! When something would be delivered, as it is written to the wire.

use campanile_app::preferences::NextDelivery;
use campanile_domain::Channel;
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
    /// Why it would be suppressed: `channel_off`, `type_off`, `type_channel_off`, or `user_is_active` if the caller has
    /// a live stream open now.
    #[schema(example = json!(null))]
    suppressed_by: Option<&'static str>,
}

impl NextDeliveryBody {
    pub(super) fn new(channel: Channel, at: DateTime<Utc>, next: NextDelivery) -> Self {
        Self {
            channel,
            at,
            delivered_at: next.delivered_at,
            deferred_by: next.deferred_by,
            suppressed_by: next.suppressed_by,
        }
    }
}
