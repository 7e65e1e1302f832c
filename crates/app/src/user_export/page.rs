//! A page of an export.

use campanile_domain::{
    Channel, EmailAddress, IngestTarget, NotificationId, SuppressedAddress, TenantId, User, UserId,
};
use campanile_pipeline::preferences_of;
use campanile_storage::{Storage, StorageError, SuppressionFilter};
use serde::Serialize;
use serde_json::json;

use super::{ExportPage, lines};

/// Notifications that are read at once.
const RECORDS: u32 = 20;
/// Topics that are read at once.
const TOPICS: u32 = 1_000;
/// Entries of the suppression list of one address that are read.
const ENTRIES: u32 = 100;

/// A page of what is stored about a user: with `after` `None` what is known of them, then their notifications, oldest first,
/// until the page has `room` bytes. The line `{"kind": "end"}` is the last of all. `None`: nothing is stored about them.
///
/// # Errors
/// [`StorageError`].
pub async fn page(
    storage: &dyn Storage,
    tenant: &TenantId,
    user: &UserId,
    after: Option<NotificationId>,
    room: usize,
) -> Result<Option<ExportPage>, StorageError> {
    let mut lines = Lines(String::new());
    if after.is_none() {
        person(storage, tenant, user, &mut lines).await?;
    }
    let mut last = after;
    loop {
        let records = storage.user_records(tenant, user, last, RECORDS).await?;
        let is_end = records.len() < RECORDS as usize;
        for record in &records {
            lines.add(&lines::notification(record).map_err(undecodable)?)?;
            last = Some(record.record.notification.id);
            if lines.0.len() >= room {
                return Ok(Some(ExportPage {
                    lines: lines.0,
                    next: last,
                }));
            }
        }
        if is_end {
            break;
        }
    }
    if lines.0.is_empty() && after.is_none() {
        return Ok(None);
    }
    lines.add(&json!({"kind": "end"}))?;
    Ok(Some(ExportPage {
        lines: lines.0,
        next: None,
    }))
}

async fn person(
    storage: &dyn Storage,
    tenant: &TenantId,
    user: &UserId,
    lines: &mut Lines,
) -> Result<(), StorageError> {
    if let Some(known) = storage.user(tenant, user).await? {
        lines.add(&lines::user(&known).map_err(undecodable)?)?;
        suppressions(storage, &known, lines).await?;
    }
    for device in storage.devices(tenant, user).await? {
        lines.add(&lines::device(&device))?;
    }
    for address in storage.user_addresses(tenant, user).await? {
        lines.add(&lines::address(&address))?;
    }
    if let Some(own) = preferences_of(storage, tenant, user).await?.own() {
        lines.add(&lines::preferences(own))?;
    }
    let mut after = None;
    loop {
        let topics = storage
            .user_topics(tenant, user, after.as_ref(), TOPICS)
            .await?;
        for topic in &topics {
            lines.add(&lines::topic(topic))?;
        }
        after = topics.last().cloned();
        if topics.len() < TOPICS as usize {
            break;
        }
    }
    for address in storage.ingest_addresses(tenant).await? {
        if matches!(&address.target, IngestTarget::Users(users) if users.contains(user)) {
            lines.add(&lines::ingest_address(&address))?;
        }
    }
    Ok(())
}

async fn suppressions(
    storage: &dyn Storage,
    user: &User,
    lines: &mut Lines,
) -> Result<(), StorageError> {
    let email = user.email.as_ref().map(EmailAddress::as_str);
    let address = email.and_then(|email| SuppressedAddress::parse(Channel::Email, email).ok());
    let Some(address) = address else {
        return Ok(());
    };
    let filter = SuppressionFilter {
        channel: Some(Channel::Email),
        address: Some(address),
    };
    let found = storage.suppressions(&user.tenant, &filter, None, ENTRIES);
    for entry in &found.await?.items {
        lines.add(&lines::suppression(entry))?;
    }
    Ok(())
}

struct Lines(String);

impl Lines {
    fn add(&mut self, line: &impl Serialize) -> Result<(), StorageError> {
        let line = serde_json::to_string(line).map_err(undecodable)?;
        self.0.push_str(&line);
        self.0.push('\n');
        Ok(())
    }
}

fn undecodable(error: serde_json::Error) -> StorageError {
    StorageError::Undecodable {
        table: "notifications",
        column: "content",
        detail: error.to_string(),
    }
}
