//! A page of an export.

use campanile_domain::{
    Channel, EmailAddress, IngestTarget, NotificationId, SuppressedAddress, TenantId, TopicKey,
    User, UserId,
};
use campanile_pipeline::preferences_of;
use campanile_storage::{Storage, StorageError, SuppressionFilter};
use serde::Serialize;
use serde_json::json;

use super::{ExportCursor, ExportPage, lines};

/// Notifications that are read at once.
const RECORDS: u32 = 20;
/// Topics that are read at once.
const TOPICS: u32 = 1_000;
/// Entries of the suppression list about one address, and about those that the user had before, that are read.
const ENTRIES: u32 = 100;

/// A page of what is stored about a user: with `after` `None` what is known of them, then their topics, then their notifications,
/// oldest first, until the page has `room` bytes. The line `{"kind": "end"}` is the last of all. `None`: nothing is stored about
/// them.
///
/// # Errors
/// [`StorageError`].
pub async fn page(
    storage: &dyn Storage,
    tenant: &TenantId,
    user: &UserId,
    after: Option<&ExportCursor>,
    room: usize,
) -> Result<Option<ExportPage>, StorageError> {
    let mut lines = Lines(String::new());
    if after.is_none() {
        person(storage, tenant, user, &mut lines).await?;
    }
    let next = match after {
        None => rest(storage, tenant, user, None, room, &mut lines).await?,
        Some(ExportCursor::Topic(topic)) => {
            rest(storage, tenant, user, Some(topic), room, &mut lines).await?
        }
        Some(ExportCursor::Notification(id)) => {
            notifications(storage, tenant, user, Some(*id), room, &mut lines).await?
        }
    };
    if next.is_none() {
        if lines.0.is_empty() && after.is_none() {
            return Ok(None);
        }
        lines.add(&json!({"kind": "end"}))?;
    }
    Ok(Some(ExportPage {
        lines: lines.0,
        next,
    }))
}

/// Topics after one, then notifications; gives the last line if the page is full.
async fn rest(
    storage: &dyn Storage,
    tenant: &TenantId,
    user: &UserId,
    after: Option<&TopicKey>,
    room: usize,
    lines: &mut Lines,
) -> Result<Option<ExportCursor>, StorageError> {
    let mut after = after.cloned();
    loop {
        let topics = storage.user_topics(tenant, user, after.as_ref(), TOPICS);
        let topics = topics.await?;
        for topic in &topics {
            lines.add(&lines::topic(topic))?;
            if lines.0.len() >= room {
                return Ok(Some(ExportCursor::Topic(topic.clone())));
            }
        }
        if topics.len() < TOPICS as usize {
            return notifications(storage, tenant, user, None, room, lines).await;
        }
        after = topics.last().cloned();
    }
}

async fn notifications(
    storage: &dyn Storage,
    tenant: &TenantId,
    user: &UserId,
    after: Option<NotificationId>,
    room: usize,
    lines: &mut Lines,
) -> Result<Option<ExportCursor>, StorageError> {
    let mut last = after;
    loop {
        let records = storage.user_records(tenant, user, last, RECORDS).await?;
        for record in &records {
            lines.add(&lines::notification(record).map_err(undecodable)?)?;
            let id = record.record.notification.id;
            last = Some(id);
            if lines.0.len() >= room {
                return Ok(Some(ExportCursor::Notification(id)));
            }
        }
        if records.len() < RECORDS as usize {
            return Ok(None);
        }
    }
}

/// What is known of a person. All of it has bounds of its own.
async fn person(
    storage: &dyn Storage,
    tenant: &TenantId,
    user: &UserId,
    lines: &mut Lines,
) -> Result<(), StorageError> {
    let known = storage.user(tenant, user).await?;
    if let Some(known) = &known {
        lines.add(&lines::user(known).map_err(undecodable)?)?;
    }
    suppressions(storage, tenant, user, known.as_ref(), lines).await?;
    for device in storage.devices(tenant, user).await? {
        lines.add(&lines::device(&device))?;
    }
    for address in storage.user_addresses(tenant, user).await? {
        lines.add(&lines::address(&address))?;
    }
    if let Some(own) = preferences_of(storage, tenant, user).await?.own() {
        lines.add(&lines::preferences(own))?;
    }
    for address in storage.ingest_addresses(tenant).await? {
        if matches!(&address.target, IngestTarget::Users(users) if users.contains(user)) {
            lines.add(&lines::ingest_address(&address))?;
        }
    }
    Ok(())
}

/// Entries about the address of a user, and about addresses that they had before.
async fn suppressions(
    storage: &dyn Storage,
    tenant: &TenantId,
    id: &UserId,
    known: Option<&User>,
    lines: &mut Lines,
) -> Result<(), StorageError> {
    let email = known.and_then(|user| user.email.as_ref());
    let address = email.and_then(|email| {
        SuppressedAddress::parse(Channel::Email, EmailAddress::as_str(email)).ok()
    });
    let mut entries = match address {
        Some(address) => {
            let filter = SuppressionFilter {
                channel: Some(Channel::Email),
                address: Some(address),
            };
            storage
                .suppressions(tenant, &filter, None, ENTRIES)
                .await?
                .items
        }
        None => Vec::new(),
    };
    for entry in storage.user_suppressions(tenant, id, ENTRIES).await? {
        if entries.iter().all(|known| known.key != entry.key) {
            entries.push(entry);
        }
    }
    entries.sort_by(|a, b| a.key.address.cmp(&b.key.address));
    for entry in &entries {
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
