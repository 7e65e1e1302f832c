//! What each type says. One function for titles, one for texts; a type of its own is an arm in each.

use campanile_domain::NotificationType;

use super::content::{Content, Key};
use super::languages::{Words, fill};
use crate::Language;

/// The longest name in a sentence, in characters: two of them and the words fit a title.
pub(super) const MAX_NAME_CHARS: usize = 80;

/// Where any type may have put its text, best first.
const TEXTS: [Key; 4] = [Key::Text, Key::Message, Key::Body, Key::MessagePreview];

/// The title of a type, never empty.
pub(super) fn title(
    notification_type: &NotificationType,
    content: &Content<'_>,
    language: Language,
) -> String {
    let words = Words::of(language);
    let sender = || content.person(Key::SenderInfo, Key::SenderUsername);
    let person_and_room =
        |person: Option<String>, [both, person_only, room_only, neither]: [_; 4]| {
            let room = content.name(Key::RoomName);
            let sentence = match (&person, &room) {
                (Some(_), Some(_)) => both,
                (Some(_), None) => person_only,
                (None, Some(_)) => room_only,
                (None, None) => neither,
            };
            let names = [
                ("person", person.as_deref().unwrap_or_default()),
                ("room", room.as_deref().unwrap_or_default()),
            ];
            fill(language, sentence, &names)
        };
    let person_only = |person: Option<String>, with, without| match person {
        Some(person) => fill(language, with, &[("person", &person)]),
        None => without,
    };
    match notification_type.as_str() {
        "new_message" => person_and_room(
            sender(),
            [
                words.message_from_in,
                words.message_from,
                words.message_in,
                words.message,
            ],
        ),
        "room_invitation" => person_and_room(
            content.person(Key::InviterInfo, Key::InviterUsername),
            [
                words.invited_by_to,
                words.invited_by,
                words.invited_to,
                words.invited,
            ],
        ),
        // One event bears both; a caller may name the second only in `request_type`.
        "friend_request" if !content.says(Key::RequestType, "friend_request_accepted") => {
            person_only(
                sender(),
                words.friend_request_from,
                words.friend_request.into(),
            )
        }
        "friend_request" | "friend_request_accepted" => {
            person_only(sender(), words.accepted_by, words.accepted.into())
        }
        NotificationType::MAGIC_LINK => {
            let is_status = content.says(Key::Purpose, "notification_status");
            let title = if is_status {
                words.status_link
            } else {
                words.settings_link
            };
            title.into()
        }
        other => match type_in_words(other) {
            Some(name) => fill(language, words.notification_of, &[("type", &name)]),
            None => words.notification.into(),
        },
    }
}

/// The text of a type, if its content has one.
pub(super) fn text(
    notification_type: &NotificationType,
    content: &Content<'_>,
    language: Language,
) -> Option<String> {
    if notification_type.as_str() == NotificationType::MAGIC_LINK {
        return Some(Words::of(language).link_text.into());
    }
    let first = match notification_type.as_str() {
        "new_message" => content.text(Key::MessagePreview),
        "room_invitation" => content.text(Key::RoomDescription),
        _ => None,
    };
    first.or_else(|| TEXTS.into_iter().find_map(|name| content.text(name)))
}

/// `order.shipped` reads "Order shipped". `None` for a type without a letter.
pub(super) fn type_in_words(notification_type: &str) -> Option<String> {
    let mut words = notification_type
        .split(['.', '_', '-'])
        .filter(|word| !word.is_empty());
    let mut title = words.next()?.to_owned();
    // Types are ASCII.
    title[..1].make_ascii_uppercase();
    for word in words {
        title.push(' ');
        title.push_str(word);
    }
    Some(title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_reads_as_words() {
        for (name, expected) in [
            ("order.shipped", Some("Order shipped")),
            ("order_item-back.in_stock", Some("Order item back in stock")),
            ("x", Some("X")),
            ("2fa_code", Some("2fa code")),
            ("..a..", Some("A")),
            ("._-", None),
        ] {
            assert_eq!(type_in_words(name).as_deref(), expected);
        }
    }
}
