//! Entries of the list as operators write them.

use campanile_domain::{
    Channel, NotificationType, SuppressedAddress, Suppression, SuppressionKey, SuppressionReason,
    SuppressionSource,
};
use campanile_fields::kinds::{list, one_of, optional, parsed, required, text};
use campanile_fields::{FieldCode, FieldErrors, Fields, JsonText, request_body};
use chrono::{DateTime, Utc};

use super::MOST_AT_ONCE;

request_body! {
    /// Addresses that are not to be used.
    pub struct SuppressionAddBody as SuppressionAddRequest {
        /// The channel: `email` (default) or `push`.
        #[example("email")]
        channel: Channel = optional(one_of::<Channel>()),
        /// At most 1,000 addresses: mail addresses, or devices as `token:…` or `fid:…`.
        #[example(["ada@example.com"])]
        addresses: Vec<String> = required(list(1..=MOST_AT_ONCE, text(SuppressedAddress::MOST_BYTES))),
        /// Only notifications of this type; left out: all.
        notification_type: NotificationType = optional(parsed(NotificationType::parse).length(1..=64)),
        /// Why: `manual` (default), `hard_bounce`, `complaint` or `unsubscribe`.
        #[example("complaint")]
        reason: SuppressionReason = optional(one_of::<SuppressionReason>()),
    }
}

request_body! {
    /// An address that may be used again.
    pub struct SuppressionRemoveBody as SuppressionRemoveRequest {
        /// The channel: `email` (default) or `push`.
        #[example("email")]
        channel: Channel = optional(one_of::<Channel>()),
        /// The address.
        #[example("ada@example.com")]
        address: String = required(text(SuppressedAddress::MOST_BYTES)),
        /// The type of the entry; left out: the entry for all types.
        notification_type: NotificationType = optional(parsed(NotificationType::parse).length(1..=64)),
    }
}

/// A valid request to add entries.
#[derive(Debug)]
pub struct AddSuppressions {
    channel: Channel,
    addresses: Vec<SuppressedAddress>,
    notification_type: Option<NotificationType>,
    reason: SuppressionReason,
}

impl AddSuppressions {
    /// Entries of one reason, as a command names them.
    ///
    /// # Errors
    /// The place of the first wrong address, from 0, and what is wrong with it.
    pub fn new<'a>(
        channel: Channel,
        addresses: impl IntoIterator<Item = &'a str>,
        notification_type: Option<NotificationType>,
        reason: SuppressionReason,
    ) -> Result<Self, (usize, String)> {
        let parse = |(place, text): (usize, &str)| {
            SuppressedAddress::parse(channel, text).map_err(|why| (place, why))
        };
        let addresses = addresses.into_iter().enumerate().map(parse);
        Ok(Self {
            channel,
            addresses: addresses.collect::<Result<_, _>>()?,
            notification_type,
            reason,
        })
    }

    /// The entries, as of now.
    pub(super) fn entries(&self, now: DateTime<Utc>) -> Vec<Suppression> {
        let entry = |address: &SuppressedAddress| Suppression {
            key: SuppressionKey {
                channel: self.channel,
                address: address.clone(),
                notification_type: self.notification_type.clone(),
            },
            reason: self.reason,
            source: SuppressionSource::Operator,
            since: now,
        };
        self.addresses.iter().map(entry).collect()
    }
}

/// A valid request to remove an entry.
#[derive(Debug)]
pub struct RemoveSuppression(pub SuppressionKey);

/// Reads entries to add.
///
/// # Errors
/// Every invalid field.
pub fn read_add(body: &JsonText) -> Result<AddSuppressions, FieldErrors> {
    let mut fields = Fields::of(body)?;
    let read = SuppressionAddBody::read(&mut fields);
    let channel = read.channel.unwrap_or(Channel::Email);
    let mut addresses = Vec::new();
    for (place, text) in read.addresses.iter().flatten().enumerate() {
        match SuppressedAddress::parse(channel, text) {
            Ok(address) => addresses.push(address),
            Err(why) => fields.wrong(&format!("addresses/{place}"), FieldCode::Invalid, why),
        }
    }
    fields.finish_with(|| {
        Some(AddSuppressions {
            channel,
            addresses,
            notification_type: read.notification_type,
            reason: read.reason.unwrap_or(SuppressionReason::Manual),
        })
    })
}

/// Reads which entry to remove.
///
/// # Errors
/// Every invalid field.
pub fn read_remove(body: &JsonText) -> Result<RemoveSuppression, FieldErrors> {
    let mut fields = Fields::of(body)?;
    let read = SuppressionRemoveBody::read(&mut fields);
    let channel = read.channel.unwrap_or(Channel::Email);
    let address = read.address.as_deref().and_then(|text| {
        SuppressedAddress::parse(channel, text)
            .map_err(|why| fields.wrong("address", FieldCode::Invalid, why))
            .ok()
    });
    fields.finish_with(|| {
        Some(RemoveSuppression(SuppressionKey {
            channel,
            address: address?,
            notification_type: read.notification_type,
        }))
    })
}
