//! What would become of a request, as it is written to the wire.

use campanile_domain::{Channel, DeliveryState, PlannedDelivery, UserId};
use campanile_intake::Rehearsal;
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
    notifications: Vec<RehearsalBody>,
}

/// The planned deliveries of one recipient.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DryRunNotification)]
struct RehearsalBody {
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

impl DryRunBody {
    /// The wire form of plans for a request that falls due at `send_at`, or at once.
    pub(super) fn new(plans: Vec<Rehearsal>, send_at: Option<DateTime<Utc>>) -> Self {
        let rehearsal = |plan: Rehearsal| {
            let inbox = plan.in_inbox.then(|| LineBody {
                channel: Channel::InApp,
                address: shorten(Channel::InApp, plan.user_id.as_str()),
                status: match send_at {
                    Some(_) => DeliveryState::Deferred,
                    None => DeliveryState::Sent,
                },
                reason: send_at.map(|_| "scheduled"),
                next_attempt_at: send_at,
            });
            RehearsalBody {
                user_id: plan.user_id,
                deliveries: inbox
                    .into_iter()
                    .chain(plan.deliveries.into_iter().map(LineBody::from))
                    .collect(),
            }
        };
        Self {
            dry_run: true,
            notifications: plans.into_iter().map(rehearsal).collect(),
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
