//! What would become of a request, as it is written to the wire.

use campanile_app::dry_runs::DryRun;
use campanile_domain::{Channel, DeliveryState, PlannedDelivery, UserId};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::v1::address::shorten;

/// The result of a dry run. Nothing was stored.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DryRun)]
pub(super) struct DryRunBody {
    /// Always `true`.
    dry_run: bool,
    /// One notification for each recipient.
    notifications: Vec<RecipientBody>,
}

/// The planned deliveries of one recipient.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DryRunNotification)]
struct RecipientBody {
    #[schema(value_type = String, example = "u1")]
    user_id: UserId,
    /// One planned delivery for each channel and address.
    deliveries: Vec<LineBody>,
}

/// A planned delivery: one channel, one address.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DryRunDelivery)]
struct LineBody {
    #[schema(value_type = String, example = "push")]
    channel: Channel,
    /// The address, shortened; empty if the user has none.
    address: String,
    #[schema(value_type = String, example = "deferred")]
    status: DeliveryState,
    /// Reason code, if the status alone does not explain it.
    #[schema(example = "quiet_hours")]
    reason: Option<&'static str>,
    /// Until when the delivery would be deferred.
    next_attempt_at: Option<DateTime<Utc>>,
}

impl From<Vec<DryRun>> for DryRunBody {
    fn from(plans: Vec<DryRun>) -> Self {
        Self {
            dry_run: true,
            notifications: plans.into_iter().map(RecipientBody::from).collect(),
        }
    }
}

impl From<DryRun> for RecipientBody {
    fn from(plan: DryRun) -> Self {
        let deliveries = plan.deliveries.into_iter();
        Self {
            user_id: plan.user_id,
            deliveries: deliveries.map(LineBody::from).collect(),
        }
    }
}

impl From<PlannedDelivery> for LineBody {
    fn from(line: PlannedDelivery) -> Self {
        Self {
            channel: line.channel,
            address: shorten(line.channel, &line.address),
            status: line.state,
            reason: line.reason,
            next_attempt_at: line.until,
        }
    }
}
