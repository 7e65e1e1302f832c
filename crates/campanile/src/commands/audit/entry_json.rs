//! An entry as `--format json` and `export` print it.

use campanile_app::audit::encode_cursor;
use campanile_domain::{AuditId, AuditRow};
use campanile_storage::AuditPage;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::value::RawValue;

/// The same names as the API's, for scripts that read both; `tests/it/audit.rs` compares them.
#[derive(Serialize)]
pub(super) struct PageJson {
    entries: Vec<EntryJson>,
    next_cursor: Option<String>,
}

#[derive(Serialize)]
pub(super) struct EntryJson {
    id: AuditId,
    seq: u64,
    at: DateTime<Utc>,
    actor: String,
    actor_kind: &'static str,
    key_id: Option<String>,
    action: String,
    target: String,
    before: Option<Box<RawValue>>,
    after: Option<Box<RawValue>>,
    request_id: Option<String>,
    address: Option<String>,
    hash: String,
}

impl From<AuditPage> for PageJson {
    fn from(page: AuditPage) -> Self {
        Self {
            next_cursor: page.next.map(encode_cursor),
            entries: page.rows.into_iter().map(EntryJson::from).collect(),
        }
    }
}

impl From<AuditRow> for EntryJson {
    fn from(row: AuditRow) -> Self {
        let raw = |text: Option<String>| text.and_then(|text| RawValue::from_string(text).ok());
        Self {
            id: row.id,
            seq: row.seq,
            at: row.at,
            actor: row.actor,
            actor_kind: row.actor_kind.name(),
            key_id: row.key_id,
            action: row.action,
            target: row.target,
            before: raw(row.before),
            after: raw(row.after),
            request_id: row.request_id,
            address: row.address,
            hash: row.hash.to_string(),
        }
    }
}
