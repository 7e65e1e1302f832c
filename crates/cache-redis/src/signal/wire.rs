//! The messages on the channels.
//!
//! A message is a version, the sender, and records one after the other: a kind, the inbox, and what belongs to the kind. A
//! record of an unknown kind ends the reading and counts as [`Record::Missed`], so that newer versions may add kinds.

use campanile_cache::{AllRead, Changes, Read};
use campanile_domain::{NotificationId, NotificationType};
use chrono::DateTime;
use uuid::Uuid;

use super::address::Address;

const VERSION: u8 = 1;
/// A message of this size takes no more records.
const FULL_BYTES: usize = 32 * 1024;
/// Ids in one record.
const IDS: usize = 100;

const MISSED: u8 = 0;
const CHANGED: u8 = 1;
const READ_THESE: u8 = 2;
const READ_ALL: u8 = 3;
const DETAILS_LOST: u8 = 4;
const RETURNED: u8 = 5;

/// What a message says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Record {
    /// Announcements were lost: read everything again.
    Missed,
    /// An inbox changed.
    Changed([u8; Address::SHORT_BYTES]),
    /// It changed, and this was read.
    Read(Address, Read),
    /// It changed, and more was read than is named.
    DetailsLost(Address),
    /// It changed, and these are to be shown again.
    Returned(Address, Vec<NotificationId>),
}

/// Writes messages of one sender.
pub(super) struct Writer {
    sender: Uuid,
    full: Vec<Vec<u8>>,
    message: Vec<u8>,
}

impl Writer {
    pub(super) fn new(sender: Uuid) -> Self {
        Self {
            sender,
            full: Vec::new(),
            message: Vec::new(),
        }
    }

    pub(super) fn missed(&mut self) {
        self.begin(MISSED);
    }

    /// All that is known of an inbox's changes.
    pub(super) fn changes(&mut self, address: Address, changes: &Changes) {
        for (kind, ids) in [(READ_THESE, &changes.read), (RETURNED, &changes.returned)] {
            for ids in ids.chunks(IDS) {
                self.begin(kind);
                self.message.extend(address.0);
                self.message.push(ids.len() as u8);
                for id in ids {
                    self.message.extend(id.0.as_bytes());
                }
            }
        }
        for all in &changes.all_read {
            self.begin(READ_ALL);
            self.message.extend(address.0);
            self.message
                .extend(all.before.timestamp_micros().to_be_bytes());
            let kind = all.notification_type.as_ref();
            let kind = kind.map_or("", |kind| kind.as_str());
            // A type has at most 64 bytes.
            self.message.push(kind.len() as u8);
            self.message.extend(kind.as_bytes());
        }
        if changes.details_lost {
            self.begin(DETAILS_LOST);
            self.message.extend(address.0);
        } else if *changes == Changes::default() {
            self.begin(CHANGED);
            self.message.extend(address.short());
        }
    }

    fn begin(&mut self, kind: u8) {
        if self.message.len() >= FULL_BYTES {
            self.full.push(std::mem::take(&mut self.message));
        }
        if self.message.is_empty() {
            self.message.push(VERSION);
            self.message.extend(self.sender.as_bytes());
        }
        self.message.push(kind);
    }

    /// The messages.
    pub(super) fn finish(mut self) -> Vec<Vec<u8>> {
        if !self.message.is_empty() {
            self.full.push(self.message);
        }
        self.full
    }
}

/// Reads a message; nothing if it is our own.
pub(super) fn read(message: &[u8], ourselves: Uuid) -> Vec<Record> {
    let mut rest = Bytes(message);
    let (version, sender) = (rest.byte(), rest.take::<16>());
    if sender == Some(*ourselves.as_bytes()) {
        return Vec::new();
    }
    if version != Some(VERSION) || sender.is_none() {
        return vec![Record::Missed];
    }
    let mut records = Vec::new();
    while !rest.0.is_empty() {
        match rest.record() {
            Some(record) => records.push(record),
            None => {
                records.push(Record::Missed);
                break;
            }
        }
    }
    records
}

