//! Where the next page begins, as a text that callers hand back and do not read.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use campanile_domain::ApiKeyId;
use uuid::Uuid;

/// The cursor that continues behind a key.
pub(super) fn encode(id: ApiKeyId) -> String {
    URL_SAFE_NO_PAD.encode(id.0)
}

/// Reads it back; `None` for a text that was never one. A guessed one is harmless: it is only a
/// position within the tenant's own list.
pub(super) fn decode(text: &str) -> Option<ApiKeyId> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    Uuid::from_slice(&bytes).ok().map(ApiKeyId)
}
