//! Spanish.

use super::Words;

pub(super) const WORDS: Words = Words {
    message_from_in: "Nuevo mensaje de {person} en {room}",
    message_from: "Nuevo mensaje de {person}",
    message_in: "Nuevo mensaje en {room}",
    message: "Nuevo mensaje",
    invited_by_to: "{person} te invita a {room}",
    invited_by: "{person} te invita a una sala",
    invited_to: "Tienes una invitación a {room}",
    invited: "Tienes una invitación a una sala",
    friend_request_from: "{person} te ha enviado una solicitud de amistad",
    friend_request: "Tienes una nueva solicitud de amistad",
    accepted_by: "{person} ha aceptado tu solicitud de amistad",
    accepted: "Tu solicitud de amistad ha sido aceptada",
    notification_of: "Nueva notificación: {type}",
    notification: "Notificación",
    open: "Abrir",
    email: "correo electrónico",
    why_mail: "Recibes este correo porque tienes activadas las notificaciones por correo.",
    status_link: "Tu enlace a tus notificaciones",
    settings_link: "Tu enlace a tus preferencias de notificación",
    link_text: "Usa este enlace en los próximos 15 minutos; funciona una sola vez. Si no lo has pedido, puedes ignorar este correo.",
};
