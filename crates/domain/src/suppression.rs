//! The suppression list: addresses to which nothing is sent, regardless of the user.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use crate::{Channel, DeviceKind, DeviceValue, EmailAddress, InvalidName, NotificationType};

/// Why a delivery does not leave: its address is on the tenant's suppression list.
pub const ADDRESS_SUPPRESSED: &str = "address_suppressed";

/// Why an address is on the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SuppressionReason {
    /// An operator put it there.
    Manual,
    /// Its provider said that the mailbox does not exist.
    HardBounce,
    /// Its owner reported mail as spam.
    Complaint,
    /// Its owner wants no more.
    Unsubscribe,
}

impl SuppressionReason {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Manual,
        Self::HardBounce,
        Self::Complaint,
        Self::Unsubscribe,
    ];

    /// Whether a person has asked for it. Of two entries for the same, such a one outweighs what a provider said of the mailbox.
    pub const fn is_of_a_person(self) -> bool {
        match self {
            Self::Manual | Self::Complaint | Self::Unsubscribe => true,
            Self::HardBounce => false,
        }
    }

    /// The name in rows and answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::HardBounce => "hard_bounce",
            Self::Complaint => "complaint",
            Self::Unsubscribe => "unsubscribe",
        }
    }
}

impl fmt::Display for SuppressionReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for SuppressionReason {
    type Err = InvalidName;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|one| one.name() == name);
        found.ok_or(InvalidName(
            "a reason must be manual, hard_bounce, complaint or unsubscribe",
        ))
    }
}

/// Who or what said so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SuppressionSource {
    /// An operator.
    Operator,
    /// The answer to a delivery.
    Delivery,
    /// A bounce or a complaint that came as a mail.
    MailReport,
    /// A bounce or a complaint that a mail service reported by webhook.
    Webhook,
}

impl SuppressionSource {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Operator,
        Self::Delivery,
        Self::MailReport,
        Self::Webhook,
    ];

    /// The name in rows and answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Delivery => "delivery",
            Self::MailReport => "mail_report",
            Self::Webhook => "webhook",
        }
    }
}

impl FromStr for SuppressionSource {
    type Err = InvalidName;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|one| one.name() == name);
        found.ok_or(InvalidName(
            "a source must be operator, delivery, mail_report or webhook",
        ))
    }
}

/// An address in the form in which the list has it: of a mail address, in lower case, since no receiver tells mailboxes
/// apart by case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SuppressedAddress(String);

impl SuppressedAddress {
    /// Bytes of an address: of a device with the kind before it. An index of Postgres holds some 2,700.
    pub const MOST_BYTES: usize = DeviceValue::MAX_BYTES + "token:".len();

    /// Reads an address of a channel: a mail address, or a device as `token:…` or `fid:…`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(channel: Channel, text: &str) -> Result<Self, String> {
        match channel {
            Channel::Email => {
                let address = EmailAddress::parse(text).map_err(|error| error.to_string())?;
                Ok(Self(address.as_str().to_ascii_lowercase()))
            }
            Channel::Push => {
                let fits = text.len() <= Self::MOST_BYTES && !text.chars().any(char::is_control);
                let has_kind = text.split_once(':').is_some_and(|(kind, value)| {
                    let kind = kind.parse::<DeviceKind>();
                    kind.is_ok_and(|kind| kind.channel() == channel) && !value.is_empty()
                });
                if fits && has_kind {
                    Ok(Self(text.to_owned()))
                } else {
                    Err("a device is written as token:… or fid:…".to_owned())
                }
            }
            _ => Err("only email and push have addresses of users".to_owned()),
        }
    }

    /// As it was stored.
    pub const fn stored(text: String) -> Self {
        Self(text)
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its SHA-256 in hexadecimal digits: the audit log stores this instead of the address.
    pub fn fingerprint(&self) -> String {
        let digest = Sha256::digest(self.0.as_bytes());
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Which entry of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuppressionKey {
    /// The channel.
    pub channel: Channel,
    /// The address.
    pub address: SuppressedAddress,
    /// Only notifications of this type; `None`: all.
    pub notification_type: Option<NotificationType>,
}

/// An entry of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// Which.
    pub key: SuppressionKey,
    /// Why.
    pub reason: SuppressionReason,
    /// Who or what said so.
    pub source: SuppressionSource,
    /// Since when.
    pub since: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_without_case_where_receivers_do() {
        let mail = |text| SuppressedAddress::parse(Channel::Email, text);
        assert_eq!(mail("Ada@Example.COM"), mail("ada@example.com"));
        assert!(mail("ada").is_err());
        let push = |text| SuppressedAddress::parse(Channel::Push, text);
        assert_ne!(push("token:A"), push("token:a"));
        for wrong in ["", "A", "token:", "other:A", "token:A\n"] {
            assert!(push(wrong).is_err(), "{wrong:?}");
        }
        assert!(SuppressedAddress::parse(Channel::Webhook, "https://a/").is_err());
    }

    #[test]
    fn a_reason_is_read_by_its_name() {
        for reason in SuppressionReason::ALL {
            assert_eq!(reason.name().parse(), Ok(reason));
        }
        for source in SuppressionSource::ALL {
            assert_eq!(source.name().parse(), Ok(source));
        }
        assert!(SuppressionReason::from_str("bounce").is_err());
    }
}
