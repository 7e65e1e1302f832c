//! Whether an address is still its user's: looked at whenever a delivery is due, as their choices are.

use crate::{ADDRESS_SUPPRESSED, Channel, UserId, is_of_user};

/// The delivery's address belongs to another user by now.
pub const ADDRESS_MOVED: &str = "address_moved";
/// The delivery's address is not in use any more.
pub const ADDRESS_GONE: &str = "address_gone";

/// Why a delivery does not go to its address any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LostAddress {
    /// Another user has it, because they signed in on the device.
    Moved,
    /// No user has it: the device or the email address was removed or replaced, or a provider rejected it.
    Gone,
    /// It is on the tenant's suppression list.
    Suppressed,
}

impl LostAddress {
    /// Decides by what the address book says now of the address of a delivery: `holder` is the user for whom it is in use.
    /// An address of the tenant's own, such as a webhook's, is in no book and is never lost; its
    /// account knows where to call.
    pub fn of(
        (channel, address): (Channel, &str),
        user: &UserId,
        holder: Option<&str>,
    ) -> Option<Self> {
        match (is_of_user(channel, address), holder) {
            // No user has an empty name: this is what back ends say of an address on the suppression list.
            (true, Some("")) => Some(Self::Suppressed),
            (false, _) => None,
            (true, None) => Some(Self::Gone),
            (true, Some(holder)) => (holder != user.as_str()).then_some(Self::Moved),
        }
    }

    /// The code in rows, timelines and metrics.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Moved => ADDRESS_MOVED,
            Self::Gone => ADDRESS_GONE,
            Self::Suppressed => ADDRESS_SUPPRESSED,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_lost_when_it_is_not_its_users() {
        let user = UserId::parse("ada").expect("valid");
        for (channel, address, holder, lost) in [
            (Channel::Push, "token:a", Some("ada"), None),
            (Channel::Push, "token:a", Some("bob"), Some("address_moved")),
            (Channel::Push, "token:a", None, Some("address_gone")),
            (Channel::Email, "a@example.com", Some("ada"), None),
            (Channel::Email, "a@example.com", None, Some("address_gone")),
            (
                Channel::WebPush,
                "web_push:k",
                Some("bob"),
                Some("address_moved"),
            ),
            (Channel::Apns, "apns:t", None, Some("address_gone")),
            (
                Channel::Email,
                "a@example.com",
                Some(""),
                Some("address_suppressed"),
            ),
            (Channel::Webhook, "https://a.example/", None, None),
            (Channel::Slack, "slack", None, None),
            (Channel::Slack, "user:U0123", Some("ada"), None),
            (Channel::Slack, "user:U0123", None, Some("address_gone")),
        ] {
            let found = LostAddress::of((channel, address), &user, holder);
            assert_eq!(found.map(LostAddress::reason), lost, "{channel} {holder:?}");
        }
    }
}
