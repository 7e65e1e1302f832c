//! What Apple's push service answers.
//!
//! Every status and reason of
//! <https://developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns>, read on 2026-11-30,
//! and what stands between us and it.

use campanile_domain::AddressFate::{Detached, Gone, Kept};
use campanile_domain::Blame::{Account, Addressee, Unclear};
use campanile_domain::Channel::Apns;
use campanile_domain::OutcomeKind::{
    AddressGone, Ambiguous, Delivered, Misconfigured, Rejected, Retry,
};

use super::answered::{broken, said};
use super::http::http;
use super::{NO, Row, s};
use crate::outbound::Failure::*;

#[rustfmt::skip]
pub(super) fn rows() -> Vec<Row> {
    // channel, what was answered; outcome, code, whose fault, the address, Retry-After, floor
    vec![
        // Apple repeats the id of the message; anything else may answer 200.
        (Apns, said(http(200).of_apple()), Delivered, "200", Addressee, Kept, NO, NO),
        (Apns, said(http(200).of_apple().retry_after("30")), Delivered, "200", Addressee, Kept, NO, NO),
        (Apns, said(http(200)), Ambiguous, "200", Account, Kept, NO, s(10)),
        (Apns, said(http(200).html()), Ambiguous, "200", Account, Kept, NO, s(10)),
        (Apns, said(http(204).of_apple()), Ambiguous, "204", Account, Kept, NO, s(10)),
        // The device is gone, or is another app's.
        (Apns, said(http(410).of_apple().reason("Unregistered")), AddressGone, "Unregistered", Addressee, Gone, NO, NO),
        (Apns, said(http(410).of_apple().body(r#"{"reason":"Unregistered","timestamp":1800000000000}"#)), AddressGone, "Unregistered", Addressee, Gone, NO, NO),
        (Apns, said(http(410).of_apple().reason("ExpiredToken")), AddressGone, "ExpiredToken", Addressee, Gone, NO, NO),
        (Apns, said(http(410)), AddressGone, "410", Addressee, Gone, NO, NO),
        (Apns, said(http(400).of_apple().reason("BadDeviceToken")), AddressGone, "BadDeviceToken", Addressee, Gone, NO, NO),
        (Apns, said(http(400).of_apple().reason("DeviceTokenNotForTopic")), Rejected, "DeviceTokenNotForTopic", Addressee, Detached, NO, NO),
        // One app of several, or the device's environment.
        (Apns, said(http(400).of_apple().reason("TopicDisallowed")), Rejected, "TopicDisallowed", Unclear, Kept, NO, NO),
        (Apns, said(http(400).of_apple().reason("BadTopic")), Rejected, "BadTopic", Unclear, Kept, NO, NO),
        (Apns, said(http(403).of_apple().reason("BadEnvironmentKeyIdInToken")), Rejected, "BadEnvironmentKeyIdInToken", Unclear, Kept, NO, NO),
        // The message.
        (Apns, said(http(413).of_apple().reason("PayloadTooLarge")), Rejected, "PayloadTooLarge", Addressee, Kept, NO, NO),
        (Apns, said(http(400).of_apple().reason("BadCollapseId")), Rejected, "BadCollapseId", Addressee, Kept, NO, NO),
        (Apns, said(http(400).of_apple().reason("BadExpirationDate")), Rejected, "BadExpirationDate", Addressee, Kept, NO, NO),
        (Apns, said(http(400).of_apple().reason("BadMessageId")), Rejected, "BadMessageId", Addressee, Kept, NO, NO),
        (Apns, said(http(400).of_apple().reason("BadPriority")), Rejected, "BadPriority", Addressee, Kept, NO, NO),
        (Apns, said(http(400).of_apple().reason("DuplicateHeaders")), Rejected, "DuplicateHeaders", Addressee, Kept, NO, NO),
        (Apns, said(http(400).of_apple().reason("InvalidPushType")), Rejected, "InvalidPushType", Addressee, Kept, NO, NO),
        (Apns, said(http(400).of_apple().reason("MissingDeviceToken")), Rejected, "MissingDeviceToken", Addressee, Kept, NO, NO),
        (Apns, said(http(400).of_apple().reason("MissingTopic")), Rejected, "MissingTopic", Addressee, Kept, NO, NO),
        (Apns, said(http(400).of_apple().reason("PayloadEmpty")), Rejected, "PayloadEmpty", Addressee, Kept, NO, NO),
        (Apns, said(http(400).of_apple().reason("SomethingNew")), Rejected, "400", Addressee, Kept, NO, NO),
        (Apns, said(http(413)), Rejected, "413", Addressee, Kept, NO, NO),
        // The account.
        (Apns, said(http(403).of_apple().reason("ExpiredProviderToken")), Misconfigured, "ExpiredProviderToken", Account, Kept, NO, NO),
        (Apns, said(http(403).of_apple().reason("InvalidProviderToken")), Misconfigured, "InvalidProviderToken", Account, Kept, NO, NO),
        (Apns, said(http(403).of_apple().reason("MissingProviderToken")), Misconfigured, "MissingProviderToken", Account, Kept, NO, NO),
        (Apns, said(http(403).of_apple().reason("UnrelatedKeyIdInToken")), Misconfigured, "UnrelatedKeyIdInToken", Account, Kept, NO, NO),
        (Apns, said(http(403).of_apple().reason("Forbidden")), Misconfigured, "Forbidden", Account, Kept, NO, NO),
        (Apns, said(http(403).html()), Misconfigured, "403", Account, Kept, NO, NO),
        (Apns, said(http(404).of_apple().reason("BadPath")), Misconfigured, "BadPath", Account, Kept, NO, NO),
        (Apns, said(http(404).html()), Misconfigured, "404", Account, Kept, NO, NO),
        (Apns, said(http(405).of_apple().reason("MethodNotAllowed")), Misconfigured, "405", Account, Kept, NO, NO),
        (Apns, said(http(302)), Misconfigured, "302", Account, Kept, NO, NO),
        // Too much, of one device or of all.
        (Apns, said(http(429).of_apple().reason("TooManyRequests")), Retry, "TooManyRequests", Addressee, Kept, NO, s(60)),
        (Apns, said(http(429).of_apple().reason("TooManyRequests").retry_after("90")), Retry, "TooManyRequests", Addressee, Kept, s(90), s(10)),
        (Apns, said(http(429).of_apple().reason("TooManyProviderTokenUpdates")), Retry, "TooManyProviderTokenUpdates", Account, Kept, NO, s(60)),
        (Apns, said(http(429)), Retry, "429", Account, Kept, NO, s(60)),
        // Out of order.
        (Apns, said(http(400).of_apple().reason("IdleTimeout")), Retry, "IdleTimeout", Account, Kept, NO, s(10)),
        (Apns, said(http(500).of_apple().reason("InternalServerError")), Retry, "InternalServerError", Account, Kept, NO, s(10)),
        (Apns, said(http(503).of_apple().reason("ServiceUnavailable")), Retry, "ServiceUnavailable", Account, Kept, NO, s(10)),
        (Apns, said(http(503).of_apple().reason("ServiceUnavailable").retry_after("120")), Retry, "ServiceUnavailable", Account, Kept, s(120), s(10)),
        (Apns, said(http(503).of_apple().reason("Shutdown")), Retry, "Shutdown", Account, Kept, NO, s(10)),
        (Apns, said(http(503)), Retry, "503", Account, Kept, NO, s(10)),
        (Apns, said(http(500).html()), Ambiguous, "500", Account, Kept, NO, s(10)),
        (Apns, said(http(502).html()), Ambiguous, "502", Account, Kept, NO, s(10)),
        (Apns, said(http(504)), Ambiguous, "504", Account, Kept, NO, s(10)),
        // No answer: ambiguous only once the request had left.
        (Apns, broken(Forbidden), Misconfigured, "address_forbidden", Account, Kept, NO, NO),
        (Apns, broken(Unusable), Misconfigured, "invalid_url", Account, Kept, NO, NO),
        (Apns, broken(Dns), Retry, "dns", Account, Kept, NO, s(10)),
        (Apns, broken(Connect), Retry, "connect", Account, Kept, NO, s(10)),
        (Apns, broken(ConnectTimeout), Retry, "connect_timeout", Account, Kept, NO, s(10)),
        (Apns, broken(Timeout), Ambiguous, "timeout", Account, Kept, NO, s(10)),
        (Apns, broken(Lost), Ambiguous, "connection_lost", Account, Kept, NO, s(10)),
    ]
}
