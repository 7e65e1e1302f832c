//! Where the next page begins, as a text that callers return unread: to the API and to the command
//! line alike.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use campanile_domain::DeliveryId;
use campanile_storage::{DeadLetterCursor, DeadLetterPage};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// The cursor that continues after a page; `None` on the last one.
pub fn next_cursor(page: &DeadLetterPage) -> Option<String> {
    let last = page.items.last().filter(|_| page.has_more)?;
    Some(encode((last.died_at, last.id)))
}

/// Microseconds, because that is what both back ends keep.
fn encode((died_at, id): DeadLetterCursor) -> String {
    let mut bytes = [0_u8; 24];
    bytes[..8].copy_from_slice(&died_at.timestamp_micros().to_be_bytes());
    bytes[8..].copy_from_slice(id.0.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads back the cursor of a page; `None` for a text that was never one. A guessed one is harmless:
/// it is only a position within the tenant's own list.
pub fn decode_cursor(text: &str) -> Option<DeadLetterCursor> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (micros, id) = bytes.split_first_chunk::<8>()?;
    let died_at = DateTime::<Utc>::from_timestamp_micros(i64::from_be_bytes(*micros))?;
    // Databases know fewer years than this type does.
    let id = Uuid::from_slice(id).ok()?;
    (DateTime::UNIX_EPOCH..=latest())
        .contains(&died_at)
        .then_some((died_at, DeliveryId(id)))
}

/// The last second of the year 9999.
fn latest() -> DateTime<Utc> {
    DateTime::from_timestamp(253_402_300_799, 0).expect("within the type's range")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back_and_a_forged_one_is_not() {
        let at = DateTime::from_timestamp_micros(1_767_225_600_123_456).expect("a moment");
        let place = (at, DeliveryId(Uuid::from_u128(7)));
        assert_eq!(decode_cursor(&encode(place)), Some(place));
        let too_early = URL_SAFE_NO_PAD.encode([0x80_u8; 24]);
        let too_late = URL_SAFE_NO_PAD.encode([0x3f_u8; 24]);
        let whole = encode(place);
        for text in [
            "",
            "x",
            "AAAA",
            &too_early,
            &too_late,
            &whole[..31],
            &format!("{whole}A"),
            &format!("{whole}="),
        ] {
            assert_eq!(decode_cursor(text), None, "{text}");
        }
    }
}
