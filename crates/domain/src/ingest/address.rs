//! An ingest address of a tenant.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    Channel, FanoutId, IngestId, IngestKind, IngestMapping, NotificationId, NotificationType,
    Priority, TenantId, TopicKey, UserId,
};

/// Who is notified by what comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IngestTarget {
    /// These users; none where all of them were erased.
    Users(Vec<UserId>),
    /// All subscribers of this topic.
    Topic(TopicKey),
    /// All subscribers of the topic that the caller names (ntfy); or no one, where nothing is sent on (mail reports).
    Named,
}

/// What holds for everything that comes in. Stored as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IngestSettings {
    /// The type of the notifications.
    pub notification_type: NotificationType,
    /// The priority where the caller's protocol says nothing else.
    #[serde(default)]
    pub priority: Priority,
    /// The channels; `None`: all that are configured and allowed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channels: Option<Vec<Channel>>,
    /// A [`crate::Rate`], as settings write it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<String>,
    /// Whether a notification also says that a group of alerts is over.
    #[serde(default)]
    pub notify_resolved: bool,
    /// Where a webhook's JSON says what.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mapping: Option<IngestMapping>,
}

/// An address of a tenant to which a program sends in its own protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IngestAddress {
    /// Its id.
    pub id: IngestId,
    /// Whose.
    pub tenant: TenantId,
    /// The protocol.
    pub kind: IngestKind,
    /// What the tenant calls it; the title of notifications that have none.
    pub name: String,
    /// Who is notified.
    pub target: IngestTarget,
    /// What holds for everything that comes in.
    pub settings: IngestSettings,
    /// The secret that signs a webhook, encrypted under the tenant's key for this address.
    pub sealed: Option<Vec<u8>>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// Since when its key is refused.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl IngestAddress {
    /// The longest name, in bytes.
    pub const MAX_NAME_BYTES: usize = 128;
    /// Users that one address may notify; more take a topic.
    pub const MAX_USERS: usize = 100;
    /// Addresses that a tenant may have in use.
    pub const MOST: usize = 200;
    /// Revoked ones that stay listed.
    pub const REVOKED_KEPT: usize = 100;
}

/// What was sent last for a group of alerts of an address, so that it can be closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IngestGroup {
    /// The address.
    pub address: IngestId,
    /// A hash of what the caller calls the group.
    pub digest: [u8; 32],
    /// A hash of the state that was sent; zeros where the caller tells no states.
    pub state: [u8; 32],
    /// The notifications to users; none where it went to a topic.
    pub notifications: Vec<NotificationId>,
    /// The send to a topic.
    pub fanout: Option<FanoutId>,
    /// How often its state has changed. The same change may come again: a group fires, ends, and fires once more.
    pub changes: u64,
    /// When the caller last spoke of it.
    pub updated_at: DateTime<Utc>,
}
