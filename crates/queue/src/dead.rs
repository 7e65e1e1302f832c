//! Messages that the queue itself gave up.

use std::fmt::Write;

use campanile_domain::{Channel, DeliveryId, Lane, TenantId};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use crate::{Acknowledge, Message, UnreadableMessage};

/// What the queue noted beside a message's bytes; nothing of it can be relied on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notes {
    /// Whose it is, as its publisher said.
    pub tenant: Option<TenantId>,
    /// Through which channel and lane it went before it died.
    pub lane: Option<(Channel, Lane)>,
    /// When it died, by the queue's clock.
    pub died_at: Option<DateTime<Utc>>,
}

/// A message that the queue dead-lettered: no worker could decode it, or it was returned too often. If it is dropped
/// without an acknowledgement, it is delivered again.
pub struct DeadMessage {
    /// What stands for it: the same whenever the same message comes.
    pub id: DeliveryId,
    /// What it says, where this version can read it.
    pub message: Result<Message, UnreadableMessage>,
    /// What the queue noted beside it.
    pub notes: Notes,
    /// Its length in bytes. The bytes are not kept: they may contain anything, in any size.
    pub size: usize,
    /// Their SHA-256, in hexadecimal digits.
    pub sha256: String,
    /// How to let go of it.
    pub acknowledge: Box<dyn Acknowledge>,
}

impl DeadMessage {
    /// Reads what can be read. Two messages of the same bytes are the same if they also died in the
    /// same lane and second: the queue gives messages no name.
    pub fn new(bytes: &[u8], notes: Notes, acknowledge: Box<dyn Acknowledge>) -> Self {
        let digest = Sha256::digest(bytes);
        let (channel, lane) = notes
            .lane
            .map_or(("", ""), |(channel, lane)| (channel.name(), lane.name()));
        let second = notes.died_at.map_or(0, |at| at.timestamp());
        let id = DeliveryId::of_message(&[
            digest.as_slice(),
            channel.as_bytes(),
            lane.as_bytes(),
            &second.to_be_bytes(),
        ]);
        let sha256 = digest.iter().fold(String::new(), |mut text, byte| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        });
        Self {
            id,
            message: Message::from_bytes(bytes),
            notes,
            size: bytes.len(),
            sha256,
            acknowledge,
        }
    }
}
