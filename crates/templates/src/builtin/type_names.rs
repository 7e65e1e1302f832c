//! What the types are called where a person chooses among them.

use campanile_domain::NotificationType;

use super::words::type_in_words;
use crate::Language;

/// The types that every installation knows.
#[derive(Clone, Copy)]
struct Names {
    new_message: &'static str,
    room_invitation: &'static str,
    friend_request: &'static str,
    friend_request_accepted: &'static str,
    magic_link: &'static str,
}

/// The name of a type for people: of one that the program knows, in their language; of another, the type in words, such as
/// "Order shipped" for `order.shipped`.
#[must_use]
pub fn type_name(of: &NotificationType, language: Language) -> String {
    let names = names(language);
    match of.as_str() {
        "new_message" => names.new_message.to_owned(),
        "room_invitation" => names.room_invitation.to_owned(),
        "friend_request" => names.friend_request.to_owned(),
        "friend_request_accepted" => names.friend_request_accepted.to_owned(),
        NotificationType::MAGIC_LINK => names.magic_link.to_owned(),
        other => type_in_words(other).unwrap_or_else(|| other.to_owned()),
    }
}

const fn names(language: Language) -> Names {
    match language {
        Language::English => Names {
            new_message: "New messages",
            room_invitation: "Room invitations",
            friend_request: "Friend requests",
            friend_request_accepted: "Accepted friend requests",
            magic_link: "Links to this page",
        },
        Language::German => Names {
            new_message: "Neue Nachrichten",
            room_invitation: "Einladungen in Räume",
            friend_request: "Freundschaftsanfragen",
            friend_request_accepted: "Angenommene Freundschaftsanfragen",
            magic_link: "Links zu dieser Seite",
        },
        Language::French => Names {
            new_message: "Nouveaux messages",
            room_invitation: "Invitations à un salon",
            friend_request: "Demandes d’ami",
            friend_request_accepted: "Demandes d’ami acceptées",
            magic_link: "Liens vers cette page",
        },
        Language::Spanish => Names {
            new_message: "Mensajes nuevos",
            room_invitation: "Invitaciones a salas",
            friend_request: "Solicitudes de amistad",
            friend_request_accepted: "Solicitudes de amistad aceptadas",
            magic_link: "Enlaces a esta página",
        },
        Language::Portuguese => Names {
            new_message: "Novas mensagens",
            room_invitation: "Convites para salas",
            friend_request: "Pedidos de amizade",
            friend_request_accepted: "Pedidos de amizade aceitos",
            magic_link: "Links para esta página",
        },
        Language::Japanese => Names {
            new_message: "新しいメッセージ",
            room_invitation: "ルームへの招待",
            friend_request: "友達リクエスト",
            friend_request_accepted: "承認された友達リクエスト",
            magic_link: "このページへのリンク",
        },
        Language::Arabic => Names {
            new_message: "الرسائل الجديدة",
            room_invitation: "دعوات الغرف",
            friend_request: "طلبات الصداقة",
            friend_request_accepted: "طلبات الصداقة المقبولة",
            magic_link: "روابط هذه الصفحة",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_a_name_that_people_read() {
        let name =
            |of: &str, language| type_name(&NotificationType::parse(of).expect("a type"), language);
        assert_eq!(name("new_message", Language::German), "Neue Nachrichten");
        assert_eq!(name("order.shipped", Language::Japanese), "Order shipped");
        assert_eq!(name("._-", Language::English), "._-");
        for language in Language::ALL {
            for of in [
                "new_message",
                "room_invitation",
                "friend_request",
                "friend_request_accepted",
                NotificationType::MAGIC_LINK,
            ] {
                let name = name(of, language);
                assert!(!name.is_empty() && !name.contains('_'), "{name}");
            }
        }
    }
}
