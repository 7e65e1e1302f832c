//! Addresses that users have in channels of recipes: a chat, a number, a webhook of their own.

use std::fmt;

use chrono::{DateTime, Utc};

use crate::{Channel, InvalidName, TenantId, UserId};

/// Where a user is reached through one channel of a recipe. The recipe says what an address looks like; a user has one for
/// each channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserAddress {
    /// The owner of everything about it.
    pub tenant: TenantId,
    /// Whose it is.
    pub user_id: UserId,
    /// Through which channel.
    pub channel: Channel,
    /// The address.
    pub text: UserAddressText,
    /// When the user first had one in this channel.
    pub created_at: DateTime<Utc>,
    /// When it was last set, be it to the same.
    pub updated_at: DateTime<Utc>,
    /// Since when it is known not to exist any more; it is not used until it is set again.
    pub gone_at: Option<DateTime<Utc>>,
}

/// The text of an address: 1 to [`Self::MAX_BYTES`] bytes without control characters.
#[derive(Clone, PartialEq, Eq)]
pub struct UserAddressText(String);

impl UserAddressText {
    /// The URL of a workflow has some 400 bytes; every other address is shorter.
    pub const MAX_BYTES: usize = 1_024;

    /// What the address of a delivery begins with if it is a user's: in the same channel, the tenant may have one of its own.
    pub const PREFIX: &str = "user:";

    /// Checks the rule and takes the text.
    ///
    /// # Errors
    /// [`InvalidName`] says what is wrong.
    pub fn parse(text: &str) -> Result<Self, InvalidName> {
        if text.is_empty() || text.len() > Self::MAX_BYTES {
            return Err(InvalidName("must be 1 to 1024 bytes"));
        }
        if text.contains(char::is_control) {
            return Err(InvalidName("must not have control characters"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The user's own address in that of a delivery; `None` if it is another one.
    pub fn of_delivery(address: &str) -> Option<&str> {
        address.strip_prefix(Self::PREFIX)
    }
}

/// It may be the URL of a webhook, which is a secret, so it is not shown by accident.
impl fmt::Debug for UserAddressText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UserAddressText({} bytes)", self.0.len())
    }
}

/// Whether a delivery goes to an address of its user: a device, a mailbox, a chat. All others are the tenant's.
pub fn is_of_user(channel: Channel, address: &str) -> bool {
    channel.is_addressed_to_users() || UserAddressText::of_delivery(address).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_checked_and_never_shown() {
        assert!(UserAddressText::parse("+15558675310").is_ok());
        for bad in ["", "a\nb", "a\0", &"x".repeat(1_025)] {
            assert!(UserAddressText::parse(bad).is_err(), "{bad:?}");
        }
        let text = UserAddressText::parse("secret").expect("valid");
        assert!(!format!("{text:?}").contains("secret"));
    }

    #[test]
    fn a_users_address_is_not_taken_for_the_tenants() {
        for (channel, address, is_theirs) in [
            (Channel::Slack, "user:U0123", true),
            (Channel::Slack, "U0123", false),
            (Channel::Slack, "slack", false),
            (Channel::Push, "token:a", true),
            (Channel::Email, "ada@example.com", true),
            (Channel::Webhook, "https://a.example/", false),
        ] {
            assert_eq!(
                is_of_user(channel, address),
                is_theirs,
                "{channel} {address}"
            );
        }
    }
}
