//! What push services of browsers answer. Users choose them, so no answer blames the account.
//!
//! Sources, read on 2026-11-30: RFC 8030, sections 5 and 7.2; RFC 8292, section 4.2;
//! <https://mozilla-push-service.readthedocs.io/en/latest/http/>;
//! <https://developer.apple.com/documentation/usernotifications/sending-web-push-notifications-in-web-apps-and-browsers>.

use campanile_domain::AddressFate::{Detached, Gone, Kept};
use campanile_domain::Blame::Addressee;
use campanile_domain::Channel::WebPush;
use campanile_domain::OutcomeKind::{AddressGone, Ambiguous, Delivered, Rejected, Retry};

use super::answered::{broken, said};
use super::http::http;
use super::{NO, Row, s};
use crate::outbound::Failure::*;

#[rustfmt::skip]
pub(super) fn rows() -> Vec<Row> {
    // channel, what was answered; outcome, code, whose fault, the address, Retry-After, floor
    vec![
        (WebPush, said(http(201)), Delivered, "201", Addressee, Kept, NO, NO),
        (WebPush, said(http(200)), Delivered, "200", Addressee, Kept, NO, NO),
        (WebPush, said(http(202)), Delivered, "202", Addressee, Kept, NO, NO),
        (WebPush, said(http(201).retry_after("30")), Delivered, "201", Addressee, Kept, NO, NO),
        // The subscription has ended.
        (WebPush, said(http(404)), AddressGone, "404", Addressee, Gone, NO, NO),
        (WebPush, said(http(404).body(r#"{"code":404,"errno":102,"error":"Not Found","message":"No such endpoint"}"#)), AddressGone, "404", Addressee, Gone, NO, NO),
        (WebPush, said(http(410)), AddressGone, "410", Addressee, Gone, NO, NO),
        (WebPush, said(http(410).reason("Unregistered")), AddressGone, "410", Addressee, Gone, NO, NO),
        // It belongs to another key.
        (WebPush, said(http(403)), Rejected, "403", Addressee, Detached, NO, NO),
        (WebPush, said(http(403).body("the VAPID credentials in the authorization header do not correspond to the credentials used to create the subscriptions.")), Rejected, "403", Addressee, Detached, NO, NO),
        (WebPush, said(http(403).reason("VapidPkHashMismatch")), Rejected, "403", Addressee, Detached, NO, NO),
        (WebPush, said(http(400).reason("VapidPkHashMismatch")), Rejected, "400", Addressee, Detached, NO, NO),
        // The account's token.
        (WebPush, said(http(401)), Rejected, "401", Addressee, Kept, NO, NO),
        (WebPush, said(http(401).body(r#"{"code":401,"errno":109,"error":"Unauthorized"}"#)), Rejected, "401", Addressee, Kept, NO, NO),
        (WebPush, said(http(403).reason("BadJwtToken")), Rejected, "403", Addressee, Kept, NO, NO),
        (WebPush, said(http(403).reason("SomethingNew")), Rejected, "403", Addressee, Kept, NO, NO),
        // The message.
        (WebPush, said(http(400)), Rejected, "400", Addressee, Kept, NO, NO),
        (WebPush, said(http(400).reason("BadWebPushTopic")), Rejected, "400", Addressee, Kept, NO, NO),
        (WebPush, said(http(413)), Rejected, "413", Addressee, Kept, NO, NO),
        (WebPush, said(http(301)), Rejected, "301", Addressee, Kept, NO, NO),
        (WebPush, said(http(405)), Rejected, "405", Addressee, Kept, NO, NO),
        // Later.
        (WebPush, said(http(408)), Retry, "408", Addressee, Kept, NO, s(10)),
        (WebPush, said(http(429)), Retry, "429", Addressee, Kept, NO, s(60)),
        (WebPush, said(http(429).retry_after("120")), Retry, "429", Addressee, Kept, s(120), s(10)),
        (WebPush, said(http(500)), Retry, "500", Addressee, Kept, NO, s(10)),
        (WebPush, said(http(503)), Retry, "503", Addressee, Kept, NO, s(10)),
        (WebPush, said(http(503).retry_after("Sun, 06 Nov 1994 08:50:37 GMT")), Retry, "503", Addressee, Kept, s(60), s(10)),
        (WebPush, said(http(502).html()), Ambiguous, "502", Addressee, Kept, NO, s(10)),
        (WebPush, said(http(504)), Ambiguous, "504", Addressee, Kept, NO, s(10)),
        // No answer.
        (WebPush, broken(Forbidden), Rejected, "address_forbidden", Addressee, Kept, NO, NO),
        (WebPush, broken(Unusable), AddressGone, "invalid_address", Addressee, Gone, NO, NO),
        (WebPush, broken(Dns), Retry, "dns", Addressee, Kept, NO, s(10)),
        (WebPush, broken(Connect), Retry, "connect", Addressee, Kept, NO, s(10)),
        (WebPush, broken(ConnectTimeout), Retry, "connect_timeout", Addressee, Kept, NO, s(10)),
        (WebPush, broken(Timeout), Ambiguous, "timeout", Addressee, Kept, NO, s(10)),
        (WebPush, broken(Lost), Ambiguous, "connection_lost", Addressee, Kept, NO, s(10)),
    ]
}
