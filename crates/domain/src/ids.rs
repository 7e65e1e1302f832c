//! Ids are newtypes, so that they cannot be swapped by accident.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{Channel, Random};

/// A name that breaks its rule; the text says which.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidName(pub &'static str);

macro_rules! name_type {
    ($(#[$doc:meta])* $name:ident, $rule:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Checks the rule and takes the text.
            ///
            /// # Errors
            /// [`InvalidName`] says what is wrong.
            pub fn parse(text: &str) -> Result<Self, InvalidName> {
                let check: fn(&str) -> Result<(), InvalidName> = $rule;
                check(text).map(|()| Self(text.into()))
            }

            /// The text itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", &*self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                Self::parse(&String::deserialize(d)?).map_err(de::Error::custom)
            }
        }
    };
}

name_type!(
    /// An organisation: `[a-z0-9-]{1,63}`. Nothing crosses it.
    TenantId,
    |text| {
        let known = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if (1..=63).contains(&text.len()) && text.bytes().all(known) {
            Ok(())
        } else {
            Err(InvalidName("a tenant must be 1 to 63 characters of a-z, 0-9 and -"))
        }
    }
);

name_type!(
    /// A recipient, named by the tenant's own id: 1 to 128 bytes without control characters.
    UserId,
    |text| {
        if (1..=128).contains(&text.len()) && !text.chars().any(char::is_control) {
            Ok(())
        } else {
            Err(InvalidName("a user id must be 1 to 128 bytes without control characters"))
        }
    }
);

name_type!(
    /// What a tenant calls one of its accounts at a provider: `[a-z0-9_.-]{1,64}`.
    ProviderName,
    |text| {
        let known = |b: u8| {
            b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'.' | b'-')
        };
        if (1..=64).contains(&text.len()) && text.bytes().all(known) {
            Ok(())
        } else {
            Err(InvalidName("a provider's name must be 1 to 64 characters of a-z, 0-9, _, . and -"))
        }
    }
);

name_type!(
    /// The event key of a notification: `[a-z0-9_.-]{1,64}`.
    NotificationType,
    |text| {
        let known = |b: u8| {
            b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'_' | b'.' | b'-')
        };
        if (1..=64).contains(&text.len()) && text.bytes().all(known) {
            Ok(())
        } else {
            Err(InvalidName("a notification type must be 1 to 64 characters of a-z, 0-9, _, . and -"))
        }
    }
);

impl NotificationType {
    /// Types that begin so are the service's own: no one else sends them.
    pub const OWN: &'static str = "campanile.";
    /// The mail with a link that its user has asked for. Nothing switches it off.
    pub const MAGIC_LINK: &'static str = "campanile.magic_link";

    /// Reads a type that a tenant sends.
    ///
    /// # Errors
    /// [`InvalidName`], also for one of the service's own.
    pub fn sendable(text: &str) -> Result<Self, InvalidName> {
        let of = Self::parse(text)?;
        match of.is_own() {
            true => Err(InvalidName(
                "types that begin with campanile. are sent by the service itself",
            )),
            false => Ok(of),
        }
    }

    /// Whether it is one of the service's own types.
    pub fn is_own(&self) -> bool {
        self.as_str().starts_with(Self::OWN)
    }
}

name_type!(
    /// What a tenant calls something that users subscribe to: `[a-z0-9][a-z0-9_.:-]{0,127}`.
    TopicKey,
    |text| {
        let begins = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        let known = |b: u8| begins(b) || matches!(b, b'_' | b'.' | b':' | b'-');
        if text.len() <= 128 && text.bytes().next().is_some_and(begins) && text.bytes().all(known) {
            Ok(())
        } else {
            Err(InvalidName(
                "a topic must be 1 to 128 characters of a-z, 0-9, _, ., : and -, starting with a letter or a digit",
            ))
        }
    }
);

macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl $name {
            /// A new time-ordered id (UUIDv7, RFC 9562 section 5.7) stamped with `now`.
            pub fn new(now: DateTime<Utc>, random: &Random) -> Self {
                Self(random.uuid_at(now))
            }

            /// The same with the system's randomness.
            pub fn at(now: DateTime<Utc>) -> Self {
                Self::new(now, &Random::system())
            }

            /// The smallest id of a moment: the lower bound of an id range.
            pub fn floor(moment: DateTime<Utc>) -> Self {
                Self(smallest_of(moment))
            }

            /// The smallest UUIDv7 of a moment: unlike [`Self::floor`] it tells its moment.
            pub fn first_of(moment: DateTime<Utc>) -> Self {
                let mut bytes = *smallest_of(moment).as_bytes();
                (bytes[6], bytes[8]) = (0x70, 0x80);
                Self(Uuid::from_bytes(bytes))
            }

            /// When the id was made, to the millisecond; `None` for an id that is not a UUIDv7.
            pub fn made_at(self) -> Option<DateTime<Utc>> {
                let (seconds, nanos) = self.0.get_timestamp()?.to_unix();
                DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos)
            }
        }
    };
}

id_type!(
    /// Names an API key, in its text too.
    ApiKeyId
);

id_type!(
    /// One item for one user. Time-ordered, so it is also the paging and partition key.
    NotificationId
);
impl NotificationId {
    /// The greatest id that is smaller.
    #[must_use]
    pub fn previous(self) -> Self {
        Self(Uuid::from_u128(self.0.as_u128().saturating_sub(1)))
    }

    /// No id is greater.
    pub const LAST: Self = Self(Uuid::max());

    /// So many new ids that follow one upon the other, so that first and last name all of them.
    ///
    /// No other id stands between them: another thread or process would have to draw the same counter and
    /// nearly the same 48 bits of chance in the same millisecond.
    pub fn consecutive(now: DateTime<Utc>, count: usize, random: &Random) -> Vec<Self> {
        // Room to count on without touching what stands before the bits of chance.
        let first = random.uuid_at(now).as_u128() & !(1 << 47);
        (first..)
            .take(count)
            .map(|id| Self(Uuid::from_u128(id)))
            .collect()
    }
}

id_type!(
    /// A send to a topic, which becomes a notification for each subscriber.
    FanoutId
);
id_type!(
    /// A row of the audit log.
    AuditId
);
impl AuditId {
    /// The smallest id that is greater.
    #[must_use]
    pub fn next(self) -> Self {
        Self(Uuid::from_u128(self.0.as_u128().saturating_add(1)))
    }
}
id_type!(
    /// An address to which programs send in their own protocol.
    IngestId
);
id_type!(
    /// A row of the outbox: accepted, not yet planned.
    OutboxId
);
impl OutboxId {
    /// No row for this notification has a smaller id: it is made with the notification, or later.
    pub fn floor_of(notification: NotificationId) -> Self {
        let made_at = notification.made_at();
        made_at.map_or(Self(Uuid::nil()), Self::floor)
    }
}
id_type!(
    /// Deliveries of one tenant, channel and lane that go to the queue as one message.
    DispatchId
);
id_type!(
    /// An installation of an app with one user.
    DeviceId
);
id_type!(
    /// One run of one worker process.
    WorkerId
);

/// One notification through one channel to one address.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeliveryId(pub Uuid);

