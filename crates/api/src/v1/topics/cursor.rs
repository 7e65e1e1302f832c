//! Where the next page begins, as a text that callers hand back and do not read.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use campanile_domain::UserId;

/// The cursor that continues after a subscriber.
pub(super) fn encode(user: &UserId) -> String {
    URL_SAFE_NO_PAD.encode(user.as_str())
}

/// Reads it back; `None` for a text that was never one. A guessed one is harmless: it is only a
/// position within the tenant's own list.
pub(super) fn decode(text: &str) -> Option<UserId> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    UserId::parse(&String::from_utf8(bytes).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back_and_a_forged_one_is_not() {
        let user = UserId::parse("zoë/1").expect("a user");
        assert_eq!(decode(&encode(&user)), Some(user));
        for text in ["", "!", "_", "AA", "gIA", "em_DqQ="] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
