//! Where the next page begins, as a text that callers hand back and do not read.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use campanile_domain::NotificationId;
use uuid::Uuid;

/// The cursor that continues after a notification.
pub(super) fn encode(id: NotificationId) -> String {
    URL_SAFE_NO_PAD.encode(id.0.as_bytes())
}

/// Reads a cursor back; `None` for a text that [`encode`] never makes. A guessed one is harmless:
/// it is only a position within the caller's own inbox.
pub(super) fn decode(text: &str) -> Option<NotificationId> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let id = Uuid::from_slice(&bytes).ok()?;
    (id.get_version_num() == 7).then_some(NotificationId(id))
}

#[cfg(test)]
mod tests {
    use chrono::Utc;

    use super::*;

    #[test]
    fn a_cursor_is_read_back_and_a_forged_one_is_not() {
        let id = NotificationId::at(Utc::now());
        assert_eq!(decode(&encode(id)), Some(id));
        let forged = URL_SAFE_NO_PAD.encode([7_u8; 16]);
        for text in [
            "",
            "x",
            "AAAA",
            &forged,
            &id.to_string(),
            &format!("{}=", encode(id)),
        ] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
