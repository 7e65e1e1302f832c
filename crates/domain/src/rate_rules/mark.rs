//! One mark, where it lies, and what makes notifications equal.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{
    Channel, Notification, NotificationId, NotificationType, TenantId, UserId, canonical_json,
};

/// What the last plan that passed has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Which notification passed: planned again, it passes again.
    pub notification: NotificationId,
    /// When it was accepted.
    pub at: DateTime<Utc>,
    /// Until when it says anything: of a bucket, when that is full again.
    pub until: DateTime<Utc>,
}

/// What a mark is about, as a hash: no text can be read from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MarkKey(pub Uuid);

/// Where a mark lies.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MarkPlace {
    /// Whose user.
    pub tenant: TenantId,
    /// The user who was notified.
    pub user: UserId,
    /// Of what.
    pub key: MarkKey,
}

/// What a notification says. Plans do without it, so it is not always loaded with one.
#[derive(Debug, Clone, Copy, Default)]
pub struct Text<'t> {
    /// Its title.
    pub title: Option<&'t str>,
    /// Its body.
    pub body: Option<&'t str>,
    /// Its content as JSON.
    pub content: &'t str,
}

impl<'n> Text<'n> {
    /// That of a whole notification.
    pub fn of(notification: &'n Notification) -> Self {
        Self {
            title: notification.title.as_deref(),
            body: notification.body.as_deref(),
            content: &notification.content,
        }
    }
}

impl MarkKey {
    /// The bucket of a type.
    pub(super) fn throttled(of: &NotificationType) -> Self {
        Self::hashed(&[Some(b"throttle"), Some(of.as_str().as_bytes())])
    }

    /// Of notifications that are equal: in type, in channels asked for, and in what they say, or in
    /// their collapse key, where they have one.
    pub(super) fn debounced(notification: &Notification, text: Text<'_>) -> Self {
        let mut asked = notification.channels.clone();
        if let Some(asked) = &mut asked {
            asked.sort();
            asked.dedup();
        }
        let asked = asked.map(|asked| {
            let names: Vec<_> = asked.into_iter().map(Channel::name).collect();
            names.join(",")
        });
        let of = Some(notification.notification_type.as_str().as_bytes());
        let asked = asked.as_deref().map(str::as_bytes);
        match &notification.collapse_key {
            Some(key) => Self::hashed(&[Some(b"collapse"), of, asked, Some(key.as_bytes())]),
            None => Self::hashed(&[
                Some(b"debounce"),
                of,
                asked,
                text.title.map(str::as_bytes),
                text.body.map(str::as_bytes),
                Some(canonical_json(text.content).as_bytes()),
            ]),
        }
    }

    /// A UUIDv8, all of it a hash, in which no part can run into the next.
    fn hashed(parts: &[Option<&[u8]>]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            let length = part.map_or(u64::MAX, |part| part.len() as u64);
            hash.update(length.to_be_bytes());
            hash.update(part.unwrap_or_default());
        }
        let mut bytes = [0_u8; 16];
        bytes.copy_from_slice(&hash.finalize()[..16]);
        Self(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }
}
