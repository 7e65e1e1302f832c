//! What a mail service reports by webhook is taken.

use std::collections::BTreeSet;

use campanile_domain::{
    Channel, EmailAddress, SuppressedAddress, Suppression, SuppressionKey, SuppressionSource,
    TenantId,
};
use campanile_ingest::mail_reports::{ServiceEvent, ServiceSaid};
use campanile_storage::{Storage, StorageError};
use chrono::{DateTime, SubsecRound, Utc};

use super::add::{add, count, is_confirmed_since};
use super::{ReportKind, ReportResult};

/// Entries in one transaction.
const AT_ONCE: usize = 100;
/// Users of one address that are looked at.
const USERS: u32 = 10;

/// Takes what a service says of addresses; it knows which mails it has sent. As with a mail that reports a bounce, what is older
/// than the decision that the address is valid changes nothing. Says how many entries are new. A repetition is harmless.
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
        let mut entries = Vec::new();
        for event in events.iter().filter(|event| of(event.said) == kind) {
            let Some(entry) = entry(event, kind, now) else {
                continue;
            };
            // What is said without a time, or of the future, is news.
            let at = event.at.map_or(now, |at| at.min(now));
            if is_confirmed(storage, tenant, (event, &entry), at).await? {
                count(kind, ReportResult::Outdated, 1);
            } else {
                entries.push((entry, at));
            }
        }
        for some in entries.chunks(AT_ONCE) {
            let results = add(storage, tenant, kind, some.to_vec()).await?;
            let new = results.iter().filter(|one| **one == ReportResult::Added);
            added += new.count() as u64;
        }
    }
    for event in events {
        let kind = of(event.said);
        if kind.reason().is_none() {
            count(kind, ReportResult::Ignored, 1);
        }
    }
    Ok(added)
}

/// Whether a service has stored the address for one of its users since. A service of mails does not say whose it is.
async fn is_confirmed(
    storage: &dyn Storage,
    tenant: &TenantId,
    (event, entry): (&ServiceEvent, &Suppression),
    at: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let address = entry.key.address.as_str();
    // As the mail was sent, which is how the user's is stored; and as the list has it.
    let spellings = BTreeSet::from([event.address.as_str(), address]);
    for spelling in spellings {
        let Ok(email) = EmailAddress::parse(spelling) else {
            continue;
        };
        for user in storage.users_by_email(tenant, &email, USERS).await? {
            let who = (&user, address);
            if is_confirmed_since(storage, tenant, entry.reason, who, at).await? {
                return Ok(true);
            }
        }
    }
    Ok(false)
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
