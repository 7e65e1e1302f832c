//! Arabic.

use super::Words;

pub(super) const WORDS: Words = Words {
    message_from_in: "رسالة جديدة من {person} في {room}",
    message_from: "رسالة جديدة من {person}",
    message_in: "رسالة جديدة في {room}",
    message: "رسالة جديدة",
    invited_by_to: "دعوة من {person} للانضمام إلى {room}",
    invited_by: "دعوة من {person} للانضمام إلى غرفة",
    invited_to: "لديك دعوة للانضمام إلى {room}",
    invited: "لديك دعوة للانضمام إلى غرفة",
    friend_request_from: "طلب صداقة جديد من {person}",
    friend_request: "لديك طلب صداقة جديد",
    accepted_by: "تم قبول طلب صداقتك من طرف {person}",
    accepted: "تم قبول طلب صداقتك",
    notification_of: "إشعار جديد: {type}",
    notification: "إشعار",
    open: "فتح",
    email: "بريد إلكتروني",
    why_mail: "تصلك هذه الرسالة لأن الإشعارات عبر البريد الإلكتروني مفعّلة لديك.",
    status_link: "رابطك إلى إشعاراتك",
    settings_link: "رابطك إلى إعدادات إشعاراتك",
    link_text: "استخدم هذا الرابط خلال 15 دقيقة، فهو يعمل مرة واحدة. إذا لم تطلبه، يمكنك تجاهل هذه الرسالة.",
};
