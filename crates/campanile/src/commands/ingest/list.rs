//! Ingest addresses as they are printed.

use campanile_domain::{
    Channel, IngestAddress, IngestId, IngestKind, IngestMapping, IngestTarget, NotificationType,
    Priority, TopicKey, UserId,
};
use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::cli::Format;
use crate::wiring::print;
use crate::wiring::table::Columns;

/// The same names as the API's, for scripts that read both; `tests/it/same_json.rs` compares them.
#[derive(Serialize)]
struct ListJson {
    ingest_addresses: Vec<AddressJson>,
}

#[derive(Serialize)]
struct AddressJson {
    id: IngestId,
    kind: IngestKind,
    name: String,
    path: &'static str,
    recipients: Option<Vec<UserId>>,
    topic: Option<TopicKey>,
    notification_type: NotificationType,
    priority: Priority,
    channels: Option<Vec<Channel>>,
    rate_limit: Option<String>,
    notify_resolved: bool,
    mapping: Option<IngestMapping>,
    signed: bool,
    created_at: DateTime<Utc>,
    revoked_at: Option<DateTime<Utc>>,
}

impl From<IngestAddress> for AddressJson {
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

/// Prints the addresses.
pub(super) fn print(all: Vec<IngestAddress>, format: Format, wide: bool) -> anyhow::Result<()> {
    let all: Vec<_> = all.into_iter().map(AddressJson::from).collect();
    if format == Format::Json {
        let json = ListJson {
            ingest_addresses: all,
        };
        print::line(serde_json::to_string(&json)?);
        return Ok(());
    }
    let head = [
        "id", "kind", "name", "to", "type", "rate", "created", "revoked", "signed",
    ];
    let mut table = Columns::new(&head, 3);
    for one in all {
        let users = one.recipients.map(|users| match users.as_slice() {
            [one] => one.to_string(),
            all => format!("{} users", all.len()),
        });
        let topic = one.topic.map(|topic| format!("topic {topic}"));
        table.row([
            one.id.to_string(),
            one.kind.name().to_owned(),
            one.name,
            users
                .or(topic)
                .unwrap_or_else(|| "the named topic".to_owned()),
            one.notification_type.to_string(),
            one.rate_limit.unwrap_or_default(),
            moment(one.created_at),
            one.revoked_at.map_or_else(String::new, moment),
            if one.signed { "yes" } else { "" }.to_owned(),
        ]);
    }
    table.print(wide);
    Ok(())
}

fn moment(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d %H:%M:%SZ").to_string()
}
