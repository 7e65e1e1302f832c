//! Portuguese.

use super::Words;

pub(super) const WORDS: Words = Words {
    message_from_in: "Nova mensagem de {person} em {room}",
    message_from: "Nova mensagem de {person}",
    message_in: "Nova mensagem em {room}",
    message: "Nova mensagem",
    invited_by_to: "{person} convidou você para {room}",
    invited_by: "{person} convidou você para uma sala",
    invited_to: "Você recebeu um convite para {room}",
    invited: "Você recebeu um convite para uma sala",
    friend_request_from: "{person} enviou um pedido de amizade para você",
    friend_request: "Você tem um novo pedido de amizade",
    accepted_by: "{person} aceitou seu pedido de amizade",
    accepted: "Seu pedido de amizade foi aceito",
    notification_of: "Nova notificação: {type}",
    notification: "Notificação",
    open: "Abrir",
    email: "e-mail",
    why_mail: "Você recebe este e-mail porque as notificações por e-mail estão ativadas para você.",
    status_link: "Seu link para suas notificações",
    settings_link: "Seu link para suas preferências de notificação",
    link_text: "Use este link em até 15 minutos; ele funciona uma única vez. Se você não o pediu, pode ignorar este e-mail.",
};
