//! Where the next page begins, as a text that callers hand back and do not read.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use campanile_domain::FanoutId;
use uuid::Uuid;

/// The cursor that continues behind a fan-out.
pub(super) fn encode(id: FanoutId) -> String {
    URL_SAFE_NO_PAD.encode(id.0)
}

/// Reads it back; `None` for a text that was never one. A guessed one is harmless: it is only a
/// position within the tenant's own list.
pub(super) fn decode(text: &str) -> Option<FanoutId> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    Uuid::from_slice(&bytes).ok().map(FanoutId)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back_and_a_forged_one_is_not() {
        let id = FanoutId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001));
        assert_eq!(decode(&encode(id)), Some(id));
        for text in [
            "",
            "!",
            "AA",
            &id.0.to_string(),
            &format!("{}A", encode(id)),
        ] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
