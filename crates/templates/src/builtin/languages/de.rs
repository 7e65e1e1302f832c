//! German.

use super::Words;

pub(super) const WORDS: Words = Words {
    message_from_in: "Neue Nachricht von {person} in {room}",
    message_from: "Neue Nachricht von {person}",
    message_in: "Neue Nachricht in {room}",
    message: "Neue Nachricht",
    invited_by_to: "{person} hat dich zu {room} eingeladen",
    invited_by: "{person} hat dich in einen Raum eingeladen",
    invited_to: "Du bist zu {room} eingeladen",
    invited: "Du bist in einen Raum eingeladen",
    friend_request_from: "{person} möchte mit dir befreundet sein",
    friend_request: "Du hast eine neue Freundschaftsanfrage",
    accepted_by: "{person} hat deine Freundschaftsanfrage angenommen",
    accepted: "Deine Freundschaftsanfrage wurde angenommen",
    notification_of: "Neue Mitteilung: {type}",
    notification: "Mitteilung",
    open: "Öffnen",
    email: "E-Mail",
    why_mail: "Du bekommst diese E-Mail, weil Mitteilungen per E-Mail für dich eingeschaltet sind.",
    status_link: "Dein Link zu deinen Mitteilungen",
    settings_link: "Dein Link zu deinen Einstellungen für Mitteilungen",
    link_text: "Benutze diesen Link innerhalb von 15 Minuten; er funktioniert einmal. Wenn du ihn nicht angefordert hast, kannst du diese E-Mail ignorieren.",
};
