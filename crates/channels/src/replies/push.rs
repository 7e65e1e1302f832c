//! What FCM answers, and the server that gives its tokens.

use campanile_domain::AddressFate::{Detached, Gone, Kept};
use campanile_domain::Blame::{Account, Addressee, Platform};
use campanile_domain::Channel::Push;
use campanile_domain::OutcomeKind::{
    AddressGone, Ambiguous, Delivered, Misconfigured, Rejected, Retry,
};

use super::answered::{broken, no_token, said, token};
use super::http::http;
use super::{NO, Row, s};
use crate::outbound::Failure::*;

/// <https://firebase.google.com/docs/cloud-messaging/error-codes>.
const NO_TOKEN: &str = "The registration token is not a valid FCM registration token";

#[rustfmt::skip]
pub(super) fn rows() -> Vec<Row> {
    // channel, what was answered; outcome, code, whose fault, the address, Retry-After, floor
    vec![
        // A success counts only where FCM names the message it made.
        (Push, said(http(200).body(r#"{"name":"projects/p/messages/0:1"}"#)), Delivered, "200", Addressee, Kept, NO, NO),
        (Push, said(http(200).body(r#"{"name":"projects/p/messages/0:1"}"#).retry_after("30")), Delivered, "200", Addressee, Kept, NO, NO),
        (Push, said(http(200).body(r#"{"name":""}"#)), Ambiguous, "200", Account, Kept, NO, s(10)),
        (Push, said(http(200).body("{}")), Ambiguous, "200", Account, Kept, NO, s(10)),
        (Push, said(http(200)), Ambiguous, "200", Account, Kept, NO, s(10)),
        (Push, said(http(200).html()), Ambiguous, "200", Account, Kept, NO, s(10)),
        (Push, said(http(204)), Ambiguous, "204", Account, Kept, NO, s(10)),
        // The address is gone.
        (Push, said(http(404).says("NOT_FOUND").by_name("UNREGISTERED")), AddressGone, "UNREGISTERED", Addressee, Gone, NO, NO),
        (Push, said(http(400).says("INVALID_ARGUMENT").by_name("UNREGISTERED")), AddressGone, "UNREGISTERED", Addressee, Gone, NO, NO),
        // The message or the address cannot be read; only a named field ends the address.
        (Push, said(http(400).says("INVALID_ARGUMENT").by_name("INVALID_ARGUMENT")), Rejected, "INVALID_ARGUMENT", Addressee, Kept, NO, NO),
        (Push, said(http(400).says("INVALID_ARGUMENT").by_name("INVALID_ARGUMENT").about_field("message.token")), AddressGone, "INVALID_ARGUMENT", Addressee, Gone, NO, NO),
        (Push, said(http(400).says("INVALID_ARGUMENT").by_name("INVALID_ARGUMENT").about_field("message.fid")), AddressGone, "INVALID_ARGUMENT", Addressee, Gone, NO, NO),
        (Push, said(http(400).says("INVALID_ARGUMENT").by_name("INVALID_ARGUMENT").about_field("message.data[0].value")), Rejected, "INVALID_ARGUMENT", Addressee, Kept, NO, NO),
        // FCM's page of error codes, second example: no field is named, and the sentence begins so.
        (Push, said(http(400).says("INVALID_ARGUMENT").by_name("INVALID_ARGUMENT").in_words(NO_TOKEN)), AddressGone, "INVALID_ARGUMENT", Addressee, Gone, NO, NO),
        (Push, said(http(400).says("INVALID_ARGUMENT").in_words(NO_TOKEN)), AddressGone, "INVALID_ARGUMENT", Addressee, Gone, NO, NO),
        // A field says more than the words, a payload may repeat them, and a topic is no address.
        (Push, said(http(400).says("INVALID_ARGUMENT").by_name("INVALID_ARGUMENT").in_words(NO_TOKEN).about_field("message.notification.title")), Rejected, "INVALID_ARGUMENT", Addressee, Kept, NO, NO),
        (Push, said(http(400).says("INVALID_ARGUMENT").by_name("INVALID_ARGUMENT").in_words("Invalid value at 'message.notification.title': The registration token is not a valid FCM registration token")), Rejected, "INVALID_ARGUMENT", Addressee, Kept, NO, NO),
        (Push, said(http(400).says("INVALID_ARGUMENT").by_name("INVALID_ARGUMENT").in_words("Invalid data payload key: from")), Rejected, "INVALID_ARGUMENT", Addressee, Kept, NO, NO),
        (Push, said(http(400).says("INVALID_ARGUMENT").by_name("INVALID_ARGUMENT").in_words("Message too big")), Rejected, "INVALID_ARGUMENT", Addressee, Kept, NO, NO),
        (Push, said(http(400).says("INVALID_ARGUMENT").by_name("INVALID_ARGUMENT").in_words("")), Rejected, "INVALID_ARGUMENT", Addressee, Kept, NO, NO),
        (Push, said(http(400).says("INVALID_ARGUMENT").about_field("message.android.ttl")), Rejected, "INVALID_ARGUMENT", Addressee, Kept, NO, NO),
        (Push, said(http(400).html()), Rejected, "400", Addressee, Kept, NO, NO),
        // Another project's device, and what the account may not do.
        (Push, said(http(403).says("PERMISSION_DENIED").by_name("SENDER_ID_MISMATCH")), Rejected, "SENDER_ID_MISMATCH", Addressee, Detached, NO, NO),
        (Push, said(http(403).says("PERMISSION_DENIED")), Misconfigured, "PERMISSION_DENIED", Account, Kept, NO, NO),
        (Push, said(http(403).html()), Misconfigured, "403", Account, Kept, NO, NO),
        (Push, said(http(401).says("UNAUTHENTICATED")), Misconfigured, "UNAUTHENTICATED", Account, Kept, NO, NO),
        (Push, said(http(401)), Misconfigured, "401", Account, Kept, NO, NO),
        // FCM ErrorCode: the APNs certificate or the web push key, so Android is served.
        (Push, said(http(401).says("UNAUTHENTICATED").by_name("THIRD_PARTY_AUTH_ERROR")), Misconfigured, "THIRD_PARTY_AUTH_ERROR", Platform, Kept, NO, s(10)),
        // Too much, of the project or of one device.
        (Push, said(http(429).says("RESOURCE_EXHAUSTED").by_name("QUOTA_EXCEEDED")), Retry, "QUOTA_EXCEEDED", Account, Kept, NO, s(60)),
        (Push, said(http(429).says("RESOURCE_EXHAUSTED").by_name("QUOTA_EXCEEDED").retry_after("37")), Retry, "QUOTA_EXCEEDED", Account, Kept, s(37), s(10)),
        (Push, said(http(429).says("RESOURCE_EXHAUSTED").by_name("QUOTA_EXCEEDED").retry_after("86400")), Retry, "QUOTA_EXCEEDED", Account, Kept, s(86_400), s(10)),
        (Push, said(http(429).says("RESOURCE_EXHAUSTED").by_name("QUOTA_EXCEEDED").about_subject("device:x")), Retry, "QUOTA_EXCEEDED", Addressee, Kept, NO, s(60)),
        (Push, said(http(429).says("RESOURCE_EXHAUSTED")), Retry, "RESOURCE_EXHAUSTED", Account, Kept, NO, s(60)),
        (Push, said(http(429)), Retry, "429", Account, Kept, NO, s(60)),
        // Out of order: retried where FCM says so itself, ambiguous where a stranger answers.
        (Push, said(http(503).says("UNAVAILABLE").by_name("UNAVAILABLE")), Retry, "UNAVAILABLE", Account, Kept, NO, s(10)),
        (Push, said(http(503).says("UNAVAILABLE").by_name("UNAVAILABLE").retry_after("120")), Retry, "UNAVAILABLE", Account, Kept, s(120), s(10)),
        (Push, said(http(503).says("UNAVAILABLE").retry_after("Sun, 06 Nov 1994 08:50:37 GMT")), Retry, "UNAVAILABLE", Account, Kept, s(60), s(10)),
        (Push, said(http(503).says("UNAVAILABLE").retry_after("soon")), Retry, "UNAVAILABLE", Account, Kept, NO, s(10)),
        (Push, said(http(503).says("UNAVAILABLE").retry_after("Fri, 31 Dec 9999 23:59:59 GMT")), Retry, "UNAVAILABLE", Account, Kept, s(252_618_189_022), s(10)),
        (Push, said(http(503)), Ambiguous, "503", Account, Kept, NO, s(10)),
        (Push, said(http(503).html().retry_after("5")), Ambiguous, "503", Account, Kept, s(5), s(10)),
        (Push, said(http(500).says("INTERNAL").by_name("INTERNAL")), Retry, "INTERNAL", Account, Kept, NO, s(10)),
        (Push, said(http(500).says("INTERNAL").by_name("UNSPECIFIED_ERROR")), Retry, "INTERNAL", Account, Kept, NO, s(10)),
        (Push, said(http(500).html()), Ambiguous, "500", Account, Kept, NO, s(10)),
        (Push, said(http(502).html()), Ambiguous, "502", Account, Kept, NO, s(10)),
        (Push, said(http(502).says("UNAVAILABLE")), Ambiguous, "UNAVAILABLE", Account, Kept, NO, s(10)),
        (Push, said(http(504).says("DEADLINE_EXCEEDED")), Ambiguous, "DEADLINE_EXCEEDED", Account, Kept, NO, s(10)),
        // Everything else.
        (Push, said(http(404).says("NOT_FOUND")), Rejected, "NOT_FOUND", Addressee, Kept, NO, NO),
        (Push, said(http(404).html()), Misconfigured, "404", Account, Kept, NO, NO),
        (Push, said(http(413)), Rejected, "413", Addressee, Kept, NO, NO),
        (Push, said(http(302)), Retry, "302", Account, Kept, NO, s(10)),
        // No answer: ambiguous only once the request had left.
        (Push, broken(Forbidden), Misconfigured, "address_forbidden", Account, Kept, NO, NO),
        (Push, broken(Unusable), Misconfigured, "invalid_url", Account, Kept, NO, NO),
        (Push, broken(Dns), Retry, "dns", Account, Kept, NO, s(10)),
        (Push, broken(Connect), Retry, "connect", Account, Kept, NO, s(10)),
        (Push, broken(ConnectTimeout), Retry, "connect_timeout", Account, Kept, NO, s(10)),
        (Push, broken(Timeout), Ambiguous, "timeout", Account, Kept, NO, s(10)),
        (Push, broken(Lost), Ambiguous, "connection_lost", Account, Kept, NO, s(10)),
        // What the token_uri answers: FCM was not called yet, so nothing is ambiguous.
        (Push, token(http(400).body(r#"{"error":"invalid_grant"}"#)), Misconfigured, "invalid_grant", Account, Kept, NO, NO),
        (Push, token(http(401).body(r#"{"error":"invalid_client"}"#)), Misconfigured, "invalid_client", Account, Kept, NO, NO),
        (Push, token(http(403).body(r#"{"error":"zoe@example.com may not"}"#)), Misconfigured, "403", Account, Kept, NO, NO),
        (Push, token(http(404).html()), Misconfigured, "404", Account, Kept, NO, NO),
        (Push, token(http(429)), Retry, "429", Account, Kept, NO, s(60)),
        (Push, token(http(503)), Retry, "503", Account, Kept, NO, s(10)),
        (Push, token(http(503).retry_after("120")), Retry, "503", Account, Kept, s(120), s(10)),
        (Push, token(http(200).html()), Retry, "token_unreadable", Account, Kept, NO, s(10)),
        (Push, token(http(200).body(r#"{"access_token":""}"#)), Retry, "token_unreadable", Account, Kept, NO, s(10)),
        (Push, no_token(Forbidden), Misconfigured, "address_forbidden", Account, Kept, NO, NO),
        (Push, no_token(Dns), Retry, "dns", Account, Kept, NO, s(10)),
        (Push, no_token(Timeout), Retry, "timeout", Account, Kept, NO, s(10)),
        (Push, no_token(Lost), Retry, "connection_lost", Account, Kept, NO, s(10)),
    ]
}
