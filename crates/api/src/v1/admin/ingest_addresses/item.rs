//! An ingest address as it is shown.

use campanile_app::ingest::IngestCreated;
use campanile_domain::{
    Channel, IngestAddress, IngestId, IngestKind, IngestMapping, IngestTarget, NotificationType,
    Priority, TopicKey, UserId,
};
use campanile_fields::kinds::NameOf;
use chrono::{DateTime, Utc};
use secrecy::ExposeSecret;
use serde::Serialize;
use utoipa::ToSchema;

type IngestKindName = NameOf<IngestKind>;
type PriorityName = NameOf<Priority>;

/// An ingest address, without its key.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IngestAddress)]
pub(super) struct Item {
    /// Id of the address.
    #[schema(value_type = Uuid)]
    id: IngestId,
    /// The protocol that the program speaks.
    #[schema(value_type = IngestKindName)]
    kind: IngestKind,
    /// The name.
    #[schema(example = "Backups")]
    name: String,
    /// The path to which the program sends; `{key}` stands for the key, `{topic}` for the topic.
    #[schema(example = "/notify/{key}")]
    path: &'static str,
    /// The users who are notified; `null` where the subscribers of a topic are.
    #[schema(required, value_type = Option<Vec<String>>)]
    recipients: Option<Vec<UserId>>,
    /// The topic whose subscribers are notified; `null` with `recipients`, and where each message names its topic.
    #[schema(required, value_type = Option<String>)]
    topic: Option<TopicKey>,
    /// The type of the notifications.
    #[schema(value_type = String, example = "backup")]
    notification_type: NotificationType,
    /// The priority of messages that say nothing of it.
    #[schema(value_type = PriorityName)]
    priority: Priority,
    /// The channels; `null`: all that the tenant has configured and the user allows.
    #[schema(required, value_type = Option<Vec<String>>)]
    channels: Option<Vec<Channel>>,
    /// How many calls are taken.
    #[schema(required, example = "60/m burst 20")]
    rate_limit: Option<String>,
    /// Whether a notification also says that a group of alerts is over.
    notify_resolved: bool,
    /// Where the JSON of a webhook says what: JSON pointers by the name of the part.
    #[schema(required, value_type = Option<Object>)]
    mapping: Option<IngestMapping>,
    /// Whether calls must be signed.
    signed: bool,
    /// When it was created.
    created_at: DateTime<Utc>,
    /// Since when its key is refused; `null` while it is in use.
    #[schema(required)]
    revoked_at: Option<DateTime<Utc>>,
}

impl From<IngestAddress> for Item {
    fn from(address: IngestAddress) -> Self {
        let (recipients, topic) = match address.target {
            IngestTarget::Users(users) => (Some(users), None),
            IngestTarget::Topic(topic) => (None, Some(topic)),
            IngestTarget::Named => (None, None),
        };
        Self {
            id: address.id,
            kind: address.kind,
            name: address.name,
            path: address.kind.path(),
            recipients,
            topic,
            notification_type: address.settings.notification_type,
            priority: address.settings.priority,
            channels: address.settings.channels,
            rate_limit: address.settings.rate,
            notify_resolved: address.settings.notify_resolved,
            mapping: address.settings.mapping,
            signed: address.sealed.is_some(),
            created_at: address.created_at,
            revoked_at: address.revoked_at,
        }
    }
}

/// A tenant's ingest addresses. `campanile ingest list --format json` prints the same.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct IngestAddressList {
    /// The addresses, newest first: those in use, and the 100 that were revoked last.
    ingest_addresses: Vec<Item>,
}

impl From<Vec<IngestAddress>> for IngestAddressList {
    fn from(all: Vec<IngestAddress>) -> Self {
        Self {
            ingest_addresses: all.into_iter().map(Item::from).collect(),
        }
    }
}

/// A new ingest address with what is shown once.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = IngestAddressCreated)]
pub(super) struct CreatedBody {
    /// The key. It is shown only now.
    #[schema(example = "cmi_acme_…")]
    key: String,
    /// The secret that signs the calls, where they must be signed. It is shown only now.
    #[schema(required, example = json!(null))]
    secret: Option<String>,
    /// The address.
    address: Item,
}

impl From<IngestCreated> for CreatedBody {
    fn from(created: IngestCreated) -> Self {
        let secret = created.secret.as_ref();
        Self {
            key: created.key.reveal().to_owned(),
            secret: secret.map(|secret| secret.expose_secret().to_owned()),
            address: created.address.into(),
        }
    }
}
