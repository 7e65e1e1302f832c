//! Whether an address is still its user's: looked at whenever a delivery is due, as their choices are.

use crate::{ADDRESS_SUPPRESSED, Channel, UserId};

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
    /// Decides by what the address book says now: `holder` is the user for whom the address is in use.
    /// An address of the tenant's own, such as a webhook's, is in no book and is never lost; its
    /// account knows where to call.
    pub fn of(channel: Channel, user: &UserId, holder: Option<&str>) -> Option<Self> {
        match (channel.is_addressed_to_users(), holder) {
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
        for (channel, holder, lost) in [
            (Channel::Push, Some("ada"), None),
            (Channel::Push, Some("bob"), Some("address_moved")),
            (Channel::Push, None, Some("address_gone")),
            (Channel::Email, Some("ada"), None),
            (Channel::Email, None, Some("address_gone")),
            (Channel::WebPush, Some("bob"), Some("address_moved")),
            (Channel::Apns, None, Some("address_gone")),
            (Channel::Email, Some(""), Some("address_suppressed")),
            (Channel::Webhook, None, None),
            (Channel::Slack, None, None),
        ] {
            let found = LostAddress::of(channel, &user, holder);
            assert_eq!(found.map(LostAddress::reason), lost, "{channel} {holder:?}");
        }
    }
}
