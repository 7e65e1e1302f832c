//! English.

use super::Words;

pub(super) const WORDS: Words = Words {
    message_from_in: "New message from {person} in {room}",
    message_from: "New message from {person}",
    message_in: "New message in {room}",
    message: "New message",
    invited_by_to: "{person} invited you to {room}",
    invited_by: "{person} invited you to a room",
    invited_to: "You are invited to {room}",
    invited: "You are invited to a room",
    friend_request_from: "{person} wants to be your friend",
    friend_request: "You have a new friend request",
    accepted_by: "{person} accepted your friend request",
    accepted: "Your friend request was accepted",
    notification_of: "{type}",
    notification: "Notification",
    open: "Open",
    email: "email",
    why_mail: "You get this mail because notifications by mail are turned on for you.",
    status_link: "Your link to your notifications",
    settings_link: "Your link to your notification settings",
    link_text: "Use this link within 15 minutes; it works once. If you did not ask for it, you can ignore this email.",
};
