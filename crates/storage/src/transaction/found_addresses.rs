//! The addresses of many people, as a back end finds them.

use campanile_domain::{Channel, NotificationType};

use super::people::{AddressesFound, Person};

/// An address, and its entries on the suppression list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundAddress {
    /// Whose it is.
    pub who: Person,
    /// Of which channel.
    pub channel: Channel,
    /// In the open.
    pub address: String,
    /// Of a notification type, or of all.
    pub entries: Vec<Option<NotificationType>>,
}

impl FoundAddress {
    /// Adds an entry, once, in whatever form of the address it was found.
    pub fn add_entry(&mut self, entry: Option<NotificationType>) {
        if !self.entries.contains(&entry) {
            self.entries.push(entry);
        }
    }
}

impl AddressesFound {
    /// Adds what a back end has found, an address once: processes may have stored a device in two forms at once.
    pub fn extend(&mut self, found: impl IntoIterator<Item = FoundAddress>) {
        for one in found {
            let address = (one.channel, one.address);
            let before = self.usable.get(&one.who);
            if before.is_some_and(|all| all.contains(&address)) {
                continue;
            }
            if one.entries.is_empty() {
                self.add(one.who, address, None);
                continue;
            }
            for entry in one.entries {
                self.add(one.who.clone(), address.clone(), Some(entry));
            }
        }
    }
}
