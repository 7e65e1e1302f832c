//! French.

use super::Words;

pub(super) const WORDS: Words = Words {
    message_from_in: "Nouveau message de {person} dans {room}",
    message_from: "Nouveau message de {person}",
    message_in: "Nouveau message dans {room}",
    message: "Nouveau message",
    invited_by_to: "{person} vous invite à rejoindre {room}",
    invited_by: "{person} vous invite à rejoindre un salon",
    invited_to: "Invitation à rejoindre {room}",
    invited: "Invitation à rejoindre un salon",
    friend_request_from: "{person} vous a envoyé une demande d’ami",
    friend_request: "Vous avez une nouvelle demande d’ami",
    accepted_by: "{person} a accepté votre demande d’ami",
    accepted: "Votre demande d’ami a été acceptée",
    notification_of: "Nouvelle notification\u{a0}: {type}",
    notification: "Notification",
    open: "Ouvrir",
    email: "e-mail",
    why_mail: "Vous recevez cet e-mail parce que les notifications par e-mail sont activées pour vous.",
    status_link: "Votre lien vers vos notifications",
    settings_link: "Votre lien vers vos préférences de notification",
    link_text: "Utilisez ce lien dans les 15 minutes ; il ne fonctionne qu’une fois. Si vous ne l’avez pas demandé, vous pouvez ignorer cet e-mail.",
};
