//! Where the next page begins, as a text that callers return unread: to the API and to the command line alike.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use campanile_domain::{NotificationType, SuppressedAddress, SuppressionKey};
use campanile_storage::SuppressionPage;

/// The cursor that continues after a page; `None` on the last one.
pub fn next_cursor(page: &SuppressionPage) -> Option<String> {
    let key = page.next.as_ref()?;
    let of = key.notification_type.as_ref();
    let of = of.map_or("", NotificationType::as_str);
    let text = format!("{}\n{of}\n{}", key.channel, key.address.as_str());
    Some(URL_SAFE_NO_PAD.encode(text))
}

/// Reads it back; `None` for a text that was never one. A guessed one is only a position in the tenant's own list.
pub fn decode_cursor(text: &str) -> Option<SuppressionKey> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let mut parts = text.splitn(3, '\n');
    let (channel, of, address) = (parts.next()?, parts.next()?, parts.next()?);
    let channel = channel.parse().ok()?;
    let notification_type = match of {
        "" => None,
        of => Some(NotificationType::parse(of).ok()?),
    };
    // It may be encrypted, so there is no other rule for it; no column holds a zero byte.
    let is_text = !address.is_empty() && !address.contains('\0');
    is_text.then(|| SuppressionKey {
        channel,
        address: SuppressedAddress::stored(address.to_owned()),
        notification_type,
    })
}

#[cfg(test)]
mod tests {
    use campanile_domain::Channel;

    use super::*;

    #[test]
    fn a_cursor_is_read_back_and_a_forged_one_is_not() {
        for of in [None, NotificationType::parse("news").ok()] {
            let key = SuppressionKey {
                channel: Channel::Email,
                address: SuppressedAddress::parse(Channel::Email, "a@example.com").expect("valid"),
                notification_type: of,
            };
            let page = SuppressionPage {
                items: Vec::new(),
                next: Some(key.clone()),
            };
            let cursor = next_cursor(&page).expect("there is more");
            assert_eq!(decode_cursor(&cursor), Some(key));
        }
        let zero = URL_SAFE_NO_PAD.encode("email\n\na\0");
        for text in ["", "!", "AA", "ZW1haWwKCg", &zero] {
            assert_eq!(decode_cursor(text), None, "{text}");
        }
    }
}
