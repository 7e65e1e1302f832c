//! What the page says, in each language.

use campanile_templates::Language;

/// The words of a language. `{type}` stands for the name of the notification type.
pub(super) struct Words {
    pub(super) title: &'static str,
    pub(super) question: &'static str,
    pub(super) stop_type: &'static str,
    pub(super) stop_all: &'static str,
    pub(super) stopped_type: &'static str,
    pub(super) stopped_all: &'static str,
    /// Users cannot switch the type off.
    pub(super) mandatory: &'static str,
    /// Follows `stopped_all` where the tenant has types that users cannot switch off.
    pub(super) but_mandatory: &'static str,
    pub(super) invalid: &'static str,
}

pub(super) const fn words(language: Language) -> &'static Words {
    match language {
        Language::English => &Words {
            title: "Unsubscribe",
            question: "Which emails do you no longer want to receive?",
            stop_type: "Stop emails about “{type}”",
            stop_all: "Stop all emails that can be stopped",
            stopped_type: "You will receive no more emails about “{type}”.",
            stopped_all: "Emails are switched off.",
            mandatory: "Emails about “{type}” cannot be switched off.",
            but_mandatory: "Important emails that cannot be switched off will still be sent to you.",
            invalid: "This link is not valid.",
        },
        Language::German => &Words {
            title: "Abbestellen",
            question: "Welche E-Mails möchtest du nicht mehr bekommen?",
            stop_type: "E-Mails zu „{type}“ abbestellen",
            stop_all: "Alle E-Mails abbestellen, bei denen das möglich ist",
            stopped_type: "Du bekommst keine E-Mails zu „{type}“ mehr.",
            stopped_all: "E-Mails sind abbestellt.",
            mandatory: "E-Mails zu „{type}“ können nicht abbestellt werden.",
            but_mandatory: "Wichtige E-Mails, die sich nicht abbestellen lassen, bekommst du weiterhin.",
            invalid: "Dieser Link ist ungültig.",
        },
        Language::French => &Words {
            title: "Se désabonner",
            question: "Quels e-mails ne souhaitez-vous plus recevoir ?",
            stop_type: "Ne plus recevoir d’e-mails « {type} »",
            stop_all: "Ne plus recevoir aucun e-mail facultatif",
            stopped_type: "Vous ne recevrez plus d’e-mails « {type} ».",
            stopped_all: "Les e-mails sont désactivés.",
            mandatory: "Les e-mails « {type} » ne peuvent pas être désactivés.",
            but_mandatory: "Les e-mails importants qui ne peuvent pas être désactivés vous seront toujours envoyés.",
            invalid: "Ce lien n’est pas valide.",
        },
        Language::Spanish => &Words {
            title: "Cancelar la suscripción",
            question: "¿Qué correos ya no quieres recibir?",
            stop_type: "No recibir más correos sobre «{type}»",
            stop_all: "No recibir ningún correo opcional",
            stopped_type: "Ya no recibirás correos sobre «{type}».",
            stopped_all: "Los correos están desactivados.",
            mandatory: "Los correos sobre «{type}» no se pueden desactivar.",
            but_mandatory: "Seguirás recibiendo los correos importantes que no se pueden desactivar.",
            invalid: "Este enlace no es válido.",
        },
        Language::Portuguese => &Words {
            title: "Cancelar inscrição",
            question: "Quais e-mails você não quer mais receber?",
            stop_type: "Não receber mais e-mails sobre “{type}”",
            stop_all: "Não receber nenhum e-mail opcional",
            stopped_type: "Você não receberá mais e-mails sobre “{type}”.",
            stopped_all: "Os e-mails estão desativados.",
            mandatory: "Os e-mails sobre “{type}” não podem ser desativados.",
            but_mandatory: "Você continuará recebendo os e-mails importantes que não podem ser desativados.",
            invalid: "Este link não é válido.",
        },
        Language::Japanese => &Words {
            title: "配信停止",
            question: "受信を停止するメールを選んでください。",
            stop_type: "「{type}」のメールを停止する",
            stop_all: "停止できるメールをすべて停止する",
            stopped_type: "「{type}」のメールの配信を停止しました。",
            stopped_all: "メールの配信を停止しました。",
            mandatory: "「{type}」のメールは停止できません。",
            but_mandatory: "停止できない重要なメールは、引き続きお送りします。",
            invalid: "このリンクは無効です。",
        },
        Language::Arabic => &Words {
            title: "إلغاء الاشتراك",
            question: "ما الرسائل التي لم تعد ترغب في تلقيها؟",
            stop_type: "إيقاف رسائل «{type}»",
            stop_all: "إيقاف جميع الرسائل التي يمكن إيقافها",
            stopped_type: "لن تتلقى بعد الآن رسائل «{type}».",
            stopped_all: "تم إيقاف رسائل البريد الإلكتروني.",
            mandatory: "لا يمكن إيقاف رسائل «{type}».",
            but_mandatory: "ستستمر في تلقي الرسائل المهمة التي لا يمكن إيقافها.",
            invalid: "هذا الرابط غير صالح.",
        },
    }
}
