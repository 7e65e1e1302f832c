//! Which page documents an answer: of each row, by what was answered.

use campanile_domain::Channel;

use super::answered::Answered;
use super::http::Http;
use crate::email::classify::Phase;
use crate::email::failure::Failure as RelayFailure;

const FCM: &str = "https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode";
const FCM_MEANINGS: &str = "https://firebase.google.com/docs/cloud-messaging/error-codes";
const APPLE: &str = "https://developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns";
const APPLE_WEB: &str = "https://developer.apple.com/documentation/usernotifications/sending-web-push-notifications-in-web-apps-and-browsers";
const MOZILLA: &str = "https://mozilla-push-service.readthedocs.io/en/latest/http/";
const STANDARD_WEBHOOKS: &str =
    "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md";
const RFC_TOKENS: &str = "https://www.rfc-editor.org/rfc/rfc6749#section-5.2";
const RFC_WEB_PUSH: &str = "https://www.rfc-editor.org/rfc/rfc8030";
const RFC_VAPID: &str = "https://www.rfc-editor.org/rfc/rfc8292#section-4.2";
const RFC_STATUS: &str = "https://www.rfc-editor.org/rfc/rfc9110#section-15";
const RFC_RETRY_AFTER: &str = "https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3";
const RFC_REPEATING: &str = "https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2";
const RFC_MAIL_CODES: &str = "https://www.rfc-editor.org/rfc/rfc5321#section-4.2.3";
const RFC_MAIL_PATIENCE: &str = "https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.2";
const RFC_MAIL_FINER_CODES: &str = "https://www.rfc-editor.org/rfc/rfc3463#section-3";
const RFC_MAIL_LOGIN: &str = "https://www.rfc-editor.org/rfc/rfc4954#section-6";
const RFC_MAIL_TLS: &str = "https://www.rfc-editor.org/rfc/rfc3207#section-4";
const IANA_MAIL_CODES: &str =
    "https://www.iana.org/assignments/smtp-enhanced-status-codes/smtp-enhanced-status-codes.xhtml";
const GOOGLE_MAIL: &str = "https://support.google.com/a/answer/3726730";
const MICROSOFT_MAIL: &str = "https://learn.microsoft.com/exchange/mail-flow-best-practices/non-delivery-reports-in-exchange-online/non-delivery-reports-in-exchange-online";

/// The page.
pub(super) fn source(channel: Channel, answered: &Answered) -> &'static str {
    match answered {
        Answered::Smtp(phase, line) => of_mail(*phase, line),
        Answered::Relay(RelayFailure::Certificate | RelayFailure::NoStartTls) => RFC_MAIL_TLS,
        Answered::Relay(RelayFailure::NoLogin) => RFC_MAIL_LOGIN,
        Answered::Relay(_) => RFC_MAIL_PATIENCE,
        Answered::Token(_) | Answered::NoToken(_) => RFC_TOKENS,
        // What may be repeated if nothing was answered.
        Answered::Broken(_) => RFC_REPEATING,
        Answered::Http(answer) => of_http(channel, answer),
    }
}

fn of_http(channel: Channel, answer: &Http) -> &'static str {
    let (status, body) = (answer.status().as_u16(), answer.bytes());
    let body = String::from_utf8_lossy(&body).into_owned();
    let has = |word: &str| body.contains(word);
    // A page that a proxy made follows HTTP alone.
    let is_of_a_proxy = has("<html") || has("<!DOCTYPE");
    match channel {
        _ if is_of_a_proxy => RFC_STATUS,
        Channel::Push if has("registration token") => FCM_MEANINGS,
        Channel::Push if !body.is_empty() => FCM,
        Channel::Apns if has("reason") || status == 200 || status == 410 => APPLE,
        Channel::WebPush if has("errno") => MOZILLA,
        Channel::WebPush if has("reason") => APPLE_WEB,
        Channel::WebPush if status == 401 || status == 403 => RFC_VAPID,
        Channel::WebPush if matches!(status, 200..=202 | 400 | 404 | 410 | 413 | 429) => {
            RFC_WEB_PUSH
        }
        Channel::Webhook if matches!(status, 200..=299 | 410) => STANDARD_WEBHOOKS,
        _ if answer.headers().contains_key("retry-after") => RFC_RETRY_AFTER,
        _ => RFC_STATUS,
    }
}

fn of_mail(phase: Phase, line: &str) -> &'static str {
    let mut words = line.split(' ');
    let (code, finer) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    let is_finer = finer.split('.').count() == 3 && finer.starts_with(|c: char| c.is_ascii_digit());
    match finer {
        "5.4.5" => GOOGLE_MAIL,
        "5.1.90" => MICROSOFT_MAIL,
        _ if finer.starts_with("4.7.6") || finer.starts_with("4.7.5") => MICROSOFT_MAIL,
        "5.7.28" | "4.7.28" | "5.7.25" | "5.7.26" | "5.1.10" => IANA_MAIL_CODES,
        _ if matches!(phase, Phase::Auth) || matches!(code, "530" | "534" | "535" | "538") => {
            RFC_MAIL_LOGIN
        }
        _ if is_finer => RFC_MAIL_FINER_CODES,
        _ => RFC_MAIL_CODES,
    }
}