impl fmt::Display for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl DeliveryId {
    /// The id is a function of notification, channel and address, so that a repeated plan makes
    /// the same rows and every attempt bears the same id towards the provider.
    ///
    /// A UUIDv8 (RFC 9562 section 5.8): the notification's 48 bits of time, then 74 of a hash.
    pub fn of(notification: NotificationId, channel: Channel, address: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(notification.0.as_bytes());
        hash.update(channel.name().as_bytes());
        hash.update([0]);
        hash.update(address.as_bytes());
        let mut bytes = [0_u8; 16];
        bytes.copy_from_slice(&hash.finalize()[..16]);
        bytes[..6].copy_from_slice(&notification.0.as_bytes()[..6]);
        Self(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }

    /// The id of the dead letter of an unreadable queue message: a hash of the message's parts, so that the same
    /// message gets the same id each time a worker reads it.
    ///
    /// A UUIDv8 as well, all of it a hash.
    pub fn of_message(parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        let mut bytes = [0_u8; 16];
        bytes.copy_from_slice(&hash.finalize()[..16]);
        Self(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }
}

fn smallest_of(moment: DateTime<Utc>) -> Uuid {
    let millis = u64::try_from(moment.timestamp_millis()).unwrap_or(0);
    let mut bytes = [0_u8; 16];
    bytes[..6].copy_from_slice(&millis.to_be_bytes()[2..]);
    Uuid::from_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_messages_id_is_a_function_of_its_parts_and_where_they_end() {
        let id = DeliveryId::of_message(&[b"ab", b"c"]);
        assert_eq!(id, DeliveryId::of_message(&[b"ab", b"c"]));
        assert_ne!(id, DeliveryId::of_message(&[b"a", b"bc"]));
        assert_ne!(id, DeliveryId::of_message(&[b"abc"]));
    }

    #[test]
    fn a_delivery_id_is_a_function_of_its_three_parts() {
        let notification = NotificationId::at(Utc::now());
        let id = DeliveryId::of(notification, Channel::Webhook, "a");
        assert_eq!(id, DeliveryId::of(notification, Channel::Webhook, "a"));
        assert_ne!(id, DeliveryId::of(notification, Channel::Webhook, "b"));
        assert_ne!(id, DeliveryId::of(notification, Channel::Email, "a"));
        assert_eq!(id.0.as_bytes()[..6], notification.0.as_bytes()[..6]);
        assert_eq!(id.0.get_version_num(), 8);
    }

    #[test]
    fn ids_carry_their_time_and_keep_their_order() {
        let now = DateTime::from_timestamp_millis(1_700_000_000_123).expect("in range");
        let ids: Vec<_> = (0..100).map(|_| NotificationId::at(now)).collect();
        assert!(ids.is_sorted());
        assert_eq!(ids[0].made_at(), Some(now));
        assert!(NotificationId::floor(now) < ids[0]);
        let first = NotificationId::first_of(now);
        assert!(NotificationId::floor(now) < first && first < ids[0]);
        assert_eq!(first.made_at(), ids[0].made_at());
    }

    #[test]
    fn a_thread_keeps_its_order_whatever_others_make() {
        let now = DateTime::from_timestamp_millis(1_700_000_000_123).expect("in range");
        let mut ids = Vec::new();
        for other in 0..100 {
            ids.push(NotificationId::at(now));
            let later = now + chrono::TimeDelta::milliseconds(other + 1);
            let elsewhere = std::thread::spawn(move || NotificationId::at(later));
            assert!(ids[0] < elsewhere.join().expect("made"));
        }
        assert!(ids.is_sorted());
    }

    #[test]
    fn consecutive_ids_leave_no_room_between_them() {
        let now = DateTime::from_timestamp_millis(1_700_000_000_123).expect("in range");
        let before = NotificationId::at(now);
        let ids = NotificationId::consecutive(now, 1_000, &Random::system());
        let after = NotificationId::at(now);
        assert_eq!(ids.len(), 1_000);
        assert!(before < ids[0] && ids[999] < after);
        for (place, id) in ids.iter().enumerate() {
            assert_eq!(id.0.as_u128() - ids[0].0.as_u128(), place as u128);
            assert_eq!(id.made_at(), Some(now));
            assert_eq!(id.0.get_variant(), uuid::Variant::RFC4122);
        }
        assert_eq!(NotificationId::consecutive(now, 0, &Random::system()), []);
        let floor = OutboxId::floor_of(ids[0]);
        assert!(floor <= OutboxId::at(now));
        assert!(floor > OutboxId::at(now - chrono::TimeDelta::milliseconds(1)));
        let of_no_time = OutboxId::floor_of(NotificationId(Uuid::nil()));
        assert_eq!(of_no_time.0, Uuid::nil());
    }

    #[test]
    fn a_topic_can_stand_in_a_path() {
        for name in ["a", "0", "team:7", "a..b", &"x".repeat(128)] {
            assert!(TopicKey::parse(name).is_ok(), "{name}");
        }
        for name in [
            "",
            ".",
            "..",
            "-a",
            "A",
            "a/b",
            "a b",
            "ä",
            &"x".repeat(129),
        ] {
            assert!(TopicKey::parse(name).is_err(), "{name}");
        }
    }

    proptest! {
        #[test]
        fn names_never_panic(text in ".*") {
            let _ = TenantId::parse(&text);
            let _ = NotificationType::parse(&text);
            let _ = TopicKey::parse(&text);
            if UserId::parse(&text).is_ok() {
                prop_assert!(text.len() <= 128 && !text.contains('\0'));
            }
        }
    }
}