/// What of a message was not read yet.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take::<1>().map(|[byte]| byte)
    }

    fn address(&mut self) -> Option<Address> {
        self.take().map(Address)
    }

    fn ids(&mut self) -> Option<Vec<NotificationId>> {
        let count = self.byte()?;
        let ids = (0..count).map(|_| self.take().map(Uuid::from_bytes));
        ids.map(|id| id.map(NotificationId)).collect()
    }

    fn record(&mut self) -> Option<Record> {
        Some(match self.byte()? {
            MISSED => Record::Missed,
            CHANGED => Record::Changed(self.take()?),
            READ_THESE => {
                let address = self.address()?;
                Record::Read(address, Read::These(self.ids()?))
            }
            RETURNED => Record::Returned(self.address()?, self.ids()?),
            READ_ALL => {
                let address = self.address()?;
                let before = i64::from_be_bytes(self.take()?);
                let length = usize::from(self.byte()?);
                let (kind, rest) = self.0.split_at_checked(length)?;
                self.0 = rest;
                let notification_type = match std::str::from_utf8(kind).ok()? {
                    "" => None,
                    kind => Some(NotificationType::parse(kind).ok()?),
                };
                let all = AllRead {
                    notification_type,
                    before: DateTime::from_timestamp_micros(before)?,
                };
                Record::Read(address, Read::All(all))
            }
            DETAILS_LOST => Record::DetailsLost(self.address()?),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use chrono::{SubsecRound, Utc};

    use super::*;

    fn all_read(kind: Option<&str>) -> AllRead {
        AllRead {
            notification_type: kind.map(|kind| NotificationType::parse(kind).expect("a type")),
            before: Utc::now().trunc_subsecs(6),
        }
    }

    #[test]
    fn what_is_written_is_read_by_others_and_not_by_oneself() {
        let (me, other) = (Uuid::new_v4(), Uuid::new_v4());
        let addresses = [Address([1; 16]), Address([2; 16]), Address([3; 16])];
        let detailed = Changes {
            read: vec![
                NotificationId(Uuid::new_v4()),
                NotificationId(Uuid::new_v4()),
            ],
            all_read: vec![all_read(None), all_read(Some("message"))],
            returned: vec![NotificationId(Uuid::new_v4())],
            details_lost: false,
        };
        let lost = Changes {
            details_lost: true,
            ..Changes::default()
        };
        let mut writer = Writer::new(me);
        writer.missed();
        writer.changes(addresses[0], &Changes::default());
        writer.changes(addresses[1], &detailed);
        writer.changes(addresses[2], &lost);
        let messages = writer.finish();
        let [message] = messages.as_slice() else {
            panic!("one message: {messages:?}")
        };
        let read_all = |all: &AllRead| Record::Read(addresses[1], Read::All(all.clone()));
        let expected = vec![
            Record::Missed,
            Record::Changed(addresses[0].short()),
            Record::Read(addresses[1], Read::These(detailed.read.clone())),
            Record::Returned(addresses[1], detailed.returned.clone()),
            read_all(&detailed.all_read[0]),
            read_all(&detailed.all_read[1]),
            Record::DetailsLost(addresses[2]),
        ];
        assert_eq!(read(message, other), expected);
        assert_eq!(read(message, me), Vec::new());
        // Cut anywhere, it is not mistaken for something else.
        for length in 0..message.len() {
            let cut = read(&message[..length], other);
            let (last, before) = match cut.split_last() {
                Some((last, before)) => (Some(last), before),
                None => (None, &cut[..]),
            };
            assert_eq!(before, &expected[..before.len()]);
            let is_next = last.is_none_or(|last| {
                *last == Record::Missed || expected.get(before.len()) == Some(last)
            });
            assert!(is_next, "{length}: {last:?}");
        }
    }

    #[test]
    fn a_newer_message_means_that_everything_is_read_again() {
        let other = Uuid::new_v4();
        assert_eq!(read(&[9, 9, 9], other), [Record::Missed]);
        let mut writer = Writer::new(Uuid::new_v4());
        writer.changes(Address([1; 16]), &Changes::default());
        let mut message = writer.finish().remove(0);
        message.extend([200, 1, 2, 3]);
        let records = read(&message, other);
        assert_eq!(records, [Record::Changed([1; 8]), Record::Missed]);
    }

    #[test]
    fn a_long_list_becomes_several_messages() {
        let mut writer = Writer::new(Uuid::new_v4());
        for n in 0..10_000_u64 {
            let mut address = [0; 16];
            address[..8].copy_from_slice(&n.to_be_bytes());
            writer.changes(Address(address), &Changes::default());
        }
        let messages = writer.finish();
        assert!(messages.iter().all(|one| one.len() < FULL_BYTES + 64));
        let records = messages.iter().flat_map(|one| read(one, Uuid::nil()));
        assert_eq!(records.count(), 10_000);
    }
}
