//! What a listener hears.

use std::collections::HashMap;

use campanile_domain::NotificationId;

use super::{AllRead, Read};
use crate::Mailbox;

/// Ids of read notifications that are kept for one inbox between two calls of the listener.
pub const MAX_READ_IDS: usize = 100;
/// Ids of notifications that are to be shown again, likewise.
pub const MAX_RETURNED_IDS: usize = 64;
/// Calls that marked everything as read, likewise.
const MAX_ALL_READ: usize = 8;

/// Everything that was announced about watched inboxes since the listener last asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heard {
    /// The inboxes that changed.
    pub changed: HashMap<Mailbox, Changes>,
    /// Announcements may have been lost: every watched inbox is to be read again.
    pub missed: bool,
}

impl Heard {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.changed.is_empty() && !self.missed
    }
}

/// How an inbox changed, as far as it was announced. Empty: read it again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Notifications that the user read, at most [`MAX_READ_IDS`].
    pub read: Vec<NotificationId>,
    /// Calls that marked everything as read.
    pub all_read: Vec<AllRead>,
    /// Notifications that were marked as unread or put back into the list, at most [`MAX_RETURNED_IDS`]: their entries
    /// are to be shown again. More than these show in the numbers only.
    pub returned: Vec<NotificationId>,
    /// There was more about what was read than is kept here.
    pub details_lost: bool,
}

impl Changes {
    /// Adds what was announced later.
    pub fn merge(&mut self, later: Self) {
        if !later.read.is_empty() {
            self.add(Read::These(later.read));
        }
        for all in later.all_read {
            self.add(Read::All(all));
        }
        self.add_returned(later.returned);
        self.details_lost |= later.details_lost;
    }

    /// Adds notifications that are to be shown again.
    pub fn add_returned(&mut self, ids: impl IntoIterator<Item = NotificationId>) {
        for id in ids {
            if self.returned.len() < MAX_RETURNED_IDS && !self.returned.contains(&id) {
                self.returned.push(id);
            }
        }
    }

    /// Adds an announcement.
    pub fn add(&mut self, what: Read) {
        match what {
            Read::These(ids) => {
                for id in ids {
                    if self.read.contains(&id) {
                        continue;
                    }
                    if self.read.len() == MAX_READ_IDS {
                        self.details_lost = true;
                        break;
                    }
                    self.read.push(id);
                }
            }
            Read::All(all) => {
                self.all_read
                    .retain(|older| older.notification_type != all.notification_type);
                if self.all_read.len() == MAX_ALL_READ {
                    self.details_lost = true;
                } else {
                    self.all_read.push(all);
                }
            }
            Read::Some => self.details_lost = true,
        }
    }
}

#[cfg(test)]
mod tests {
    use campanile_domain::NotificationType;
    use chrono::Utc;

    use super::*;

    fn all_of(notification_type: &str) -> Read {
        let kind = NotificationType::parse(notification_type).expect("a type");
        Read::All(AllRead {
            notification_type: Some(kind),
            before: Utc::now(),
        })
    }

    #[test]
    fn an_id_is_kept_once_and_no_more_than_fit() {
        let ids: Vec<_> = (0..MAX_READ_IDS)
            .map(|_| NotificationId::floor(Utc::now()))
            .collect();
        let mut changes = Changes::default();
        changes.add(Read::These(ids));
        assert_eq!((changes.read.len(), changes.details_lost), (1, false));
        let ids = (0..MAX_READ_IDS as i64)
            .map(|n| NotificationId::floor(Utc::now() + chrono::TimeDelta::seconds(n + 1)));
        changes.add(Read::These(ids.collect()));
        assert_eq!(
            (changes.read.len(), changes.details_lost),
            (MAX_READ_IDS, true)
        );
    }

    #[test]
    fn what_returned_is_kept_once_and_no_more_than_fits() {
        let ids =
            (0..100).map(|n| NotificationId::floor(Utc::now() + chrono::TimeDelta::seconds(n)));
        let ids: Vec<_> = ids.collect();
        let mut changes = Changes::default();
        changes.add_returned(ids[..2].to_vec());
        changes.merge(Changes {
            returned: ids.clone(),
            ..Changes::default()
        });
        assert_eq!(changes.returned, ids[..MAX_RETURNED_IDS]);
    }

    #[test]
    fn the_latest_call_for_a_type_replaces_earlier_ones() {
        let mut changes = Changes::default();
        changes.add(all_of("a"));
        changes.add(all_of("b"));
        changes.add(all_of("a"));
        assert_eq!((changes.all_read.len(), changes.details_lost), (2, false));
        for n in 0..MAX_ALL_READ {
            changes.add(all_of(&format!("type{n}")));
        }
        assert_eq!(
            (changes.all_read.len(), changes.details_lost),
            (MAX_ALL_READ, true)
        );
    }
}
