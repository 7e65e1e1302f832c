//! What the page says, in each language.

use campanile_templates::Language;

/// The words of a language. `{type}` stands for the notification type.
pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) question: &'static str,
    pub(super) stop_type: &'static str,
    pub(super) stop_all: &'static str,
    pub(super) stopped_type: &'static str,
    pub(super) stopped_all: &'static str,
    pub(super) invalid: &'static str,
}

pub(super) const fn words(language: Language) -> &'static Words {
    match language {
        Language::English => &Words {
            title: "Unsubscribe",
            question: "Which emails do you no longer want to receive?",
            stop_type: "Stop emails of the type “{type}”",
            stop_all: "Stop all emails",
            stopped_type: "You will receive no more emails of the type “{type}”.",
            stopped_all: "You will receive no more emails.",
            invalid: "This link is not valid.",
        },
        Language::German => &Words {
            title: "Abbestellen",
            question: "Welche E-Mails möchten Sie nicht mehr erhalten?",
            stop_type: "E-Mails vom Typ „{type}“ abbestellen",
            stop_all: "Alle E-Mails abbestellen",
            stopped_type: "Sie erhalten keine E-Mails vom Typ „{type}“ mehr.",
            stopped_all: "Sie erhalten keine E-Mails mehr.",
            invalid: "Dieser Link ist ungültig.",
        },
        Language::French => &Words {
            title: "Se désabonner",
            question: "Quels e-mails ne souhaitez-vous plus recevoir ?",
            stop_type: "Ne plus recevoir les e-mails de type « {type} »",
            stop_all: "Ne plus recevoir d’e-mails",
            stopped_type: "Vous ne recevrez plus d’e-mails de type « {type} ».",
            stopped_all: "Vous ne recevrez plus d’e-mails.",
            invalid: "Ce lien n’est pas valide.",
        },
        Language::Spanish => &Words {
            title: "Cancelar la suscripción",
            question: "¿Qué correos ya no quiere recibir?",
            stop_type: "No recibir más correos del tipo «{type}»",
            stop_all: "No recibir más correos",
            stopped_type: "Ya no recibirá correos del tipo «{type}».",
            stopped_all: "Ya no recibirá correos.",
            invalid: "Este enlace no es válido.",
        },
        Language::Portuguese => &Words {
            title: "Cancelar a subscrição",
            question: "Que e-mails já não quer receber?",
            stop_type: "Não receber mais e-mails do tipo “{type}”",
            stop_all: "Não receber mais e-mails",
            stopped_type: "Não receberá mais e-mails do tipo “{type}”.",
            stopped_all: "Não receberá mais e-mails.",
            invalid: "Esta ligação não é válida.",
        },
        Language::Japanese => &Words {
            title: "配信停止",
            question: "受信を停止するメールを選んでください。",
            stop_type: "「{type}」のメールを停止する",
            stop_all: "すべてのメールを停止する",
            stopped_type: "「{type}」のメールの配信を停止しました。",
            stopped_all: "すべてのメールの配信を停止しました。",
            invalid: "このリンクは無効です。",
        },
        Language::Arabic => &Words {
            title: "إلغاء الاشتراك",
            question: "ما الرسائل التي لم تعد ترغب في تلقيها؟",
            stop_type: "إيقاف الرسائل من النوع «{type}»",
            stop_all: "إيقاف جميع الرسائل",
            stopped_type: "لن تتلقى بعد الآن رسائل من النوع «{type}».",
            stopped_all: "لن تتلقى بعد الآن أي رسائل.",
            invalid: "هذا الرابط غير صالح.",
        },
    }
}
