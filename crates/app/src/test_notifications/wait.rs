//! Waiting for the outcome of a test.

use std::time::Duration;

use campanile_domain::{Channel, DeliveryState, NotificationId, TenantId};
use campanile_storage::{Storage, TimelineRecord};
use tokio::time::Instant;

use super::TestError;

/// The first pause between two looks at the rows, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(250);

/// Looks at the rows until every channel has an outcome or the time is over: who delivers it is some
/// worker, and its rows are the only word between it and us.
pub(super) async fn outcome(
    storage: &dyn Storage,
    tenant: &TenantId,
    id: NotificationId,
    channels: &[Channel],
    until: Instant,
) -> Result<TimelineRecord, TestError> {
    let mut pause = FIRST_PAUSE;
    loop {
        let record = storage.timeline(tenant, id).await?;
        let record = record.ok_or(TestError::Deleted)?;
        if has_outcome(channels, &record) || Instant::now() >= until {
            return Ok(record);
        }
        tokio::time::sleep_until(until.min(Instant::now() + pause)).await;
        pause = (pause * 3 / 2).min(LONGEST_PAUSE);
    }
}

/// Whether each channel was planned, and no delivery waits for its first outcome.
fn has_outcome(channels: &[Channel], record: &TimelineRecord) -> bool {
    let has_outcome = |channel: &Channel| {
        let mut lines = record.deliveries.iter();
        *channel == Channel::InApp || lines.any(|line| line.channel == *channel)
    };
    let waits = |state| state == DeliveryState::Queued;
    channels.iter().all(has_outcome) && !record.deliveries.iter().any(|line| waits(line.state))
}
