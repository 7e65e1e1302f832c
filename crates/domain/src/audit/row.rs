//! A row, and how it follows from the one before.

use std::fmt;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::ids::AuditId;
use crate::{Act, ActorKind, AuditAction, Random, TenantId};

/// Bytes of JSON that a state may have; of a larger one the length and the SHA-256 are stored instead.
pub const MOST_STATE_BYTES: usize = 16 * 1024;
/// Bytes of a target's name.
const MOST_TARGET_BYTES: usize = 300;
/// What every hash begins with, so that it is the hash of nothing else. Another layout gets another number.
const LAYOUT: &[u8] = b"campanile/audit/1";

/// The SHA-256 of a row.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AuditHash(pub [u8; 32]);

impl AuditHash {
    /// What the first row of a chain follows.
    pub const ZERO: Self = Self([0; 32]);

    /// Reads 64 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.as_bytes();
        if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
            let pair = std::str::from_utf8(pair).ok()?;
            *byte = u8::from_str_radix(pair, 16).ok()?;
        }
        Some(Self(bytes))
    }

    /// From the bytes as they are stored.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Display for AuditHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for AuditHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Where a tenant's chain begins and ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditHead {
    /// The number of the last row; 0 before the first.
    pub seq: u64,
    /// The id of the last row.
    pub id: AuditId,
    /// The hash of the last row.
    pub hash: AuditHash,
    /// The number of the last row that retention removed; 0 if it removed none.
    pub anchor_seq: u64,
    /// The hash of that row: what the first row that is kept follows.
    pub anchor_hash: AuditHash,
}

impl AuditHead {
    /// A chain without rows.
    pub const EMPTY: Self = Self {
        seq: 0,
        id: AuditId(uuid::Uuid::nil()),
        hash: AuditHash::ZERO,
        anchor_seq: 0,
        anchor_hash: AuditHash::ZERO,
    };

    /// The head after a row.
    #[must_use]
    pub fn after(&self, row: &AuditRow) -> Self {
        Self {
            seq: row.seq,
            id: row.id,
            hash: row.hash,
            ..self.clone()
        }
    }
}

/// One act, as it is stored. It never changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Time-ordered, and greater than the id of the row before.
    pub id: AuditId,
    /// Counts the rows of a tenant from 1, without gaps.
    pub seq: u64,
    /// When, to the microsecond; never before the row before.
    pub at: DateTime<Utc>,
    /// How the actor proved who they are.
    pub actor_kind: ActorKind,
    /// Who.
    pub actor: String,
    /// With which API key.
    pub key_id: Option<String>,
    /// What was done: the name of an [`AuditAction`], perhaps of a later release.
    pub action: String,
    /// To what, e.g. `provider/main`.
    pub target: String,
    /// What was there before, as JSON without secrets.
    pub before: Option<String>,
    /// What is there now, as JSON without secrets.
    pub after: Option<String>,
    /// The request.
    pub request_id: Option<String>,
    /// The address that it came from.
    pub address: Option<String>,
    /// Covers the row and the hash of the row before.
    pub hash: AuditHash,
}

impl AuditRow {
    /// The row that follows a head.
    pub fn next(
        tenant: &TenantId,
        head: &AuditHead,
        act: &Act,
        (action, target): (AuditAction, &str),
        (before, after): (Option<&Value>, Option<&Value>),
        random: &Random,
    ) -> Self {
        // A clock that was set back must break neither the order of ids, by which rows are read, nor that of times.
        let at = head.id.made_at().map_or(act.at, |last| act.at.max(last));
        let id = AuditId::new(at, random).max(head.id.next());
        let mut row = Self {
            id,
            seq: head.seq + 1,
            at,
            actor_kind: act.actor.kind,
            actor: act.actor.subject.clone(),
            key_id: act.actor.key_id.clone(),
            action: action.name().to_owned(),
            target: cut(target).to_owned(),
            before: before.map(stored),
            after: after.map(stored),
            request_id: act.request_id.clone(),
            address: act.address.map(|address| address.to_string()),
            hash: AuditHash::ZERO,
        };
        row.hash = row.hash_after(tenant, &head.hash);
        row
    }

    /// The hash that the row must have after a row with this hash.
    pub fn hash_after(&self, tenant: &TenantId, previous: &AuditHash) -> AuditHash {
        let mut bytes = Canonical(Sha256::new_with_prefix(LAYOUT));
        bytes.fixed(&previous.0);
        bytes.text(tenant.as_str());
        bytes.fixed(&self.seq.to_be_bytes());
        bytes.fixed(self.id.0.as_bytes());
        bytes.fixed(&self.at.timestamp_micros().to_be_bytes());
        bytes.text(self.actor_kind.name());
        bytes.text(&self.actor);
        bytes.perhaps(self.key_id.as_deref());
        bytes.text(&self.action);
        bytes.text(&self.target);
        bytes.perhaps(self.before.as_deref());
        bytes.perhaps(self.after.as_deref());
        bytes.perhaps(self.request_id.as_deref());
        bytes.perhaps(self.address.as_deref());
        AuditHash(bytes.0.finalize().into())
    }
}

/// The bytes that are hashed: fixed widths as they are, texts after their length in eight bytes, so that no two rows
/// give the same bytes.
struct Canonical(Sha256);

impl Canonical {
    fn fixed(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn text(&mut self, text: &str) {
        self.fixed(&(text.len() as u64).to_be_bytes());
        self.fixed(text.as_bytes());
    }

    fn perhaps(&mut self, text: Option<&str>) {
        match text {
            None => self.fixed(&[0]),
            Some(text) => {
                self.fixed(&[1]);
                self.text(text);
            }
        }
    }
}

fn stored(state: &Value) -> String {
    let text = state.to_string();
    if text.len() <= MOST_STATE_BYTES {
        return text;
    }
    let sha256 = AuditHash(Sha256::digest(text.as_bytes()).into());
    json!({"bytes": text.len(), "sha256": sha256.to_string()}).to_string()
}

fn cut(target: &str) -> &str {
    &target[..target.floor_char_boundary(MOST_TARGET_BYTES)]
}

#[cfg(test)]
#[path = "row_tests.rs"]
mod tests;
