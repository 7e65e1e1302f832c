//! The words of each type. One function for titles, one for texts; a type of its own is an arm in each.

use campanile_domain::NotificationType;

use super::content::{Content, Key};

/// The longest name in a sentence, in characters: two of them and the words fit a title.
pub(super) const MAX_NAME_CHARS: usize = 80;

/// Where any type may have put its text, best first.
const TEXTS: [Key; 4] = [Key::Text, Key::Message, Key::Body, Key::MessagePreview];

/// The title of a type, never empty.
pub(super) fn title(notification_type: &NotificationType, content: &Content<'_>) -> String {
    let sender = || content.person(Key::SenderInfo, Key::SenderUsername);
    match notification_type.as_str() {
        "new_message" => match (sender(), content.name(Key::RoomName)) {
            (Some(sender), Some(room)) => format!("New message from {sender} in {room}"),
            (Some(sender), None) => format!("New message from {sender}"),
            (None, Some(room)) => format!("New message in {room}"),
            (None, None) => "New message".into(),
        },
        "room_invitation" => {
            let room = content.name(Key::RoomName);
            let room = room.as_deref().unwrap_or("a room");
            match content.person(Key::InviterInfo, Key::InviterUsername) {
                Some(inviter) => format!("{inviter} invited you to {room}"),
                None => format!("You are invited to {room}"),
            }
        }
        // One event bears both; a caller may name the second only in `request_type`.
        "friend_request" if !content.says(Key::RequestType, "friend_request_accepted") => {
            match sender() {
                Some(sender) => format!("{sender} wants to be your friend"),
                None => "You have a new friend request".into(),
            }
        }
        "friend_request" | "friend_request_accepted" => match sender() {
            Some(sender) => format!("{sender} accepted your friend request"),
            None => "Your friend request was accepted".into(),
        },
        other => type_in_words(other),
    }
}

/// The text of a type, if its content has one.
pub(super) fn text(notification_type: &NotificationType, content: &Content<'_>) -> Option<String> {
    let first = match notification_type.as_str() {
        "new_message" => content.text(Key::MessagePreview),
        "room_invitation" => content.text(Key::RoomDescription),
        _ => None,
    };
    first.or_else(|| TEXTS.into_iter().find_map(|name| content.text(name)))
}

/// `order.shipped` reads "Order shipped". The emergency is a type without a letter.
fn type_in_words(notification_type: &str) -> String {
    let mut words = notification_type
        .split(['.', '_', '-'])
        .filter(|word| !word.is_empty());
    let Some(first) = words.next() else {
        return "Notification".into();
    };
    let mut title = first.to_owned();
    // Types are ASCII.
    title[..1].make_ascii_uppercase();
    for word in words {
        title.push(' ');
        title.push_str(word);
    }
    title
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_reads_as_words() {
        for (name, expected) in [
            ("order.shipped", "Order shipped"),
            ("order_item-back.in_stock", "Order item back in stock"),
            ("x", "X"),
            ("2fa_code", "2fa code"),
            ("..a..", "A"),
            ("._-", "Notification"),
        ] {
            assert_eq!(type_in_words(name), expected);
        }
    }
}
