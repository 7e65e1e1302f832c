//! Where the next page begins, as a text that callers return unread: to the API and to the command line alike.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use campanile_domain::AuditId;
use uuid::Uuid;

/// The cursor of the page that continues before this row.
pub fn encode_cursor(before: AuditId) -> String {
    URL_SAFE_NO_PAD.encode(before.0)
}

/// Reads it back; `None` for a text that was never one. A guessed one is only a position in the tenant's own log.
pub fn decode_cursor(text: &str) -> Option<AuditId> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    Uuid::from_slice(&bytes).ok().map(AuditId)
}
