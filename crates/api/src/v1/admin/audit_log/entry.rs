//! A row of the audit log as it is written.

use campanile_app::audit::encode_cursor;
use campanile_domain::{AuditId, AuditRow};
use campanile_storage::AuditPage;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// An act of an operator. `campanile audit list --format json` prints the same.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub(super) struct Entry {
    /// Time-ordered id.
    #[schema(value_type = Uuid)]
    id: AuditId,
    /// The number of the entry in the tenant's chain, from 1 without gaps.
    #[schema(example = 7)]
    seq: u64,
    /// When.
    at: DateTime<Utc>,
    /// Who: the subject of the token, the name of the API key, or the account that ran a command.
    #[schema(example = "ann")]
    actor: String,
    /// How they proved it: `token`, `api_key`, `command_line`, or `system` for the service itself.
    #[schema(example = "token")]
    actor_kind: &'static str,
    /// The id of the API key; `null` without one.
    #[schema(required)]
    key_id: Option<String>,
    /// What was done.
    #[schema(example = "provider.set")]
    action: String,
    /// To what.
    #[schema(example = "provider/main")]
    target: String,
    /// What was there before, without secrets; `null` if there was nothing. Of a large value, its length and SHA-256.
    #[schema(required, value_type = Option<Object>)]
    before: Option<Box<RawValue>>,
    /// What is there now, without secrets; `null` if there is nothing. For acts that change many things, what was asked
    /// for.
    #[schema(required, value_type = Option<Object>)]
    after: Option<Box<RawValue>>,
    /// The `X-Request-Id` of the request; `null` for a command.
    #[schema(required)]
    request_id: Option<String>,
    /// The address that the request came from; `null` if it is unknown.
    #[schema(required, example = "192.0.2.7")]
    address: Option<String>,
    /// The SHA-256 of the entry and of the hash before it, in hexadecimal digits.
    #[schema(example = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")]
    hash: String,
}

impl From<AuditRow> for Entry {
    fn from(row: AuditRow) -> Self {
        Self {
            id: row.id,
            seq: row.seq,
            at: row.at,
            actor: row.actor,
            actor_kind: row.actor_kind.name(),
            key_id: row.key_id,
            action: row.action,
            target: row.target,
            before: row.before.and_then(raw),
            after: row.after.and_then(raw),
            request_id: row.request_id,
            address: row.address,
            hash: row.hash.to_string(),
        }
    }
}

/// As it was hashed, byte by byte.
fn raw(text: String) -> Option<Box<RawValue>> {
    RawValue::from_string(text).ok()
}

/// A page of the audit log, newest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AuditEntryPage)]
pub(super) struct EntryList {
    /// There may be none although `next_cursor` is set: a page looks at 2,000 entries at most.
    entries: Vec<Entry>,
    /// Pass this as `cursor` to get the next page; `null` on the last page.
    next_cursor: Option<String>,
}

impl From<AuditPage> for EntryList {
    fn from(page: AuditPage) -> Self {
        Self {
            next_cursor: page.next.map(encode_cursor),
            entries: page.rows.into_iter().map(Entry::from).collect(),
        }
    }
}
