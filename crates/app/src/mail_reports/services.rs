//! What a mail service reports by webhook is taken.

use campanile_domain::{
    Channel, SuppressedAddress, Suppression, SuppressionKey, SuppressionSource, TenantId,
};
use campanile_ingest::mail_reports::{ServiceEvent, ServiceSaid};
use campanile_storage::{Storage, StorageError};
use chrono::{DateTime, SubsecRound, Utc};

use super::add::{add, count};
use super::{ReportKind, ReportResult};

/// Takes what a service says of addresses; it knows which mails it has sent. Says how many entries are new. A repetition is
/// harmless.
///
/// # Errors
/// [`StorageError`]; the call can be taken again.
pub async fn take_events(
    storage: &dyn Storage,
    tenant: &TenantId,
    events: &[ServiceEvent],
    now: DateTime<Utc>,
) -> Result<u64, StorageError> {
    let now = now.trunc_subsecs(6);
    let mut added = 0;
    for kind in [ReportKind::Complaint, ReportKind::HardBounce] {
        let entries: Vec<_> = events
            .iter()
            .filter(|event| of(event.said) == kind)
            .filter_map(|event| entry(event, kind, now))
            .collect();
        added += add(storage, tenant, kind, entries).await?;
    }
    for event in events {
        let kind = of(event.said);
        if kind.reason().is_none() {
            count(kind, ReportResult::Ignored, 1);
        }
    }
    Ok(added)
}

const fn of(said: ServiceSaid) -> ReportKind {
    match said {
        ServiceSaid::Complaint => ReportKind::Complaint,
        ServiceSaid::Fate(fate) => ReportKind::of(fate),
    }
}

fn entry(event: &ServiceEvent, kind: ReportKind, now: DateTime<Utc>) -> Option<Suppression> {
    Some(Suppression {
        key: SuppressionKey {
            channel: Channel::Email,
            address: SuppressedAddress::parse(Channel::Email, &event.address).ok()?,
            notification_type: None,
        },
        reason: kind.reason()?,
        source: SuppressionSource::Webhook,
        since: now,
    })
}
